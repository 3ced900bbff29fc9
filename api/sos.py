"""Calls for help (求助): ``POST`` and ``GET /api/sos``, and the two answers to a call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.incident_models import Datum, Degrees, Words, WorkerId
from api.parameters import IdempotencyKey, write_id
from api.security.asker import granted
from base.database import Transaction
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.sos import Answer, Answered, Call, Press, answer_call, note_list, open_calls, place_of, raise_call

Accuracy = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]


class SosBody(BaseModel):
    """A press of 求助: whose, when by the phone's clock, and where, as far as the phone knows."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(default=None, description="client-made; the same id is the same call")
    worker: WorkerId
    pressed_at: AwareDatetime | None = None
    lon: Degrees | None = Field(default=None, ge=-180, le=180)
    lat: Degrees | None = Field(default=None, ge=-90, le=90)
    datum: Datum | None = None
    accuracy_m: Accuracy | None = None


class SosAnswerBody(BaseModel):
    """Words that go with an answer."""

    model_config = ConfigDict(extra="forbid")

    note: Words = Field(default="", max_length=500)


class SosAnswerOut(BaseModel):
    """When a call was answered so, by whom and in which words."""

    at: datetime
    by: str
    role: str
    note: str


class SosOut(BaseModel):
    """A call for help: who, since when, where he is (WGS-84), who has acknowledged and who has ended it."""

    sos: UUID
    worker: int
    name: str
    phone: str
    raised_at: datetime = Field(description="when the centre took it")
    pressed_at: datetime = Field(description="when it was pressed, by the phone's clock")
    raised_by: str
    lon: float | None
    lat: float | None
    datum: Datum = "wgs84"
    seen_at: datetime | None
    accuracy_m: float | None
    grid_code: str | None
    grid_name: str | None
    village_name: str | None
    address_text: str
    acknowledged: SosAnswerOut | None
    ended: SosAnswerOut | None


class SosList(BaseModel):
    """The calls for help nobody has ended."""

    at: datetime
    sos: list[SosOut]


def router(centre: Centre) -> APIRouter:
    """The routes of the calls for help."""
    routes = APIRouter(prefix="/api/sos", tags=["sos"])
    area_id = centre.area.area_id

    @routes.get("")
    def calls(scope: Annotated[Scope, granted("sos.see")]) -> SosList:
        """The open calls for help of those the asker may see; who is shown others leaves a line in the audit."""
        with centre.database.transaction() as transaction:
            found = open_calls(transaction, area_id, scope)
            shown = [_out(centre, transaction, call) for call in found]
            note_list(transaction, area_id, scope, found, centre.clock())
        return SosList(at=centre.clock(), sos=shown)

    @routes.post(
        "",
        responses={
            404: {"description": "There is no such worker"},
            409: {"description": "The id is that of somebody else's call"},
        },
    )
    def call(
        body: SosBody, scope: Annotated[Scope, granted("sos.raise")], idempotency_key: IdempotencyKey = None
    ) -> SosOut:
        """Call for help for a worker, who is put on duty if he is not; a press while a call is open is that call."""
        press = Press(
            sos_id=write_id(body.id, idempotency_key) or uuid4(),
            worker_id=body.worker,
            **body.model_dump(exclude={"id", "worker"}),
        )
        with centre.database.transaction() as transaction:
            return _out(centre, transaction, raise_call(centre, transaction, scope, press))

    @routes.post("/{sos}/acknowledge")
    def acknowledge(sos: UUID, body: SosAnswerBody, scope: Annotated[Scope, granted("sos.acknowledge")]) -> SosOut:
        """Say that the centre has seen the call; the worker reads who and when. The first one stays."""
        return _answer(centre, scope, sos, "acknowledged", body.note)

    @routes.post("/{sos}/end")
    def end(sos: UUID, body: SosAnswerBody, scope: Annotated[Scope, granted("sos.end")]) -> SosOut:
        """End the call, by the worker or the centre; ended again it stays as it ended."""
        return _answer(centre, scope, sos, "ended", body.note)

    return routes


def _answer(centre: Centre, scope: Scope, sos: UUID, what: Answer, note: str) -> SosOut:
    with centre.database.transaction() as transaction:
        return _out(centre, transaction, answer_call(centre, transaction, scope, sos, what, note))


def _out(centre: Centre, transaction: Transaction, call: Call) -> SosOut:
    place = place_of(centre, transaction, call)
    return SosOut(
        sos=call.sos_id,
        worker=call.worker_id,
        name=call.name,
        phone=call.phone,
        raised_at=call.raised_at,
        pressed_at=call.pressed_at,
        raised_by=call.raised_by,
        lon=call.lon,
        lat=call.lat,
        seen_at=call.seen_at,
        accuracy_m=call.accuracy_m,
        grid_code=place.grid_code if place else None,
        grid_name=place.grid_name if place else None,
        village_name=place.village_name if place else None,
        address_text=place.address_text if place else "",
        acknowledged=_answered(call.acknowledged),
        ended=_answered(call.ended),
    )


def _answered(answer: Answered | None) -> SosAnswerOut | None:
    return None if answer is None else SosAnswerOut(at=answer.at, by=answer.by, role=answer.role, note=answer.note)
