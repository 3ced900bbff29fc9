"""The present figures of the centre: what waits, what is in hand, how long the way took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from base.clock import TOWN_ZONE
from base.database import Transaction
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "now.sql")

TREND_HOURS = 12
_FAR = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class HourFigures:
    """One hour of the trends: counts within it (reported, closed) or at its end; a mean is None without arrivals."""

    starts: datetime
    reported: int
    closed: int
    waiting: int
    in_hand: int
    on_duty: int
    mean_arrival_s: float | None


@dataclass(frozen=True)
class Figures:
    """The figures of a moment; a day begins at midnight in the town; an arrival is timed from the sending."""

    on_duty: int
    waiting: int
    in_hand: int
    to_verify: int
    overdue: int
    reported_today: int
    closed_today: int
    mean_arrival_s: float | None
    hours: tuple[HourFigures, ...]


def figures(transaction: Transaction, area_id: int, at: datetime) -> Figures:
    """The figures of the strip on the wall, with the last twelve hours for its small trends.

    Parameters
    ----------
    transaction, area_id
        where to read, of which six-digit area.
    at
        the present moment (aware).
    """
    in_town = at.astimezone(TOWN_ZONE)
    day_start = in_town.replace(hour=0, minute=0, second=0, microsecond=0)
    first_hour = in_town.replace(minute=0, second=0, microsecond=0) - timedelta(hours=TREND_HOURS - 1)
    parameters = {"area_id": area_id, "at": at, "day_start": day_start, "first_hour": first_hour, "far": _FAR}
    now = transaction.execute(SQL["figures_now"], parameters).fetchone()
    assert now is not None
    hours = tuple(HourFigures(**row) for row in transaction.execute(SQL["figures_by_hour"], parameters))
    return Figures(**now, hours=hours)


def grid_load(transaction: Transaction, area_id: int) -> dict[str, int]:
    """Number of open cases in each grid that has any, by grid code."""
    return {row["grid_code"]: row["cases"] for row in transaction.execute(SQL["grid_load"], {"area_id": area_id})}
