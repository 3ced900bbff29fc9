"""Every route machines may call, in one list."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, FastAPI

from api import (
    advice,
    duty,
    grids,
    handovers,
    health,
    incidents,
    leaving,
    needs,
    notices,
    photos,
    plans,
    positions,
    roster,
    routing,
    sos,
    standing,
    statistics,
    tasks,
    tiles,
    tracks,
    whistle,
    workers,
)
from api.devices import phones
from api.live import channel
from dispatch.centre import Centre

ROUTERS: tuple[Callable[[Centre], APIRouter], ...] = (
    advice.router,
    phones.router,
    duty.router,
    grids.router,
    handovers.router,
    health.router,
    photos.router,  # before the verbs of a case, whose path would take it
    plans.router,
    whistle.router,  # before the verbs, likewise
    incidents.router,
    channel.router,
    leaving.router,
    needs.router,
    notices.router,
    positions.router,
    routing.router,
    roster.router,
    sos.router,
    standing.router,
    statistics.router,
    tasks.router,
    tiles.router,
    tracks.router,
    workers.router,
)
"""Each module of the API makes one router from the centre."""


def register(server: FastAPI, centre: Centre) -> None:
    """Add every route to the server."""
    server.state.health = (health.TownHealth(server, centre),)
    for router in ROUTERS:
        server.include_router(router(centre))
