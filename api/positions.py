"""/api/positions: fixes of one worker's device, or of many workers through a gateway; and how many were refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, AliasPath, BaseModel, Field, WithJsonSchema

from api.security.language import asked_language
from api.uploads import Unfit, keep
from api.wording import Answer, Said, named
from base.clock import TOWN_ZONE
from base.errors import InvalidInput
from dispatch.access import grants
from dispatch.centre import Centre
from mapdata.devices.batch import decode_fix, worker_of
from mapdata.positions import Fix
from mapdata.refusals import NOBODY, read_refusals

MOST_FIXES = 500
_SOURCE = "api"
_DAYS_LIMIT = 31
"""Source: docs/domain.md, "Review period"."""

WorkerId = Annotated[int, Field(ge=1, le=65535)]


class FixIn(BaseModel):
    """One fix; ``worker`` only where a gateway sends the fixes of many.

    Whose it is, its time and its place must be readable and possible, or this fix is refused, alone. Everything else is
    taken as unknown where it is not.
    """

    worker: int | None = Field(None, description="1 to 65535; the batch's when left out")
    recorded_at: str = Field(description="RFC 3339 with its offset", examples=["2026-11-21T08:00:00+08:00"])
    lon: float = Field(description="degrees, -180 to 180")
    lat: float = Field(description="degrees, -90 to 90")
    accuracy_m: float | None = Field(None, description="not below 0")
    speed_mps: float | None = Field(None, description="not below 0")
    heading_deg: float | None = Field(None, description="clockwise from north, 0 to 360")
    battery: float | None = Field(None, description="percent, 0 to 100; rounded")
    mock: bool | None = Field(None, description="made up, as the device itself says")


AnyFix = Annotated[Any, WithJsonSchema(FixIn.model_json_schema())]
"""Not checked as a whole: one fix that is not of this form must not take the batch with it."""


class FixesIn(BaseModel):
    """A batch; ``id`` is the client's own and comes back. The same fixes twice are one, with or without it."""

    id: UUID | None = None
    worker: WorkerId | None = None
    datum: Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
    fixes: list[AnyFix] = Field(min_length=1, max_length=MOST_FIXES)


class RefusalOut(Answer):
    """A fix that is not taken: its place in the batch, what of it is wrong (null: all of it) and why."""

    index: int
    field: str | None = Field(validation_alias=AliasPath("fault", "field"))
    code: str = Field(validation_alias=AliasPath("fault", "key"))
    message: Said = Field(validation_alias="fault")


class ReceiptOut(Answer):
    """What became of the batch. A fix that is refused will be refused again: do not send it again."""

    id: UUID | None = None
    accepted: int
    flagged: int
    repeated: int
    refused: int
    refusals: list[RefusalOut]


class RefusalCountOut(Answer):
    """Fixes refused on one day; ``worker`` is null where the device did not say whose they were."""

    day: date
    worker: Annotated[int | None, AfterValidator(lambda worker: None if worker == NOBODY else worker)] = Field(
        validation_alias="worker_id"
    )
    source: str
    code: str
    message: Annotated[str, named("refusals.reason")] = Field(validation_alias="code")
    count: int


class RefusalCountsOut(BaseModel):
    """Refused fixes by day, worker, source and reason; ``total`` is their sum."""

    total: int
    refusals: list[RefusalCountOut]


def _read_fixes(body: FixesIn) -> Iterator[Fix | Unfit]:
    for one in body.fixes:
        worker_id = body.worker
        try:
            worker_id = worker_of(one, body.worker)
            yield decode_fix(one, worker_id, body.datum)
        except InvalidInput as fault:
            yield Unfit(worker_id or NOBODY, fault)


def _require_worker(body: FixesIn) -> None:
    """Refuse a batch in which nobody is named: it is the sender that is set up wrongly, not one fix.

    Raises
    ------
    InvalidInput
        naming the first fix.
    """
    if body.worker is None and not any(isinstance(one, dict) and one.get("worker") is not None for one in body.fixes):
        raise InvalidInput("no_such_worker", field="fixes.0.worker", given="")


def router(centre: Centre) -> APIRouter:
    """The endpoints of batches of fixes."""
    routes = APIRouter(prefix="/api", tags=["positions"])
    otherwise = centre.settings.language

    @routes.post("/positions", status_code=202)
    def send(body: FixesIn, request: Request) -> ReceiptOut:
        """Take a batch of fixes; answered after they are on disk. A fix that cannot be taken is refused alone."""
        grants.require("position.send")
        _require_worker(body)
        given = list(_read_fixes(body))
        receipt = keep(centre, given, _SOURCE, all_may_be_others=False)
        answer = ReceiptOut.of(receipt, asked_language(request.headers, otherwise))
        answer.id = body.id
        return answer

    @routes.get("/positions/refusals")
    def refusals(
        request: Request, days: Annotated[int, Query(ge=1, le=_DAYS_LIMIT, description="today and before")] = 1
    ) -> RefusalCountsOut:
        """How many fixes were refused, by day, worker, source and reason; phones are never told."""
        grants.require("refusal.see")
        today = centre.clock().astimezone(TOWN_ZONE).date()
        with centre.database.transaction() as transaction:
            counts = read_refusals(transaction, centre.area.area_id, today - timedelta(days=days - 1), today)
        language = asked_language(request.headers, otherwise)
        shown = [RefusalCountOut.of(one, language) for one in counts]
        return RefusalCountsOut(total=sum(one.count for one in counts), refusals=shown)

    return routes
