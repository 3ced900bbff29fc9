"""Who is there now: each worker's duty, state, newest believable fix and open case, in one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from base.database import Transaction
from base.errors import Forbidden
from base.statements import load_statements
from dispatch.access.grants import may, may_speak_for
from dispatch.access.masking import mask_phone, worker_name
from dispatch.access.scope import Scope, readable_workers
from dispatch.competence.items import Card
from dispatch.competence.reads import card_of

SQL = load_statements(Path(__file__).parent / "sql" / "workforce.sql")

STATUSES = ("off_duty", "on_duty_idle", "patrolling", "responding", "on_scene", "break", "sos", "offline")
"""Every state of a worker; its place in this list is its number on the wire, so new ones go to the end.

Source: docs/domain.md, "Duty states"; ``offline`` is on duty without a fix for 5 minutes.
"""

OFFLINE_AFTER_S = 300.0
"""Source: docs/domain.md, "Duty states"."""


@dataclass(frozen=True, slots=True)
class WorkerNow:
    """A worker at a moment; place, age (s), accuracy (m), heading and speed are None when never seen.

    ``name`` is as its reader may see it, ``phone`` masked for everybody: see :func:`phone_of`. Place is WGS-84.
    """

    worker_id: int
    name: str
    phone: str
    role: str
    grid_code: str | None
    department_code: str | None
    skills: list[str]
    mode: str
    shift: str
    status: str
    on_duty: bool
    lon: float | None
    lat: float | None
    recorded_at: datetime | None
    age_s: float | None
    accuracy_m: float | None
    heading_deg: float | None
    speed_mps: float | None
    battery_pct: int | None
    open_case_no: str | None
    card: Card | None = None

    @property
    def has_card(self) -> bool:
        """Whether an enforcement card of his holds."""
        return self.card is not None and self.card.state == "valid"


def status_of(duty_status: str | None, is_assigned: bool, has_arrived: bool, age_s: float | None) -> str:
    """The state of a worker, one of ``STATUSES``.

    Parameters
    ----------
    duty_status
        what the open duty says; None without one.
    is_assigned, has_arrived
        whether the worker is sent to a case, and whether they are there.
    age_s
        age of the newest believable fix; None when never seen.
    """
    if duty_status is None:
        return "off_duty"
    if duty_status in ("sos", "break"):
        return duty_status
    if is_assigned:
        return "on_scene" if has_arrived else "responding"
    return "offline" if age_s is None or age_s > OFFLINE_AFTER_S else duty_status


def read_workforce(transaction: Transaction, area_id: int, scope: Scope, at: datetime) -> list[WorkerNow]:
    """Every active worker of the area whom the asker may see, at this moment, by worker id.

    For who needs all of them; who shows one or a few reads those: :func:`read_workers`, :func:`read_worker`.
    """
    return _read(transaction, area_id, scope, at, None)


def read_workers(
    transaction: Transaction, area_id: int, scope: Scope, at: datetime, worker_ids: Collection[int]
) -> list[WorkerNow]:
    """Those of the workers who are active and whom the asker may see, at this moment, by worker id."""
    return _read(transaction, area_id, scope, at, list(worker_ids))


def read_worker(
    transaction: Transaction, area_id: int, scope: Scope, at: datetime, worker_id: int | None
) -> WorkerNow | None:
    """One worker at this moment; None without an id, and for one who is not active or whom the asker may not see."""
    found = [] if worker_id is None else read_workers(transaction, area_id, scope, at, [worker_id])
    return found[0] if found else None


def _read(
    transaction: Transaction, area_id: int, scope: Scope, at: datetime, worker_ids: list[int] | None
) -> list[WorkerNow]:
    parameters = {"area_id": area_id, "worker_ids": worker_ids} | readable_workers(scope)
    return [_worker(row, scope, at) for row in transaction.execute(SQL["workforce"], parameters)]


def count_on_duty(transaction: Transaction, area_id: int, scope: Scope, at: datetime) -> Counter[str]:
    """How many workers on duty whom the asker may see are in each state (see ``STATUSES``) at this moment."""
    fresh_since = at - timedelta(seconds=OFFLINE_AFTER_S)
    parameters = {"area_id": area_id, "fresh_since": fresh_since} | readable_workers(scope)
    counts: Counter[str] = Counter()
    for row in transaction.execute(SQL["states_on_duty"], parameters):
        age_s = 0.0 if row["is_fresh"] else None
        counts[status_of(row["duty_status"], row["is_assigned"], row["has_arrived"], age_s)] += row["count"]
    return counts


def phone_of(transaction: Transaction, area_id: int, scope: Scope, worker_id: int) -> str:
    """The phone of a worker the asker may see, whole for those who may call people; empty when there is none."""
    parameters = {"area_id": area_id, "worker_id": worker_id} | readable_workers(scope)
    row = transaction.execute(SQL["phone"], parameters).fetchone()
    phone = "" if row is None else str(row["phone"])
    return phone if may(scope, "person.unmask") else mask_phone(phone)


def _worker(row: dict[str, Any], scope: Scope, at: datetime) -> WorkerNow:
    row |= {"name": worker_name(scope, row["name"]), "phone": mask_phone(row["phone"])}
    seen: datetime | None = row["recorded_at"]
    age_s = None if seen is None else max(0.0, (at - seen).total_seconds())
    duty_status, assigned, arrived = row.pop("duty_status"), row.pop("is_assigned"), row.pop("has_arrived")
    card = card_of(row.pop("card_from"), row.pop("card_to"), at)
    status = status_of(duty_status, assigned, arrived, age_s)
    return WorkerNow(**row, status=status, on_duty=duty_status is not None, age_s=age_s, card=card)


def own_workers(transaction: Transaction, area_id: int, scope: Scope, worker_ids: Collection[int]) -> frozenset[int]:
    """Those of the workers the asker may speak for: see ``may_speak_for``; the centre speaks for everybody."""
    if scope.role in ("operator", "shift_leader"):
        return frozenset(worker_ids)
    others = [one for one in worker_ids if not may_speak_for(scope, one, None)]
    if not others:
        return frozenset(worker_ids)
    rows = transaction.execute(SQL["departments_of_workers"], {"area_id": area_id, "worker_ids": others})
    departments = {row["worker_id"]: row["department_code"] for row in rows}
    strangers = {one for one in others if not may_speak_for(scope, one, departments.get(one))}
    return frozenset(worker_ids) - strangers


def require_own(transaction: Transaction, area_id: int, scope: Scope, worker_ids: Collection[int]) -> None:
    """Let a worker speak for himself, a department for its people, a gateway and the centre for everybody.

    Raises
    ------
    Forbidden
        when one of them is somebody else's.
    """
    if len(own_workers(transaction, area_id, scope, worker_ids)) < len(set(worker_ids)):
        raise Forbidden("not_yourself", field="worker", own=scope.worker_id or scope.department_code)
