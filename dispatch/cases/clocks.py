"""Which clocks run for a case, and how each ends: a clock for each step that is awaited, of the case or of one task.

Pure functions over frozen records; ``clock_rows.py`` keeps what they say.

Source: docs/domain.md, "Clocks".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID, uuid4

from dispatch.cases.calendar import Calendar, Limit, Unit
from dispatch.cases.deadlines import CHECK, MATRIX, handle_limit, is_past
from dispatch.cases.lifecycle import Stage as CaseStage
from dispatch.cases.lifecycle import State, Step, meaning_of, stage_of
from dispatch.cases.tasks import Task, is_way, standing

Stage = Step | Literal["answer", "meet"]
STAGES: tuple[Stage, ...] = (*get_args(Step), "answer", "meet")
ClockState = Literal["running", "kept", "missed", "paused", "void"]
CLOCK_STATES: tuple[ClockState, ...] = get_args(ClockState)
Basis = Literal["priority", "type", "check", "rework", "earlier", "supervise", "urge", "whistle"]
BASES: tuple[Basis, ...] = get_args(Basis)
"""Where a limit comes from: the priority's table, the type, what a check or an answer may take, what is left after
rework, a deadline set before clocks were kept, or the time a whistle calls for."""
Key = tuple[Stage, UUID | None]


@dataclass(frozen=True, slots=True)
class Pause:
    """A span in which a clock stood."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Clock:
    """One clock: the step that is awaited, of the case or (``task_id``) of one task.

    ``limit`` is None where the time was set otherwise (rework). ``first_due_at`` is what the limit made of the start,
    ``due_at`` what pauses and extensions have made of that. It ends ``kept`` or ``missed``, or ``void`` when the step
    is not awaited any more; a clock past its time that nobody has ended runs on, and is overdue.
    """

    clock_id: UUID
    stage: Stage
    task_id: UUID | None
    basis: Basis
    limit: Limit | None
    started_at: datetime
    first_due_at: datetime
    due_at: datetime
    state: ClockState = "running"
    ended_at: datetime | None = None
    paused_since: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def key(self) -> Key:
        """What it is of: there is one at a time."""
        return self.stage, self.task_id

    @property
    def is_live(self) -> bool:
        """Whether it runs or stands, so that it has not ended."""
        return self.ended_at is None

    @property
    def is_running(self) -> bool:
        """Whether its time passes now."""
        return self.state == "running"


@dataclass(frozen=True)
class Facts:
    """What the clocks of a case go by: the case as it is now (``before``: the state it was in), and its tasks."""

    state: State
    before: State
    priority: str
    type_priority: str
    type_limit: Limit | None
    reported_at: datetime
    accepted_at: datetime | None
    handled_at: datetime | None
    due_at: datetime | None
    tasks: Sequence[Task] = ()


@dataclass(frozen=True)
class Wanted:
    """A clock that should be live: since when when it is the first of its kind, and whether it stands.

    ``due_at`` where the moment is agreed and no limit makes it.
    """

    stage: Stage
    task_id: UUID | None
    started_at: datetime | None
    limit: Limit | None
    basis: Basis
    is_paused: bool
    due_at: datetime | None = None

    @property
    def key(self) -> Key:
        """As of :attr:`Clock.key`."""
        return self.stage, self.task_id


def wanted(facts: Facts) -> list[Wanted]:
    """The clocks that should be live now, but for those of answers, which begin with a verb."""
    return [*_of_case(facts), *_of_tasks(facts)]


def _of_case(facts: Facts) -> Iterator[Wanted]:
    meaning, limits = meaning_of(facts.state), MATRIX[facts.priority]
    is_paused = meaning.stage == "paused"
    if meaning.step == "accept":
        is_checked = any(True for _ in _checks(facts))
        yield Wanted("accept", None, facts.reported_at, limits["accept"], "priority", is_checked)
    elif meaning.step == "dispatch":
        yield Wanted("dispatch", None, facts.accepted_at, limits["dispatch"], "priority", is_paused=False)
    elif meaning.step == "verify":
        yield Wanted("verify", None, facts.handled_at, limits["verify"], "priority", is_paused=False)
    if facts.due_at is not None and meaning.step != "accept" and (meaning.is_to_handle or is_paused):
        yield Wanted("handle", None, facts.accepted_at, None, "rework", is_paused)


