"""The plan of a case: proposed while nobody has taken it; once taken, each step with who ticked it and what was said.

Source: docs/domain.md, "Plans".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from base.bus import publish
from base.database import Transaction
from base.errors import Conflict, InvalidInput, NotFound
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.cases.case_state import write_case
from dispatch.cases.incidents import Case, NewLogLine, add_line, is_written_already, read_case
from dispatch.cases.intake import is_storable
from dispatch.cases.looks import case_words
from dispatch.cases.task_rows import lock_verbs
from dispatch.centre import Centre
from dispatch.plans.plans import SQL, PlanStep, plan_of

LONGEST_SAID = 1000


@dataclass(frozen=True)
class TakenStep(PlanStep):
    """A step of a plan that may be taken: who ticked it when, of a call what was said."""

    ticked_by: str | None = None
    ticked_at: datetime | None = None
    said: str = ""


@dataclass(frozen=True)
class CasePlan:
    """The plan of a case; ``taken_by`` is None while it is only proposed."""

    case_no: str
    prefix: str
    taken_by: str | None
    taken_at: datetime | None
    steps: tuple[TakenStep, ...]


def plan_of_case(transaction: Transaction, scope: Scope, case: Case) -> CasePlan | None:
    """The plan that was taken for a case, else the one that is proposed for it; None: there is none.

    The case was read for who asks; what was said is masked for them.
    """
    key = {"area_id": case.area_id, "case_no": case.case_no}
    taken = transaction.execute(SQL["taken_plan"], key).fetchone()
    if taken is not None:
        rows = transaction.execute(SQL["taken_steps"], key)
        steps = tuple(TakenStep(**row | {"said": case_words(case, scope, row["said"])}) for row in rows)
        return CasePlan(case.case_no, taken["type_prefix"], taken["taken_by"], taken["taken_at"], steps)
    plan = plan_of(transaction, case.area_id, case.type_code)
    if plan is None or case.has_ended:
        return None
    return CasePlan(case.case_no, plan.prefix, None, None, tuple(TakenStep(**asdict(step)) for step in plan.steps))


def take_plan(centre: Centre, transaction: Transaction, scope: Scope, case_no: str, write_id: UUID) -> CasePlan:
    """Take the plan that is proposed for a case: its steps are as they are now. The same write twice is one.

    Raises
    ------
    NotFound
        when there is no such case (for this person), or no plan for its type.
    Conflict
        when it was taken already.
    """
    case = _held(centre, transaction, scope, case_no)
    plan = plan_of_case(transaction, scope, case)
    if plan is None:
        raise NotFound("no_plan", field="case_no", case_no=case_no)
    if is_written_already(transaction, case.area_id, case_no, scope.account, write_id, "take_plan"):
        return plan
    if plan.taken_at is not None:
        raise Conflict("plan_taken_already", field="case_no", case_no=case_no, by=plan.taken_by, at=plan.taken_at)
    key, at = {"area_id": case.area_id, "case_no": case_no}, centre.clock()
    transaction.execute(SQL["take_plan"], key | {"prefix": plan.prefix, "by": scope.account, "at": at})
    for step in plan.steps:
        transaction.execute(SQL["take_step"], key | asdict(step))
    return _noted(transaction, scope, case, at, NewLogLine(write_id, "take_plan", case.state, case.state))


def tick_step(
    centre: Centre, transaction: Transaction, scope: Scope, case_no: str, step_no: int, said: str, write_id: UUID
) -> CasePlan:
    """Say that a step is done: by whom and when is kept; of a call what was said, which must be told.

    Raises
    ------
    NotFound
        when there is no such case (for this person), its plan was not taken, or has no such step.
    Conflict
        when it was ticked already: by whom, when.
    InvalidInput
        when nothing is told of a call, or what cannot be kept.
    """
    case = _held(centre, transaction, scope, case_no)
    plan = plan_of_case(transaction, scope, case)
    if plan is None or plan.taken_at is None:
        raise NotFound("plan_not_taken", field="case_no", case_no=case_no)
    if is_written_already(transaction, case.area_id, case_no, scope.account, write_id, "tick_plan"):
        return plan
    step = next((one for one in plan.steps if one.step_no == step_no), None)
    if step is None:
        raise NotFound("no_such_plan_step", field="step", given=step_no)
    if step.ticked_at is not None:
        raise Conflict("plan_step_ticked", field="step", step=step_no, by=step.ticked_by, at=step.ticked_at)
    _check_said(step, said)
    at = centre.clock()
    values = {"area_id": case.area_id, "case_no": case_no, "step_no": step_no, "by": scope.account, "at": at}
    transaction.execute(SQL["tick_step"], values | {"said": said.strip()})
    details = {"step": step_no, "kind": step.kind, "who": step.who}
    line = NewLogLine(write_id, "tick_plan", case.state, case.state, said.strip() or step.zh, details)
    return _noted(transaction, scope, case, at, line)


def _check_said(step: PlanStep, said: str) -> None:
    if step.kind == "call" and not said.strip():
        raise InvalidInput("call_said_needed", field="said", who=step.who)
    if len(said) > LONGEST_SAID or not is_storable(said):
        raise InvalidInput("text_not_storable", field="said")


def _held(centre: Centre, transaction: Transaction, scope: Scope, case_no: str) -> Case:
    lock_verbs(transaction, centre.area.area_id)
    return read_case(transaction, centre.area.area_id, case_no, scope)


def _noted(transaction: Transaction, scope: Scope, case: Case, at: datetime, line: NewLogLine) -> CasePlan:
    """Write the line into log and audit, and let every screen know; the plan as it is now."""
    write_case(transaction, case, at, scope.account)
    add_line(transaction, case.area_id, case.case_no, at, scope, line)
    details: Mapping[str, object] = line.details or {}
    audit.append(
        transaction, case.area_id, at, scope, f"plan.{line.verb.removesuffix('_plan')}", case.case_no, dict(details)
    )
    publish(transaction, case.area_id, "incident", [case.case_no])
    plan = plan_of_case(transaction, scope, case)
    assert plan is not None
    return plan
