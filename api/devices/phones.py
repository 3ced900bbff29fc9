"""Phones as they are: Traccar Client and OsmAnd on /api/devices/osmand, OwnTracks on /api/devices/owntracks.

Phones cannot set headers, so the token may be the query parameter ``token`` on these addresses. With a worker's own
token the fix is that worker's; with a gateway's the device identifier must be the worker's number.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import orjson
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse, Response

from api.positions import keep
from base.errors import InvalidInput
from dispatch.access import grants
from dispatch.centre import Centre
from mapdata.devices.osmand import decode_json, decode_query
from mapdata.devices.owntracks import decode_message
from mapdata.devices.report import DeviceReport

_WORKER_ID = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


def router(centre: Centre) -> APIRouter:
    """The endpoints of phones."""
    routes = APIRouter(prefix="/api/devices", tags=["devices"])

    @routes.get("/osmand", response_class=PlainTextResponse)
    @routes.post("/osmand", response_class=PlainTextResponse)
    async def osmand(request: Request) -> Response:
        """A place as Traccar Client or OsmAnd sends it: query, form or JSON; answered after it is on disk."""
        grants.require("position.send")
        body = await request.body()
        reports = _read_osmand(centre, dict(request.query_params), body)
        await run_in_threadpool(_keep_reports, centre, reports, "osmand")
        return PlainTextResponse("")

    @routes.post("/owntracks")
    async def owntracks(request: Request) -> list[Any]:
        """A message of OwnTracks; the answer is the empty list of commands it expects."""
        grants.require("position.send")
        user = request.headers.get("x-limit-u") or request.query_params.get("u") or ""
        report = decode_message(_json(await request.body()), centre.clock(), {"user": user})
        await run_in_threadpool(_keep_reports, centre, [] if report is None else [report], "owntracks")
        return []

    return routes


def _read_osmand(centre: Centre, query: dict[str, str], body: bytes) -> list[DeviceReport]:
    now = centre.clock()
    if body.lstrip()[:1] in (b"{", b"["):
        return decode_json(_json(body), now)
    form = dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=100)) if body else {}
    report = decode_query(query | form, now)
    return [] if report is None else [report]


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise InvalidInput("device_body_unreadable", field="body") from fault


def _keep_reports(centre: Centre, reports: list[DeviceReport], source: str) -> None:
    """Write what is believable. What is not is let go: a phone would send it again for ever."""
    if reports:
        keep(centre, [report.fix(_worker_of(report), source) for report in reports])


def _worker_of(report: DeviceReport) -> int:
    own = grants.present().worker_id
    if own is not None:
        return own
    given = report.device_id or ""
    if not _WORKER_ID.fullmatch(given):
        raise InvalidInput("worker_unknown_to_token", field="id", given=given[:40])
    return int(given)
