"""What happened to cases in a period: where they were and when their states changed, for the replay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from base.database import Transaction
from base.statements import load_statements
from dispatch.access.scope import Scope, readable_cases

SQL = load_statements(Path(__file__).parent / "sql" / "history.sql")

LIMIT = 2000
"""Cases a replay shows at most: more than a township's busiest month."""


@dataclass(frozen=True)
class CaseHistory:
    """A case's place (EPSG:4326), its changes ``(s since 1970, state)`` in the order of time, and who was sent."""

    case_no: str
    type_code: str
    priority: str
    lon: float
    lat: float
    grid_code: str | None
    reported_at: datetime
    changes: tuple[tuple[float, str], ...]
    workers: tuple[int, ...]

    @property
    def state(self) -> str:
        """The state it has now."""
        return self.changes[-1][1]


def read_history(
    transaction: Transaction,
    area_id: int,
    scope: Scope,
    since: datetime,
    until: datetime,
    case_no: str | None = None,
) -> list[CaseHistory]:
    """The cases the asker may know of that were open at some time of ``[since, until)`` (aware), or only the one named.

    The earliest reported come first.
    """
    parameters = {"area_id": area_id, "since": since, "until": until, "case_no": case_no, "limit": LIMIT}
    parameters |= readable_cases(scope)
    return [
        CaseHistory(
            changes=tuple(zip(row.pop("times"), row.pop("states"), strict=True)),
            workers=tuple(row.pop("workers")),
            **row,
        )
        for row in transaction.execute(SQL["cases_open_in_period"], parameters)
    ]
