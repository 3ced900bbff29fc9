"""Whether the centre is sound: what health and ``doctor`` look at on a working database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from base.checks import Check, check, disk_check
from base.clock import Clock
from base.clock_watch import clock_check
from base.database import Transaction
from base.migrations import disagreements, read_applied
from base.settings import Settings
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "soundness.sql")


def check_clocks(transaction: Transaction, area_id: int, clock: Clock, moved: timedelta = timedelta(0)) -> Check:
    """Our clock beside the database's and beside the newest moment written in the area."""
    row = transaction.execute(SQL["clocks"], {"area_id": area_id}).fetchone()
    assert row is not None
    return clock_check(clock(), row["database_now"], row["newest_stored"], moved)


def check_schema(transaction: Transaction) -> Check:
    """The database's schema and the files of this programme."""
    faults = disagreements(read_applied(transaction))
    return check("schema", "failed", faults[0].key, **faults[0].words) if faults else check("schema", "ok")


def check_disks(settings: Settings) -> list[Check]:
    """The disk of the var folder and, where the database is a private one, that of its data."""
    found = [disk_check("disk", settings.var)]
    data = settings.var / "postgres"
    if settings.database_url is None and data.exists():
        found.append(disk_check("data_disk", data.resolve()))
    return found
