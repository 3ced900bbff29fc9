"""GET /api/health: whether the centre works, for a watchdog or a load balancer."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from dispatch.centre import Centre
from mapdata.errors import Unavailable
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
    def health() -> JSONResponse:
        works = _database_answers(centre)
        told = Health(
            status="ok" if works else "degraded",
            database="ok" if works else "unreachable",
            live="ok" if works else "unreachable",
            version=_version(),
        )
        return JSONResponse(told.model_dump(), 200 if works else 503)

    return routes


def _database_answers(centre: Centre) -> bool:
    try:
        with centre.database.transaction(timeout_s=2) as transaction:
            count_grids(transaction, centre.area.area_id)
    except Unavailable:
        return False
    return True
