"""The figures of a period: counts, shares and times by type, grid, department or source; each leads to its cases.

What is counted is defined once, in the database function ``counted_events_v2``; here it is added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from base.database import Row, Transaction
from base.errors import InvalidInput
from base.statements import load_statements
from base.values import Seconds
from dispatch.access.scope import Scope, readable_cases

SQL = load_statements(Path(__file__).parent / "sql" / "statistics.sql")

Dimension = Literal["type", "class", "grid", "village", "department", "source", "priority", "day", "hour"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
TOTAL = "total"
"""In place of a dimension: all together."""
Measure = Literal["reported", "accepted", "due", "handled", "on_time", "late", "overdue", "closed", "reworked", "open"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
LONGEST_DAYS = 3660
"""Ten years, as long as cases are kept. Source: docs/domain.md, "Retention"."""
CASES_LIMIT = 1000


@dataclass(frozen=True)
class Period:
    """What is counted: ``[since, until)``, aware; overdue as of ``now``."""

    since: datetime
    until: datetime
    now: datetime

    def checked(self) -> Period:
        """The period itself.

        Raises
        ------
        InvalidInput
            when it is empty, backwards or longer than cases are kept.
        """
        if self.until <= self.since:
            raise InvalidInput("period_empty", field="to")
        if (self.until - self.since).days > LONGEST_DAYS:
            raise InvalidInput("period_too_long", field="to", longest=Seconds(LONGEST_DAYS * 86400))
        return self


@dataclass(frozen=True)
class FigureRow:
    """The measures of one key of a dimension; times in seconds, None where nothing was measured.

    ``name`` is the town's own name of the key (a grid, a village, a department); empty where it has none.
    """

    key: str
    name: str
    reported: int
    accepted: int
    due: int
    handled: int
    on_time: int
    late: int
    overdue: int
    closed: int
    reworked: int
    open: int
    arrive_median_s: float | None
    arrive_p90_s: float | None
    handle_median_s: float | None
    handle_p90_s: float | None

    @property
    def on_time_share(self) -> float | None:
        """按期处置率: handled by the deadline over what was due; None where nothing was due.

        Source: docs/domain.md, "Shares".
        """
        return self.on_time / self.due if self.due else None

    @property
    def handled_share(self) -> float | None:
        """处置率: handled, in time or late, over what was due; None where nothing was due. Source: as above."""
        return (self.on_time + self.late) / self.due if self.due else None

    @property
    def rework_share(self) -> float | None:
        """返工率: checks that failed over handled cases, it may exceed 1; None where nothing was. Source: as above."""
        return self.reworked / self.handled if self.handled else None


def check_dimension(by: str) -> Dimension:
    """The dimension of this name.

    Raises
    ------
    InvalidInput
        when there is none.
    """
    if by not in DIMENSIONS:
        raise InvalidInput("unknown_dimension", field="by", given=by, allowed=DIMENSIONS)
    return by


def figures_by(transaction: Transaction, area_id: int, period: Period, by: Dimension) -> list[FigureRow]:
    """The measures of a period by one dimension, the busiest key first (days and hours in order).

    Of a day or an hour counts what happened in it, each measure by its own event: reported, handled, due.
    """
    found = _read(transaction, area_id, period, by)
    names = _names(transaction, area_id, by)
    figures = [_row(key, names.get(key, ""), measures) for key, measures in found.items()]
    return figures if by in ("day", "hour") else sorted(figures, key=lambda row: (-row.reported, row.key))


def figures_total(transaction: Transaction, area_id: int, period: Period) -> FigureRow:
    """The measures of a period, all together."""
    return _row("", "", _read(transaction, area_id, period, TOTAL).get("", {}))


def _read(transaction: Transaction, area_id: int, period: Period, by: str) -> dict[str, dict[str, Row]]:
    """What was counted of each measure, by key and measure, the keys in order."""
    found: dict[str, dict[str, Row]] = {}
    for row in transaction.execute(SQL["figures"], _parameters(area_id, period, by)):
        found.setdefault(row["key"], {})[row["measure"]] = row
    return found


def _row(key: str, name: str, counted: dict[str, Row]) -> FigureRow:
    counts = {measure: counted[measure]["events"] if measure in counted else 0 for measure in MEASURES}
    arrived, handled = counted.get("arrived", {}), counted.get("handled", {})
    return FigureRow(
        key=key,
        name=name,
        **counts,
        arrive_median_s=arrived.get("median_s"),
        arrive_p90_s=arrived.get("p90_s"),
        handle_median_s=handled.get("median_s"),
        handle_p90_s=handled.get("p90_s"),
    )


def cases_of_figure(
    transaction: Transaction, area_id: int, scope: Scope, period: Period, by: str, key: str, measure: str
) -> list[str]:
    """The numbers of the cases behind one figure that the asker may know of; ``by`` is a dimension, or ``total``.

    A case stands there once, however often it counts: ``reworked`` counts the checks that failed.

    Raises
    ------
    InvalidInput
        naming the dimension or the measure, when there is none of that name.
    """
    if by == TOTAL:
        key = ""
    else:
        check_dimension(by)
    if measure not in MEASURES:
        raise InvalidInput("unknown_measure", field="measure", given=measure, allowed=MEASURES)
    parameters = _parameters(area_id, period, by) | {"key": key, "measure": measure, "limit": CASES_LIMIT}
    parameters |= readable_cases(scope)
    return [row["case_no"] for row in transaction.execute(SQL["cases_of_figure"], parameters)]


def _parameters(area_id: int, period: Period, by: str) -> dict[str, Any]:
    period = period.checked()
    return {"area_id": area_id, "since": period.since, "until": period.until, "now": period.now, "by": by}


def _names(transaction: Transaction, area_id: int, by: Dimension) -> dict[str, str]:
    """What the town itself calls the keys of a dimension; the other dimensions are named by ``words.figures``."""
    if by in ("grid", "village"):
        rows = transaction.execute(SQL["names_of_divisions"], {"area_id": area_id})
    elif by == "department":
        rows = transaction.execute(SQL["names_of_departments"], {"area_id": area_id})
    else:
        return {}
    return {row["code"]: row["name"] for row in rows}
