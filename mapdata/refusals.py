"""How many fixes were refused, by worker, day, source and reason.

Phones that speak protocols of their own are answered "taken" whatever they sent, or they would send it for ever; so
what was refused of them is only seen here.
"""

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

NOBODY = 0
"""Stands for the worker where a request does not say whose fix it was."""
WORKER_ID_LIMIT = 65535


@dataclass(frozen=True, slots=True)
class RefusedFix:
    """A fix that was not taken: whose it was (``NOBODY`` when not known), how it came, the code of the reason."""

    worker_id: int
    source: str
    code: str


@dataclass(frozen=True)
class RefusalCount:
    """How many fixes of one worker, source and reason were refused on one day of the town."""

    day: date
    worker_id: int
    source: str
    code: str
    count: int


def add_refusals(transaction: Transaction, area_id: int, refused: Iterable[RefusedFix], received_at: datetime) -> None:
    """Count refused fixes on the day they came; of the same kind any number may be given at once.

    Parameters
    ----------
    transaction
        the one the rest of the batch is written in.
    area_id
        six-digit area.
    refused
        one for each fix; ``source`` (32 characters) and ``code`` are kept as they are.
    received_at
        our clock.
    """
    counts = Counter(
        (one.worker_id if 0 < one.worker_id <= WORKER_ID_LIMIT else NOBODY, one.source[:32], one.code)
        for one in refused
    )
    if not counts:
        return
    worker_ids, sources, codes = (list(column) for column in zip(*counts, strict=True))
    day = received_at.astimezone(TOWN_ZONE).date()
    columns = {"worker_id": worker_ids, "source": sources, "code": codes, "count": list(counts.values())}
    transaction.execute(SQL["add"], {"area_id": area_id, "day": day} | columns)


def read_refusals(
    transaction: Transaction,
    area_id: int,
    since: date,
    until: date,
    limit: int = 1000,
    worker_id: int | None = None,
) -> list[RefusalCount]:
    """The counts from ``since`` to ``until``, both counted in, at most ``limit``: newest day, largest count first;
    of one worker or of all.
    """
    parameters = {"area_id": area_id, "since": since, "until": until, "limit": limit, "worker_id": worker_id}
    return [RefusalCount(**row) for row in transaction.execute(SQL["between"], parameters)]
