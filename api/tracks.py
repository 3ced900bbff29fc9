"""``GET /api/tracks``: where workers went; every look is in the audit."""

from __future__ import annotations

import gzip
from datetime import datetime
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Query, Response

from api.security.asker import granted
from base.clock import as_aware
from base.errors import InvalidInput
from dispatch.access import audit
from dispatch.access.scope import Scope, readable_workers
from dispatch.centre import Centre
from mapdata.trackfiles import to_geojson, to_gpx, to_trk1
from mapdata.tracks import Track, read_tracks

Format = Literal["trk1", "geojson", "gpx"]
MEDIA_TYPES: dict[Format, str] = {
    "trk1": "application/vnd.gridcommand.trk1",
    "geojson": "application/geo+json",
    "gpx": "application/gpx+xml",
}
_COMPRESSION = 4


def router(centre: Centre) -> APIRouter:
    """The route of the tracks."""
    routes = APIRouter(tags=["tracks"])

    @routes.get("/api/tracks", response_class=Response)
    def tracks(
        scope: Annotated[Scope, granted("track.read")],
        since: Annotated[datetime, Query(alias="from", examples=["2026-11-21T00:00:00Z"])],
        until: Annotated[datetime, Query(alias="to", examples=["2026-11-21T08:00:00Z"])],
        reason: Annotated[str, Query(max_length=200, description="why; kept in the audit", examples=["复盘"])],
        worker: Annotated[list[int] | None, Query(description="one or more; all when left out", max_length=500)] = None,
        form: Annotated[Format, Query(alias="format")] = "geojson",
    ) -> Response:
        """The tracks of workers in a period: TRK1 columns (docs/trk1.md), GeoJSON or GPX 1.1."""
        found = _read(centre, scope, as_aware(since), as_aware(until), worker, checked_reason(reason))
        body = gzip.compress(_encode(found, form, as_aware(since)), _COMPRESSION, mtime=0)
        headers = {"Content-Encoding": "gzip", "Cache-Control": "no-store"}
        return Response(body, media_type=MEDIA_TYPES[form], headers=headers)

    return routes


def checked_reason(reason: str) -> str:
    """Why somebody's ways are looked at.

    Raises
    ------
    InvalidInput
        when nothing is said.
    """
    if not reason.strip():
        raise InvalidInput("replay_reason_needed", field="reason")
    return reason.strip()


def _read(
    centre: Centre, scope: Scope, since: datetime, until: datetime, workers: list[int] | None, reason: str
) -> list[Track]:
    area_id, readable = centre.area.area_id, readable_workers(scope)
    with centre.database.transaction() as transaction:
        found = read_tracks(transaction, area_id, readable, since, until, workers)
        details = {"from": since, "to": until, "workers": workers or "all", "reason": reason}
        audit.append(transaction, area_id, centre.clock(), scope, "track.read", "tracks", details)
    return found


def _encode(tracks: list[Track], form: Format, since: datetime) -> bytes:
    if form == "trk1":
        return to_trk1(tracks, since)
    if form == "gpx":
        return to_gpx(tracks).encode()
    return orjson.dumps(to_geojson(tracks))
