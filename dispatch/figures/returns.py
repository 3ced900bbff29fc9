"""How often cases went round (推诿): returned by whom, returned again, ruled to be whose; in a period."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from base.database import Transaction
from base.statements import load_statements
from dispatch.figures.statistics import Period

SQL = load_statements(Path(__file__).parent / "sql" / "returns.sql")


@dataclass(frozen=True)
class ReturnFigures:
    """What one department returned of what it was to lead in a period; of all where ``is_total``.

    ``returned_again`` are returns of cases somebody had returned before; ``ruled`` the
    cases ruled to be this department's. Workers of none stand without a code. Source: docs/domain.md, "Sending back".
    """

    department_code: str
    is_total: bool
    name: str
    returned: int
    returned_again: int
    ruled: int


def returns_by_department(transaction: Transaction, area_id: int, period: Period) -> list[ReturnFigures]:
    """The returns of a period by department, who returned most first; all together last."""
    period = period.checked()
    parameters = {"area_id": area_id, "since": period.since, "until": period.until}
    return [ReturnFigures(**row) for row in transaction.execute(SQL["returns_of"], parameters)]
