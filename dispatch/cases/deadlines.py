"""Why a case is due when it is due: limits by priority and type, what is left after rework, lamps. No database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, get_args

from dispatch.cases.calendar import Calendar, Limit
from dispatch.cases.lifecycle import Step

Lamp = Literal["green", "yellow", "red", "blue", "off"]
LAMPS: tuple[Lamp, ...] = get_args(Lamp)
LimitOf = Literal["priority", "type"]

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


CHECK: dict[str, Limit] = {
    "P1": Limit(15, "minute"),
    "P2": Limit(30, "minute"),
    "P3": Limit(2, "work_hour"),
    "P4": Limit(1, "work_day"),
}
"""How long a look on site before acceptance (核实) may take. Source: docs/domain.md, "Checking on site"."""
MEET: dict[str, Limit] = {"P1": Limit(30, "minute"), "P2": Limit(2, "hour")}
"""How soon who is called by a whistle is to be there where nothing else is agreed. Source: docs/domain.md, "The
whistle"."""
SUPERVISE = Limit(4, "work_hour")
"""How long who is supervised (督办) has to answer. Source: docs/domain.md, "Supervising and urging"."""
URGE: dict[str, Limit] = {
    "P1": Limit(15, "minute"),
    "P2": Limit(15, "minute"),
    "P3": Limit(1, "work_hour"),
    "P4": Limit(1, "work_hour"),
}
"""How long who is urged (催办) has to answer. Source: as above."""


def handle_limit(
    start: datetime, priority: str, type_priority: str, type_limit: Limit | None, calendar: Calendar
) -> tuple[Limit, LimitOf]:
    """The limit of handling, and whether it is the priority's or the type's.

    The type's own limit holds for a case of the type's priority or a lower one; a case raised above it must be done
    by the earlier of the type's and the priority's limit.
    """
    by_priority = MATRIX[priority]["handle"]
    if type_limit is None:
        return by_priority, "priority"
    is_raised = priority < type_priority
    if is_raised and calendar.after(start, by_priority) < calendar.after(start, type_limit):
        return by_priority, "priority"
    return type_limit, "type"


def handle_due(
    start: datetime, priority: str, type_priority: str, type_limit: Limit | None, calendar: Calendar
) -> datetime:
    """When the case has to be handled: the end of :func:`handle_limit`."""
    limit, _ = handle_limit(start, priority, type_priority, type_limit, calendar)
    return calendar.after(start, limit)


def rework_due(at: datetime, started_at: datetime, due_at: datetime) -> datetime:
    """When a case sent back for rework is due: what is left, but at least half of what it had.

    Source: docs/domain.md, "Rework".
    """
    return at + max(due_at - at, (due_at - started_at) / 2)


def is_past(due_at: datetime | None, at: datetime) -> bool:
    """Whether a limit has run out; a clock that does not run (None) never does."""
    return due_at is not None and due_at < at


def lamp(started_at: datetime | None, due_at: datetime | None, at: datetime, *, is_paused: bool = False) -> Lamp:
    """The lamp of the clock that runs out first.

    Green; yellow from one day or a quarter of the time before the limit; red after it; blue while the case is
    suspended; off when no clock runs. The day counts only for limits longer than two days, else a short case would
    begin yellow.

    Source: docs/domain.md, "Lamps".
    """
    if started_at is None or due_at is None:
        return "blue" if is_paused else "off"
    if is_past(due_at, at):
        return "red"
    left, whole = due_at - at, due_at - started_at
    if left <= whole / 4 or (whole > timedelta(days=2) and left <= timedelta(days=1)):
        return "yellow"
    return "green"
