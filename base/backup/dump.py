"""A whole database into a sealed file and out of it, by PostgreSQL's own pg_dump and pg_restore."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from base.backup.sealed import Heading, SealedFile, SealedWriter
from base.cluster.postgres import find_client
from base.errors import Conflict, Fault, NotFound, Unavailable
from base.migrations import connected, read_applied
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "backup.sql")

Counts = Callable[[psycopg.Connection[Any]], Heading]
"""What to write into the heading about the rows, asked in the same snapshot that is written."""


def back_up(url: str, path: Path, passphrase: str | None, heading: Heading, counts: Counts) -> Heading:
    """Write the database as it is at one moment; under the final name only when it is whole. Returns the heading.

    Parameters
    ----------
    url
        of the database; it may be in use.
    path
        the file; one that is there is replaced once the new one is whole.
    heading, counts
        what can be read without the key.

    Raises
    ------
    NotFound
        when the database is none of ours.
    Unavailable
        when pg_dump is missing, too old or fails, or the file cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.unfinished-{os.getpid()}")
    try:
        # Path.open cannot say with which rights a file comes to be.
        with open(unfinished, "xb", opener=_private) as file, _snapshot(url) as (connection, snapshot):
            applied = read_applied(connection)
            if not applied:
                raise NotFound("backup_nothing", database=connection.info.dbname)
            heading = heading | counts(connection) | {"migrations": sorted(applied)}
            with _dump(url, connection.info.server_version // 10000, snapshot) as stream:
                SealedWriter(file, heading, passphrase).write_all(stream)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        _sync_folder(path.parent)
    except OSError as fault:
        raise Unavailable("backup_unwritable", file=path, reason=fault.strerror or str(fault)) from fault
    finally:
        unfinished.unlink(missing_ok=True)
    return heading


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    """Without this a power cut may take the new name away again."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _snapshot(url: str) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A moment that pg_dump sees too: what is counted is what is written."""
    with connected(url) as connection:
        connection.execute(SQL["begin_snapshot"])
        row = connection.execute(SQL["export_snapshot"]).fetchone()
        assert row is not None
        yield connection, str(row[0])
        connection.execute(SQL["end_snapshot"])


@contextmanager
def _dump(url: str, major: int, snapshot: str) -> Iterator[Any]:
    """What pg_dump writes, as a stream; it must have ended well."""
    address, environment = _address(url)
    command = [str(find_client("pg_dump", major)), address, "--format=custom", "--no-owner", "--no-publications",
               "--no-subscriptions", f"--snapshot={snapshot}"]  # fmt: skip
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603  our own arguments only
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
        )
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        finally:
            assert process.stdout is not None
            process.stdout.close()
            process.wait()
        if process.returncode != 0:
            raise Unavailable("backup_failed", reason=_last_line(complaints))


def _last_line(complaints: Any) -> str:
    complaints.seek(0)
    lines = complaints.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "?"


def _address(url: str) -> tuple[str, dict[str, str]]:
    """An address for a programme of PostgreSQL, and its environment: everybody sees arguments, so no password there."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    secret = {"PGPASSWORD": parts.pop("password")} if "password" in parts else {}
    return f"--dbname={make_conninfo(**parts)}", os.environ | {"LC_ALL": "C"} | secret


def restore(url: str, backup: SealedFile) -> None:
    """Put a backup into an empty database, all or nothing; the file must have been verified before.

    Raises
    ------
    Conflict
        when the database is not empty.
    Unavailable
        when a programme is missing or fails.
    """
    with connected(url) as connection:
        row = connection.execute(SQL["is_used"]).fetchone()
        if row is None or row[0]:
            raise Conflict("restore_not_empty", database=connection.info.dbname)
        connection.execute(SQL["make_extension"])
        connection.execute(SQL["make_role"])
        major = connection.info.server_version // 10000
    with tempfile.NamedTemporaryFile("w+", encoding="utf-8") as wanted:
        listed = _pg_restore(url, major, backup, ["--list"])
        # The extension is there already, and its comment may be changed only by whoever made it.
        wanted.writelines(f"{line}\n" for line in listed.splitlines() if " EXTENSION " not in line)
        wanted.flush()
        address, _ = _address(url)
        options = ["--no-owner", "--single-transaction", "--exit-on-error", f"--use-list={wanted.name}"]
        _pg_restore(url, major, backup, [address, *options])
    with connected(url) as connection:
        connection.execute(SQL["let_in"])
        connection.execute(SQL["count_for_planner"])


def _pg_restore(url: str, major: int, backup: SealedFile, options: Sequence[str]) -> str:
    """Run pg_restore on the backup's content; give what it writes."""
    _, environment = _address(url)
    with tempfile.TemporaryFile() as complaints, tempfile.TemporaryFile() as written:
        process = subprocess.Popen(  # noqa: S603  our own arguments only
            [str(find_client("pg_restore", major)), *options],
            env=environment, stdin=subprocess.PIPE, stdout=written, stderr=complaints,
        )  # fmt: skip
        try:
            _feed(process, backup.pieces())
        except Fault:
            process.kill()
            raise
        finally:
            process.wait()
        if process.returncode != 0:
            raise Unavailable("restore_failed", reason=_last_line(complaints))
        written.seek(0)
        return written.read().decode()


def _feed(process: subprocess.Popen[bytes], pieces: Iterator[bytes]) -> None:
    assert process.stdin is not None
    # It may have read all it wants, as a list is at the beginning; whether it was content, its exit code says.
    with suppress(BrokenPipeError), process.stdin as stdin:
        for piece in pieces:
            stdin.write(piece)
