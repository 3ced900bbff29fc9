"""All migrations, one after the other, give exactly the schema that is written down in base/sql/schema.sql."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from base.statements import load_statements
from tests.databases import Databases

SCHEMA = Path(__file__).parents[2] / "base" / "sql" / "schema.sql"
LOOKS = load_statements(Path(__file__).parent / "catalogue.sql")


@pytest.fixture(scope="module")
def fresh_url(databases: Databases) -> Iterator[str]:
    """Address of a database made from schema.sql alone."""
    with databases.copy() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(SCHEMA.read_bytes())
        yield url


@pytest.fixture(scope="module")
def migrated_url(databases: Databases, empty_template: str) -> Iterator[str]:
    """Address of a database as every test has it at first: all migrations."""
    with databases.copy(empty_template) as url:
        yield url


def look(url: str, name: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(LOOKS[name]).fetchall()


@pytest.mark.parametrize("part", sorted(LOOKS))
def test_migrations_give_the_written_schema(migrated_url: str, fresh_url: str, part: str) -> None:
    fresh, migrated = set(look(fresh_url, part)), set(look(migrated_url, part))
    assert migrated, f"nothing to compare: no {part}"
    assert migrated - fresh == set(), "in the migrations, not in schema.sql (make schema writes it again)"
    assert fresh - migrated == set(), "in schema.sql, not in the migrations (make schema writes it again)"
