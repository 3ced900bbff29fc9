"""Real parts for the tests: a PostGIS server for the run, databases copied from templates made once in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from base.database import Database
from base.migrations import migrate
from tests import distribution
from tests.databases import Databases, databases_of_run

hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")  # a busy machine is not a failure

SHARED = Path(__file__).parents[2] / "shared" / "data"


# the run: one server, whoever runs the tests ------------------------------------------------------------------------


class Run:
    """What the process that was started keeps for the whole run; its workers (pytest-xdist) are told of it."""

    def __init__(self) -> None:
        self._parts = ExitStack()
        self._databases: Databases | None = None

    def databases(self) -> Databases:
        """The databases, the server of which is started when they are asked for first."""
        if self._databases is None:
            self._databases = self._parts.enter_context(databases_of_run(uuid.uuid4().hex[:8]))
        return self._databases

    def close(self) -> None:
        """Stop what was started."""
        self._parts.close()


RUN = pytest.StashKey[Run]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RUN] = Run()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[RUN].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["databases"] = asdict(node.config.stash[RUN].databases())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    return distribution.make_scheduler(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: distribution.order_of(item.nodeid))


# databases ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Databases:
    """The databases of this run, to make, copy and drop."""
    received = getattr(pytestconfig, "workerinput", None)
    return Databases(**received["databases"]) if received else pytestconfig.stash[RUN].databases()


@pytest.fixture(scope="session")
def empty_template(databases: Databases) -> str:
    """Name of a migrated database without a town."""
    return databases.template("empty", migrate)


@pytest.fixture(scope="session")
def demo_template(databases: Databases, empty_template: str) -> str:
    """Name of a migrated database with the demo town."""

    def fill(url: str) -> None:
        from towns.demo.town import make_demo_town

        with closing(Database(url, size=2)) as database:
            make_demo_town(database, seed=330421)

    return databases.template("demo", fill, of=empty_template)


@pytest.fixture(scope="session")
def small_template(databases: Databases, empty_template: str) -> str:
    """Name of a database with the small town of ``tests/small_town.py``."""

    def fill(url: str) -> None:
        from tests.small_town import make_small_town

        with closing(Database(url, size=2)) as database:
            make_small_town(database)

    return databases.template("small", fill, of=empty_template)


@pytest.fixture
def empty_url(databases: Databases, empty_template: str) -> Iterator[str]:
    """Address of a fresh migrated database."""
    with databases.copy(empty_template) as url:
        yield url


@pytest.fixture
def empty_database(empty_url: str) -> Iterator[Database]:
    """A fresh migrated database, as the small role."""
    with closing(Database(empty_url)) as database:
        yield database


@pytest.fixture(scope="module")
def demo_url(databases: Databases, demo_template: str) -> Iterator[str]:
    """Address of a copy of the demo town, one a module."""
    with databases.copy(demo_template) as url:
        yield url


@pytest.fixture(scope="module")
def demo_database(demo_url: str) -> Iterator[Database]:
    """The demo town, one copy a module, as the small role."""
    with closing(Database(demo_url)) as database:
        yield database


@pytest.fixture
def small_url(databases: Databases, small_template: str) -> Iterator[str]:
    """Address of a fresh copy of the small town."""
    with databases.copy(small_template) as url:
        yield url


@pytest.fixture
def small_database(small_url: str) -> Iterator[Database]:
    """A fresh copy of the small town, as the small role."""
    with closing(Database(small_url)) as database:
        yield database


@pytest.fixture(scope="module")
def shared_small_url(databases: Databases, small_template: str) -> Iterator[str]:
    """Address of a copy of the small town that the tests of a module share; see ``forget_the_day``."""
    with databases.copy(small_template) as url:
        yield url


@pytest.fixture(scope="module")
def shared_small_database(shared_small_url: str) -> Iterator[Database]:
    """The small town the tests of a module share, as the small role."""
    with closing(Database(shared_small_url)) as database:
        yield database


# files --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real input files; tests that need one are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the real input files (../shared/data) are not on this machine")
    return SHARED
