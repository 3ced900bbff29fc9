"""Returned and ruled: who was to lead a case returns it once; the second return waits for the shift leader, who says
whose it is (裁定). After that it is handled first and argued afterwards (先办后议).

Source: docs/domain.md, "Sending back".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from base.errors import Conflict, InvalidInput
from base.statements import load_statements
from dispatch.cases.guards import contesters, return_kept_from
from dispatch.cases.sending import withdraw
from dispatch.cases.sending_verbs import send_lead
from dispatch.cases.steps import Change, Step
from dispatch.cases.task_rows import change_task
from dispatch.cases.tasks import after, open_tasks

SQL = load_statements(Path(__file__).parent / "sql" / "ruling.sql")

FREE_RETURNS = 1
"""Returns of a case before the shift leader is to say whose it is."""


def _send_back(step: Step) -> Change:
    """He does not lead it; who helps or was asked to look gives his task back, and no more than that."""
    task = step.own_task
    change_task(step.transaction, after(task, "send_back", step.at, step.scope.account))
    if task.kind != "lead":
        return Change()
    kept = return_kept_from(step.case, task)
    if kept is not None and step.scope.role != "shift_leader":
        raise Conflict(kept[0], field="verb", case_no=step.case.case_no, **kept[1])
    times = step.case.returned_count + 1
    waits = times > FREE_RETURNS and step.scope.role != "shift_leader"
    columns = {"returned_count": times, "ruling_wanted_at": step.at if waits else None}
    return Change(columns=columns, details={"returned": times} | ({"awaits_ruling": True} if waits else {}))


def _rule(step: Step) -> Change:
    """The shift leader says whose it is; what he says is kept as a rule somebody may adopt."""
    code, case = step.given.department_code, step.case
    assert code is not None
    if step.given.worker_id is not None:
        raise InvalidInput("worker_or_department", field="department")
    withdraw(step, open_tasks(case.tasks), "replaced")
    sent = send_lead(step)
    draft = {
        "area_id": step.area_id,
        "draft_id": uuid4(),
        "case_no": case.case_no,
        "type_code": case.type_code,
        "village_code": case.village_code,
        "department_code": code,
        "returned_by": contesters(case),
        "ruled_by": step.scope.account,
        "at": step.at,
        "note": step.given.note,
    }
    step.transaction.execute(SQL["add_draft"], draft)
    columns = {"ruling_wanted_at": None, "ruled_at": step.at, "department_code": code}
    return Change(columns=columns, details=sent.details | {"draft": str(draft["draft_id"])}, task_id=sent.task_id)


RULING_VERBS: dict[str, Callable[[Step], Change]] = {"send_back": _send_back, "rule": _rule}
