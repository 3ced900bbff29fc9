"""What happens beside the way of a case: merged, taken up the ladder, rated, opened again, acknowledged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from base.bus import publish
from base.errors import Conflict, Forbidden, InvalidInput, NotFound
from dispatch.cases import deadlines, routing
from dispatch.cases.case_state import write_case
from dispatch.cases.clock_rows import read_calendar
from dispatch.cases.incidents import SQL, Case, NewLogLine, add_line, read_any_case, read_case, state_before
from dispatch.cases.ladder import TOWN
from dispatch.cases.lifecycle import ASKERS
from dispatch.cases.permission import check_not_own_work, fault_values, is_led_by_others
from dispatch.cases.sending import withdraw
from dispatch.cases.steps import Change, Step
from dispatch.cases.task_rows import change_task
from dispatch.cases.tasks import latest_lead, open_tasks

RATE_WITHIN = timedelta(days=7)
REOPEN_WITHIN = timedelta(days=30)
"""After closing. Source: docs/domain.md, "After the end"."""
RATINGS = ("satisfied", "dissatisfied")
LEAST_SATISFIED = 3
"""Of a score of 1 to 5."""


def _merge(step: Step) -> Change:
    """A duplicate: what is done is done about the other case."""
    parent = _parent(step)
    if step.case.children:
        raise Conflict("case_has_children", field="verb", case_no=step.case.case_no, children=step.case.children)
    withdraw(step, open_tasks(step.case.tasks), "cancelled")
    _tell_parent(step, parent, "take_in")
    return Change("merged", {"parent_case": parent.case_no, "closed_at": step.at}, {"parent": parent.case_no})


def _parent(step: Step) -> Case:
    """The case it is merged into.

    Raises
    ------
    InvalidInput
        when there is none, or it cannot be one.
    """
    case_no, given = step.case.case_no, (step.given.parent or "").strip()
    if given == case_no:
        raise InvalidInput("parent_is_itself", field="parent", case_no=case_no)
    try:
        parent = read_case(step.transaction, step.area_id, given, step.scope)
    except NotFound:
        raise InvalidInput("no_such_parent", field="parent", given=given) from None
    if parent.parent_case == case_no:
        raise InvalidInput("parent_is_child", field="parent", case_no=case_no, parent=given)
    if parent.parent_case is not None:
        raise InvalidInput("parent_is_merged", field="parent", parent=given, into=parent.parent_case)
    if parent.has_ended:
        state = fault_values(parent, "merge")["state"]
        raise InvalidInput("parent_has_ended", field="parent", parent=given, state=state)
    return parent


def _tell_parent(step: Step, parent: Case, verb: str) -> None:
    """A line in the other case's log, with an id of its own: the client's is of the case it wrote to."""
    state = write_case(step.transaction, parent, step.at, step.scope.account)
    line = NewLogLine(uuid4(), verb, state, state, step.given.note, {"child": step.case.case_no})
    add_line(step.transaction, step.area_id, parent.case_no, step.at, step.scope, line)
    publish(step.transaction, step.area_id, "incident", [parent.case_no])


def _unmerge(step: Step) -> Change:
    """A case of its own after all: where it was before."""
    parent_no = step.case.parent_case
    assert parent_no is not None
    before = state_before(step.transaction, step.area_id, step.case.case_no, "merge")
    _tell_parent(step, read_any_case(step.transaction, step.area_id, parent_no), "let_go")
    return Change(before, {"parent_case": None, "closed_at": None}, {"parent": parent_no})


def _escalate(step: Step) -> Change:
    """One level up: who was on it is called off, and the case waits for whom that level sends.

    Villages and departments come as far as the town, a department with what it leads; the shift leader decides about
    the county.
    """
    if step.scope.role != "shift_leader" and step.case.level >= TOWN:
        raise Forbidden("only_town_above", field="verb", case_no=step.case.case_no)
    if is_led_by_others(step.scope, step.case):
        raise Forbidden("only_lead_escalates", field="verb", case_no=step.case.case_no)
    withdraw(step, open_tasks(step.case.tasks), "taken_back")
    return Change("accepted", {"level": step.case.level + 1}, {"level": step.case.level + 1})


def _rate(step: Step) -> Change:
    """What the reporter says, once for each round; who is not satisfied is called back."""
    check_not_own_work(step.scope, step.case)
    if step.case.closed_at is not None and step.at > step.case.closed_at + RATE_WITHIN:
        raise Conflict("rated_too_late", field="verb", case_no=step.case.case_no, days=RATE_WITHIN.days)
    satisfied, score = _said(step), step.given.score
    columns = {"satisfied": satisfied, "score": score, "rated_at": step.at, "rated_by": step.scope.account}
    details = {"satisfied": satisfied} | ({} if score is None else {"score": score})
    told = details | {"for_reporter": True} if step.scope.role in ASKERS else details
    return Change(columns=columns | {"needs_call_back": not satisfied}, details=told)


def _said(step: Step) -> bool:
    """Whether the reporter is satisfied.

    Raises
    ------
    InvalidInput
        when nothing was said, or two things.
    """
    rating, score = step.given.rating, step.given.score
    if rating is None and score is None:
        raise InvalidInput("rating_needed", field="rating", **fault_values(step.case, "rate"))
    if rating not in (None, *RATINGS):
        raise InvalidInput("unknown_rating", field="rating", given=rating, allowed=RATINGS)
    if score is not None and not 1 <= score <= 5:
        raise InvalidInput("score_out_of_range", field="score", given=score)
    by_score = None if score is None else score >= LEAST_SATISFIED
    by_word = None if rating is None else rating == "satisfied"
    if by_score is not None and by_word is not None and by_score != by_word:
        raise InvalidInput("rating_contradicts_score", field="score", given=score)
    return bool(by_word if by_score is None else by_score)


def _reopen(step: Step) -> Change:
    """Taken up again: a new round with clocks of its own; what the last one came to is kept for the figures."""
    case = step.case
    assert case.closed_at is not None
    if step.at > case.closed_at + REOPEN_WITHIN:
        raise Conflict("reopened_too_late", field="verb", case_no=case.case_no, days=REOPEN_WITHIN.days)
    step.transaction.execute(SQL["keep_round"], {"area_id": step.area_id, "case_no": case.case_no})
    lead = latest_lead(case.tasks)
    if lead is not None and lead.failed_at is None:
        change_task(step.transaction, replace(lead, failed_at=step.at))
    own = routing.priority_of(case.type_code)
    calendar = read_calendar(step.transaction, step.area_id)
    due_at = deadlines.handle_due(step.at, case.priority, own, routing.event_types()[case.type_code].limit, calendar)
    begun = {"round": case.round + 1, "accepted_at": step.at, "due_at": due_at, "closed_at": None, "handled_at": None}
    unsaid = {"satisfied": None, "score": None, "rated_at": None, "rated_by": None, "needs_call_back": False}
    unseen = {"acknowledged_at": None, "acknowledged_by": None, "raised_count": 0}
    return Change("accepted", begun | unsaid | unseen, {"round": case.round + 1})


def _remark(step: Step) -> Change:
    """A word about the case; it stays as it is, but for a call-back that was made."""
    is_called = step.given.called_back and step.case.needs_call_back
    return Change(columns={"needs_call_back": False}, details={"called_back": True}) if is_called else Change()


def _acknowledge(step: Step) -> Change:
    """Somebody who can be named has seen it: recorded once."""
    return Change(columns={"acknowledged_at": step.at, "acknowledged_by": step.scope.account})


LIFE_VERBS: dict[str, Callable[[Step], Change]] = {
    "merge": _merge,
    "unmerge": _unmerge,
    "escalate": _escalate,
    "rate": _rate,
    "reopen": _reopen,
    "remark": _remark,
    "acknowledge": _acknowledge,
}
