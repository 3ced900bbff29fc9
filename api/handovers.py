"""Handing over a shift (交接班): the sheet that gathers itself, remarks, and its two signatures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.incident_models import Words
from api.parameters import IdempotencyKey, write_id
from api.security.asker import Language, granted
from api.wording import Answer, Id, Said
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.handovers.handovers import (
    LIST_LIMIT,
    LONGEST_WORDS,
    Side,
    list_handovers,
    look_at,
    open_handover,
    refresh,
    remark,
    sign,
)
from dispatch.handovers.sheet import ChangeKind, Part

LATE: dict[int | str, dict[str, Any]] = {
    409: {"description": "Somebody else has to sign, or has; it was gathered anew, or another one is not finished"}
}
Asker = Annotated[Scope, granted("handover.sign")]
_ID = Field(default=None, description="client-made; the same id from the same account is the same write")


class OpenBody(BaseModel):
    """A sheet is begun under an id the client makes."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = _ID


class RefreshBody(OpenBody):
    """The sheet is gathered anew; ``words`` of who goes are kept with it."""

    words: Words | None = Field(default=None, max_length=LONGEST_WORDS)


class SignBody(RefreshBody):
    """A signature: as who goes or who comes, under the version that was read."""

    side: Side
    version: int = Field(ge=1, le=2**31 - 1)


class RemarkBody(OpenBody):
    """A question or a remark."""

    words: Words = Field(max_length=LONGEST_WORDS)


class SignatureOut(Answer):
    """Who signed, as what, and when."""

    by: str
    role: str
    at: datetime


class RemarkOut(SignatureOut):
    """What somebody asked or remarked."""

    words: str


class LineOut(Answer):
    """One line: ``text`` in the asker's language; ``at`` is the moment it is about."""

    part: Part
    text: Said = Field(validation_alias="said")
    at: datetime | None
    case_no: str | None
    priority: str | None


class ChangeOut(Answer):
    """A line that has come, is another now, or has gone since the sheet was gathered."""

    kind: ChangeKind
    line: LineOut


class HandoverHeadOut(Answer):
    """A sheet as it stands in the list."""

    handover: Id = Field(validation_alias="handover_id")
    opened_by: str
    opened_role: str
    opened_at: datetime
    outgoing: SignatureOut | None
    incoming: SignatureOut | None


class HandoverOut(HandoverHeadOut):
    """A whole sheet; of one that both have signed ``changes`` are those up to the second signature."""

    version: int
    words: str
    gathered_at: datetime
    lines: list[LineOut]
    remarks: list[RemarkOut]
    changes: list[ChangeOut]


class HandoverList(Answer):
    """Sheets, the newest first."""

    handovers: list[HandoverHeadOut]


def router(centre: Centre) -> APIRouter:
    """The endpoints of hand-overs of one centre."""
    routes = APIRouter(prefix="/api/handovers", tags=["handovers"])
    _add_reading(routes, centre)
    _add_writing(routes, centre)
    return routes


def _add_reading(routes: APIRouter, centre: Centre) -> None:
    @routes.get("", summary="Hand-overs of the shift, of a day of the town or all, the newest first")
    def handovers(
        _scope: Asker, day: date | None = None, limit: Annotated[int, Query(ge=1, le=LIST_LIMIT)] = LIST_LIMIT
    ) -> HandoverList:
        with centre.database.transaction() as transaction:
            found = list_handovers(transaction, centre.area.area_id, day, limit)
        return HandoverList(handovers=[HandoverHeadOut.of(one) for one in found])

    @routes.get("/{handover}", summary="One hand-over: its lines, remarks, signatures, what has changed since")
    def handover(handover: UUID, scope: Asker, language: Language) -> HandoverOut:
        with centre.database.transaction() as transaction:
            return HandoverOut.of(look_at(centre, transaction, scope, handover), language)


def _add_writing(routes: APIRouter, centre: Centre) -> None:
    @routes.post("", summary="Begin a hand-over: its sheet is gathered from the data as they are now", responses=LATE)
    def begin(
        scope: Asker, language: Language, body: OpenBody | None = None, idempotency_key: IdempotencyKey = None
    ) -> HandoverOut:
        with centre.database.transaction() as transaction:
            begun = open_handover(centre, transaction, scope, _id_of(body, idempotency_key))
            return HandoverOut.of(begun, language)

    @routes.post(
        "/{handover}/refresh",
        summary="Gather the sheet anew; the signature under the former one is void",
        responses=LATE,
    )
    def again(
        handover: UUID, scope: Asker, language: Language, body: RefreshBody | None = None,
        idempotency_key: IdempotencyKey = None,
    ) -> HandoverOut:  # fmt: skip
        words = None if body is None else body.words
        with centre.database.transaction() as transaction:
            now = refresh(centre, transaction, scope, handover, _id_of(body, idempotency_key), words)
            return HandoverOut.of(now, language)

    @routes.post("/{handover}/sign", summary="Sign the sheet as who goes, or as who comes", responses=LATE)
    def signs(
        handover: UUID, body: SignBody, scope: Asker, language: Language, idempotency_key: IdempotencyKey = None
    ) -> HandoverOut:
        key = _id_of(body, idempotency_key)
        with centre.database.transaction() as transaction:
            now = sign(centre, transaction, scope, handover, key, body.side, body.version, body.words)
            return HandoverOut.of(now, language)

    @routes.post(
        "/{handover}/remark", summary="Ask or remark something on the sheet before both have signed", responses=LATE
    )
    def remarks(
        handover: UUID, body: RemarkBody, scope: Asker, language: Language, idempotency_key: IdempotencyKey = None
    ) -> HandoverOut:
        with centre.database.transaction() as transaction:
            now = remark(centre, transaction, scope, handover, _id_of(body, idempotency_key), body.words)
            return HandoverOut.of(now, language)


def _id_of(body: OpenBody | None, key: str | None) -> UUID:
    return write_id(None if body is None else body.id, key) or uuid4()
