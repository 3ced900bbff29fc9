"""Who is sent to a case. That nobody is sent twice is a constraint of the database; here it is told who was first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg.errors import UniqueViolation

from base.database import Row, Transaction
from base.errors import Conflict, InvalidInput
from dispatch.cases.incidents import SQL, Case
from mapdata.datum import to_wgs84

FRESH = timedelta(minutes=5)
"""An older fix says nothing about where a worker is now. Source: docs/domain.md, "Duty states"."""


def _key(case: Case) -> dict[str, Any]:
    return {"area_id": case.area_id, "case_no": case.case_no}


def send_worker(
    transaction: Transaction, case: Case, worker_id: int, by: str, at: datetime, suggestion_id: UUID | None = None
) -> str:
    """Bind a worker to a case; returns the worker's name.

    Raises
    ------
    InvalidInput
        when there is no such active worker, or the advice was not given for this case.
    Conflict
        when the worker is off duty, already sent elsewhere, or somebody is already sent to the case.
    """
    worker = _worker_to_send(transaction, case.area_id, worker_id)
    if suggestion_id is not None:
        parameters = _key(case) | {"suggestion_id": suggestion_id}
        if transaction.execute(SQL["advice_of_case"], parameters).fetchone() is None:
            raise InvalidInput("unknown_suggestion", field="suggestion", given=suggestion_id, case_no=case.case_no)
    row = _key(case) | {
        "assignment_id": uuid4(),
        "worker_id": worker_id,
        "suggestion_id": suggestion_id,
        "assigned_by": by,
        "at": at,
    }
    try:
        with transaction.transaction():
            transaction.execute(SQL["begin_assignment"], row)
    except UniqueViolation as fault:
        raise _who_was_first(transaction, case, worker_id, str(worker["name"]), fault) from fault
    return str(worker["name"])


def _worker_to_send(transaction: Transaction, area_id: int, worker_id: int) -> Row:
    parameters = {"area_id": area_id, "worker_id": worker_id}
    worker = transaction.execute(SQL["worker_to_send"], parameters).fetchone()
    if worker is None or not worker["is_active"]:
        raise InvalidInput("no_such_worker", field="worker", given=worker_id)
    if not worker["on_duty"]:
        raise Conflict("worker_off_duty", field="worker", worker=worker["name"])
    return worker


def _who_was_first(transaction: Transaction, case: Case, worker_id: int, name: str, fault: UniqueViolation) -> Conflict:
    """Tell who sent whom to which case and when, by the constraint that spoke."""
    if fault.diag.constraint_name == "one_open_assignment_per_worker":
        parameters = {"area_id": case.area_id, "worker_id": worker_id}
        row = transaction.execute(SQL["open_assignment_of_worker"], parameters).fetchone()
        if row is not None:
            values = {"worker": name, "other_case": row["case_no"], "by": row["assigned_by"]}
            return Conflict("worker_already_sent", field="worker", at=row["assigned_at"], **values)
    row = transaction.execute(SQL["open_assignment_of_case"], _key(case)).fetchone()
    if row is not None:
        values = {"worker": row["name"], "case_no": case.case_no, "by": row["assigned_by"]}
        return Conflict("case_already_sent", field="worker", at=row["assigned_at"], **values)
    return Conflict("try_again", field="worker")


def is_free(transaction: Transaction, area_id: int, worker_id: int) -> bool:
    """Whether a worker may be sent: active, on duty, on no other case."""
    parameters = {"area_id": area_id, "worker_id": worker_id}
    worker = transaction.execute(SQL["worker_to_send"], parameters).fetchone()
    busy = transaction.execute(SQL["open_assignment_of_worker"], parameters).fetchone()
    return worker is not None and worker["is_active"] and worker["on_duty"] and busy is None


def mark(
    transaction: Transaction, case: Case, *, signed_at: datetime | None = None, arrived_at: datetime | None = None
) -> None:
    """Note that the one who was sent has signed or arrived."""
    transaction.execute(SQL["mark_assignment"], _key(case) | {"signed_at": signed_at, "arrived_at": arrived_at})


def release(transaction: Transaction, case: Case, at: datetime, outcome: str) -> None:
    """Free the one who was sent; nothing happens when nobody is."""
    transaction.execute(SQL["end_assignment"], _key(case) | {"at": at, "outcome": outcome})


def distance_to_case(
    transaction: Transaction, case: Case, at: datetime, given: tuple[float, float, str] | None
) -> tuple[float, float, float] | None:
    """Where the one who was sent is, and how far from the case.

    Parameters
    ----------
    transaction, case, at
        where to look, of which case, the present moment.
    given
        lon, lat in degrees and their datum, when the phone told; else the worker's latest fix is taken, if fresh.

    Returns
    -------
    (lon, lat, distance_m) or None
        degrees EPSG:4326 and metres; None when nothing fresh is known.
    """
    sent = case.open_worker
    lon, lat = (None, None) if given is None else to_wgs84(*given)
    parameters = _key(case) | {
        "lon": lon,
        "lat": lat,
        "worker_id": None if sent is None else sent.worker_id,
        "fresh_since": at - FRESH,
    }
    row = transaction.execute(SQL["worker_and_case"], parameters).fetchone()
    return None if row is None else (row["lon"], row["lat"], row["distance_m"])
