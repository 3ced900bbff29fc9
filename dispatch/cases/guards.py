"""What keeps a verb from a case although its state would let it follow: codes and values, no database.

What only the present moment decides (a time that has run out) is told where the verb is performed.
"""

from __future__ import annotations

from collections.abc import Callable

from base.values import Value
from dispatch.cases.incidents import Case
from dispatch.cases.ladder import COUNTY
from dispatch.cases.tasks import Task

Kept = tuple[str, dict[str, Value]]
"""The key of the fault, and what it is worded with."""


def kept_from(case: Case, verb: str) -> Kept | None:
    """Why the verb does not follow on this case, None when nothing keeps it."""
    guard = _GUARDS.get(verb)
    return None if guard is None else guard(case)


def may_be_closed_unseen(case: Case) -> bool:
    """Whether a case may be closed without anybody's having looked: the two exceptions.

    Settled on the spot and not of the sample; or of the lowest priority, and its reporter satisfied with the work as it
    is now, not with one that failed a look since. Source: docs/domain.md, "Other eyes".
    """
    if case.state == "self_handled":
        return not case.is_sampled
    is_of_this_work = case.rated_at is not None and case.handled_at is not None and case.rated_at >= case.handled_at
    return case.priority == "P4" and case.satisfied is True and is_of_this_work


def contesters(case: Case) -> list[str]:
    """Who was to lead the case and returned it, in their order: departments, or workers of none."""
    return [task.party for task in case.tasks if task.state == "returned" and task.kind == "lead"]


def task_kept_from(case: Case, task: Task, verb: str) -> Kept | None:
    """Why the verb does not follow on this task of the case, None when nothing keeps it.

    Handled first and argued afterwards (先办后议): who returned the case once, or leads it after a ruling, objects;
    anybody else may still return it. Source: docs/domain.md, "Sending back".
    """
    if verb != "object" or task.party in contesters(case) or return_kept_from(case, task) is not None:
        return None
    return "nothing_contested", {"who": task.name}


def return_kept_from(case: Case, task: Task) -> Kept | None:
    """Why who is to lead may not return it: it was ruled to be his, or he has returned it before; None: he may."""
    if task.kind != "lead":
        return None
    if case.ruled_at is not None:
        return "ruled_already", {"who": task.name}
    return ("contested_once", {"who": task.name}) if task.party in contesters(case) else None


def _close(case: Case) -> Kept | None:
    if may_be_closed_unseen(case):
        return None
    return ("sampled_needs_verify" if case.state == "self_handled" else "close_needs_verify"), {}


def _rate(case: Case) -> Kept | None:
    if case.rated_at is None or case.rated_by is None:
        return None
    return "already_rated", {"by": case.rated_by, "at": case.rated_at}


def _acknowledge(case: Case) -> Kept | None:
    if case.acknowledged_at is None or case.acknowledged_by is None:
        return None
    return "already_acknowledged", {"by": case.acknowledged_by, "at": case.acknowledged_at}


def _escalate(case: Case) -> Kept | None:
    return ("at_the_top", {}) if case.level >= COUNTY else None


def _rule(case: Case) -> Kept | None:
    return ("no_ruling_awaited", {}) if case.ruling_wanted_at is None else None


def _dispatch(case: Case) -> Kept | None:
    return None if case.ruling_wanted_at is None else ("ruling_awaited", {"times": case.returned_count})


def _send_down(case: Case) -> Kept | None:
    return ("not_sent_up", {}) if case.level < COUNTY else None


_GUARDS: dict[str, Callable[[Case], Kept | None]] = {
    "close": _close,
    "rate": _rate,
    "acknowledge": _acknowledge,
    "escalate": _escalate,
    "dispatch": _dispatch,
    "divert": _dispatch,
    "whistle": _dispatch,
    "rule": _rule,
    "send_down": _send_down,
}
