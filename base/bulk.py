"""Many rows at once, by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import shapely
from psycopg import sql
from shapely.geometry.base import BaseGeometry

from base.database import Transaction


def copy_rows(transaction: Transaction, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows into a table, shapes through :func:`geometry`; return their number."""
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0  # of no rows at all
    with transaction.cursor().copy(statement) as copy:
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the answer
            copy.write_row(row)
    return count


def geometry(shape: BaseGeometry, srid: int = 4326) -> str:
    """The shape as PostGIS takes it in a COPY: hexadecimal EWKB with its SRID."""
    return str(shapely.to_wkb(shapely.set_srid(shape, srid), hex=True, include_srid=True))
