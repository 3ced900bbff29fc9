"""Whether the centre is sound: what health and ``doctor`` look at on a working database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from base.checks import Check, check, disk_check
from base.clock import Clock
from base.clock_watch import clock_check
from base.database import Transaction
from base.migrations import disagreements, read_applied
from base.settings import Settings
from base.statements import load_statements
from dispatch.access import audit
from dispatch.access.audit_heads import Head
from mapdata.areas import list_areas

SQL = load_statements(Path(__file__).parent / "sql" / "soundness.sql")


def check_clocks(transaction: Transaction, area_id: int, clock: Clock, moved: timedelta = timedelta(0)) -> Check:
    """Our clock beside the database's and beside the newest moment written in the area."""
    row = transaction.execute(SQL["clocks"], {"area_id": area_id}).fetchone()
    assert row is not None
    return clock_check(clock(), row["database_now"], row["newest_stored"], moved)


def check_schema(transaction: Transaction) -> Check:
    """The database's schema and the files of this programme."""
    faults = disagreements(read_applied(transaction))
    return check("schema", "failed", faults[0].key, **faults[0].values) if faults else check("schema", "ok")


def count_rows(transaction: Transaction) -> dict[str, dict[str, int]]:
    """How many cases, photos and audit links each area has, by its number."""
    areas = [int(str(area["area_id"])) for area in list_areas(transaction)]
    return {str(area_id): _rows_of(transaction, area_id) for area_id in areas}


def _rows_of(transaction: Transaction, area_id: int) -> dict[str, int]:
    row = transaction.execute(SQL["row_counts"], {"area_id": area_id}).fetchone()
    assert row is not None
    return {name: int(count or 0) for name, count in row.items()}


def check_chains(transaction: Transaction, noted: Sequence[Head] = ()) -> list[Check]:
    """The audit chain of every area, and of what belongs to none (0); ``noted`` are heads kept outside the database."""
    areas = [0, *(int(str(area["area_id"])) for area in list_areas(transaction))]
    return [_chain_check(chain) for chain in audit.check_chains(transaction, noted, areas)]


def _chain_check(chain: audit.ChainCheck) -> Check:
    if chain.lost:
        return check("chain", "failed", "cut", area_id=chain.area_id, noted=chain.lost[0], links=chain.links)
    if chain.broken:
        return check("chain", "failed", area_id=chain.area_id, count=len(chain.broken), first=chain.broken[0])
    return check("chain", "ok", area_id=chain.area_id)


def check_disks(settings: Settings) -> list[Check]:
    """The disk of the var folder and, where the database is a private one, that of its data."""
    found = [disk_check("disk", settings.var)]
    data = settings.var / "postgres"
    if settings.database_url is None and data.exists():
        found.append(disk_check("data_disk", data.resolve()))
    return found
