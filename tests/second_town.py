"""A second town beside the small one, in the same database: the same ids, other names and people."""

from __future__ import annotations

import hashlib

import psycopg
from psycopg import sql

from tests.small_town import AREA_ID

OTHER_ID = 990002
RENAMED = (
    ("小镇", "邻乡"),
    ("南村", "南庄"),
    ("北村", "北庄"),
    ("对岸", "对堤"),
    ("同岸", "同堤"),
    ("执法丁", "执勤丁"),
    ("岸路", "堤路"),
)
"""What is called otherwise over there; everything with a number or a code has the same one."""
NAMES = tuple(old for old, _ in RENAMED)
OTHER_NAMES = tuple(new for _, new in RENAMED)
_COLUMNS = """
select c.table_name, array_agg(c.column_name::text order by c.ordinal_position) as columns,
       array_agg(c.data_type::text order by c.ordinal_position) as types
from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
  and c.table_name in (select table_name from information_schema.columns where column_name = 'area_id')
  and c.table_name not in (select relname from pg_class where relispartition)
group by c.table_name order by c.table_name
"""


def make_second_town(url: str) -> None:
    """Copy the small town, as it is, to another area; needs the owner's address."""
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")  # in whatever order
        for table, columns, types in connection.execute(_COLUMNS).fetchall():
            if columns == ["area_id"]:
                continue
            values = [_value_of(name, kind) for name, kind in zip(columns, types, strict=True)]
            connection.execute(
                sql.SQL("insert into {} ({}) select {} from {} where area_id = {}").format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(map(sql.Identifier, columns)),
                    sql.SQL(", ").join(values),
                    sql.Identifier(table),
                    AREA_ID,
                )
            )


def _value_of(column: str, kind: str) -> sql.Composable:
    if column == "area_id":
        return sql.Literal(OTHER_ID)
    if column == "is_served":
        return sql.SQL("false")
    value: sql.Composable = sql.Identifier(column)
    if kind != "text":
        return value
    for old, new in RENAMED:
        value = sql.SQL("replace({}, {}, {})").format(value, old, new)
    return value


def rows_of(url: str, area_id: int) -> dict[str, str]:
    """A fingerprint of what every table holds of an area."""
    found = {}
    with psycopg.connect(url) as connection:
        for table, _, _ in connection.execute(_COLUMNS).fetchall():
            rows = connection.execute(
                sql.SQL("select t::text from {} t where area_id = {} order by 1").format(sql.Identifier(table), area_id)
            )
            found[table] = hashlib.sha256("\n".join(row for (row,) in rows).encode()).hexdigest()
    return found
