"""Calls for help (求助): ``POST`` and ``GET /api/sos``, and the two answers to a call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import AliasPath, AwareDatetime, BaseModel, ConfigDict, Field

from api.incident_models import Datum, Degrees, Words, WorkerId
from api.parameters import IdempotencyKey, write_id
from api.security.asker import granted
from api.wording import Answer
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.sos import Answer as Kind
from dispatch.sos import Press, answer_call, located, note_list, open_calls, raise_call

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


class SosAnswerOut(Answer):
    """When a call was answered so, by whom and in which words."""

    at: datetime
    by: str
    role: str
    note: str


def _call(name: str) -> AliasPath:
    return AliasPath("call", name)


def _place(name: str) -> AliasPath:
    return AliasPath("place", name)


class SosOut(Answer):
    """A call for help: who, since when, where he is (WGS-84), who has acknowledged and who has ended it."""

    sos: UUID = Field(validation_alias=_call("sos_id"))
    worker: int = Field(validation_alias=_call("worker_id"))
    name: str = Field(validation_alias=_call("name"))
    phone: str = Field(validation_alias=_call("phone"))
    raised_at: datetime = Field(validation_alias=_call("raised_at"), description="when the centre took it")
    pressed_at: datetime = Field(
        validation_alias=_call("pressed_at"), description="when it was pressed, by the phone's clock"
    )
    raised_by: str = Field(validation_alias=_call("raised_by"))
    lon: float | None = Field(validation_alias=_call("lon"))
    lat: float | None = Field(validation_alias=_call("lat"))
    datum: Datum = "wgs84"
    seen_at: datetime | None = Field(validation_alias=_call("seen_at"))
    accuracy_m: float | None = Field(validation_alias=_call("accuracy_m"))
    grid_code: str | None = Field(default=None, validation_alias=_place("grid_code"))
    grid_name: str | None = Field(default=None, validation_alias=_place("grid_name"))
    village_name: str | None = Field(default=None, validation_alias=_place("village_name"))
    address_text: str = Field(default="", validation_alias=_place("address_text"))
    acknowledged: SosAnswerOut | None = Field(validation_alias=_call("acknowledged"))
    ended: SosAnswerOut | None = Field(validation_alias=_call("ended"))


class SosList(Answer):
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
            shown = [SosOut.of(located(transaction, area_id, call)) for call in found]
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
            return SosOut.of(located(transaction, area_id, raise_call(centre, transaction, scope, press)))

    @routes.post("/{sos}/acknowledge")
    def acknowledge(sos: UUID, body: SosAnswerBody, scope: Annotated[Scope, granted("sos.acknowledge")]) -> SosOut:
        """Say that the centre has seen the call; the worker reads who and when. The first one stays."""
        return _answer(centre, scope, sos, "acknowledged", body.note)

    @routes.post("/{sos}/end")
    def end(sos: UUID, body: SosAnswerBody, scope: Annotated[Scope, granted("sos.end")]) -> SosOut:
        """End the call, by the worker or the centre; ended again it stays as it ended."""
        return _answer(centre, scope, sos, "ended", body.note)

    return routes


def _answer(centre: Centre, scope: Scope, sos: UUID, what: Kind, note: str) -> SosOut:
    with centre.database.transaction() as transaction:
        call = answer_call(centre, transaction, scope, sos, what, note)
        return SosOut.of(located(transaction, centre.area.area_id, call))
