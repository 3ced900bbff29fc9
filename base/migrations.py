"""Brings a database to the present schema, one numbered file at a time."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg

from base.errors import Unavailable

MIGRATIONS = Path(__file__).parent / "sql" / "migrations"
NAME = re.compile(r"^(?P<number>\d{4})_(pre|post)_[a-z0-9_]+\.sql$")
_LOCK = 330421
"""Number of the advisory lock; any number that nobody else takes in this database."""
_POSTGIS_NEEDED = (3, 3)
_POSTGRES_NEEDED = 15


def migration_files() -> list[Path]:
    """Every migration in the order it is to be applied."""
    return sorted(MIGRATIONS.glob("*.sql"))


def check_server(connection: psycopg.Connection) -> None:
    """Make sure the server can carry the schema.

    Raises
    ------
    Unavailable
        naming what is missing: the version, the extension or the right to add it.
    """
    version = connection.info.server_version // 10000
    if version < _POSTGRES_NEEDED:
        raise Unavailable("postgres_too_old", found=version, needed=_POSTGRES_NEEDED)
    row = connection.execute(
        "select default_version, installed_version from pg_available_extensions where name = 'postgis'"
    ).fetchone()
    if row is None:
        raise Unavailable("postgis_missing")
    postgis = tuple(int(part) for part in (row[1] or row[0]).split(".")[:2])
    if postgis < _POSTGIS_NEEDED:
        raise Unavailable("postgis_too_old", found=".".join(map(str, postgis)), needed="3.3")


def migrate(url: str) -> list[str]:
    """Apply every migration not yet applied, each in its own transaction; return their names.

    Raises
    ------
    Unavailable
        when the database cannot be reached or lacks a version, an extension or a right.
    """
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            check_server(connection)
            # two processes that start together: the second waits, and then finds everything applied
            connection.execute("select pg_advisory_lock(%s)", [_LOCK])
            connection.execute(
                "create table if not exists migration (name text primary key, applied_at timestamptz not null)"
            )
            applied = {row[0] for row in connection.execute("select name from migration").fetchall()}
            return [_apply(connection, file) for file in migration_files() if file.name not in applied]
    except psycopg.errors.InsufficientPrivilege as error:
        raise Unavailable("database_right_missing", reason=str(error).splitlines()[0]) from error
    except psycopg.errors.DiskFull as error:
        raise Unavailable("database_disk_full", reason=str(error).splitlines()[0]) from error
    except psycopg.OperationalError as error:
        raise Unavailable("database_unreachable", reason=str(error).splitlines()[0]) from error


def _apply(connection: psycopg.Connection, file: Path) -> str:
    with connection.transaction():
        # a change that waits for a table makes every other query on it wait behind: better fail and be tried again
        connection.execute("set local lock_timeout = '4s'")
        connection.execute(file.read_bytes())
        connection.execute("insert into migration values (%s, clock_timestamp())", [file.name])
    return file.name
