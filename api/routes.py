"""Every route machines may call, in one list."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, FastAPI

from api import (
    advice,
    devices,
    duty,
    grids,
    health,
    incidents,
    live,
    photos,
    positions,
    statistics,
    tiles,
    tracks,
    workers,
)
from dispatch.centre import Centre

ROUTERS: tuple[Callable[[Centre], APIRouter], ...] = (
    advice.router,
    devices.router,
    duty.router,
    grids.router,
    health.router,
    photos.router,  # before the verbs of a case, whose path would take it
    incidents.router,
    live.router,
    positions.router,
    statistics.router,
    tiles.router,
    tracks.router,
    workers.router,
)
"""Each module of the API makes one router from the centre."""


def register(server: FastAPI, centre: Centre) -> None:
    """Add every route to the server."""
    for router in ROUTERS:
        server.include_router(router(centre))
