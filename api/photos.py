"""Pictures of a case: ``POST`` and ``GET /api/incidents/{case_no}/photos``."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from api.wording import Answer
from base.errors import InvalidInput
from dispatch.access import audit
from dispatch.access.grants import require
from dispatch.access.scope import Scope
from dispatch.cases.photos import Photo, add_photo, find_photo, list_photos, read_photo
from dispatch.cases.pictures import BYTES_LIMIT, Picture, read_soon
from dispatch.centre import Centre

_PICTURE = {
    "content": {
        f"image/{kind}": {"schema": {"type": "string", "format": "binary"}}
        for kind in ("jpeg", "png", "webp", "heic", "avif", "gif")
    }
}


class PhotoOut(Answer):
    """A picture of a case; ``url`` gives its pixels."""

    photo_id: UUID
    received_at: datetime
    sent_by: str
    width: int
    height: int
    case_no: str
    url: str = Field(validation_alias="address")


class PhotosOut(BaseModel):
    """The pictures of a case, the first first."""

    photos: list[PhotoOut]


def router(centre: Centre) -> APIRouter:
    """The routes of the pictures."""
    routes = APIRouter(prefix="/api/incidents/{case_no}/photos", tags=["incidents"])
    area_id = centre.area.area_id

    def known_photo(scope: Scope, case_no: str, photo_id: UUID) -> Photo | None:
        with centre.database.transaction() as transaction:
            return find_photo(transaction, area_id, scope, case_no, photo_id)

    def keep(scope: Scope, case_no: str, photo_id: UUID, picture: Picture) -> Photo:
        with centre.database.transaction() as transaction:
            return add_photo(transaction, area_id, scope, case_no, photo_id, picture, centre.clock())

    @routes.post(
        "",
        status_code=201,
        openapi_extra={"requestBody": {"required": True, **_PICTURE}},
        responses={409: {"description": "The id is that of another picture; this one is not kept"}},
    )
    async def add(
        case_no: str, request: Request, photo_id: Annotated[UUID, Query(alias="id", description="client-made")]
    ) -> PhotoOut:
        """Add a picture (JPEG, PNG, WebP, HEIC, AVIF or GIF, 1 MB at most); the same id twice is one picture."""
        scope = require("photo.send")
        data = await _body(request)
        # Three steps: a picture costs memory and seconds, which nobody is to spend for a case that is not theirs, nor
        # while a connection to the database is held.
        known = await run_in_threadpool(known_photo, scope, case_no, photo_id)
        if known is not None:
            return PhotoOut.of(known)
        picture = await asyncio.wrap_future(read_soon(data))
        return PhotoOut.of(await run_in_threadpool(keep, scope, case_no, photo_id, picture))

    @routes.get("")
    def photos(case_no: str) -> PhotosOut:
        """The pictures of a case, the first first."""
        scope = require("photo.see")
        with centre.database.transaction() as transaction:
            found = list_photos(transaction, area_id, scope, case_no)
            details = {"photos": len(found)}
            audit.append(transaction, area_id, centre.clock(), scope, "photo.list", case_no, details)
        return PhotosOut(photos=[PhotoOut.of(photo) for photo in found])

    @routes.get("/{photo_id}", response_class=Response)
    def photo(case_no: str, photo_id: UUID) -> Response:
        """One picture, JPEG; every look is in the audit."""
        scope = require("photo.see")
        with centre.database.transaction() as transaction:
            jpeg = read_photo(transaction, area_id, scope, case_no, photo_id)
            details = {"photo": str(photo_id)}
            audit.append(transaction, area_id, centre.clock(), scope, "photo.see", case_no, details)
        return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, no-store"})

    return routes


async def _body(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > BYTES_LIMIT:
            raise InvalidInput("photo_too_large", field="photo", limit_mb=BYTES_LIMIT // 1024 // 1024)
        parts.append(part)
    return b"".join(parts)
