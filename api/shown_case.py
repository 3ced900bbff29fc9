"""A case as somebody is shown it: masked for their eyes, what is due next, what they may do, its log if asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.access.scope import Scope
from dispatch.cases import deadlines
from dispatch.cases.deadlines import Lamp
from dispatch.cases.incidents import Case, LogLine
from dispatch.cases.lifecycle import ENDED, Verb
from dispatch.cases.looks import shown, shown_log
from dispatch.cases.permission import verbs_for


@dataclass(frozen=True, slots=True)
class DueStep:
    """The next limit of a case: which step, when it runs out, whether it has."""

    step: str
    due_at: datetime
    overdue: bool


@dataclass(frozen=True)
class ShownCase(Case):
    """The case, and what is true of it now and for whoever is shown it."""

    allowed: tuple[Verb, ...]
    lamp: Lamp
    overdue: bool
    step: DueStep | None
    log: tuple[LogLine, ...]


def shown_case(case: Case, scope: Scope, at: datetime, log: Sequence[LogLine] = ()) -> ShownCase:
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
    """
    lines = tuple(shown_log(log, case, scope))
    case = shown(case, scope)
    started_at = case.accepted_at or case.reported_at
    waits = case.state not in ENDED and case.handled_at is None
    step = deadlines.step_due(case.state, case.priority, case.updated_at, case.due_at)
    return ShownCase(
        **vars(case),
        allowed=verbs_for(scope, case, log),
        lamp=deadlines.lamp(started_at, case.due_at, at, ended=not waits),
        overdue=waits and case.due_at is not None and at > case.due_at,
        step=None if step is None else DueStep(*step, overdue=at > step[1]),
        log=lines,
    )
