"""A server named by DATABASE_URL goes away and comes back: pool, live places, boards and the bus come back with it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from websockets.sync.client import connect

from app import build_server
from base.clock import utc_now
from base.cluster.cluster import Cluster
from base.database import Database
from base.migrations import migrate
from base.settings import read_settings
from dispatch.access.accounts import create_token
from dispatch.centre import Centre
from mapdata.roads.network import load_roads
from tests.api.conftest import serving
from tests.small_town import AREA, AREA_ID, SOUTH_POINT, make_small_town, put_on_duty

pytestmark = pytest.mark.long
AWAY_S = 20
"""Long enough for a pool left to itself to wait longer between two tries than a person would."""


def centre_on(url: str) -> Centre:
    database = Database(url)
    make_small_town(database)
    put_on_duty(database, 1, utc_now())
    with database.transaction() as transaction:
        return Centre(read_settings({}), database, utc_now, AREA, load_roads(transaction, AREA))


def case_heard(board: object, case_no: str) -> bool:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if case_no in json.dumps(json.loads(board.recv(10))):
            return True
    return False


def test_everything_comes_back_with_the_server(var: Path) -> None:
    cluster = Cluster(var)
    running = cluster.running()
    url = running.__enter__()
    migrate(url)
    centre = centre_on(url)
    with centre.database.transaction() as transaction:
        headers = {"Authorization": f"Bearer {create_token(transaction, AREA_ID, 'operator', 'one', utc_now(), None)}"}
    lon, lat = SOUTH_POINT
    body = {"source_channel": "phone", "description": "路面破损", "lon": lon, "lat": lat, "datum": "wgs84"}
    with serving(build_server(centre)) as address, httpx.Client(base_url=address, headers=headers) as client:
        channel = address.replace("http", "ws")
        with (
            connect(f"{channel}/ws/workers", additional_headers=headers) as workers,
            connect(f"{channel}/ws/board/console", additional_headers=headers) as board,
        ):
            workers.recv(10)
            board.recv(10)
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")
            running.__exit__(None, None, None)
            until = time.monotonic() + AWAY_S
            while time.monotonic() < until:
                answer = client.post("/api/incidents", json=body | {"id": str(uuid4())}, timeout=30)
                assert answer.status_code == 503
                assert client.get("/api/health", timeout=30).status_code == 503
            with cluster.running():
                until = time.monotonic() + 30
                while (answer := client.post("/api/incidents", json=body | {"id": str(uuid4())})).status_code != 201:
                    assert time.monotonic() < until, answer.text
                assert case_heard(board, answer.json()["case_no"])
                workers.recv(10)
                health = client.get("/api/health").json()
                assert (health["status"], health["database"], health["live"]) == ("ok", "ok", "ok"), health
                centre.database.close()
