"""All migrations, one after the other, give exactly the schema that is written down in base/sql/schema.sql."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from base.statements import load_statements
from tests.conftest import _drop_database, _make_database, _url

SCHEMA = Path(__file__).parents[2] / "base" / "sql" / "schema.sql"
LOOKS = load_statements(Path(__file__).parent / "catalogue.sql")


@pytest.fixture(scope="module")
def fresh_url(cluster_url: str) -> Iterator[str]:
    """Address of a database made from schema.sql alone."""
    name = _make_database(cluster_url)
    with psycopg.connect(_url(cluster_url, name), autocommit=True) as connection:
        connection.execute(SCHEMA.read_bytes())
    yield _url(cluster_url, name)
    _drop_database(cluster_url, name)


@pytest.fixture(scope="module")
def migrated_url(cluster_url: str, empty_template: str) -> str:
    """Address of the database every test starts from: all migrations."""
    return _url(cluster_url, empty_template)


def look(url: str, name: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(LOOKS[name]).fetchall()


@pytest.mark.parametrize("part", sorted(LOOKS))
def test_migrations_give_the_written_schema(fresh_url: str, migrated_url: str, part: str) -> None:
    fresh, migrated = set(look(fresh_url, part)), set(look(migrated_url, part))
    assert migrated, f"nothing to compare: no {part}"
    assert migrated - fresh == set(), "in the migrations, not in schema.sql (make schema writes it again)"
    assert fresh - migrated == set(), "in schema.sql, not in the migrations (make schema writes it again)"