def _checks(facts: Facts) -> Iterator[Task]:
    """The tasks of those who look on site before the case is accepted."""
    if meaning_of(facts.state).step == "accept":
        yield from (task for task in facts.tasks if task.is_open and task.kind == "check")


def _of_tasks(facts: Facts) -> Iterator[Wanted]:
    for task in _checks(facts):
        started_at = task.sent_at or task.created_at
        yield Wanted("handle", task.task_id, started_at, CHECK[facts.priority], "check", is_paused=False)
    limits = MATRIX[facts.priority]
    for task in facts.tasks:
        if not task.is_open or task.kind == "check" or not meaning_of(facts.state).is_open:
            continue
        now, is_paused = standing(task), task.state == "paused"
        if task.meet_at is not None and task.came_at is None:
            yield Wanted("meet", task.task_id, None, None, "whistle", is_paused, task.meet_at)
        if now == "sent":
            yield Wanted("sign", task.task_id, task.sent_at, limits["sign"], "priority", is_paused)
        elif is_way(now) and _has_to_arrive(task, facts):
            yield Wanted("arrive", task.task_id, task.signed_at, limits["arrive"], "priority", is_paused)


def _has_to_arrive(task: Task, facts: Facts) -> bool:
    """Whether the limit of arriving is the one that holds: who is called by a whistle has a time of his own."""
    return "arrive" in MATRIX[facts.priority] and task.meet_at is None and not _is_handed_over(task, facts.tasks)


def _is_handed_over(task: Task, tasks: Sequence[Task]) -> bool:
    return any(one.parent_task_id == task.task_id and one.is_open for one in tasks)


def follow(facts: Facts, clocks: Sequence[Clock], at: datetime, calendar: Calendar) -> list[Clock]:
    """The clocks that are new or other than they were, now that the case is as ``facts`` tell.

    Parameters
    ----------
    facts
        the case as it is now.
    clocks
        every clock the case ever had.
    at
        the present moment (aware).
    calendar
        the town's.
    """
    wants = {want.key: want for want in wanted(facts)}
    live = [clock for clock in clocks if clock.is_live]
    changed = [(clock, _followed(clock, wants.get(clock.key), facts, at, calendar)) for clock in live]
    kept = {clock.key for clock in live}
    begun = [_begun(want, facts, clocks, at, calendar) for key, want in wants.items() if key not in kept]
    return [after for before, after in changed if after != before] + begun


def _begun(want: Wanted, facts: Facts, clocks: Sequence[Clock], at: datetime, calendar: Calendar) -> Clock:
    """The first clock of a step starts with the fact that made it; a later one now."""
    is_first = not any(clock.key == want.key for clock in clocks)
    own = want.started_at is not None and (is_first or want.stage == "verify")
    started_at = want.started_at if own and want.started_at is not None else at
    limit, basis, due_at = want.limit, want.basis, want.due_at
    if want.key == ("handle", None):
        limit, basis, due_at = _handling(facts, started_at, calendar)
    if due_at is None:
        assert limit is not None
        due_at = calendar.after(started_at, limit)
    clock = Clock(uuid4(), want.stage, want.task_id, basis, limit, started_at, due_at, due_at)
    return paused(clock, at) if want.is_paused else clock


def _handling(facts: Facts, started_at: datetime, calendar: Calendar) -> tuple[Limit | None, Basis, datetime | None]:
    """The limit of handling and where it comes from; after rework the deadline was set, and there is no limit."""
    limit, basis = handle_limit(started_at, facts.priority, facts.type_priority, facts.type_limit, calendar)
    is_by_limit = calendar.after(started_at, limit) == facts.due_at
    return (limit, basis, facts.due_at) if is_by_limit else (None, "rework", facts.due_at)


def _followed(clock: Clock, want: Wanted | None, facts: Facts, at: datetime, calendar: Calendar) -> Clock:
    if clock.stage == "answer":
        return _answer_followed(clock, facts, at, calendar)
    if want is None:
        return ended(clock, at, is_done=_is_done(clock, facts), is_counted=meaning_of(facts.state).is_counted)
    after = _paused_or_resumed(clock, at, calendar, is_paused=want.is_paused)
    is_moved = clock.key == ("handle", None) and clock.is_running and after.is_running and facts.due_at is not None
    return replace(after, due_at=facts.due_at) if is_moved and facts.due_at is not None else after


