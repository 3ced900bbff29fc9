"""What happens when somebody performs a verb of a case (accept, verify, close ...): one function for each verb.

Verbs that send people stand in ``sending_verbs.py``, those performed on one task in ``task_verbs.py``, those that look
at what was done in ``checking_verbs.py``, those beside the way of a case in ``life_verbs.py``, returns and rulings in
``ruling.py``, what leaders say in ``leading_verbs.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from base.bus import publish
from base.clock import rfc3339
from base.database import Transaction
from base.errors import Forbidden, NotFound
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.cases import deadlines, routing
from dispatch.cases.case_state import write_case
from dispatch.cases.checking_verbs import CHECKING_VERBS, end_checks
from dispatch.cases.clock_rows import read_calendar
from dispatch.cases.incidents import Case, NewLogLine, add_line, is_written_already, read_any_case, read_case
from dispatch.cases.intake import check_priority, check_type
from dispatch.cases.ladder import level_of
from dispatch.cases.leading_verbs import LEADING_VERBS
from dispatch.cases.life_verbs import LIFE_VERBS
from dispatch.cases.lifecycle import Transition, is_granted, is_possible, transition_of
from dispatch.cases.permission import Named, check_permitted, on_behalf
from dispatch.cases.routing_rules import department_for
from dispatch.cases.ruling import RULING_VERBS
from dispatch.cases.sending import send_waiting, withdraw
from dispatch.cases.sending_verbs import SENDING_VERBS
from dispatch.cases.shown_work import photo_or_reason
from dispatch.cases.steps import Change, Step, VerbInput, check_given, check_needs
from dispatch.cases.task_rows import lock_verbs
from dispatch.cases.task_verbs import TASK_VERBS
from dispatch.cases.tasks import open_tasks
from dispatch.cases.telling import tell_after
from dispatch.cases.time_verbs import TIME_VERBS
from dispatch.cases.whistle_verbs import WHISTLE_VERBS
from dispatch.centre import Centre

_ACCEPTS = frozenset({"dispatch", "divert", "whistle"})
"""Sending somebody to a case nobody has accepted yet accepts it."""
_SENDS = frozenset({"support", "divert", "whistle", "transfer"})
"""Sending somebody to a case that is in hand answers who asked for others."""


def perform(
    centre: Centre,
    transaction: Transaction,
    scope: Scope,
    case_no: str,
    verb: str,
    given: VerbInput | None = None,
) -> Case:
    """Perform a verb of a case.

    Parameters
    ----------
    centre, transaction
        the centre, and the transaction all of it is written in.
    scope
        who performs it.
    case_no, verb
        of which case, and one of ``lifecycle.VERBS`` but ``report``.
    given
        what comes with it.

    Returns
    -------
    Case
        as it is now. The account's same ``write_id`` again changes nothing and gives the case as it is now.

    Raises
    ------
    NotFound
        when there is no such case (for this person) or no such verb.
    VerbNotPossible, VerbNotGranted
        when the verb may not follow now, or not from this person.
    Conflict
        when somebody else was first: the worker is on another case, the case has its worker.
    InvalidInput
        when something the verb needs is missing or cannot be taken.
    """
    given = given or VerbInput()
    transition = transition_of(verb)
    if transition is None:
        raise NotFound("no_such_verb", field="verb", given=verb)
    area_id = centre.area.area_id
    lock_verbs(transaction, area_id)
    case = read_case(transaction, area_id, case_no, scope)
    if is_written_already(transaction, area_id, case_no, scope.account, given.write_id, verb):
        return _seen_again(centre, transaction, scope, case)
    check_given(given)
    step = Step(centre, transaction, scope, case, centre.clock(), given)
    if _is_closed_again(step, transition):
        return _seen_again(centre, transaction, scope, case)
    task = check_permitted(scope, case, transition, Named(given.worker_id, given.task_id))
    step = replace(step, task=task)
    check_needs(step, transition)
    if verb in _ACCEPTS and is_possible("accept", case.state, case.priority):
        step = _accept_first(step)
    _carry_out(step, transition)
    send_waiting(step)
    after = read_any_case(transaction, area_id, case_no)  # who sends it down may not read it any more
    tell_after(transaction, step.at, verb, after)
    publish(transaction, area_id, "incident", [case_no])
    audit.append(transaction, area_id, step.at, scope, f"incident.{verb}", case_no, _audit_details(given))
    return after


def _seen_again(centre: Centre, transaction: Transaction, scope: Scope, case: Case) -> Case:
    """The case nothing was done to: it was only looked at, and that is in the audit as any look."""
    audit.append(transaction, case.area_id, centre.clock(), scope, "incident.read", case.case_no)
    return case


def _is_closed_again(step: Step, transition: Transition) -> bool:
    """Closing what is closed is the same thing twice."""
    may = is_granted(transition, step.scope.role, step.case.priority, is_assignee=False)
    return transition.verb == "close" and step.case.state == "closed" and may


def _carry_out(step: Step, transition: Transition) -> None:
    """Carry out the verb, bring the case to where its tasks are, and add the line to its log."""
    change = _VERBS[transition.verb](step)
    columns = change.columns | ({"support_asked_at": None} if transition.verb in _SENDS else {})
    state = write_case(step.transaction, step.case, step.at, step.scope.account, change.own_state, columns)
    assert state in (*transition.targets, step.case.state), f"{transition.verb} led to {state}"
    about = change.task_id or (None if step.task is None else step.task.task_id)
    line = NewLogLine(
        step.given.write_id,
        transition.verb,
        step.case.state,
        state,
        step.given.note,
        on_behalf(step.scope, step.task, transition.verb) | change.details,
        change.lon,
        change.lat,
        about,
    )
    add_line(step.transaction, step.area_id, step.case.case_no, step.at, step.scope, line)


def _audit_details(given: VerbInput) -> dict[str, object]:
    told = {
        "until": None if given.until is None else rfc3339(given.until),
        "worker": given.worker_id,
        "with": list(given.with_workers) or None,
        "department": given.department_code,
        "task": None if given.task_id is None else str(given.task_id),
        "from_case": given.from_case,
        "to": given.to_worker_id,
        "parent": given.parent,
        "rating": given.rating,
        "lead": given.lead,
        "departments": list(given.departments) or None,
        "item": given.item,
    }
    return {name: value for name, value in told.items() if value is not None}


def _accept_first(step: Step) -> Step:
    transition = transition_of("accept")
    assert transition is not None
    _carry_out(step, transition)
    send_waiting(step)
    return replace(step, case=read_case(step.transaction, step.area_id, step.case.case_no, step.scope))


def _accept(step: Step) -> Change:
    """Type and priority are settled, the clock of the case starts."""
    case, given = step.case, step.given
    type_code = given.type_code or case.type_code
    check_type(type_code)
    own = routing.priority_of(type_code)
    priority = given.priority or (min(case.priority, own) if given.type_code else case.priority)
    check_priority(priority)
    if priority > case.priority and step.scope.role != "shift_leader":
        raise Forbidden("only_leader_lowers", field="priority", priority=case.priority)
    end_checks(step)
    calendar = read_calendar(step.transaction, step.area_id)
    due_at = deadlines.handle_due(step.at, priority, own, routing.event_types()[type_code].limit, calendar)
    columns = {
        "type_code": type_code,
        "priority": priority,
        "department_code": department_for(step.transaction, step.area_id, type_code, case.village_code, step.at),
        "accepted_at": step.at,
        "due_at": due_at,
        "level": max(case.level, level_of(priority)),
    }
    changed = {name: columns[name] for name in ("type_code", "priority") if columns[name] != getattr(case, name)}
    return Change("accepted", columns, changed)


def _reject(step: Step) -> Change:
    end_checks(step)
    return Change("rejected", {"closed_at": step.at})


def _self_handle(step: Step) -> Change:
    """Done on the spot by the one who found it; still looked at before it is closed."""
    shown = photo_or_reason(step, "self_handle")
    return Change("self_handled", {"accepted_at": step.at, "handled_at": step.at}, shown)


def _cancel(step: Step) -> Change:
    withdraw(step, open_tasks(step.case.tasks), "cancelled")
    return Change("cancelled", {"closed_at": step.at})


_VERBS: dict[str, Callable[[Step], Change]] = {
    "accept": _accept,
    "reject": _reject,
    "self_handle": _self_handle,
    "cancel": _cancel,
    **CHECKING_VERBS,
    **LEADING_VERBS,
    **LIFE_VERBS,
    **RULING_VERBS,
    **SENDING_VERBS,
    **TASK_VERBS,
    **TIME_VERBS,
    **WHISTLE_VERBS,
}
