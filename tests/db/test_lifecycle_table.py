"""Every cell of the table verb by state by role, tried on a real case: what is not in it is refused, and told so."""

from dataclasses import replace
from itertools import product
from uuid import uuid4

import pytest
from psycopg import Rollback

from base.database import Transaction
from base.errors import Fault
from dispatch.access.roles import DEPARTMENT_ROLES, ON_FOOT, ROLES, SPEAKS_FOR_VILLAGE, VILLAGE_ROLES
from dispatch.access.scope import Scope
from dispatch.cases.incidents import read_any_case
from dispatch.cases.lifecycle import STATES, TRANSITIONS, Transition, is_granted, is_possible
from dispatch.cases.permission import VerbNotGranted, VerbNotPossible
from dispatch.cases.steps import VerbInput
from dispatch.cases.tasks import TASK_MEANINGS, verbs_of
from dispatch.cases.verbs import perform
from tests.db.test_casework import OPERATOR, Desk, desk
from tests.small_town import AREA_ID, SOUTH_WEST

assert desk, "the fixture"
TASK_STATE = {meaning.case_state: meaning.state for meaning in reversed(TASK_MEANINGS) if meaning.is_open}
"""The state of the lead's open task while the case is in a state of its own following."""
PUT = """
update incident set state = %(state)s, closed_at = case when not is_open_v1(%(state)s) then reported_at end,
    priority = %(priority)s, department_code = %(department)s,
    handled_at = case when stage_v1(%(state)s) = 'to_verify' then reported_at end
where area_id = %(area_id)s and case_no = %(case_no)s
"""
TASK = """
insert into task (area_id, task_id, case_no, task_no, kind, is_required, worker_id, state, created_by, created_at,
    sent_at, done_at, ended_at, outcome)
select %(area_id)s, %(task_id)s, %(case_no)s, %(worker)s, %(kind)s, true, %(worker)s, %(task_state)s, 'op', now(),
    now(), done.at, done.at, done.outcome
from (select case when %(task_state)s = 'done' then now() end as at,
             case when %(task_state)s = 'done' then 'handled' end as outcome) done
"""
DEPARTMENT = "SG"
"""Whose kind of case it is; nobody of it is sent to it."""
_WHOSE = {
    **{role: {"departments": (DEPARTMENT,)} for role in DEPARTMENT_ROLES},
    **{role: {"villages": (SOUTH_WEST[:12],)} for role in VILLAGE_ROLES},
}
SCOPES = {role: Scope(f"some_{role}", role, AREA_ID, **_WHOSE.get(role, {})) for role in ROLES}  # type: ignore[arg-type]
"""Somebody of each role who has nothing else to do with the case, but that it is his department's or his village's."""
READS_NOTHING = ON_FOOT - {"grid_leader"} | {"county_operator", "sysadmin", "secadmin", "auditor"}
"""Who knows of it only when it is his own, or has come so far up."""


@pytest.fixture(params=["P3", "P1"])
def priority(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def put(desk: Desk, transaction: Transaction, case_no: str, state: str, priority: str, parent: str) -> None:
    """Bring a case into a state, with its lead on the task that belongs to it, or the case it is merged into."""
    if state == "merged":
        perform(desk.centre, transaction, OPERATOR, case_no, "merge", VerbInput(parent=parent))  # type: ignore[arg-type]
    values = {"area_id": AREA_ID, "case_no": case_no, "state": state, "priority": priority, "task_id": uuid4()}
    transaction.execute(PUT, values | {"department": DEPARTMENT})
    task_state = "done" if state in ("handled", "verifying") else TASK_STATE.get(state)  # type: ignore[call-overload]
    if task_state not in (None, "queued", "paused"):
        transaction.execute(TASK, values | {"task_state": task_state, "kind": "lead", "worker": 2})
    if state in ("checking", "verifying"):
        check = {"task_id": uuid4(), "task_state": "sent", "kind": "check", "worker": 3}
        transaction.execute(TASK, values | check)


def expected(line: Transition, role: str, state: str, priority: str, on_task: frozenset[str]) -> type[Fault] | None:
    """How the table says that it is refused; None where it is not the table that refuses."""
    if line.verb == "close" and state == "closed" and is_granted(line, role, priority, is_assignee=False):
        return None  # the same thing twice
    if not is_possible(line.verb, state, priority, on_task):
        return VerbNotPossible
    if line.verb == "self_handle":
        return VerbNotGranted  # only of who found it, and these did not
    speaks = role in SPEAKS_FOR_VILLAGE and line.verb in on_task
    return None if is_granted(line, role, priority, is_assignee=speaks) else VerbNotGranted


def told(desk: Desk, transaction: Transaction, scope: Scope, case_no: str, verb: str) -> Fault | None:
    """What performing the verb with nothing that comes with it is refused with; nothing of it stays."""
    try:
        with transaction.transaction():
            perform(desk.centre, transaction, scope, case_no, verb, VerbInput())  # type: ignore[arg-type]
            raise Rollback
    except Fault as fault:
        return fault
    return None


@pytest.mark.parametrize("state", STATES)
def test_every_cell(desk: Desk, state: str, priority: str):
    case_no, parent = (desk.report(OPERATOR).case_no for _ in range(2))
    wrong: list[str] = []
    with desk.database.transaction() as transaction:
        put(desk, transaction, case_no, state, priority, parent)
        case = read_any_case(transaction, AREA_ID, case_no)
        on_task = frozenset().union(*map(verbs_of, case.tasks))
        for line, role in product(TRANSITIONS, ROLES):
            fault = told(desk, transaction, SCOPES[role], case_no, line.verb)
            wanted = expected(line, role, state, priority, on_task)
            if fault is not None and fault.key == "no_such_case":
                assert role in READS_NOTHING, role
                continue
            is_as_told = isinstance(fault, wanted) if wanted else not isinstance(fault, VerbNotGranted)
            if not is_as_told:
                wrong.append(f"{line.verb} of {role}: {fault!r}, not {wanted}")
            if isinstance(fault, VerbNotPossible | VerbNotGranted):
                allowed = dict(fault.allowed)
                assert line.verb == "self_handle" or wanted is None or role not in allowed.get(line.verb, ())
        raise Rollback
    assert not wrong, "\n".join(wrong)


def test_a_cell_that_is_wrong_is_seen():
    line = next(one for one in TRANSITIONS if one.verb == "accept")
    assert expected(line, "operator", "reported", "P3", frozenset()) is None
    assert expected(line, "verifier", "reported", "P3", frozenset()) is VerbNotGranted
    assert expected(replace(line), "operator", "closed", "P3", frozenset()) is VerbNotPossible
