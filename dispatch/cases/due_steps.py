"""Why a clock is due when it is due: each step that made its due time, as a code with its values.

Source: docs/domain.md, "Clocks".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from base.clock import TOWN_ZONE
from base.database import Transaction
from base.values import Code, Moment, Seconds, Value
from dispatch.cases.calendar import Calendar, SpecialDay
from dispatch.cases.clock_rows import Extension, read_calendar, read_clocks, read_extensions
from dispatch.cases.clocks import Clock, Pause, due_after_pause
from dispatch.cases.deadlines import is_past

MOST_SPANS = 60
"""Spans of working time that are told one by one, at most."""


@dataclass(frozen=True)
class Span:
    """A span of working time that counted."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class DueStep:
    """One step towards a due time: what it was (``code`` and its values), and when the clock was due after it."""

    code: str
    due_at: datetime
    values: Mapping[str, Value] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()

    @property
    def text(self) -> Code:
        """The step, to be put into words."""
        return Code("due.step", self.code, self.values)


def due_steps(clock: Clock, extensions: Sequence[Extension], calendar: Calendar) -> list[DueStep]:
    """The steps that made the due time of a clock, in order; the last one's ``due_at`` is the clock's.

    Parameters
    ----------
    clock
        as it is now.
    extensions
        those of its case.
    calendar
        the town's.
    """
    steps = [_first(clock), *_counted(clock, calendar)]
    for _, event in sorted(_events(clock, extensions), key=lambda one: one[0]):
        steps.append(_after_event(clock, steps[-1].due_at, event, calendar))
    if steps[-1].due_at != clock.due_at:  # a calendar was loaded since
        steps.append(DueStep("as_counted", clock.due_at, {"due": Moment(clock.due_at)}))
    if clock.paused_since is not None:
        steps.append(DueStep("stands", steps[-1].due_at, {"since": Moment(clock.paused_since)}))
    if not is_settled(clock, calendar):
        year = steps[-1].due_at.astimezone(TOWN_ZONE).year
        steps.append(DueStep("unsettled", steps[-1].due_at, {"year": str(year)}))
    return steps


def is_settled(clock: Clock, calendar: Calendar) -> bool:
    """Whether the exchange days of every year it counts working time in are known."""
    if clock.limit is None or not clock.limit.is_working_time:
        return True
    first, last = (moment.astimezone(TOWN_ZONE).year for moment in (clock.started_at, clock.due_at))
    return all(calendar.is_settled(year) for year in range(first, last + 1))


def _first(clock: Clock) -> DueStep:
    since, basis = Moment(clock.started_at), Code("due.basis", clock.basis)
    if clock.limit is None:
        return DueStep("set", clock.first_due_at, {"since": since, "basis": basis, "due": Moment(clock.first_due_at)})
    limit = Code("due.unit", clock.limit.unit, {"n": clock.limit.amount})
    return DueStep("limit", clock.first_due_at, {"since": since, "basis": basis, "limit": limit})


def _counted(clock: Clock, calendar: Calendar) -> Iterator[DueStep]:
    """The working time that was counted, and the special days among it."""
    if clock.limit is None or not clock.limit.is_working_time:
        return
    spans = tuple(_spans(clock, calendar))
    worked = Seconds(sum((span.until - span.since).total_seconds() for span in spans))
    days = len({span.since.date() for span in spans})
    first, last = Moment(spans[0].since), Moment(spans[-1].until)
    values: dict[str, Value] = {"worked": worked, "days": days, "first": first, "last": last}
    yield DueStep("worked", clock.first_due_at, values, spans[:MOST_SPANS])
    crossed = calendar.crossed(clock.started_at, clock.first_due_at)
    if crossed:
        told = [Code("due.day", kind, {"name": name, "days": day}) for kind, name, day in _named(crossed)]
        yield DueStep("crossed", clock.first_due_at, {"days": told})


def _spans(clock: Clock, calendar: Calendar) -> Iterator[Span]:
    for begins, ends in calendar.spans(clock.started_at):
        if begins >= clock.first_due_at:
            return
        yield Span(begins, min(ends, clock.first_due_at.astimezone(TOWN_ZONE)))


def _named(days: Sequence[SpecialDay]) -> Iterator[tuple[str, str, str]]:
    """Kind, name and days of each holiday, and of each exchange."""
    for (kind, name), of_one in groupby(days, key=lambda one: (one.kind, one.name)):
        all_days = [one.day for one in of_one]
        yield kind, name, _from_to(all_days[0], all_days[-1])


def _from_to(first: date, last: date) -> str:
    return f"{first:%m-%d}" if first == last else f"{first:%m-%d}–{last:%m-%d}"


def _events(clock: Clock, extensions: Sequence[Extension]) -> Iterator[tuple[datetime, Pause | Extension]]:
    """What moved the due time, each with when it did."""
    yield from ((pause.until, pause) for pause in clock.pauses)
    for extension in extensions:
        if extension.clock_id == clock.clock_id and extension.decision == "granted" and extension.decided_at:
            yield extension.decided_at, extension


def _after_event(clock: Clock, due_at: datetime, event: Pause | Extension, calendar: Calendar) -> DueStep:
    if isinstance(event, Pause):
        moved = due_after_pause(due_at, clock.limit, event, calendar)
        values: dict[str, Value] = {"since": Moment(event.since), "until": Moment(event.until)}
        return DueStep("pause", moved, values | {"due": Moment(moved)})
    extended = max(event.until, due_at)
    return DueStep("extension", extended, {"by": event.decided_by, "due": Moment(extended)})


@dataclass(frozen=True)
class ToldClock(Clock):
    """A clock with the steps that made its due time; ``is_overdue`` now."""

    steps: tuple[DueStep, ...] = ()
    is_overdue: bool = False
    calendar_settled: bool = True

    @property
    def why(self) -> tuple[Code, ...]:
        """All steps, to be put into one sentence."""
        return tuple(step.text for step in self.steps)


def read_told_clocks(transaction: Transaction, area_id: int, case_no: str, at: datetime) -> list[ToldClock]:
    """Every clock of a case with why it is due when it is. Read the case before: this does not ask who asks."""
    calendar = read_calendar(transaction, area_id)
    extensions = read_extensions(transaction, area_id, case_no)
    return [
        ToldClock(
            **vars(clock),
            steps=tuple(due_steps(clock, extensions, calendar)),
            is_overdue=clock.is_running and is_past(clock.due_at, at),
            calendar_settled=is_settled(clock, calendar),
        )
        for clock in read_clocks(transaction, area_id, case_no)
    ]
