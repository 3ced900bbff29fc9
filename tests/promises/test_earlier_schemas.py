"""Databases made before a migration was edited become today's schema; from then on an edited file is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from base import migrations
from base.errors import Unavailable
from base.migrations import migrate, schema_faults
from tests.databases import Databases
from tests.promises.test_schema import LOOKS, look

EARLIER = Path(__file__).parent / "earlier"
FIRST = "c8ae091"
VARIANTS = {
    "c8ae091": {"0002_pre_ground": FIRST, "0004_pre_worker": FIRST, "0006_pre_access": FIRST},
    "3b9f36d": {"0002_pre_ground": FIRST, "0004_pre_worker": "3b9f36d", "0006_pre_access": FIRST},
    "424ca8f": {
        "0002_pre_ground": FIRST,
        "0004_pre_worker": "3b9f36d",
        "0006_pre_access": FIRST,
        "0007_pre_statistics": "424ca8f",
    },
    "2258a86": {
        "0002_pre_ground": FIRST,
        "0004_pre_worker": "3b9f36d",
        "0006_pre_access": FIRST,
        "0007_pre_statistics": "6a39567",
    },
    "577d137": {"0002_pre_ground": FIRST, "0006_pre_access": FIRST, "0007_pre_statistics": "6a39567"},
    "5a7ea0b": {"0002_pre_ground": FIRST, "0006_pre_access": FIRST},
    "285e023": {"0002_pre_ground": "285e023", "0006_pre_access": FIRST},
    "5d30f58": {"0002_pre_ground": "285e023"},
    "cd0b368": {},
}
"""For each commit that edited or added a migration: the files that were other than they are now, and whose text."""

LAST_FILE = {"c8ae091": "0006", "3b9f36d": "0006", "424ca8f": "0007"}
"""The newest migration there was, where it was not 0008."""


def files_of(commit: str) -> list[Path]:
    """The migrations as they were at a commit."""
    now = [file for file in migrations.migration_files() if file.name[:4] <= LAST_FILE.get(commit, "0008")]
    other = VARIANTS[commit]
    return [EARLIER / f"{file.stem}.{other[file.stem]}.sql" if file.stem in other else file for file in now]


def make_as_then(url: str, commit: str) -> None:
    """What ``migrate`` of that commit made, without checksums."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table migration (name text primary key, applied_at timestamptz not null)")
        for file in files_of(commit):
            connection.execute(file.read_bytes())
            name = file.name.split(".")[0] + ".sql"
            connection.execute("insert into migration values (%s, clock_timestamp())", [name])


@contextmanager
def database(databases: Databases, template: str | None = None) -> Iterator[str]:
    name = databases.make(template)
    yield name
    databases.drop(name)


@pytest.fixture(scope="module")
def bare_template(databases: Databases) -> Iterator[str]:
    """Name of a database with PostGIS and nothing else: making the extension takes longer than all the rest."""
    with database(databases) as name:
        with psycopg.connect(databases.url(name), autocommit=True) as connection:
            connection.execute("create extension postgis")
        yield name


QUICK = {"2258a86", "5a7ea0b", "285e023"}
"""Those that differ most from today, and from each other; `make prove` tries all."""


@pytest.fixture(
    scope="module", params=[pytest.param(one, marks=() if one in QUICK else pytest.mark.long) for one in VARIANTS]
)
def repaired_url(databases: Databases, bare_template: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of an earlier commit, migrated by today's programme."""
    with database(databases, bare_template) as name:
        url = databases.url(name)
        make_as_then(url, request.param)
        migrate(url)
        yield url


def test_an_earlier_database_becomes_todays_schema(
    repaired_url: str, databases: Databases, empty_template: str
) -> None:
    today = databases.url(empty_template)
    for part in LOOKS:
        assert set(look(repaired_url, part)) == set(look(today, part)), part


def test_it_has_a_checksum_for_every_file_then(repaired_url: str) -> None:
    assert schema_faults(repaired_url) == []
    with psycopg.connect(repaired_url) as connection:
        assert connection.execute("select count(*) from migration where checksum is null").fetchone() == (0,)


@pytest.fixture
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations in a folder of their own, to be spoilt."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.MIGRATIONS, folder)
    monkeypatch.setattr(migrations, "MIGRATIONS", folder)
    return folder


def test_an_edited_file_is_refused_in_words_and_nothing_is_applied(empty_url: str, own_files: Path) -> None:
    edited = own_files / "0004_pre_worker.sql"
    edited.write_text(edited.read_text() + "-- one word more\n")
    (own_files / "9000_pre_next.sql").write_text("create table next_one (area_id integer);")
    with pytest.raises(Unavailable, match=r"migration_edited.*0004_pre_worker\.sql"):
        migrate(empty_url)
    assert [fault.key for fault in schema_faults(empty_url)] == ["migration_edited", "migration_missing"]
    assert ("next_one",) not in {row[:1] for row in look(empty_url, "columns")}


def test_a_database_of_a_newer_programme_is_refused_in_words(empty_url: str) -> None:
    with psycopg.connect(empty_url) as connection:
        connection.execute("insert into migration values ('9999_pre_future.sql', now(), 'x')")
    with pytest.raises(Unavailable, match=r"schema_newer.*9999_pre_future\.sql"):
        migrate(empty_url)
    assert [fault.key for fault in schema_faults(empty_url)] == ["schema_newer"]


def test_the_small_role_cannot_write_the_record_of_migrations(empty_url: str) -> None:
    with psycopg.connect(empty_url) as connection:
        connection.execute("set role gridcommand_app")
        assert connection.execute("select count(*) from migration").fetchone()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("update migration set checksum = ''")
