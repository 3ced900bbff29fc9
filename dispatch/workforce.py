"""Who is there now: every worker's duty, state, newest believable fix and open case, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mapdata.database import Transaction
from mapdata.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "workforce.sql")

STATUSES = ("off_duty", "on_duty_idle", "patrolling", "responding", "on_scene", "break", "sos", "offline")
"""Every state of a worker; its place in this list is its number on the wire, so new ones go to the end.

Source: domain 3.1, duty state; ``offline`` is on duty without a fix for 5 minutes.
"""

OFFLINE_AFTER_S = 300.0
"""Source: domain 3.1."""


@dataclass(frozen=True, slots=True)
class WorkerNow:
    """A worker at a moment; place, age (s), accuracy (m), heading and speed are None when never seen.

    ``phone`` is whole: whoever shows it masks it. Place is WGS-84.
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


def read_workforce(transaction: Transaction, area_id: int, at: datetime) -> list[WorkerNow]:
    """Every active worker of the area at this moment, by worker id."""
    rows = transaction.execute(SQL["workforce"], {"area_id": area_id, "at": at})
    return [WorkerNow(**row) for row in rows]
