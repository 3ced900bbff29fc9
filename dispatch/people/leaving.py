"""Somebody leaves: his grid, tasks, notices and post go to another in one transaction, and can be taken back.

Source: docs/domain.md, "Somebody leaves".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from base.bus import publish
from base.checks import Check, check
from base.database import Row, Transaction
from base.errors import Conflict, InvalidInput, NotFound
from base.statements import load_statements
from base.values import Code, Moment, Value
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.cases.case_state import write_case
from dispatch.cases.incidents import Case, NewLogLine, add_line, read_any_case
from dispatch.cases.sending import send, tasks_now, withdraw
from dispatch.cases.steps import Step, VerbInput
from dispatch.cases.task_rows import change_task, lock_verbs
from dispatch.cases.tasks import Task, paused
from dispatch.cases.telling import tell_after
from dispatch.centre import Centre
from dispatch.roster.lines import hand_back, hand_over
from mapdata.duty import begin_duty, end_duty, lock_workers

SQL = load_statements(Path(__file__).parent / "sql" / "leaving.sql")


@dataclass(frozen=True)
class Leave:
    """Who left, to whom what he had went, when and by whose word; ``tasks`` is how many went."""

    leave_id: UUID
    worker_id: int
    to_worker_id: int
    left_by: str
    left_at: datetime
    grid_code: str | None
    tasks: int
    undone_by: str | None
    undone_at: datetime | None


def leave(
    centre: Centre, transaction: Transaction, scope: Scope, worker_id: int, to: int, leave_id: UUID, *, with_grid: bool
) -> Leave:
    """Hand everything a worker has to another and take him out; the account's same id again is the same leaving.

    Parameters
    ----------
    worker_id, to
        who leaves, and who takes over.
    leave_id
        made by the client.
    with_grid
        whether his grid goes along; else it is nobody's.

    Raises
    ------
    NotFound
        when there is no such worker.
    InvalidInput
        when he hands over to himself, to nobody of this town, or to another department's.
    Conflict
        when one of the two has left already, who takes over is off duty or has a grid of his own, or who leaves calls
        for help.
    """
    area_id, at = centre.area.area_id, centre.clock()
    lock_verbs(transaction, area_id)
    known = transaction.execute(SQL["leave_of_id"], {"area_id": area_id, "leave_id": leave_id}).fetchone()
    if known is not None and known["left_by"] == scope.account:
        return _leave(transaction, known)
    lock_workers(transaction, area_id, {worker_id, to})
    worker = _who_leaves(transaction, area_id, worker_id)
    with_grid = with_grid and worker["grid_code"] is not None
    successor = _successor(transaction, area_id, worker, to, with_grid=with_grid)
    moved = _hand_tasks(centre, transaction, scope, at, worker_id, to, str(successor["name"]))
    if worker["on_duty"]:
        end_duty(transaction, area_id, worker_id, at)
    told = {"area_id": area_id, "leave_id": leave_id, "worker_id": worker_id, "to": to, "by": scope.account, "at": at}
    told |= {"with_grid": with_grid, "was_on_duty": worker["on_duty"], "grid_code": worker["grid_code"]}
    _hand_rest(transaction, told)
    for from_task_id, to_task_id in moved:
        transaction.execute(SQL["add_leave_task"], told | {"from_task_id": from_task_id, "to_task_id": to_task_id})
    audit.append(transaction, area_id, at, scope, "worker.leave", str(worker_id), {"to": to, "tasks": len(moved)})
    publish(transaction, area_id, "positions", [worker_id, to])
    return _leave(transaction, _kept(transaction, area_id, leave_id))


def _hand_rest(transaction: Transaction, told: Mapping[str, Any]) -> None:
    """Post, notices and grid go along, accounts and tokens are shut; what went is kept."""
    rows = transaction.execute(SQL["accounts_of_worker"], told).fetchall()
    every, accounts = [row["account"] for row in rows], [row["account"] for row in rows if not row["is_disabled"]]
    post = _hand_post(transaction, told, every)
    transaction.execute(SQL["shut_accounts"], {**told, "accounts": accounts, "is_disabled": True})
    transaction.execute(SQL["revoke_tokens"], told)
    for kind, name in (("worker", str(told["worker_id"])), *(("account", account) for account in every)):
        for statement in ("readdress_notices", "told_already"):
            transaction.execute(SQL[statement], {**told, "kind": kind, "id": name})
    area_id = told["area_id"]
    _set_worker(transaction, area_id, told["worker_id"], is_active=False, grid_code=None)
    if told["with_grid"]:
        _set_worker(transaction, area_id, told["to"], is_active=True, grid_code=told["grid_code"])
    hand_over(transaction, area_id, told["worker_id"], told["to"], told["at"])
    transaction.execute(SQL["end_swaps"], told)
    transaction.execute(SQL["add_leave"], {**told, "accounts": accounts, **post})


def undo_leave(centre: Centre, transaction: Transaction, scope: Scope, worker_id: int) -> Leave:
    """Take a leaving back: he has again what went with him, but for the tasks that were ended meanwhile.

    Raises
    ------
    NotFound
        when he has not left, or that was taken back already.
    Conflict
        when who took over has left himself meanwhile: his leaving is taken back first.
    """
    area_id, at = centre.area.area_id, centre.clock()
    lock_verbs(transaction, area_id)
    key = {"area_id": area_id, "worker_id": worker_id}
    row = transaction.execute(SQL["leave_of_worker"], key).fetchone()
    if row is None:
        raise NotFound("worker_has_not_left", field="worker", worker=worker_id)
    to, leave_id = row["to_worker_id"], row["leave_id"]
    lock_workers(transaction, area_id, {worker_id, to})
    successor = transaction.execute(SQL["worker_who_leaves"], key | {"worker_id": to}).fetchone()
    if successor is not None and not successor["is_active"]:
        raise _gone(transaction, area_id, successor, "to")
    _set_worker(transaction, area_id, worker_id, is_active=True, grid_code=row["grid_code"])
    if row["with_grid"]:
        transaction.execute(SQL["give_up_grid"], key | {"worker_id": to, "grid_code": row["grid_code"]})
    transaction.execute(SQL["shut_accounts"], key | {"accounts": row["accounts"], "is_disabled": False})
    transaction.execute(SQL["restore_tokens"], key | {"at": row["left_at"]})
    hand_back(transaction, area_id, worker_id, to, at)
    if row["post"]:
        transaction.execute(SQL["give_up_posts"], key | {"worker_id": to, "accounts": []})
        transaction.execute(SQL["take_post"], key | {"post": row["post"], "place_in_line": row["place_in_line"]})
    if row["was_on_duty"]:
        begin_duty(transaction, area_id, worker_id, at, "on_duty_idle")
        _take_tasks_back(centre, transaction, scope, at, row)
    transaction.execute(SQL["undo_leave"], key | {"leave_id": leave_id, "by": scope.account, "at": at})
    audit.append(transaction, area_id, at, scope, "worker.leave_undo", str(worker_id), {"to": to})
    publish(transaction, area_id, "positions", [worker_id, to])
    return _leave(transaction, _kept(transaction, area_id, leave_id))


def addressed_to(transaction: Transaction, area_id: int, worker_id: int) -> dict[str, int]:
    """How much of each kind is still addressed to a worker; empty when nothing is."""
    return _addressed(transaction, area_id, [worker_id]).get(worker_id, {})


def addressed_to_who_left(transaction: Transaction, area_id: int) -> dict[int, dict[str, int]]:
    """What is still addressed to somebody who left, by his number: it must be empty, and ``doctor`` looks."""
    left = [int(row["worker_id"]) for row in transaction.execute(SQL["who_left"], {"area_id": area_id})]
    return _addressed(transaction, area_id, left)


def _addressed(transaction: Transaction, area_id: int, workers: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for row in transaction.execute(SQL["addressed_to"], {"area_id": area_id, "workers": workers}):
        found.setdefault(int(row["worker_id"]), {})[str(row["kind"])] = int(row["count"])
    return found


def check_leavers(transaction: Transaction, area_id: int) -> Check:
    """Whether anything is still addressed to somebody who left; what, and to whom."""
    found = addressed_to_who_left(transaction, area_id)
    if not found:
        return check("leavers", "ok", area_id=area_id)
    kinds: list[Value] = [
        Code("people.kind", kind) for kind in sorted({kind for one in found.values() for kind in one})
    ]
    return check("leavers", "warning", area_id=area_id, workers=list(found), kinds=kinds)


def _who_leaves(transaction: Transaction, area_id: int, worker_id: int) -> Row:
    worker = transaction.execute(SQL["worker_who_leaves"], {"area_id": area_id, "worker_id": worker_id}).fetchone()
    if worker is None:
        raise NotFound("no_such_worker", field="worker", given=worker_id)
    if not worker["is_active"]:
        raise _gone(transaction, area_id, worker, "worker")
    if "sos" in addressed_to(transaction, area_id, worker_id):
        raise Conflict("duty_has_open_sos", field="worker", worker=worker_id)
    return worker


def _gone(transaction: Transaction, area_id: int, worker: Row, field: str) -> Conflict:
    """What is said of somebody who is not of the town any more: when he left, and by whose word."""
    key = {"area_id": area_id, "worker_id": worker["worker_id"]}
    row = transaction.execute(SQL["leave_of_worker"], key).fetchone()
    at, by = (None, None) if row is None else (Moment(row["left_at"]), row["left_by"])
    return Conflict("worker_has_left", field=field, worker=worker["name"], at=at, by=by)


def _successor(transaction: Transaction, area_id: int, worker: Row, to: int, *, with_grid: bool) -> Row:
    """Who takes over: somebody else of the town, on duty, of the same department, without a grid if one goes along."""
    if to == worker["worker_id"]:
        raise InvalidInput("leaves_to_himself", field="to", worker=to)
    found = transaction.execute(SQL["worker_who_leaves"], {"area_id": area_id, "worker_id": to}).fetchone()
    if found is None:
        raise InvalidInput("no_such_worker", field="to", given=to)
    if not found["is_active"]:
        raise _gone(transaction, area_id, found, "to")
    if not found["on_duty"]:
        raise Conflict("worker_off_duty", field="to", worker=found["name"])
    if worker["department_code"] is not None and found["department_code"] != worker["department_code"]:
        department = worker["department_code"]
        raise InvalidInput("not_of_department", field="to", worker=found["name"], department=department)
    if with_grid and found["grid_code"] is not None:
        raise Conflict("successor_has_grid", field="to", worker=found["name"], grid=found["grid_code"])
    return found


def _hand_tasks(
    centre: Centre, transaction: Transaction, scope: Scope, at: datetime, worker_id: int, to: int, name: str
) -> list[tuple[UUID, UUID]]:
    """Hand over what he still has to do; each task with the one that takes its place."""
    key = {"area_id": centre.area.area_id, "worker_id": worker_id}
    moved = []
    for row in transaction.execute(SQL["cases_of_worker"], key).fetchall():
        case = read_any_case(transaction, centre.area.area_id, row["case_no"])
        task = next(one for one in case.tasks if one.is_open and one.worker_id == worker_id)
        moved.append((task.task_id, _hand(centre, transaction, scope, at, case, task, to, name)))
    return moved


def _hand(
    centre: Centre, transaction: Transaction, scope: Scope, at: datetime, case: Case, task: Task, to: int, name: str
) -> UUID:
    """One task goes to another: as the same kind, at once or when he is free; its case follows, and its log tells."""
    step = Step(centre, transaction, scope, case, at, VerbInput())
    withdraw(step, [task], "transferred")
    own = [one for one in tasks_now(step) if one.is_open and one.worker_id == to]
    if own and task.kind != "lead":
        task_id = own[0].task_id  # he is on it already
    else:
        withdraw(step, own, "replaced")
        parent, required = task.parent_task_id, task.is_required
        task_id = send(step, task.kind, to, name, queue=True, parent_task_id=parent, is_required=required)
        if task.state == "paused":
            change_task(transaction, paused(next(one for one in tasks_now(step) if one.task_id == task_id)))
    state = write_case(transaction, case, at, scope.account)
    details: Mapping[str, object] = {"worker": to, "worker_name": name, "from_worker": task.worker_id}
    line = NewLogLine(uuid4(), "take_over", case.state, state, details=dict(details), task_id=task_id)
    add_line(transaction, case.area_id, case.case_no, at, scope, line)
    tell_after(transaction, at, "transfer", read_any_case(transaction, case.area_id, case.case_no))
    publish(transaction, case.area_id, "incident", [case.case_no])
    return task_id


def _take_tasks_back(centre: Centre, transaction: Transaction, scope: Scope, at: datetime, row: Row) -> None:
    area_id, to = centre.area.area_id, row["to_worker_id"]
    key = {"area_id": area_id, "leave_id": row["leave_id"]}
    name = str(_who_leaves(transaction, area_id, row["worker_id"])["name"])
    for pair in transaction.execute(SQL["tasks_of_leave"], key).fetchall():
        asked = {"area_id": area_id, "task_id": pair["to_task_id"], "to": to}
        found = transaction.execute(SQL["task_to_take_back"], asked).fetchone()
        if found is not None:
            case = read_any_case(transaction, area_id, found["case_no"])
            task = next(one for one in case.tasks if one.task_id == found["task_id"])
            _hand(centre, transaction, scope, at, case, task, row["worker_id"], name)


def _hand_post(transaction: Transaction, key: Mapping[str, Any], accounts: list[str]) -> dict[str, object]:
    """The post he holds goes to who takes over; what is kept of it."""
    given = dict(key) | {"accounts": accounts}
    held = transaction.execute(SQL["post_of_worker"], given).fetchone()
    if held is None:
        return {"post": "", "place_in_line": 1}
    transaction.execute(SQL["give_up_posts"], given)
    post = {"post": held["post"], "place_in_line": held["place_in_line"]}
    transaction.execute(SQL["take_post"], given | {"worker_id": key["to"]} | post)
    return post


def _set_worker(
    transaction: Transaction, area_id: int, worker_id: int, *, is_active: bool, grid_code: str | None
) -> None:
    values = {"area_id": area_id, "worker_id": worker_id, "is_active": is_active, "grid_code": grid_code}
    transaction.execute(SQL["change_worker"], values)


def _kept(transaction: Transaction, area_id: int, leave_id: UUID) -> Row:
    row = transaction.execute(SQL["leave_of_id"], {"area_id": area_id, "leave_id": leave_id}).fetchone()
    assert row is not None
    return row


def _leave(transaction: Transaction, row: Row) -> Leave:
    tasks = transaction.execute(SQL["tasks_of_leave"], {"area_id": row["area_id"], "leave_id": row["leave_id"]})
    return Leave(
        row["leave_id"], row["worker_id"], row["to_worker_id"], row["left_by"], row["left_at"], row["grid_code"],
        len(tasks.fetchall()), row["undone_by"], row["undone_at"],
    )  # fmt: skip
