"""When a worker is on duty, and what the worker says they do. A fix outside a duty is not kept."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from base.bus import publish
from base.database import Transaction
from base.errors import Conflict, NotFound
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "duty.sql")

DutyStatus = Literal["on_duty_idle", "patrolling", "break"]
"""What a worker on duty can say of themselves; all other states follow from their cases, fixes and calls for help."""


@dataclass(frozen=True)
class Duty:
    """One time on duty; still open when ``ended_at`` is None."""

    worker_id: int
    duty_id: uuid.UUID
    started_at: datetime
    ended_at: datetime | None

    def covers(self, at: datetime) -> bool:
        """Whether the moment lies in this duty, both ends counted in."""
        return self.started_at <= at and (self.ended_at is None or at <= self.ended_at)


def lock_workers(transaction: Transaction, area_id: int, worker_ids: Collection[int]) -> set[int]:
    """Lock the workers' rows until the transaction ends, so that their duties and fixes change one after the other.

    Returns those of them that exist and are active.
    """
    rows = transaction.execute(SQL["lock_workers"], {"area_id": area_id, "worker_ids": sorted(worker_ids)})
    return {row["worker_id"] for row in rows}


def duties_between(
    transaction: Transaction, area_id: int, worker_ids: Collection[int], since: datetime, until: datetime
) -> dict[int, Sequence[Duty]]:
    """Every duty of the workers that touches the period, the oldest first, by worker."""
    parameters = {"area_id": area_id, "worker_ids": sorted(worker_ids), "since": since, "until": until}
    duties: dict[int, list[Duty]] = {}
    for row in transaction.execute(SQL["duties_between"], parameters):
        duties.setdefault(row["worker_id"], []).append(Duty(**row))
    return dict(duties)


def note_write(
    transaction: Transaction, area_id: int, account: str, write_id: uuid.UUID, worker_id: int, at: datetime
) -> bool:
    """Remember a change of duty under the id its sender made; False when this very change was made before."""
    parameters = {"area_id": area_id, "account": account, "write_id": write_id, "worker_id": worker_id, "at": at}
    return transaction.execute(SQL["note_write"], parameters).fetchone() is not None


def is_on_duty(transaction: Transaction, area_id: int, worker_id: int) -> bool:
    """Whether the worker is on duty now."""
    row = transaction.execute(SQL["is_on_duty"], {"area_id": area_id, "worker_id": worker_id}).fetchone()
    return row is not None and bool(row["on_duty"])


def begin_duty(
    transaction: Transaction, area_id: int, worker_id: int, at: datetime, status: DutyStatus = "on_duty_idle"
) -> bool:
    """Put a worker on duty; False when they already are, and then only the status is set.

    Raises
    ------
    NotFound
        when there is no such active worker.
    """
    _lock_worker(transaction, area_id, worker_id)
    parameters = {"area_id": area_id, "worker_id": worker_id, "duty_id": uuid.uuid4(), "status": status, "at": at}
    is_new = transaction.execute(SQL["begin"], parameters).fetchone() is not None
    if not is_new:
        transaction.execute(SQL["change_status"], parameters)
    publish(transaction, area_id, "positions", [worker_id])
    return is_new


def end_duty(transaction: Transaction, area_id: int, worker_id: int, at: datetime) -> bool:
    """Take a worker off duty; False when they were not on duty.

    Raises
    ------
    NotFound
        when there is no such active worker.
    Conflict
        when they are sent to a case and have not finished it, or call for help.
    """
    _lock_worker(transaction, area_id, worker_id)
    parameters = {"area_id": area_id, "worker_id": worker_id, "at": at}
    case = transaction.execute(SQL["open_case"], parameters).fetchone()
    if case is not None:
        raise Conflict("duty_has_open_case", field="on", worker=worker_id, case_no=case["case_no"])
    sos = transaction.execute(SQL["has_open_sos"], parameters).fetchone()
    if sos is not None and sos["calls"]:
        raise Conflict("duty_has_open_sos", field="on", worker=worker_id)
    was_on_duty = transaction.execute(SQL["end"], parameters).fetchone() is not None
    publish(transaction, area_id, "positions", [worker_id])
    return was_on_duty


def change_status(transaction: Transaction, area_id: int, worker_id: int, status: DutyStatus) -> None:
    """Set what a worker on duty does.

    Raises
    ------
    NotFound
        when there is no such active worker.
    Conflict
        when the worker is not on duty.
    """
    _lock_worker(transaction, area_id, worker_id)
    parameters = {"area_id": area_id, "worker_id": worker_id, "status": status}
    if transaction.execute(SQL["change_status"], parameters).fetchone() is None:
        raise Conflict("not_on_duty", field="status", worker=worker_id)
    publish(transaction, area_id, "positions", [worker_id])


def _lock_worker(transaction: Transaction, area_id: int, worker_id: int) -> None:
    if not lock_workers(transaction, area_id, [worker_id]):
        raise NotFound("no_such_worker", field="worker", given=worker_id)