def _paused_or_resumed(clock: Clock, at: datetime, calendar: Calendar, *, is_paused: bool) -> Clock:
    if is_paused == (clock.state == "paused"):
        return clock
    return paused(clock, at) if is_paused else resumed(clock, at, calendar)


def _answer_followed(clock: Clock, facts: Facts, at: datetime, calendar: Calendar) -> Clock:
    """An answer is awaited until the case goes on to other hands; work that is sent on or handled answers as well."""
    meaning = meaning_of(facts.state)
    if _in_hands(facts.state) != _in_hands(facts.before):
        return ended(clock, at, is_done=meaning.is_counted, is_counted=meaning.is_counted)
    return _paused_or_resumed(clock, at, calendar, is_paused=meaning.stage == "paused")


_HANDS: dict[CaseStage, str] = {
    "waiting": "centre",
    "on_the_way": "handlers",
    "at_work": "handlers",
    "paused": "handlers",
    "to_verify": "verifiers",
    "ended": "nobody",
}


def _in_hands(state: State) -> str:
    return _HANDS[stage_of(state)]


def _is_done(clock: Clock, facts: Facts) -> bool:
    """Whether the step a clock waited for has been taken."""
    task = next((one for one in facts.tasks if one.task_id == clock.task_id), None)
    match clock.stage:
        case "accept":
            return facts.state != "cancelled"
        case "dispatch":
            return meaning_of(facts.state).milestone not in ("accepted", None) and meaning_of(facts.state).is_open
        case "sign":
            return task is not None and task.signed_at is not None
        case "meet":
            return task is not None and task.came_at is not None
        case "arrive":
            return task is not None and (task.arrived_at or task.started_at or task.done_at) is not None
        case "handle" if clock.task_id is not None:
            return task is not None and task.done_at is not None
        case "handle":
            return facts.handled_at is not None
    return facts.state != "cancelled"


def ended(clock: Clock, at: datetime, *, is_done: bool, is_counted: bool = True) -> Clock:
    """The clock when its step was taken, or is not awaited any more (then missed if its time was over)."""
    is_late = is_past(clock.due_at, clock.paused_since or at)
    state: ClockState = "missed" if is_late and (is_done or is_counted) else "kept" if is_done else "void"
    pauses = clock.pauses if clock.paused_since is None else (*clock.pauses, Pause(clock.paused_since, at))
    return replace(clock, state=state, ended_at=at, paused_since=None, pauses=_real(pauses))


def paused(clock: Clock, at: datetime) -> Clock:
    """The clock, standing from now on."""
    return replace(clock, state="paused", paused_since=at)


def resumed(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """The clock, running on with what was left when it was paused."""
    assert clock.paused_since is not None
    pause = Pause(clock.paused_since, at)
    due_at = due_after_pause(clock.due_at, clock.limit, pause, calendar)
    return replace(clock, state="running", due_at=due_at, paused_since=None, pauses=_real((*clock.pauses, pause)))


def _real(pauses: Sequence[Pause]) -> tuple[Pause, ...]:
    return tuple(pause for pause in pauses if pause.since < pause.until)


def due_after_pause(due_at: datetime, limit: Limit | None, pause: Pause, calendar: Calendar) -> datetime:
    """When a clock is due after it stood: as much time as was left, of the kind its limit counts.

    What was over before it was paused stays over.
    """
    if due_at <= pause.since:
        return due_at
    if limit is None or not limit.is_working_time:
        return due_at + (pause.until - pause.since)
    left = calendar.worked_between(pause.since, due_at)
    return calendar.worked_after(pause.until, left) if left else due_at + (pause.until - pause.since)


@dataclass(frozen=True)
class NextDue:
    """What runs out first of the running clocks of a case; all None when none runs."""

    next_stage: Stage | None = None
    next_started_at: datetime | None = None
    next_due_at: datetime | None = None
    answer_due_at: datetime | None = None


def next_due(clocks: Sequence[Clock]) -> NextDue:
    """The clock that runs out first, and when the first answer is due."""
    running = sorted((clock for clock in clocks if clock.is_running), key=lambda clock: (clock.due_at, clock.stage))
    if not running:
        return NextDue()
    answer = next((clock.due_at for clock in running if clock.stage == "answer"), None)
    return NextDue(running[0].stage, running[0].started_at, running[0].due_at, answer)


def limit_of(amount: float | None, unit: Unit | None) -> Limit | None:
    """A limit as it is kept: None where there was none."""
    return None if amount is None or unit is None else Limit(amount, unit)
