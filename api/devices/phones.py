"""Phones as they are: Traccar Client and OsmAnd on /api/devices/osmand, OwnTracks on /api/devices/owntracks.

Phones cannot set headers, so the token may be the query parameter ``token`` on these addresses. With a worker's own
token the fix is that worker's; with a gateway's the device identifier must be the worker's number.

What such a phone is answered with anything but 2xx it sends again, until the end of time, and nothing after it (OsmAnd,
LiveMonitoringHelper.java; Traccar Client, TrackingController.kt; OwnTracks, HttpMessageProcessorEndpoint.kt). So what
cannot be taken is dropped, counted (``GET /api/positions/refusals``) and answered as if it were taken. Only what may be
mended without the phone is refused: the token (401, 403), a body too large (413), a database that is away (503).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse, Response

from api.security.asker import granted
from api.uploads import Unfit, keep
from base.errors import InvalidInput
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from mapdata.devices.osmand import decode_json, decode_query
from mapdata.devices.owntracks import decode_message, is_known
from mapdata.devices.report import DeviceReport, shown
from mapdata.positions import Fix
from mapdata.refusals import NOBODY

_WORKER_ID = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_MOST_NAMES = 100
"""Names and values of a form that are read; no phone sends so many."""
_MOST_DIGITS = 400
"""More than any number has that can be told apart from infinity."""

Sender = Annotated[Scope, granted("position.send")]
Reading = DeviceReport | InvalidInput
"""A place a phone reported, or what is wrong with it."""


def router(centre: Centre) -> APIRouter:
    """The endpoints of phones."""
    routes = APIRouter(prefix="/api/devices", tags=["devices"])

    @routes.get("/osmand", response_class=PlainTextResponse)
    @routes.post("/osmand", response_class=PlainTextResponse)
    async def osmand(request: Request, scope: Sender) -> Response:
        """A place as Traccar Client or OsmAnd sends it: query, form or JSON; answered after it is on disk."""
        body = await request.body()
        readings = _read_osmand(centre, dict(request.query_params), body)
        await run_in_threadpool(_keep_readings, centre, scope, readings, "osmand")
        return PlainTextResponse("")

    @routes.post("/owntracks")
    async def owntracks(request: Request, scope: Sender) -> list[Any]:
        """A message of OwnTracks; the answer is the empty list of commands it expects."""
        user = request.headers.get("x-limit-u") or request.query_params.get("u") or ""
        readings = _read_owntracks(centre, await request.body(), user)
        await run_in_threadpool(_keep_readings, centre, scope, readings, "owntracks")
        return []

    return routes


def _read_osmand(centre: Centre, query: dict[str, str], body: bytes) -> list[Reading]:
    now = centre.clock()
    try:
        if body.lstrip()[:1] in (b"{", b"["):
            return decode_json(_json(body), now)
        report = decode_query(query | _form(body), now)
    except InvalidInput as fault:
        return [fault]
    return [InvalidInput("value_missing", field="lat") if report is None else report]


def _read_owntracks(centre: Centre, body: bytes, user: str) -> list[Reading]:
    if not body:
        return []  # a friend forgotten; see mapdata/devices/owntracks.py
    try:
        message = _json(body)
        report = decode_message(message, centre.clock(), {"user": user})
    except InvalidInput as fault:
        return [fault]
    if report is None:
        return [] if is_known(message) else [InvalidInput("device_message_unknown", field="_type")]
    return [report]


def _form(body: bytes) -> dict[str, str]:
    """The names and values of a form.

    Raises
    ------
    InvalidInput
        when there are more than anybody sends.
    """
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=_MOST_NAMES))
    except ValueError as fault:
        raise InvalidInput("device_body_unreadable", field="body") from fault


def _json(body: bytes) -> Any:
    """What the body holds. NaN and endless numbers are read too: they spoil one place, not all that came with it.

    Raises
    ------
    InvalidInput
        when it is no JSON.
    """
    try:
        return json.loads(body, parse_int=_whole_number)
    except (ValueError, RecursionError) as fault:
        raise InvalidInput("device_body_unreadable", field="body") from fault


def _whole_number(digits: str) -> float:
    return int(digits) if len(digits) < _MOST_DIGITS else math.inf


def _keep_readings(
    centre: Centre, scope: Scope, readings: Iterable[Reading], source: Literal["osmand", "owntracks"]
) -> None:
    given = [_fix_of(scope.worker_id, reading, source) for reading in readings]
    if given:
        keep(centre, scope, given, source)


def _fix_of(own: int | None, reading: Reading, source: str) -> Fix | Unfit:
    if isinstance(reading, InvalidInput):
        return Unfit(own or NOBODY, reading)
    if own is not None:
        return reading.fix(own, source)
    given = reading.device_id or ""
    if not _WORKER_ID.fullmatch(given) or int(given) > 65535:
        return Unfit(NOBODY, InvalidInput("worker_unknown_to_token", field="id", given=shown(given)))
    return reading.fix(int(given), source)
