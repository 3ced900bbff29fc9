"""A case as somebody is shown it: masked for their eyes, what is due next, what they may do, its log if asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.access.scope import Scope
from dispatch.cases import deadlines
from dispatch.cases.deadlines import Lamp
from dispatch.cases.due_steps import ToldClock
from dispatch.cases.incidents import Case, LogLine
from dispatch.cases.lifecycle import Verb
from dispatch.cases.looks import shown, shown_log
from dispatch.cases.permission import verbs_for
from dispatch.cases.tasks import Task


@dataclass(frozen=True, slots=True)
class NextClock:
    """The clock that runs out first: of which step, when, whether it has."""

    step: str
    due_at: datetime
    overdue: bool


@dataclass(frozen=True)
class ShownCase(Case):
    """The case, and what is true of it now and for whoever is shown it."""

    allowed: tuple[Verb, ...]
    lamp: Lamp
    overdue: bool
    step: NextClock | None
    log: tuple[LogLine, ...]
    clocks: tuple[ToldClock, ...] = ()


@dataclass(frozen=True)
class ShownTask(Task):
    """A task, and when the clock of it that runs is over."""

    due_at: datetime | None = None


def _shown_task(task: Task, clocks: Sequence[ToldClock]) -> ShownTask:
    dues = [clock.due_at for clock in clocks if clock.task_id == task.task_id and clock.is_running]
    return ShownTask(**vars(task), due_at=min(dues, default=None))


def _next_clock(case: Case, at: datetime) -> NextClock | None:
    if case.next_stage is None or case.next_due_at is None:
        return None
    return NextClock(case.next_stage, case.next_due_at, overdue=case.is_overdue(at))


def shown_case(
    case: Case, scope: Scope, at: datetime, log: Sequence[LogLine] = (), clocks: Sequence[ToldClock] = ()
) -> ShownCase:
    """The case as it is shown to somebody.

    Parameters
    ----------
    case
        as it is now.
    scope
        who asks: decides ``allowed`` and what is masked.
    at
        the present moment (aware), for the lamp.
    log
        its lines, where they are asked for too.
    clocks
        its clocks, likewise.
    """
    lines = tuple(shown_log(log, case, scope))
    case = shown(case, scope)
    return ShownCase(
        **vars(case) | {"tasks": tuple(_shown_task(task, clocks) for task in case.tasks)},
        allowed=verbs_for(scope, case, log),
        lamp=deadlines.lamp(case.next_started_at, case.next_due_at, at, is_paused=case.stage == "paused"),
        overdue=case.is_overdue(at),
        step=_next_clock(case, at),
        log=lines,
        clocks=tuple(clocks),
    )
