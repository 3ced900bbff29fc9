"""POST /api/positions: fixes of one worker's device, or of many workers through a gateway."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, Field

from api.security.language import asked_language
from base.errors import InvalidInput
from dispatch.access import grants
from dispatch.advice.workforce import require_own
from dispatch.centre import Centre
from mapdata.positions import Fix, Receipt, store_fixes
from mapdata.refusals import read_refusals
from words.refusals import refusal_reason

MOST_FIXES = 500

Metres = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
WorkerId = Annotated[int, Field(ge=1, le=65535)]


class FixIn(BaseModel):
    """One fix; ``worker`` only where a gateway sends the fixes of many."""

    worker: WorkerId | None = None
    recorded_at: AwareDatetime
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    accuracy_m: Metres | None = None
    speed_mps: Metres | None = None
    heading_deg: float | None = Field(None, ge=0, le=360, allow_inf_nan=False)
    battery: int | None = Field(None, ge=0, le=100, description="percent")
    mock: bool = False


class FixesIn(BaseModel):
    """A batch; ``id`` is the client's own and comes back. The same fixes twice are one, with or without it."""

    id: UUID | None = None
    worker: WorkerId | None = None
    datum: Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
    fixes: list[FixIn] = Field(min_length=1, max_length=MOST_FIXES)


class RefusalOut(BaseModel):
    """A fix that is not taken: its place in the batch and why."""

    index: int
    code: str


class ReceiptOut(BaseModel):
    """What became of the batch."""

    id: UUID | None = None
    accepted: int
    flagged: int
    repeated: int
    refused: int
    refusals: list[RefusalOut]


class RefusalCountOut(BaseModel):
    """How many fixes of a worker were not taken today for one reason; one sent again is counted again."""

    day: date
    worker: int
    code: str
    message: str
    fixes: int
    last_at: datetime


class RefusedOut(BaseModel):
    """What was not taken today, the most first."""

    refused: list[RefusalCountOut]


def receipt_out(receipt: Receipt, batch_id: UUID | None = None) -> ReceiptOut:
    """The receipt as it is answered."""
    refusals = [RefusalOut(index=index, code=reason) for index, reason in receipt.refused]
    return ReceiptOut(
        id=batch_id,
        accepted=receipt.accepted,
        flagged=receipt.flagged,
        repeated=receipt.repeated,
        refused=len(refusals),
        refusals=refusals,
    )


def keep(centre: Centre, fixes: list[Fix]) -> Receipt:
    """Write the fixes for the present principal, who may speak for all of their workers.

    Raises
    ------
    Forbidden
        when one of them is somebody else.
    """
    principal = grants.require("position.send")
    area_id, limit_mps = centre.area.area_id, centre.settings.plausible_speed_mps
    with centre.database.transaction() as transaction:
        require_own(transaction, area_id, principal, {fix.worker_id for fix in fixes})
        return store_fixes(transaction, area_id, fixes, centre.clock(), limit_mps)


def _fixes(body: FixesIn) -> Iterator[Fix]:
    for index, one in enumerate(body.fixes):
        worker_id = one.worker or body.worker
        if worker_id is None:
            raise InvalidInput("no_such_worker", field=f"fixes.{index}.worker", given="")
        yield Fix(
            worker_id,
            one.recorded_at,
            one.lon,
            one.lat,
            body.datum,
            one.accuracy_m,
            one.speed_mps,
            one.heading_deg,
            battery_pct=one.battery,
            is_mock=one.mock,
        )


def router(centre: Centre) -> APIRouter:
    """The endpoint of batches of fixes."""
    routes = APIRouter(prefix="/api", tags=["positions"])

    @routes.post("/positions", status_code=202)
    def send(body: FixesIn) -> ReceiptOut:
        """Take a batch of fixes; answered after they are on disk."""
        grants.require("position.send")
        return receipt_out(keep(centre, list(_fixes(body))), body.id)

    @routes.get("/positions/refused")
    def refused(request: Request) -> RefusedOut:
        """Fixes not taken today, by worker and reason: whose phone or account is to be looked after."""
        grants.require("position.refused")
        language = asked_language(request.headers, centre.settings.language)
        with centre.database.transaction() as transaction:
            found = read_refusals(transaction, centre.area.area_id, centre.clock())
        return RefusedOut(
            refused=[
                RefusalCountOut(
                    day=one.day, worker=one.worker_id, code=one.code, message=refusal_reason(one.code, language),
                    fixes=one.fixes, last_at=one.last_at,
                )
                for one in found
            ]
        )  # fmt: skip

    return routes
