"""Why a case is due when it is due: limits, the working calendar, lamps. No database."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from base.clock import TOWN_ZONE
from dispatch.cases.lifecycle import Step, meaning_of

Unit = Literal["minute", "hour", "work_hour", "work_day"]
Lamp = Literal["green", "yellow", "red", "off"]

WORKING_TIMES = ((time(8, 30), time(11, 30)), (time(13, 30), time(17, 0)))
"""Monday to Friday, town time: 6.5 hours. Source: docs/domain.md, "Working time"."""
WORK_DAY_H = 6.5


@dataclass(frozen=True)
class Limit:
    """So much time, in natural minutes or hours, or in working hours or days (a working day is 6.5 working hours)."""

    amount: float
    unit: Unit


MATRIX: dict[str, dict[Step, Limit]] = {
    "P1": {
        "accept": Limit(2, "minute"),
        "dispatch": Limit(3, "minute"),
        "sign": Limit(5, "minute"),
        "arrive": Limit(20, "minute"),
        "handle": Limit(4, "hour"),
        "verify": Limit(12, "hour"),
    },
    "P2": {
        "accept": Limit(10, "minute"),
        "dispatch": Limit(15, "minute"),
        "sign": Limit(30, "minute"),
        "arrive": Limit(2, "hour"),
        "handle": Limit(24, "hour"),
        "verify": Limit(1, "work_day"),
    },
    "P3": {
        "accept": Limit(2, "work_hour"),
        "dispatch": Limit(1, "work_hour"),
        "sign": Limit(4, "work_hour"),
        "handle": Limit(3, "work_day"),
        "verify": Limit(1, "work_day"),
    },
    "P4": {
        "accept": Limit(1, "work_day"),
        "dispatch": Limit(1, "work_day"),
        "sign": Limit(1, "work_day"),
        "handle": Limit(7, "work_day"),
        "verify": Limit(2, "work_day"),
    },
}
"""Source: docs/domain.md, "Limits by priority"."""


@cache
def _special_days() -> dict[date, bool]:
    """Days that break the week: False a holiday, True a day worked in exchange.

    Source: State Council notice of 2025-11-04 for 2026. For 2027 only the days fixed by the regulation on public
    holidays (as amended for 2025); the exchange days of 2027 are not in the table until they are announced.
    """
    days: dict[date, bool] = {}
    with (Path(__file__).parent / "holidays.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            day, last = date.fromisoformat(row["from"]), date.fromisoformat(row["to"])
            while day <= last:
                days[day] = row["kind"] == "workday"
                day += timedelta(days=1)
    return days


def is_working_day(day: date) -> bool:
    """Whether the town's offices work on this day; beyond the holiday table every Monday to Friday."""
    return _special_days().get(day, day.weekday() < 5)


def _working_spans(start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The spans of working time from a moment on (town time)."""
    day = start.date()
    while True:
        if is_working_day(day):
            for begins, ends in WORKING_TIMES:
                begin = max(start, datetime.combine(day, begins, TOWN_ZONE))
                end = datetime.combine(day, ends, TOWN_ZONE)
                if begin < end:
                    yield begin, end
        day += timedelta(days=1)


def after(start: datetime, limit: Limit) -> datetime:
    """The moment the limit has run out.

    Parameters
    ----------
    start
        aware moment the clock starts.
    limit
        natural or working time.

    Returns
    -------
    datetime
        aware, UTC.
    """
    if limit.unit == "minute":
        return (start + timedelta(minutes=limit.amount)).astimezone(UTC)
    if limit.unit == "hour":
        return (start + timedelta(hours=limit.amount)).astimezone(UTC)
    hours = limit.amount * (WORK_DAY_H if limit.unit == "work_day" else 1.0)
    left = timedelta(hours=hours)
    for begin, end in _working_spans(start.astimezone(TOWN_ZONE)):
        if end - begin >= left:
            return (begin + left).astimezone(UTC)
        left -= end - begin
    raise AssertionError("working time never ends")


def handle_due(start: datetime, priority: str, type_priority: str, type_limit: Limit | None) -> datetime:
    """When the case has to be handled.

    The type's own limit holds for a case of the type's priority or a lower one; a case raised above it must be done
    by the earlier of the type's and the priority's limit.
    """
    by_priority = after(start, MATRIX[priority]["handle"])
    if type_limit is None:
        return by_priority
    by_type = after(start, type_limit)
    return min(by_type, by_priority) if priority < type_priority else by_type


def rework_due(at: datetime, started_at: datetime, due_at: datetime) -> datetime:
    """When a case sent back for rework is due: what is left, but at least half of what it had.

    Source: docs/domain.md, "Rework".
    """
    return at + max(due_at - at, (due_at - started_at) / 2)


def step_due(state: str, priority: str, entered_at: datetime, due_at: datetime | None) -> tuple[Step, datetime] | None:
    """The next limit of a case: which step, and when it runs out; None when nothing is to be done any more.

    Parameters
    ----------
    state, priority
        of the case.
    entered_at
        when it came into this state.
    due_at
        when it has to be handled.
    """
    step = meaning_of(state).step
    if step is None:
        return None
    limit = MATRIX[priority].get(step)
    if step == "handle" or limit is None:
        return None if due_at is None else ("handle", due_at)
    return step, after(entered_at, limit)


def is_past(due_at: datetime | None, at: datetime) -> bool:
    """Whether a limit has run out; a clock that does not run (None) never does."""
    return due_at is not None and due_at < at


def lamp(started_at: datetime, running_due_at: datetime | None, at: datetime) -> Lamp:
    """Green; yellow from one day or a quarter of the time before the limit; red after it; off when no clock runs.

    The day counts only for limits longer than two days, else a short case would begin yellow.

    Source: docs/domain.md, "Lamps".
    """
    if running_due_at is None:
        return "off"
    if is_past(running_due_at, at):
        return "red"
    left, whole = running_due_at - at, running_due_at - started_at
    if left <= whole / 4 or (whole > timedelta(days=2) and left <= timedelta(days=1)):
        return "yellow"
    return "green"
