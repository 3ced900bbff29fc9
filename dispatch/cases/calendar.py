"""The town's working calendar: which days are worked, at what hours, and when a limit in working time runs out.

A calendar is handed to whoever counts; nothing of it lies about in the process. What a town has loaded for a year is
read from its table (``calendar_rows.py``), else the days of ``holidays.csv`` hold. No database.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from base.clock import TOWN_ZONE

Unit = Literal["minute", "hour", "work_hour", "work_day"]
DayKind = Literal["holiday", "workday"]
DAY_KINDS: tuple[DayKind, ...] = get_args(DayKind)

WORKING_TIMES = ((time(8, 30), time(11, 30)), (time(13, 30), time(17, 0)))
"""Monday to Friday, town time: 6.5 hours. Source: docs/domain.md, "Working time"."""
WORK_DAY_H = 6.5


@dataclass(frozen=True)
class Limit:
    """So much time, in natural minutes or hours, or in working hours or days (a working day is 6.5 working hours)."""

    amount: float
    unit: Unit

    @property
    def is_working_time(self) -> bool:
        """Whether only working time counts."""
        return self.unit in ("work_hour", "work_day")

    @property
    def span(self) -> timedelta:
        """How much time it is, of whichever kind."""
        if self.unit == "minute":
            return timedelta(minutes=self.amount)
        return timedelta(hours=self.amount * (WORK_DAY_H if self.unit == "work_day" else 1.0))


@dataclass(frozen=True)
class SpecialDay:
    """A day that breaks the week: a holiday, or a day worked in exchange (调休)."""

    day: date
    kind: DayKind
    name: str


@dataclass(frozen=True)
class Calendar:
    """Which days a town's offices work, and at what hours (town time).

    ``special`` are the days that break the week, ``settled`` the years whose exchange days are known.
    """

    special: Mapping[date, SpecialDay]
    settled: frozenset[int]
    working_times: tuple[tuple[time, time], ...] = WORKING_TIMES

    def is_settled(self, year: int) -> bool:
        """Whether the exchange days of a year are known; else what is due in it may still move."""
        return year in self.settled

    def is_working_day(self, day: date) -> bool:
        """Whether the offices work on this day; where nothing special is known every Monday to Friday."""
        special = self.special.get(day)
        return day.weekday() < 5 if special is None else special.kind == "workday"

    def spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans of working time from a moment on (town time), without end."""
        start = start.astimezone(TOWN_ZONE)
        day = start.date()
        while True:
            if self.is_working_day(day):
                for begins, ends in self.working_times:
                    begin = max(start, datetime.combine(day, begins, TOWN_ZONE))
                    end = datetime.combine(day, ends, TOWN_ZONE)
                    if begin < end:
                        yield begin, end
            day += timedelta(days=1)

    def after(self, start: datetime, limit: Limit) -> datetime:
        """The moment (aware, UTC) a limit that begins at ``start`` (aware) has run out."""
        if not limit.is_working_time:
            return (start + limit.span).astimezone(UTC)
        return self.worked_after(start, limit.span)

    def worked_after(self, start: datetime, worked: timedelta) -> datetime:
        """The moment (aware, UTC) by which so much working time has passed since ``start``."""
        left = worked
        for begin, end in self.spans(start):
            if end - begin >= left:
                return (begin + left).astimezone(UTC)
            left -= end - begin
        raise AssertionError("working time never ends")

    def worked_between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments (aware)."""
        total = timedelta()
        for begins, ends in self.spans(start):
            if begins >= end:
                return total
            total += min(ends, end) - begins
        raise AssertionError("working time never ends")

    def crossed(self, start: datetime, end: datetime) -> tuple[SpecialDay, ...]:
        """The special days that lie between two moments, the first first."""
        first, last = start.astimezone(TOWN_ZONE).date(), end.astimezone(TOWN_ZONE).date()
        return tuple(self.special[day] for day in sorted(self.special) if first <= day <= last)


@cache
def national_days() -> tuple[SpecialDay, ...]:
    """The days of ``holidays.csv``.

    Source: State Council notice of 2025-11-04 for 2026. For 2027 only the days fixed by the regulation on public
    holidays (as amended for 2025); the exchange days of 2027 are not in the table until they are announced.
    """
    days: list[SpecialDay] = []
    with (Path(__file__).parent / "holidays.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            kind: DayKind = "workday" if row["kind"] == "workday" else "holiday"
            first, last = date.fromisoformat(row["from"]), date.fromisoformat(row["to"])
            days += each_day(first, last, kind, row["name"])
    return tuple(days)


def each_day(first: date, last: date, kind: DayKind, name: str) -> list[SpecialDay]:
    """Every day from the first to the last, both counted."""
    return [SpecialDay(first + timedelta(days=number), kind, name) for number in range((last - first).days + 1)]


def calendar_with(loaded: Iterable[SpecialDay] = ()) -> Calendar:
    """The calendar of a town that has loaded these days: of a year it loaded, nothing else holds.

    A year of ``holidays.csv`` is settled when its exchange days stand there too; a loaded one is.
    """
    own = list(loaded)
    own_years = {one.day.year for one in own}
    shipped = [one for one in national_days() if one.day.year not in own_years]
    exchanged = {one.day.year for one in shipped if one.kind == "workday"}
    return Calendar({one.day: one for one in (*shipped, *own)}, frozenset(own_years | exchanged))
