"""What happens when somebody performs a verb that sends people to a case: one function for each verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from base.bus import publish
from base.errors import Conflict, InvalidInput
from dispatch.cases.by_law import check_lead
from dispatch.cases.case_state import write_case
from dispatch.cases.incidents import Case, NewLogLine, add_line, read_any_case
from dispatch.cases.permission import VerbNotPossible, fault_values
from dispatch.cases.sending import (
    active_task,
    queued_details,
    send,
    send_to_department,
    sent_elsewhere,
    sent_here,
    tasks_now,
    withdraw,
    worker_to_send,
)
from dispatch.cases.steps import Change, Step
from dispatch.cases.task_rows import SQL, change_task
from dispatch.cases.tasks import Task, TaskKind, after, latest_lead, open_tasks
from dispatch.cases.telling import tell_after
from mapdata.duty import lock_workers

MOST_AT_ONCE = 20
"""Workers who are sent at once, at most."""


def _dispatch(step: Step) -> Change:
    """One worker or a department is to lead, others go with him: all of them or nobody."""
    _check_addressee(step, "dispatch")
    workers = _named_workers(step)
    _withdraw_waiting_lead(step)
    return _sent(step, workers, "lead")


def send_lead(step: Step) -> Change:
    """Who the step names is to lead."""
    return _sent(step, _named_workers(step), "lead")


def _support(step: Step) -> Change:
    """More people for who leads, or a department; the case waits for them unless it is said that it need not."""
    if step.given.worker_id is None and not step.given.with_workers:
        _check_addressee(step, "support")
    return _sent(step, _named_workers(step), "co")


def _check_addressee(step: Step, verb: str) -> None:
    if step.given.worker_id is None and step.given.department_code is None:
        raise InvalidInput("worker_needed", field="worker", **fault_values(step.case, verb))


def _check_department(step: Step) -> None:
    code = step.given.department_code
    if code is None:
        return
    if step.given.worker_id is not None:
        raise InvalidInput("worker_or_department", field="department")
    parameters = {"area_id": step.area_id, "code": code}
    if step.transaction.execute(SQL["department_name"], parameters).fetchone() is None:
        raise InvalidInput("no_such_department", field="department", given=code)


def _transfer(step: Step) -> Change:
    """Somebody else leads; the case is due when it was."""
    before = latest_lead(step.case.tasks)
    if before is None or not before.is_open:
        raise VerbNotPossible(step.case, "transfer")
    workers = _named_workers(step)
    if before.worker_id == step.given.worker_id:
        raise sent_here(step, before, "worker")
    withdraw(step, [before], "transferred")
    details = {} if before.worker_id is None else {"from_worker": before.worker_id}
    return replace(_sent(step, workers, "lead", details), columns={"objected_at": None})


def _divert(step: Step) -> Change:
    """A worker is taken from a lighter case: to lead this one when nobody does, else to help."""
    worker_id, from_case = step.given.worker_id, step.given.from_case
    assert worker_id is not None
    assert from_case is not None
    name = str(worker_to_send(step, worker_id)["name"])
    lighter, task = _task_on(step, worker_id, name, from_case)
    if lighter.priority <= step.case.priority:
        words = {"other_case": from_case, "other_priority": lighter.priority, "priority": step.case.priority}
        raise Conflict("not_lighter", field="from_case", case_no=step.case.case_no, **words)
    details = {"worker": worker_id, "worker_name": name}
    _take_from(step, lighter, task, details)
    _withdraw_waiting_lead(step)
    has_lead = any(one.kind == "lead" for one in open_tasks(tasks_now(step)))
    told = {} if has_lead else check_lead(step, worker_id=worker_id)
    task_id = send(step, "co" if has_lead else "lead", worker_id, name)
    return Change(details=details | told | {"from_case": from_case}, task_id=task_id)


def _take_from(step: Step, lighter: Case, task: Task, details: dict[str, Any]) -> None:
    """End the task on the lighter case, which follows; its log tells where he went, under an id of its own."""
    change_task(step.transaction, after(task, "divert", step.at, step.scope.account))
    state = write_case(step.transaction, lighter, step.at, step.scope.account)
    told = details | {"to_case": step.case.case_no}
    line = NewLogLine(uuid4(), "divert", lighter.state, state, step.given.note, told, task_id=task.task_id)
    add_line(step.transaction, step.area_id, lighter.case_no, step.at, step.scope, line)
    tell_after(step.transaction, step.at, "divert", read_any_case(step.transaction, step.area_id, lighter.case_no))
    publish(step.transaction, step.area_id, "incident", [lighter.case_no])


def _task_on(step: Step, worker_id: int, name: str, case_no: str) -> tuple[Case, Task]:
    """The worker's active task on a case, with the case.

    Raises
    ------
    Conflict
        when he is not, or no longer, on it: where he is, or who ended it and when.
    """
    active = active_task(step, worker_id)
    if active is None:
        raise _not_on_it(step, worker_id, name, case_no)
    if active["case_no"] != case_no:
        raise sent_elsewhere(name, active)
    case = read_any_case(step.transaction, step.area_id, case_no)
    return case, next(task for task in case.tasks if task.is_active and task.worker_id == worker_id)


def _not_on_it(step: Step, worker_id: int, name: str, case_no: str) -> Conflict:
    parameters = {"area_id": step.area_id, "case_no": case_no, "worker_id": worker_id}
    ended = step.transaction.execute(SQL["last_end"], parameters).fetchone()
    if ended is None:
        return Conflict("worker_not_on_case", field="from_case", worker=name, other_case=case_no)
    words = {"worker": name, "other_case": case_no, "by": ended["ended_by"]}
    return Conflict("worker_left_case", field="from_case", at=ended["ended_at"], **words)


def _named_workers(step: Step) -> dict[int, str]:
    """Everybody who is named, the first first, with his name: each held, on duty, and named once.

    Raises
    ------
    InvalidInput
        when one is named twice or unknown, there are too many, or the advice was not given for this case.
    Conflict
        when one is off duty.
    """
    _check_suggestion(step)
    first = [] if step.given.worker_id is None else [step.given.worker_id]
    named = [*first, *step.given.with_workers]
    if len(named) > MOST_AT_ONCE:
        raise InvalidInput("too_many_workers", field="with", given=len(named), high=MOST_AT_ONCE)
    if len(set(named)) < len(named):
        raise InvalidInput("worker_named_twice", field="with")
    lock_workers(step.transaction, step.area_id, named)  # all at once, so that nobody waits in a circle
    return {one: str(worker_to_send(step, one, "worker" if one in first else "with")["name"]) for one in named}


def _check_suggestion(step: Step) -> None:
    suggestion_id, case_no = step.given.suggestion_id, step.case.case_no
    parameters = {"area_id": step.area_id, "case_no": case_no, "suggestion_id": suggestion_id}
    if suggestion_id is not None and step.transaction.execute(SQL["advice_of_case"], parameters).fetchone() is None:
        raise InvalidInput("unknown_suggestion", field="suggestion", given=suggestion_id, case_no=case_no)


def _withdraw_waiting_lead(step: Step) -> None:
    """Who waits to lead gives way to who is sent now."""
    withdraw(step, [task for task in tasks_now(step) if task.state == "queued" and task.kind == "lead"], "replaced")


def _sent(step: Step, workers: dict[int, str], kind: TaskKind, told: dict[str, Any] | None = None) -> Change:
    """Send them all, the department or else the first one as ``kind`` and the others beside him.

    The log tells the numbers of those beside the first; their names stand in the tasks.
    """
    by_law = _by_law(step, workers) if kind == "lead" else {}
    (task_id, details), others = _send_first(step, workers, kind)
    for other_id in others:
        send(step, "co", other_id, workers[other_id], queue=step.given.queue, field="with")
    if step.given.suggestion_id is not None:
        details["suggestion"] = str(step.given.suggestion_id)
    if others:
        details["with"] = others
    if not step.given.required and (others or kind == "co"):
        details["required"] = False
    return Change(details=(told or {}) | details | by_law | queued_details(step, workers), task_id=task_id)


def _by_law(step: Step, workers: dict[int, str]) -> dict[str, Any]:
    """What the log tells of who is to lead and may not by law: the department named, else the first of the workers."""
    _check_department(step)
    code = step.given.department_code
    return check_lead(step, department_code=code) if code else check_lead(step, worker_id=next(iter(workers)))


def _send_first(step: Step, workers: dict[int, str], kind: TaskKind) -> tuple[tuple[UUID, dict[str, Any]], list[int]]:
    """Send the department named, else the first of the workers: his task, what is told of it; and who is left."""
    code = step.given.department_code
    if code is not None:
        _check_department(step)
        return (send_to_department(step, kind, code), {"department": code}), list(workers)
    first, *others = workers
    task_id = send(step, kind, first, workers[first], queue=step.given.queue)
    return (task_id, {"worker": first, "worker_name": workers[first]}), others


SENDING_VERBS: dict[str, Callable[[Step], Change]] = {
    "dispatch": _dispatch,
    "support": _support,
    "transfer": _transfer,
    "divert": _divert,
}
