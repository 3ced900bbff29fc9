"""``backup`` and ``restore``: the whole database into one file, and back into an empty place."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg.rows import dict_row

from base.backup.dump import back_up, restore
from base.backup.sealed import Heading, SealedFile
from base.clock import rfc3339, utc_now
from base.database import Database, Transaction
from base.errors import Conflict, InvalidInput, NotFound, Unavailable
from base.migrations import migrate, migration_files
from base.settings import Settings
from commands.database import database_url, has_database
from commands.options import add_command
from commands.terminal import print_step
from dispatch.soundness import check_chains, count_rows


def backup(settings: Settings, arguments: argparse.Namespace) -> None:
    """Write the whole database into FILE, encrypted when a key is given; the centre may be running."""
    passphrase = read_key(settings, arguments.key_file)
    if not has_database(settings):
        raise NotFound("backup_nothing", database=settings.var)
    heading = {"made_at": rfc3339(utc_now())}
    with database_url(settings) as url:
        print_step("backup_writing", file=arguments.file)
        written = back_up(url, arguments.file, passphrase, heading, _counts)
    size_mb = round(arguments.file.stat().st_size / 2**20, 1)
    cases = _total(written["rows"], "cases")
    print_step("backup_written_open" if passphrase is None else "backup_written", size_mb=size_mb, cases=cases)


def restore_backup(settings: Settings, arguments: argparse.Namespace) -> None:
    """Put the backup FILE into an empty database; the whole file is checked before anything is touched."""
    file = SealedFile(arguments.file, read_key(settings, arguments.key_file))
    print_step("restore_checking", file=arguments.file)
    file.verify()
    _check_known(file.heading)
    with database_url(settings, alone=True) as url:
        print_step("restore_writing", made_at=file.heading["made_at"])
        restore(url, file)
        migrate(url)
        _check_restored(url, file.heading)
    print_step("restored", cases=_total(file.heading["rows"], "cases"), made_at=file.heading["made_at"])


def read_key(settings: Settings, key_file: Path | None) -> str | None:
    """The passphrase: the first line of a file, or GRIDCOMMAND_BACKUP_KEY; None when neither is given.

    Raises
    ------
    InvalidInput
        when the file cannot be read or is empty.
    """
    if key_file is None:
        return settings.backup_key
    try:
        key = key_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidInput("key_file_unreadable", field="--key-file", file=key_file, reason=str(fault)) from fault
    if not key:
        raise InvalidInput("key_file_unreadable", field="--key-file", file=key_file, reason="empty")
    return key


def _counts(connection: psycopg.Connection[Any]) -> Heading:
    connection.row_factory = dict_row
    return {"rows": count_rows(cast("Transaction", connection))}


def _total(rows: dict[str, dict[str, int]], what: str) -> int:
    return sum(area[what] for area in rows.values())


def _check_known(heading: Heading) -> None:
    known = {file.name for file in migration_files()}
    for name in heading["migrations"]:
        if name not in known:
            raise Unavailable("schema_newer", migration=name)


def _check_restored(url: str, heading: Heading) -> None:
    """What came out is what went in, and the audit chain holds.

    Raises
    ------
    Conflict
        when it is not so.
    """
    database = Database(url, size=1)
    try:
        with database.transaction(timeout_s=600) as transaction:
            is_whole = count_rows(transaction) == heading["rows"]
            chains = [one for one in check_chains(transaction) if one.state != "ok"]
    finally:
        database.close()
    if not is_whole or chains:
        raise Conflict("restore_not_whole")


def add_backup_commands(group: Any) -> None:
    """Put both commands into the list of commands."""
    for name, command in (("backup", backup), ("restore", restore_backup)):
        entry = add_command(group, name, command)
        entry.add_argument("file", type=Path, metavar="FILE")
        entry.add_argument(
            "--key-file", type=Path, help="file with the passphrase; default: the setting GRIDCOMMAND_BACKUP_KEY"
        )
