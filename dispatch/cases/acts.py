"""What a clock does by itself and when: reminders, the rungs of escalation, raising a P1 again. Pure functions.

Each act is done once for each due time of a clock; ``acting.py`` does them and keeps that they were done.

Source: docs/domain.md, "Reminders", "Escalation", "A P1 that nobody answers".
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

from base.clock import TOWN_ZONE
from dispatch.cases.calendar import Calendar, Limit, Unit
from dispatch.cases.clocks import Clock, due_after_pause
from dispatch.cases.deadlines import MATRIX

REMIND_BEFORE = timedelta(days=1)
"""Source: docs/domain.md, "Reminders"."""
LAST_DAY_AT = time(16)
"""When who is due right after holidays is reminded on the last working day before them (town time)."""
LINES: frozenset[str] = frozenset({"escalated_by_time", "raise_again", "suspension_over"})
"""What the clock writes into the log of a case besides verbs: nobody may perform it."""
LONGEST_RAISE = timedelta(hours=1)


@dataclass(frozen=True)
class Act:
    """Something a clock does.

    ``name`` is what is kept of it, ``code`` and ``to`` the notice and whom of ``notices.csv`` it is for, ``level`` how
    far up the case is taken. After ``until`` it is not done any more: something else has told more. ``is_for_holder``:
    it waits until somebody has the work in hand.
    """

    name: str
    at: datetime
    code: str = ""
    to: frozenset[str] = frozenset()
    level: int | None = None
    until: datetime | None = None
    is_for_holder: bool = False


@dataclass(frozen=True)
class Rung:
    """One line of ``escalation.csv``: so long since a clock began or ran out, who is told, how far up the case goes."""

    act: str
    stage: str
    priorities: frozenset[str]
    since: str
    limit: Limit
    code: str
    to: frozenset[str]
    level: int | None


@cache
def rungs() -> tuple[Rung, ...]:
    """The lines of ``escalation.csv``."""
    with (Path(__file__).parent / "escalation.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_rung(line) for line in csv.DictReader(file))


def _rung(line: dict[str, str]) -> Rung:
    unit: Unit = line["unit"]  # type: ignore[assignment]
    level = int(line["level"]) if line["level"] else None
    return Rung(
        line["act"], line["stage"], frozenset(line["priorities"].split()), line["since"],
        Limit(float(line["amount"]), unit), line["notice"], frozenset(line["to"].split()), level,
    )  # fmt: skip


def acts_of(clock: Clock, priority: str, calendar: Calendar) -> list[Act]:
    """Everything a clock does while it runs, the first first.

    Parameters
    ----------
    clock
        as it is now.
    priority
        of its case.
    calendar
        the town's.
    """
    found = [*_reminders(clock, calendar), *_rungs(clock, priority, calendar)]
    return sorted(found, key=lambda act: act.at)


def _reminders(clock: Clock, calendar: Calendar) -> Iterator[Act]:
    """One day before the deadline; what may take a day at most, when a quarter is left."""
    if clock.key != ("handle", None):
        return
    whole = clock.first_due_at - clock.started_at
    at = clock.due_at - (REMIND_BEFORE if whole > REMIND_BEFORE else whole / 4)
    early = before_holidays(clock.due_at, calendar)
    to = frozenset({"handlers"})
    if early is not None and clock.started_at < early < at:
        yield Act("reminder_early", early, "reminder", to, until=at, is_for_holder=True)
    yield Act("reminder", at, "reminder", to, until=clock.due_at, is_for_holder=True)


def before_holidays(due_at: datetime, calendar: Calendar) -> datetime | None:
    """16:00 of the last working day, for what is due on the first working day after holidays; else None."""
    day = due_at.astimezone(TOWN_ZONE).date()
    last, is_after_holidays = day - timedelta(days=1), False
    while not calendar.is_working_day(last):
        is_after_holidays |= last in calendar.special
        last -= timedelta(days=1)
    if not (is_after_holidays and calendar.is_working_day(day)):
        return None
    return datetime.combine(last, LAST_DAY_AT, TOWN_ZONE).astimezone(due_at.tzinfo)


def _rungs(clock: Clock, priority: str, calendar: Calendar) -> Iterator[Act]:
    for rung in rungs():
        if rung.stage != clock.stage or priority not in rung.priorities:
            continue
        if clock.key == ("handle", clock.task_id) and clock.task_id is not None and rung.act != "overdue":
            continue  # a look on site: who was asked is told that it is late, and that is all
        yield Act(rung.act, _moment(rung, clock, calendar), rung.code, rung.to, rung.level)


def _moment(rung: Rung, clock: Clock, calendar: Calendar) -> datetime:
    """When a rung's time has come: what the clock stood is not counted."""
    if rung.since == "due":
        return calendar.after(clock.due_at, rung.limit)
    at = calendar.after(clock.started_at, rung.limit)
    for pause in clock.pauses:
        at = due_after_pause(at, rung.limit, pause, calendar)
    return at


def due_now(acts: Collection[Act], done: Collection[str], at: datetime) -> list[Act]:
    """What is to be done at this moment and was not done; what has lost its point is left out."""
    return [
        act for act in acts if act.name not in done and act.at <= at and (act.until is None or at < act.until)
    ]  # fmt: skip


def next_moment(acts: Collection[Act], done: Collection[str], at: datetime) -> datetime | None:
    """When the next act's time comes after this moment; None when none does."""
    return min((act.at for act in acts if act.name not in done and act.at > at), default=None)


@dataclass(frozen=True)
class Answered:
    """What is known of whether somebody answered a P1: who has seen it since when, and when it was raised last."""

    acknowledged_at: datetime | None
    raised_at: datetime | None
    raised_count: int


def raises_at(clock: Clock, priority: str, answered: Answered) -> datetime | None:
    """When a P1 that waits is raised again; None where it is none, or where it does not wait.

    After the limit of accepting while nobody has acknowledged it, after that of dispatching when somebody has and
    nothing followed; from the third time on each pause is twice as long, up to an hour.
    """
    limits = MATRIX["P1"]
    if priority != "P1" or clock.stage not in ("accept", "dispatch"):
        return None
    is_seen = answered.acknowledged_at is not None or clock.stage == "dispatch"
    limit = limits["dispatch" if is_seen else "accept"].span
    since = max(one for one in (clock.started_at, answered.acknowledged_at, answered.raised_at) if one is not None)
    pause: timedelta = limit * 2.0 ** max(0, min(answered.raised_count, 12) - 2)
    return since + min(pause, LONGEST_RAISE)
