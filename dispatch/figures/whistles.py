"""How the whistles of a period were answered (哨响, 哨效): who was called, who came in time, who answered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from base.database import Transaction
from base.statements import load_statements
from dispatch.figures.statistics import Period

SQL = load_statements(Path(__file__).parent / "sql" / "whistles.sql")


@dataclass(frozen=True)
class WhistleFigures:
    """The whistles blown in a period and how those they called answered, of all or of one department.

    ``late`` came after the time, ``absent`` have not come although it is over; who still has time counts nowhere.
    """

    department_code: str
    name: str
    blown: int
    called: int
    on_time: int
    late: int
    absent: int
    answered: int

    @property
    def on_time_share(self) -> float | None:
        """Came in time over all whose time is over or who came; None where nobody was to come.

        Source: docs/domain.md, "Shares".
        """
        known = self.on_time + self.late + self.absent
        return self.on_time / known if known else None


def whistles_of(transaction: Transaction, area_id: int, period: Period) -> WhistleFigures:
    """All whistles blown in a period, together."""
    return whistles_by_department(transaction, area_id, period)[-1]


def whistles_by_department(transaction: Transaction, area_id: int, period: Period) -> list[WhistleFigures]:
    """The whistles of a period by the departments they called, the one called most first; all together last."""
    period = period.checked()
    parameters = {"area_id": area_id, "since": period.since, "until": period.until, "now": period.now}
    return [WhistleFigures(**row) for row in transaction.execute(SQL["whistles_answered"], parameters)]
