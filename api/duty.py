"""POST /api/duty: begin or end a duty, or change what one does on duty."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.parameters import IdempotencyKey, write_id
from api.security.asker import granted
from base.database import Transaction
from base.errors import InvalidInput
from dispatch.access.scope import Scope
from dispatch.advice.workforce import require_own
from dispatch.centre import Centre
from mapdata.duty import begin_duty, change_status, end_duty, is_on_duty, note_write


class DutyIn(BaseModel):
    """What is asked: ``on`` begins or ends a duty, ``status`` says what the worker does on duty."""

    id: UUID | None = Field(default=None, description="made by the client; the same id is the same change")
    worker: Annotated[int, Field(ge=1, le=65535)]
    on: bool | None = None
    status: Literal["on_duty_idle", "patrolling", "break", "sos"] | None = None


class DutyOut(BaseModel):
    """How it is now; ``changed`` is false when it was so before."""

    worker: int
    on: bool
    changed: bool


def router(centre: Centre) -> APIRouter:
    """The endpoint of duties."""
    routes = APIRouter(prefix="/api", tags=["duty"])

    @routes.post("/duty", responses={404: {"description": "There is no such worker"}})
    def duty(
        body: DutyIn, scope: Annotated[Scope, granted("duty.change")], idempotency_key: IdempotencyKey = None
    ) -> DutyOut:
        """Begin or end the duty of a worker, or set what they do; the same again changes nothing."""
        area_id, change = centre.area.area_id, write_id(body.id, idempotency_key)
        with centre.database.transaction() as transaction:
            require_own(transaction, area_id, scope, [body.worker])
            if change is not None and not note_write(
                transaction, area_id, scope.account, change, body.worker, centre.clock()
            ):
                return DutyOut(worker=body.worker, on=is_on_duty(transaction, area_id, body.worker), changed=False)
            return _apply(centre, transaction, body)

    return routes


def _apply(centre: Centre, transaction: Transaction, body: DutyIn) -> DutyOut:
    area_id, now = centre.area.area_id, centre.clock()
    if body.on is False:
        return DutyOut(worker=body.worker, on=False, changed=end_duty(transaction, area_id, body.worker, now))
    if body.on:
        begun = begin_duty(transaction, area_id, body.worker, now, body.status or "on_duty_idle")
        return DutyOut(worker=body.worker, on=True, changed=begun)
    if body.status is None:
        raise InvalidInput("duty_nothing_asked", field="on")
    change_status(transaction, area_id, body.worker, body.status)
    return DutyOut(worker=body.worker, on=True, changed=True)
