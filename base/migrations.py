"""Brings a database to the present schema, one numbered file at a time; a file once applied is never edited."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from base.connections import CONNECTION
from base.errors import Fault, Unavailable
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "migrations.sql")
MIGRATIONS = Path(__file__).parent / "sql" / "migrations"
NAME = re.compile(r"^(?P<number>\d{4})_(pre|post)_[a-z0-9_]+\.sql$")
POSTGIS_NEEDED = (3, 3)
POSTGRES_NEEDED = 15
_LOCK = 330421

Applied = dict[str, str | None]
"""Name of each migration applied and the checksum of the text it had; None: applied before there were checksums."""


def migration_files() -> list[Path]:
    """Every migration in the order it is to be applied."""
    return sorted(MIGRATIONS.glob("*.sql"))


def checksum_of(file: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def check_server(connection: psycopg.Connection[Any]) -> None:
    """Make sure the server can carry the schema.

    Raises
    ------
    Unavailable
        naming what is missing: the version, the extension or the right to add it.
    """
    version = connection.info.server_version // 10000
    if version < POSTGRES_NEEDED:
        raise Unavailable("postgres_too_old", found=version, needed=POSTGRES_NEEDED)
    row = connection.execute(SQL["postgis_versions"]).fetchone()
    if row is None:
        raise Unavailable("postgis_missing")
    found = tuple(int(part) for part in (row[1] or row[0]).split(".")[:2])
    if found < POSTGIS_NEEDED:
        raise Unavailable("postgis_too_old", found=".".join(map(str, found)), needed="3.3")


def migrate(url: str) -> list[str]:
    """Apply every migration not yet applied, each in its own transaction; return their names.

    Raises
    ------
    Unavailable
        when the database cannot be reached or lacks a version, an extension or a right; when a file that was applied
        has another text now, or the database is of a newer programme. Nothing is applied then.
    """
    with connected(url) as connection:
        check_server(connection)
        connection.execute(SQL["lock"], {"lock": _LOCK})
        connection.execute(SQL["make_record"])
        connection.execute(SQL["add_checksum"])
        applied = read_applied(connection)
        for fault in disagreements(applied):
            if fault.key != "migration_missing":
                raise fault
        names = [_apply(connection, file) for file in migration_files() if file.name not in applied]
        _add_missing_checksums(connection, applied)
        return names


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the owner, each statement its own transaction; faults of the database become ours.

    Raises
    ------
    Unavailable
        when the database cannot be reached, its disk is full, or a right is missing.
    """
    try:
        with psycopg.connect(url, autocommit=True, **CONNECTION | {"connect_timeout": 10}) as connection:
            yield connection
    except psycopg.errors.InsufficientPrivilege as fault:
        raise Unavailable("database_right_missing", reason=str(fault).splitlines()[0]) from fault
    except psycopg.errors.DiskFull as fault:
        raise Unavailable("database_disk_full", reason=str(fault).splitlines()[0]) from fault
    except psycopg.OperationalError as fault:
        raise Unavailable("database_unreachable", reason=str(fault).splitlines()[0]) from fault


def schema_faults(url: str) -> list[Fault]:
    """How the database's schema and the files of this programme differ; empty when they agree.

    Raises
    ------
    Unavailable
        when the database cannot be reached.
    """
    with connected(url) as connection:
        return disagreements(read_applied(connection))


def read_applied(connection: psycopg.Connection[Any]) -> Applied:
    """What was applied to this database; nothing when it is none of ours."""
    cursor = connection.cursor(row_factory=psycopg.rows.tuple_row)
    row = cursor.execute(SQL["has_checksum"]).fetchone()
    if row is None:
        return {}
    rows = cursor.execute(SQL["applied" if row[0] else "applied_without_checksums"])
    return {str(name): checksum for name, checksum in rows}


def disagreements(applied: Applied) -> list[Fault]:
    """What is in the database and edited in the files, unknown to the files, or not applied yet; in this order."""
    files = {file.name: file for file in migration_files()}
    edited = [
        name for name, checksum in applied.items()
        if checksum is not None and name in files and checksum != checksum_of(files[name])
    ]  # fmt: skip
    faults: list[Fault] = [Unavailable("migration_edited", migration=name) for name in edited]
    faults += [Unavailable("schema_newer", migration=name) for name in applied if name not in files]
    return faults + [Unavailable("migration_missing", migration=name) for name in files if name not in applied]


def _apply(connection: psycopg.Connection[Any], file: Path) -> str:
    with connection.transaction():
        connection.execute(SQL["wait_shortly"])
        connection.execute(file.read_bytes())
        connection.execute(SQL["note"], {"name": file.name, "checksum": checksum_of(file)})
    return file.name


def _add_missing_checksums(connection: psycopg.Connection[Any], applied: Applied) -> None:
    """Databases of the first release: 0011 has brought them to what the files say now."""
    without = {name for name, checksum in applied.items() if checksum is None}
    for file in migration_files():
        if file.name in without:
            connection.execute(SQL["add_missing_checksum"], {"name": file.name, "checksum": checksum_of(file)})
