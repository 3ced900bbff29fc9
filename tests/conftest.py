"""Real parts for the tests: a PostGIS cluster, databases copied from a template, the demo town, a small town."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from base.database import Database
from base.migrations import migrate

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real input files; tests that need one are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the real input files (../shared/data) are not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """Address of a server whose account may make databases: DATABASE_URL, or a private cluster of the tests."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    from base.cluster.cluster import Cluster

    with tempfile.TemporaryDirectory(prefix="gridcommand-test-") as folder:
        Path(folder).chmod(0o755)  # the server runs as another account when the tests run as root
        with Cluster(Path(folder) / "var", throwaway=True).running() as url:
            yield url


def _make_database(cluster_url: str, template: str | None = None) -> str:
    name = f"gridcommand_test_{uuid.uuid4().hex[:12]}"
    statement = sql.SQL("create database {}").format(sql.Identifier(name))
    if template:
        statement += sql.SQL(" template {}").format(sql.Identifier(template))
    with psycopg.connect(cluster_url, autocommit=True) as connection:
        connection.execute(statement)
    return name


def _drop_database(cluster_url: str, name: str) -> None:
    with psycopg.connect(cluster_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _url(cluster_url: str, name: str) -> str:
    return make_conninfo(cluster_url, dbname=name)


@pytest.fixture(scope="session")
def empty_template(cluster_url: str) -> Iterator[str]:
    """Name of a migrated database without a town."""
    name = _make_database(cluster_url)
    migrate(_url(cluster_url, name))
    yield name
    _drop_database(cluster_url, name)


@pytest.fixture(scope="session")
def demo_template(cluster_url: str) -> Iterator[str]:
    """Name of a migrated database with the demo town, made once."""
    from towns.demo.town import make_demo_town

    name = _make_database(cluster_url)
    url = _url(cluster_url, name)
    migrate(url)
    database = Database(url, size=2)
    make_demo_town(database, seed=330421)
    database.close()
    yield name
    _drop_database(cluster_url, name)


def _copy(cluster_url: str, template: str) -> Iterator[str]:
    name = _make_database(cluster_url, template)
    yield _url(cluster_url, name)
    _drop_database(cluster_url, name)


@pytest.fixture
def empty_url(cluster_url: str, empty_template: str) -> Iterator[str]:
    """Address of a fresh migrated database."""
    yield from _copy(cluster_url, empty_template)


@pytest.fixture
def empty_database(empty_url: str) -> Iterator[Database]:
    """A fresh migrated database, as the small role."""
    database = Database(empty_url)
    yield database
    database.close()


@pytest.fixture(scope="module")
def demo_url(cluster_url: str, demo_template: str) -> Iterator[str]:
    """Address of a copy of the demo town, one a module."""
    yield from _copy(cluster_url, demo_template)


@pytest.fixture(scope="module")
def demo_database(demo_url: str) -> Iterator[Database]:
    """The demo town, one copy a module, as the small role."""
    database = Database(demo_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def small_template(cluster_url: str, empty_template: str) -> Iterator[str]:
    """Name of a database with the small town of ``tests/small_town.py``, made once."""
    from tests.small_town import make_small_town

    name = _make_database(cluster_url, empty_template)
    database = Database(_url(cluster_url, name), size=2)
    make_small_town(database)
    database.close()
    yield name
    _drop_database(cluster_url, name)


@pytest.fixture
def small_url(cluster_url: str, small_template: str) -> Iterator[str]:
    """Address of a fresh copy of the small town."""
    yield from _copy(cluster_url, small_template)


@pytest.fixture
def small_database(small_url: str) -> Iterator[Database]:
    """A fresh copy of the small town, as the small role."""
    database = Database(small_url)
    yield database
    database.close()


@pytest.fixture(scope="module")
def shared_small_url(cluster_url: str, small_template: str) -> Iterator[str]:
    """Address of a copy of the small town that the tests of a module share; see ``forget_the_day``."""
    yield from _copy(cluster_url, small_template)


@pytest.fixture(scope="module")
def shared_small_database(shared_small_url: str) -> Iterator[Database]:
    """The small town the tests of a module share, as the small role."""
    database = Database(shared_small_url)
    yield database
    database.close()
