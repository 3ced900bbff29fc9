"""GET /api/workers: every worker with duty, state, newest fix, its age and accuracy."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from api.security.asker import granted
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.advice.workforce import WorkerNow, read_workforce
from dispatch.centre import Centre


class WorkerOut(BaseModel):
    """A worker as shown: the phone masked, for machines and displays the name too; the place only on duty (WGS-84)."""

    worker: int
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
    battery: int | None
    open_case_no: str | None


class WorkersOut(BaseModel):
    """All workers at one moment."""

    at: datetime
    workers: list[WorkerOut]


def _shown(one: WorkerNow) -> WorkerOut:
    on = one.on_duty
    return WorkerOut(
        worker=one.worker_id,
        name=one.name,
        phone=one.phone,
        role=one.role,
        grid_code=one.grid_code,
        department_code=one.department_code,
        skills=one.skills,
        mode=one.mode,
        shift=one.shift,
        status=one.status,
        on_duty=on,
        lon=one.lon if on else None,
        lat=one.lat if on else None,
        recorded_at=one.recorded_at if on else None,
        age_s=one.age_s if on else None,
        accuracy_m=one.accuracy_m if on else None,
        heading_deg=one.heading_deg if on else None,
        speed_mps=one.speed_mps if on else None,
        battery=one.battery_pct if on else None,
        open_case_no=one.open_case_no,
    )


def router(centre: Centre) -> APIRouter:
    """The list of workers."""
    routes = APIRouter(prefix="/api", tags=["workers"])

    @routes.get("/workers")
    def workers(scope: Annotated[Scope, granted("worker.list")]) -> WorkersOut:
        """Every active worker of the town now, to a department its own; the look is in the audit."""
        now = centre.clock()
        with centre.database.transaction() as transaction:
            found = read_workforce(transaction, centre.area.area_id, scope, now)
            details = {"workers": len(found)}
            audit.append(transaction, centre.area.area_id, now, scope, "worker.list", "workers", details)
        return WorkersOut(at=now, workers=[_shown(one) for one in found])

    return routes
