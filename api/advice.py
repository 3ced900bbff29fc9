"""What the centre advises: who should go, what is around a case, and the way from one point to another."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool

from api.advice_models import NearbyOut, RouteOut, SuggestionOut
from api.parameters import CaseNo
from api.security.asker import Language, granted
from base.errors import InvalidInput, NotFound
from dispatch.access.scope import Scope
from dispatch.advice.advice import advise, read_advice
from dispatch.advice.nearby import RADIUS_LEAST_M, RADIUS_M, RADIUS_MOST_M, read_nearby
from dispatch.centre import Centre

_POINT = "longitude,latitude in degrees (EPSG:4326)"


def router(centre: Centre) -> APIRouter:
    """The endpoints of advice of one centre."""
    routes = APIRouter()

    @routes.get("/api/incidents/{case_no}/suggestion", tags=["incidents"], summary="Who should go, and why")
    def suggestion(
        case_no: CaseNo, scope: Annotated[Scope, granted("incident.suggestion")], language: Language
    ) -> SuggestionOut:
        """The five best workers by travel time on the roads, with reasons; nearer ones left out with one reason each.

        Every answer is kept as given; its id goes with `dispatch`.
        """
        with centre.database.transaction() as transaction:
            advice = advise(centre, transaction, scope, case_no)
        return SuggestionOut.of(advice, language)

    @routes.get(
        "/api/incidents/{case_no}/suggestion/{suggestion}", tags=["incidents"], summary="A suggestion as it was given"
    )
    def suggestion_given(
        case_no: CaseNo,
        suggestion: UUID,
        scope: Annotated[Scope, granted("incident.suggestion")],
        language: Language,
    ) -> SuggestionOut:
        """The suggestion that was kept, its reasons in the language asked for now; the look is in the audit."""
        with centre.database.transaction() as transaction:
            advice = read_advice(centre, transaction, scope, case_no, suggestion)
        return SuggestionOut.of(advice, language)

    @routes.get("/api/incidents/{case_no}/nearby", tags=["incidents"], summary="What is around an incident")
    def nearby(
        case_no: CaseNo,
        scope: Annotated[Scope, granted("incident.nearby")],
        language: Language,
        radius_m: Annotated[
            int, Query(ge=RADIUS_LEAST_M, le=RADIUS_MOST_M, description="metres", examples=[RADIUS_M])
        ] = RADIUS_M,
        reason: Annotated[str, Query(max_length=200, description="why key people are to be named; audited")] = "",
    ) -> NearbyOut:
        """People, places, things with cameras, other cases and notes; person data masked, every look in the audit."""
        with centre.database.transaction() as transaction:
            around = read_nearby(centre, transaction, scope, case_no, radius_m, reason)
        return NearbyOut.of(around, language)

    @routes.get("/api/route", tags=["map"], summary="The fastest way from one point to another")
    async def route(
        _scope: Annotated[Scope, granted("route.ask")],
        start: Annotated[str, Query(alias="from", max_length=60, description=_POINT, examples=["120.9550,30.9130"])],
        end: Annotated[str, Query(alias="to", max_length=60, description=_POINT, examples=["120.9613,30.9155"])],
        mode: Literal["foot", "ebike", "car"] = "foot",
    ) -> RouteOut:
        """On the road network, one-ways and bridges respected; 404 when no road leads there."""
        places = (*_point(start, "from"), *_point(end, "to"))
        way = await run_in_threadpool(centre.roads.route, *places, mode)
        if way is None:
            raise NotFound("no_roads") if not centre.roads.edges.count else NotFound("no_way", field="to", mode=mode)
        return RouteOut.of(way)

    return routes


def _point(given: str, field: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in given.split(","))
    except ValueError:
        raise InvalidInput("point_unreadable", field=field, given=given) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InvalidInput("point_unreadable", field=field, given=given)
    return lon, lat
