"""Fixes that were not taken, counted by day, worker and reason, so that somebody hears of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from base.clock import TOWN_ZONE
from base.database import Transaction
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "refusals.sql")


@dataclass(frozen=True)
class RefusalCount:
    """How many fixes of a worker were not taken for one reason on a day (of the town), and when the last came in."""

    day: date
    worker_id: int
    code: str
    fixes: int
    last_at: datetime


def count_refusals(transaction: Transaction, area_id: int, refused: Iterable[tuple[int, str]], at: datetime) -> None:
    """Add refused fixes, as ``(worker, reason)``, to the counts of the day of ``at``."""
    counts = Counter(refused)
    # in one order, so that two batches with refusals of the same workers do not wait for each other in a circle
    rows = [(worker_id, code, counts[worker_id, code]) for worker_id, code in sorted(counts)]
    if not rows:
        return
    worker_ids, codes, numbers = (list(column) for column in zip(*rows, strict=True))
    parameters = {"area_id": area_id, "day": _day(at), "at": at}
    transaction.execute(SQL["count"], parameters | {"worker_id": worker_ids, "code": codes, "fixes": numbers})


def read_refusals(
    transaction: Transaction, area_id: int, at: datetime, worker_id: int | None = None
) -> list[RefusalCount]:
    """What was refused on the day of ``at``, of one worker or of all; the most first."""
    parameters = {"area_id": area_id, "day": _day(at), "worker_id": worker_id}
    return [RefusalCount(**row) for row in transaction.execute(SQL["of_day"], parameters)]


def _day(at: datetime) -> date:
    return at.astimezone(TOWN_ZONE).date()
