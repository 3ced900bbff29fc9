"""GET /api/health: whether the centre works, for a watchdog or a load balancer."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.live.feed import LiveFeed
from base.errors import Unavailable
from dispatch.centre import Centre
from mapdata.grids import count_grids

VERSION = "0.1.0"


class Health(BaseModel):
    """Whether the database answers, whether positions can reach the displays, which version this is."""

    status: Literal["ok", "degraded"]
    database: Literal["ok", "unreachable"]
    live: Literal["ok", "unreachable"]
    version: str


def _version() -> str:
    try:
        return version("gridcommand")
    except PackageNotFoundError:
        return VERSION


def router(centre: Centre) -> APIRouter:
    """The health of one centre."""
    routes = APIRouter(tags=["health"])

    @routes.get(
        "/api/health",
        response_model=Health,
        responses={503: {"model": Health, "description": "A part does not work; the answer names it"}},
        summary="Whether the centre works",
    )
    def health(request: Request) -> JSONResponse:
        answers, flows = _database_answers(centre), _frames_flow(request)
        works = answers and flows
        health = Health(
            status="ok" if works else "degraded",
            database="ok" if answers else "unreachable",
            live="ok" if flows else "unreachable",
            version=_version(),
        )
        return JSONResponse(health.model_dump(), 200 if works else 503)

    return routes


def _frames_flow(request: Request) -> bool:
    """Whether the live feed sends its frames; a server put together without one sends none."""
    feed: LiveFeed | None = getattr(request.app.state, "live", None)
    return feed is not None and feed.is_live()


def _database_answers(centre: Centre) -> bool:
    try:
        with centre.database.transaction(timeout_s=2) as transaction:
            count_grids(transaction, centre.area.area_id)
    except Unavailable:
        return False
    return True
