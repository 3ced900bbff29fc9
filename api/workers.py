"""GET /api/workers: every worker with duty, state, newest fix, its age and accuracy."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.wording import Answer
from dispatch.access import audit, grants
from dispatch.advice.workforce import WorkerNow, read_workforce
from dispatch.centre import Centre


class WorkerOut(Answer):
    """A worker as shown: the phone masked, for machines and displays the name too; the place only on duty (WGS-84)."""

    worker: int = Field(validation_alias="worker_id")
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
    battery: int | None = Field(validation_alias="battery_pct")
    open_case_no: str | None


class WorkersOut(BaseModel):
    """All workers at one moment."""

    at: datetime
    workers: list[WorkerOut]


def _placed_on_duty(one: WorkerNow) -> WorkerNow:
    """The worker without place and device where he is off duty: nobody is followed then. Source: docs/adr/0007."""
    if one.on_duty:
        return one
    nowhere = replace(one, lon=None, lat=None, recorded_at=None, age_s=None, accuracy_m=None)
    return replace(nowhere, heading_deg=None, speed_mps=None, battery_pct=None)


def router(centre: Centre) -> APIRouter:
    """The list of workers."""
    routes = APIRouter(prefix="/api", tags=["workers"])

    @routes.get("/workers")
    def workers() -> WorkersOut:
        """Every active worker of the town now, to a department its own; the look is in the audit."""
        scope = grants.require("worker.list")
        now = centre.clock()
        with centre.database.transaction() as transaction:
            found = read_workforce(transaction, centre.area.area_id, scope, now)
            details = {"workers": len(found)}
            audit.append(transaction, centre.area.area_id, now, scope, "worker.list", "workers", details)
        return WorkersOut(at=now, workers=[WorkerOut.of(_placed_on_duty(one)) for one in found])

    return routes
