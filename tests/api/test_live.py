"""The live channel: what the bytes say, who may listen, and that it stops rather than repeats."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import psycopg
import pytest
from psycopg import sql
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from dispatch.advice.workforce import STATUSES
from dispatch.centre import Centre
from tests.small_town import AREA_ID

Headers = Callable[[str], dict[str, str]]


@contextmanager
def channel(address: str, headers: dict[str, str]) -> Iterator[ClientConnection]:
    url = address.replace("http", "ws", 1) + "/ws/workers"
    with connect(url, additional_headers=headers, proxy=None, close_timeout=1) as socket:
        yield socket


def frame(socket: ClientConnection, timeout_s: float = 5) -> tuple[int, float, dict[int, tuple]]:
    data = socket.recv(timeout_s)
    assert isinstance(data, bytes)
    tick, count, at_ms = struct.unpack_from("<IId", data)
    assert len(data) == 16 + 12 * count
    workers = {}
    for lon, lat, heading, state, worker_id in struct.iter_unpack("<iiBBH", data[16:]):
        workers[worker_id] = (lon / 1e6, lat / 1e6, heading, STATUSES[state & 15], state >> 4)
    return tick, at_ms / 1000, workers


def is_silent_for(socket: ClientConnection, seconds: float) -> bool:
    """Whether, after what was on its way, nothing comes for so long."""
    for _ in range(3):
        try:
            socket.recv(seconds)
        except TimeoutError:
            return True
    return False


def until(socket: ClientConnection, holds: Callable[[dict], bool], within_s: float = 6) -> dict[int, tuple]:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        workers = frame(socket)[2]
        if holds(workers):
            return workers
    raise AssertionError("it was never told")


def test_a_frame_a_second_tells_everybody_on_duty(address: str, client: httpx.Client, token_of: Headers) -> None:
    gateway = token_of("gateway")
    with channel(address, token_of("display")) as socket:
        first, at_s, workers = frame(socket)
        assert abs(at_s - time.time()) < 2
        assert set(workers) == {1, 2, 3, 4}
        assert workers[1][3] == "patrolling"
        assert frame(socket)[0] == first + 1
        fix = {"recorded_at": datetime.now(UTC).isoformat(), "lon": 120.9504, "lat": 30.9191, "heading_deg": 90}
        client.post("/api/positions", json={"worker": 2, "datum": "wgs84", "fixes": [fix]}, headers=gateway)
        told = until(socket, lambda workers: workers[2][0] == 120.9504)
        assert told[2] == (120.9504, 30.9191, 64, "patrolling", 0)
        client.post("/api/duty", json={"worker": 2, "on": False}, headers=gateway)
        assert 2 not in until(socket, lambda workers: 2 not in workers)
    client.post("/api/duty", json={"worker": 2, "on": True, "status": "patrolling"}, headers=gateway)


def test_two_displays_get_the_same_bytes(address: str, token_of: Headers) -> None:
    with channel(address, token_of("display")) as one, channel(address, token_of("operator")) as other:
        frames = [{struct.unpack_from("<I", data)[0]: data for data in (s.recv(5), s.recv(5))} for s in (one, other)]
        shared = frames[0].keys() & frames[1].keys()
        assert shared
        assert all(frames[0][tick] == frames[1][tick] for tick in shared)


def test_who_is_not_logged_in_does_not_listen(address: str) -> None:
    with pytest.raises(InvalidStatus) as refused, channel(address, {}):
        pass
    assert refused.value.response.status_code == 403


def test_no_frame_while_the_database_is_away_and_frames_again_after(
    address: str, client: httpx.Client, token_of: Headers, small_centre: Centre
) -> None:
    with channel(address, token_of("display")) as socket:
        frame(socket)
        with psycopg.connect(small_centre.database.url, dbname="postgres", autocommit=True) as admin:
            name = psycopg.conninfo.conninfo_to_dict(small_centre.database.url)["dbname"]
            allow = sql.SQL("alter database {} allow_connections {}")
            admin.execute(allow.format(sql.Identifier(str(name)), sql.Literal(False)))
            admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
            assert is_silent_for(socket, 2.2)
            assert client.get("/api/health").status_code == 503
            admin.execute(allow.format(sql.Identifier(str(name)), sql.Literal(True)))
        assert set(frame(socket, 10)[2]) == {1, 2, 3, 4}


def test_states_on_the_map_follow_duty_and_case(address: str, token_of: Headers, small_centre: Centre) -> None:
    with psycopg.connect(small_centre.database.url) as connection:
        connection.execute("update duty set status = 'sos' where area_id = %s and worker_id = 1", [AREA_ID])
        connection.execute(
            "update position_latest set recorded_at = recorded_at - interval '301 seconds' where worker_id = 3"
        )
    with channel(address, token_of("display")) as socket:
        workers = until(socket, lambda workers: workers[1][3] == "sos")
    assert workers[3][3:] == ("offline", 15)
