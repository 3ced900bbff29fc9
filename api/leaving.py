"""POST /api/workers/{worker}/leave: what a worker has goes to another; taken back with /undo."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.incident_models import WorkerId
from api.parameters import IdempotencyKey, write_id
from api.security.asker import granted
from api.wording import Answer, Id
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.people.leaving import leave, undo_leave

Worker = Annotated[int, Path(ge=1, le=65535)]


class LeaveBody(BaseModel):
    """Who takes over; with ``grid`` false his grid is left to nobody."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(default=None, description="client-made; the same id is the same leaving")
    to: WorkerId
    grid: bool = True


class LeaveOut(Answer):
    """Who left, who took over, and how many tasks went."""

    leave: Id = Field(validation_alias="leave_id")
    worker: int = Field(validation_alias="worker_id")
    to: int = Field(validation_alias="to_worker_id")
    left_by: str
    left_at: datetime
    grid_code: str | None
    tasks: int
    undone_by: str | None
    undone_at: datetime | None


def router(centre: Centre) -> APIRouter:
    """The endpoints of leaving."""
    routes = APIRouter(prefix="/api/workers", tags=["workers"])

    @routes.post("/{worker}/leave", summary="A worker leaves: grid, tasks, notices and post go to another, at once")
    def leaves(
        worker: Worker,
        body: LeaveBody,
        scope: Annotated[Scope, granted("worker.leave")],
        idempotency_key: IdempotencyKey = None,
    ) -> LeaveOut:
        leave_id = write_id(body.id, idempotency_key) or uuid4()
        with centre.database.transaction() as transaction:
            return LeaveOut.of(leave(centre, transaction, scope, worker, body.to, leave_id, with_grid=body.grid))

    @routes.post("/{worker}/leave/undo", summary="Take the leaving of a worker back")
    def undo(worker: Worker, scope: Annotated[Scope, granted("worker.leave")]) -> LeaveOut:
        with centre.database.transaction() as transaction:
            return LeaveOut.of(undo_leave(centre, transaction, scope, worker))

    return routes
