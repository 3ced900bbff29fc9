"""Every route machines may call, in one list."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, FastAPI

from api import tiles
from dispatch.centre import Centre

ROUTERS: tuple[Callable[[Centre], APIRouter], ...] = (tiles.router,)
"""Each module of the API makes one router from the centre."""


def register(server: FastAPI, centre: Centre) -> None:
    """Add every route to the server."""
    for router in ROUTERS:
        server.include_router(router(centre))
