"""Tasks as they are kept: read with their cases, added, changed. What may follow what stands in ``tasks.py``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from base.database import Transaction
from base.errors import NotFound
from base.statements import load_statements
from dispatch.access.scope import Scope, readable_cases
from dispatch.cases.tasks import Task, TaskKind

SQL = load_statements(Path(__file__).parent / "sql" / "tasks.sql")


def lock_verbs(transaction: Transaction, area_id: int) -> None:
    """Let the verbs of a town come one after the other, so that one of them may change several cases.

    Source: docs/adr/0024-a-case-is-shared-by-tasks.md.
    """
    transaction.execute(SQL["lock_verbs"], {"area_id": area_id})


def read_tasks(transaction: Transaction, area_id: int, case_nos: Collection[str]) -> dict[str, tuple[Task, ...]]:
    """The tasks of cases in the order they were made, by case; a case without any is left out.

    Read the cases before: this does not ask who asks.
    """
    found: dict[str, list[Task]] = {}
    for row in transaction.execute(SQL["tasks_of_cases"], {"area_id": area_id, "case_nos": list(case_nos)}):
        found.setdefault(row["case_no"], []).append(Task(**row))
    return {case_no: tuple(tasks) for case_no, tasks in found.items()}


def tasks_of(transaction: Transaction, area_id: int, case_no: str) -> tuple[Task, ...]:
    """The tasks of one case in the order they were made."""
    return read_tasks(transaction, area_id, [case_no]).get(case_no, ())


def add_task(
    transaction: Transaction,
    area_id: int,
    case_no: str,
    kind: TaskKind,
    by: str,
    at: datetime,
    *,
    worker_id: int | None = None,
    department_code: str | None = None,
    parent_task_id: UUID | None = None,
    suggestion_id: UUID | None = None,
    is_queued: bool = False,
    is_required: bool = True,
    whistle_id: UUID | None = None,
) -> UUID:
    """Give a worker or a department something to do about a case: sent at once, or waiting in his queue.

    The case is not handled before what ``is_required`` is done.

    Returns
    -------
    UUID
        of the new task.

    Raises
    ------
    UniqueViolation
        when there is an open lead, the worker has another active task, or the addressee is on the case already.
    """
    task_id = uuid4()
    values = {
        "area_id": area_id,
        "task_id": task_id,
        "case_no": case_no,
        "kind": kind,
        "is_required": is_required,
        "worker_id": worker_id,
        "department_code": department_code,
        "parent_task_id": parent_task_id,
        "state": "queued" if is_queued else "sent",
        "suggestion_id": suggestion_id,
        "created_by": by,
        "at": at,
        "sent_at": None if is_queued else at,
        "whistle_id": whistle_id,
    }
    transaction.execute(SQL["add_task"], values)
    return task_id


def change_task(transaction: Transaction, task: Task) -> None:
    """Keep a task as it is after a step."""
    transaction.execute(SQL["change_task"], asdict(task))


def case_of_task(transaction: Transaction, area_id: int, scope: Scope, task_id: UUID) -> str:
    """The number of the case a task belongs to.

    Raises
    ------
    NotFound
        when there is no such task, or its case is not for this person to know of.
    """
    parameters = {"area_id": area_id, "task_id": task_id} | readable_cases(scope)
    row = transaction.execute(SQL["case_of_task"], parameters).fetchone()
    if row is None:
        raise NotFound("no_such_task", field="task", given=task_id)
    return str(row["case_no"])


def next_in_queue(transaction: Transaction, area_id: int, worker_id: int) -> str | None:
    """The case whose task has waited longest for a worker whom nothing binds; None when he is bound or none waits."""
    row = transaction.execute(SQL["next_in_queue"], {"area_id": area_id, "worker_id": worker_id}).fetchone()
    return None if row is None else str(row["case_no"])
