"""Who is sent to a case. That nobody is sent twice is a constraint of the database; here it is told who was first, and
whoever is freed is sent on to what waits for him.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from psycopg.errors import UniqueViolation

from base.bus import publish
from base.database import Row
from base.errors import Conflict, InvalidInput
from dispatch.cases import deadlines
from dispatch.cases.case_state import write_case
from dispatch.cases.incidents import Case, NewLogLine, add_line, read_any_case
from dispatch.cases.steps import Change, Step
from dispatch.cases.task_rows import SQL, add_task, change_task, next_in_queue, tasks_of
from dispatch.cases.tasks import Outcome, Task, TaskKind, after, latest_lead, open_tasks, withdrawn
from dispatch.cases.telling import tell_after
from mapdata.duty import lock_workers


def worker_to_send(step: Step, worker_id: int, field: str = "worker") -> Row:
    """The worker, held until the transaction ends so that his duty cannot end meanwhile.

    Raises
    ------
    InvalidInput
        when there is no such active worker.
    Conflict
        when he is off duty.
    """
    worker = held_worker(step, worker_id)
    if worker is None or not worker["is_active"]:
        raise InvalidInput("no_such_worker", field=field, given=worker_id)
    if not worker["on_duty"]:
        raise Conflict("worker_off_duty", field=field, worker=worker["name"])
    return worker


def held_worker(step: Step, worker_id: int) -> Row | None:
    """The worker, held until the transaction ends, on duty or not; None when there is none."""
    lock_workers(step.transaction, step.area_id, [worker_id])
    parameters = {"area_id": step.area_id, "worker_id": worker_id}
    return step.transaction.execute(SQL["worker_to_send"], parameters).fetchone()


def send(
    step: Step,
    kind: TaskKind,
    worker_id: int,
    name: str,
    *,
    queue: bool = False,
    parent_task_id: UUID | None = None,
    is_required: bool | None = None,
    field: str = "worker",
) -> UUID:
    """Bind a worker to the case of the step; with ``queue`` the task waits when another one binds him.

    The case waits for who leads, and for who helps unless the step, or ``is_required``, says otherwise.
    What waits for him on this case already is replaced. ``field`` is what names him. Returns the new task's id.

    Raises
    ------
    Conflict
        when he is sent elsewhere, is on the case already, or somebody else leads it.
    """
    waiting = [task for task in tasks_now(step) if task.state == "queued" and task.worker_id == worker_id]
    withdraw(step, waiting, "replaced")
    is_queued = queue and active_task(step, worker_id) is not None
    try:
        with step.transaction.transaction():
            return add_task(
                step.transaction,
                step.area_id,
                step.case.case_no,
                kind,
                step.scope.account,
                step.at,
                worker_id=worker_id,
                suggestion_id=step.given.suggestion_id,
                parent_task_id=parent_task_id,
                is_queued=is_queued,
                is_required=_is_awaited(step, kind) if is_required is None else is_required,
            )
    except UniqueViolation as fault:
        raise _who_was_first(step, worker_id, name, fault, field) from fault


def _is_awaited(step: Step, kind: TaskKind) -> bool:
    return kind == "lead" or step.given.required


def tasks_now(step: Step) -> tuple[Task, ...]:
    """The tasks of the case as they are by now."""
    return tasks_of(step.transaction, step.area_id, step.case.case_no)


def active_task(step: Step, worker_id: int) -> Row | None:
    """The task that binds a worker: ``case_no``, ``created_by``, ``sent_at``."""
    parameters = {"area_id": step.area_id, "worker_id": worker_id}
    return step.transaction.execute(SQL["active_task"], parameters).fetchone()


def withdraw(step: Step, tasks: Iterable[Task], outcome: Outcome) -> None:
    """End open tasks without their having been done."""
    for task in tasks:
        change_task(step.transaction, withdrawn(task, outcome, step.at, step.scope.account))


def _who_was_first(step: Step, worker_id: int, name: str, fault: UniqueViolation, field: str) -> Conflict:
    """Tell who sent whom to which case and when, by the constraint that spoke."""
    active = active_task(step, worker_id)
    if fault.diag.constraint_name == "one_active_task_per_worker" and active is not None:
        return sent_elsewhere(name, active, field)
    return _already_here(step, field, worker_id)


def sent_elsewhere(name: str, active: Row, field: str = "worker") -> Conflict:
    """That a worker is bound by another task: of which case, since when, by whose word."""
    words = {"worker": name, "other_case": active["case_no"], "by": active["created_by"]}
    return Conflict("worker_already_sent", field=field, at=active["sent_at"], **words)


def _already_here(step: Step, field: str, addressee: int | str) -> Conflict:
    """Tell of the addressee's own task on the case when he has one, else of the lead's."""
    found = open_tasks(tasks_now(step))
    own = [task for task in found if task.addressee.id == addressee]
    leads = [task for task in found if task.kind == "lead"]
    return sent_here(step, (own or leads)[0], field) if own or leads else Conflict("try_again", field=field)


def sent_here(step: Step, task: Task, field: str) -> Conflict:
    """That the case is whose task this is already: by whose word, since when."""
    words = {"worker": task.name, "case_no": step.case.case_no, "by": task.created_by}
    return Conflict("case_already_sent", field=field, at=task.created_at, **words)


def send_to_department(
    step: Step, kind: TaskKind, code: str, *, whistle_id: UUID | None = None, is_required: bool | None = None
) -> UUID:
    """Give a department something to do about the case of the step; returns the new task's id.

    It is awaited as told at :func:`send`; ``whistle_id`` is the whistle that calls it.

    Raises
    ------
    Conflict
        when it has been asked already.
    """
    try:
        with step.transaction.transaction():
            return add_task(
                step.transaction,
                step.area_id,
                step.case.case_no,
                kind,
                step.scope.account,
                step.at,
                department_code=code,
                is_required=_is_awaited(step, kind) if is_required is None else is_required,
                whistle_id=whistle_id,
            )
    except UniqueViolation as fault:
        raise _already_here(step, "department", code) from fault


def send_again(step: Step, details: dict[str, Any]) -> Change:
    """The work failed: the same handler leads again, at once or as soon as he is free.

    When he is off duty the case waits for somebody to be sent. Source: docs/domain.md, "Rework".
    """
    case, handler = step.case, latest_lead(step.case.tasks)
    due_at = case.due_at
    if due_at is not None:
        due_at = deadlines.rework_due(step.at, case.started_at, due_at)
    columns = {"rework_count": case.rework_count + 1, "due_at": due_at}
    if handler is None:
        return Change(columns=columns, details=details)
    change_task(step.transaction, replace(handler, failed_at=step.at))
    task_id, sent = _send_handler(step, handler)
    return Change(columns=columns, details=details | sent, task_id=task_id)


def _send_handler(step: Step, handler: Task) -> tuple[UUID, dict[str, Any]]:
    """Send the one whose task it was again; returns the task the log is about, and what it tells of it."""
    if handler.worker_id is None:
        assert handler.department_code is not None
        return send_to_department(step, "lead", handler.department_code), {"department": handler.department_code}
    worker = held_worker(step, handler.worker_id)
    if worker is None or not (worker["is_active"] and worker["on_duty"]):
        return handler.task_id, {}
    task_id = send(step, "lead", handler.worker_id, handler.name, queue=True)
    sent = {"worker": handler.worker_id, "worker_name": handler.name}
    return task_id, sent | queued_details(step, [handler.worker_id])


def queued_details(step: Step, workers: Iterable[int]) -> dict[str, Any]:
    """What the log tells of those who were sent and are busy: their tasks wait."""
    queued = {task.worker_id for task in tasks_now(step) if task.state == "queued"}
    waiting = [worker_id for worker_id in workers if worker_id in queued]
    return {"queued": waiting} if waiting else {}


def send_waiting(step: Step) -> None:
    """Send whoever the verb has freed to what has waited longest for him; that case follows."""
    now_active = {task.worker_id for task in tasks_now(step) if task.is_active}
    for worker_id in sorted(step.case.active_workers - now_active):
        case_no = next_in_queue(step.transaction, step.area_id, worker_id)
        if case_no is not None:
            _send_queued(step, read_any_case(step.transaction, step.area_id, case_no), worker_id)


def _send_queued(step: Step, case: Case, worker_id: int) -> None:
    task = next(task for task in case.tasks if task.state == "queued" and task.worker_id == worker_id)
    change_task(step.transaction, after(task, "send_queued", step.at, step.scope.account))
    state = write_case(step.transaction, case, step.at, step.scope.account)
    details = {"worker": worker_id, "worker_name": task.name}
    line = NewLogLine(uuid4(), "send_queued", case.state, state, details=details, task_id=task.task_id)
    add_line(step.transaction, step.area_id, case.case_no, step.at, step.scope, line)
    tell_after(step.transaction, step.at, "send_queued", read_any_case(step.transaction, step.area_id, case.case_no))
    publish(step.transaction, step.area_id, "incident", [case.case_no])
