"""The real application on a copy of the small town, asked over a socket: guard, routes, login page."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

import api.routes
import screens.login
from api import openapi
from api.security import guard
from base.clock import utc_now
from base.database import Database
from base.settings import read_settings
from dispatch.access.accounts import create_token
from dispatch.centre import Centre
from mapdata.roads.network import load_roads
from tests.small_town import AREA, AREA_ID, NORTH_WEST, WORKERS, put_on_duty

UNHURRIED = {"GRIDCOMMAND_RATE_FACTOR": "1000"}
"""Tests ask as fast as they can; how much anybody may ask is tested in test_rates.py."""
NORTH_VILLAGE = NORTH_WEST[:12]
WHOSE_OF_ROLE: dict[str, dict[str, Any]] = {
    **{role: {"worker_id": 2} for role in ("grid_worker", "parttime_worker", "micro_leader")},
    **{role: {"worker_id": 4} for role in ("dept_handler", "dept_leader")},
    "grid_leader": {"worker_id": 1},
    **{role: {"village_code": NORTH_VILLAGE} for role in ("village_operator", "grid_mentor")},
}
"""Whom the token of a role stands for."""


def make_server(centre: Centre) -> FastAPI:
    """The parts of the server these tests are about, put together as the start does it."""
    server = FastAPI(title="Gridcommand", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    api.routes.register(server, centre)
    screens.login.register(server, centre)
    openapi.describe(server)
    guard.protect(server, centre)
    return server


@pytest.fixture(scope="module")
def small_centre(shared_small_database: Database) -> Centre:
    """A centre of the small town, everybody on duty; the tests of a module share it."""
    for worker in WORKERS:
        put_on_duty(shared_small_database, worker.worker_id, utc_now())
    with shared_small_database.transaction() as transaction:
        roads = load_roads(transaction, AREA)
    return Centre(read_settings(UNHURRIED), shared_small_database, utc_now, AREA, roads)


@contextmanager
def serving(server: ASGIApp, **options: Any) -> Iterator[str]:
    """Serve on a free port of this machine until the block ends; gives the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    service = uvicorn.Server(
        uvicorn.Config(server, log_config=None, ws_per_message_deflate=False, proxy_headers=False, **options)
    )
    thread = threading.Thread(target=service.run, args=([listener],), daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not service.started and time.monotonic() < until and thread.is_alive():
        time.sleep(0.01)
    assert service.started, "the server did not start"
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        service.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def address(small_centre: Centre) -> Iterator[str]:
    """Address of a running server of the small town's centre."""
    with serving(make_server(small_centre)) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """Nobody yet, at the door of the small town's centre."""
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def token_of(small_centre: Centre) -> Callable[[str], dict[str, str]]:
    """Headers that let a role in."""
    made: dict[str, dict[str, str]] = {}

    def headers(role: str) -> dict[str, str]:
        if role not in made:
            with small_centre.database.transaction() as transaction:
                whose = WHOSE_OF_ROLE.get(role, {})
                token = create_token(transaction, AREA_ID, role, f"test {role}", utc_now(), **whose)
            made[role] = {"Authorization": f"Bearer {token}"}
        return made[role]

    return headers
