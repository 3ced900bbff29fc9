"""Figure: CPU of the server while 100 displays watch 1,000 workers at 1 Hz, and the bytes on the wire.

Peer in the same run: the same workers as JSON text made anew for each display, over the same kind of WebSocket.

Usage: ``python -m bench.live [--displays 100] [--workers 1000] [--seconds 20]``. Makes its own town in a database of
its own on the server of DATABASE_URL (or a private cluster), starts the server and the displays as processes of their
own, reads the server's CPU time from /proc, prints one JSON line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import struct
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from fastapi import WebSocket, WebSocketDisconnect

sys.path.insert(0, str(Path(__file__).parents[1]))

TICKS_S = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Processor time a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_S


@contextmanager
def bench_database() -> Iterator[str]:
    """Address of a fresh migrated database, dropped at the end."""
    import psycopg
    from psycopg import sql
    from psycopg.conninfo import make_conninfo

    from base.migrations import migrate

    with cluster() as base:
        name = f"gridcommand_bench_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(base, autocommit=True) as admin:
            admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            url = make_conninfo(base, dbname=name)
            migrate(url)
            yield url
        finally:
            with psycopg.connect(base, autocommit=True) as admin:
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextmanager
def cluster() -> Iterator[str]:
    """Address of a database server: DATABASE_URL, or a private one."""
    if os.environ.get("DATABASE_URL"):
        yield os.environ["DATABASE_URL"]
        return
    import tempfile

    from base.cluster.cluster import Cluster

    with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder)).running() as url:
        yield url


def make_workers(url: str, count: int) -> None:
    """A town with so many workers, all on duty and seen just now."""
    from base.bulk import copy_rows
    from base.database import Database
    from tests.small_town import AREA_ID, _point, make_small_town

    database = Database(url, size=2)
    make_small_town(database)
    now = datetime.now(UTC)
    with database.transaction() as transaction:
        extra = [(AREA_ID, n, f"员{n}", "grid_worker") for n in range(5, count + 1)]
        copy_rows(transaction, "worker", ("area_id", "worker_id", "name", "role"), extra)
        duties = [(AREA_ID, n, uuid.uuid4(), "patrolling", now) for n in range(1, count + 1)]
        copy_rows(transaction, "duty", ("area_id", "worker_id", "duty_id", "status", "started_at"), duties)
        columns = ("area_id", "worker_id", "recorded_at", "received_at", "geom", "heading_deg", "source")
        places = ((120.94 + n % 100 * 2e-4, 30.912 + n // 100 * 1e-3) for n in range(1, count + 1))
        fixes = [(AREA_ID, n, now, now, _point(*at), 90.0, "api") for n, at in enumerate(places, start=1)]
        copy_rows(transaction, "position_latest", columns, fixes)
    database.close()


def serve(url: str, port: int) -> None:
    """The server under test: the real routes and guard, and beside them the peer ``/ws/peer``."""
    import uvicorn
    from fastapi import FastAPI

    from api.live import channel
    from api.security import guard, permissions
    from base.clock import utc_now
    from base.database import Database
    from base.settings import read_settings
    from dispatch.access.scope import Scope
    from dispatch.advice.workforce import read_workforce
    from dispatch.centre import Centre
    from mapdata.roads.network import RoadNetwork
    from tests.small_town import AREA, AREA_ID

    database = Database(url)
    with database.transaction() as transaction:
        from mapdata.roads.network import load_roads

        roads: RoadNetwork = load_roads(transaction, AREA)
    centre = Centre(read_settings({"GRIDCOMMAND_RATE_FACTOR": "10000"}), database, utc_now, AREA, roads)
    server = FastAPI()
    server.include_router(channel.router(centre))

    rows: list[dict[str, object]] = []
    names = ("worker_id", "name", "status", "lon", "lat", "age_s", "accuracy_m", "heading_deg")

    def read_once() -> list[dict[str, object]]:
        with database.transaction() as transaction:
            everybody = read_workforce(transaction, AREA_ID, Scope("bench", "operator", AREA_ID), utc_now())
        return [{name: getattr(one, name) for name in names} for one in everybody]

    async def keep_reading() -> None:
        while True:
            rows[:] = await asyncio.to_thread(read_once)
            await asyncio.sleep(1)

    reader_tasks: list[asyncio.Task[None]] = []

    @server.websocket("/ws/peer")
    async def peer(ws: WebSocket) -> None:
        if not reader_tasks:
            reader_tasks.append(asyncio.create_task(keep_reading()))
        await ws.accept()
        try:
            while True:
                await ws.send_text(json.dumps(rows))
                await asyncio.sleep(1)
        except WebSocketDisconnect:
            return

    permissions.PROTECTED_PATHS += (permissions.ProtectedPath("/ws/peer", "worker.live", with_subpaths=False),)
    guard.protect(server, centre)
    uvicorn.run(server, port=port, ws_per_message_deflate=False, access_log=False, log_level="error")


async def run_displays(url: str, token: str, displays: int, seconds: float) -> None:
    """Connect so many displays; print what they received: frames, bytes, and how old a frame is when it comes."""
    from websockets.asyncio.client import connect

    frames, size, ages_ms = 0, 0, []
    end = time.monotonic() + seconds

    async def run_display() -> None:
        nonlocal frames, size
        headers = {"Authorization": f"Bearer {token}"}
        async with connect(
            url, additional_headers=headers, proxy=None, max_size=None, compression=None, open_timeout=60
        ) as ws:
            while (left := end - time.monotonic()) > 0:
                try:
                    data = await asyncio.wait_for(ws.recv(), left)
                except TimeoutError:
                    return
                frames += 1
                size += len(data)
                if isinstance(data, bytes):
                    ages_ms.append(time.time() * 1000 - struct.unpack_from("<d", data, 8)[0])

    await asyncio.gather(*(run_display() for _ in range(displays)))
    p95 = statistics.quantiles(ages_ms, n=20)[-1] if len(ages_ms) > 20 else None
    print(json.dumps({"frames": frames, "bytes": size, "age_p95_ms": p95}))


def measure(port: int, path: str, token: str, server: int, displays: int, seconds: float) -> dict[str, float]:
    """Share of a core the server uses while the displays watch."""
    url = f"ws://127.0.0.1:{port}{path}"
    arguments = [sys.executable, __file__, "--as", "displays", "--url", url, "--displays", str(displays)]
    watchers = subprocess.Popen(
        [*arguments, "--seconds", str(seconds + 4)], stdout=subprocess.PIPE, env=os.environ | {"BENCH_TOKEN": token}
    )
    # a hundred connections take a while; what they cost is not what is measured
    time.sleep(3)
    began, used_before_s = time.monotonic(), cpu_s(server)
    time.sleep(seconds)
    share = (cpu_s(server) - used_before_s) / (time.monotonic() - began)
    received = json.loads(watchers.communicate()[0])
    return {"share": share, "bytes_a_frame": received["bytes"] / max(1, received["frames"])} | received


def run(displays: int, workers: int, seconds: float) -> dict[str, object]:
    """The whole measurement."""
    from base.database import Database
    from dispatch.access.accounts import create_token
    from tests.small_town import AREA_ID

    with bench_database() as url:
        make_workers(url, workers)
        database = Database(url, size=1)
        with database.transaction() as transaction:
            token = create_token(transaction, AREA_ID, "display", "bench", datetime.now(UTC))
        database.close()
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        server = subprocess.Popen([sys.executable, __file__, "--as", "server", "--url", url, "--port", str(port)])
        try:
            wait_for(port)
            own = measure(port, "/ws/workers", token, server.pid, displays, seconds)
            idle = measure(port, "/ws/workers", token, server.pid, 1, min(seconds, 8))
            peer = measure(port, "/ws/peer", token, server.pid, displays, min(seconds, 10))
        finally:
            server.terminate()
            server.wait()
    return {
        "displays": displays,
        "workers": workers,
        "cpu_share_of_a_core": round(own["share"], 4),
        "cpu_share_one_display": round(idle["share"], 4),
        "bytes_a_worker": round((own["bytes_a_frame"] - 16) / workers, 2),
        "frames_a_second_a_display": round(own["frames"] / displays / (seconds + 3), 2),
        "frame_age_p95_ms": own["age_p95_ms"] and round(own["age_p95_ms"], 1),
        "peer_json_cpu_ratio_a_frame": round(cpu_a_frame(peer, min(seconds, 10)) / cpu_a_frame(own, seconds), 1),
        "peer_json_cpu_share": round(peer["share"], 4),
        "peer_json_frames_a_second_a_display": round(peer["frames"] / displays / (min(seconds, 10) + 3), 2),
        "peer_json_bytes_a_frame": round(peer["bytes_a_frame"]),
    }


def cpu_a_frame(measured: dict[str, float], seconds: float) -> float:
    """Processor seconds of the server for one frame that arrived."""
    return measured["share"] * (seconds + 3) / max(1, measured["frames"])


def wait_for(port: int) -> None:
    """Wait until the server listens."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the server did not start")


def main() -> None:
    """Print the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--displays", type=int, default=100)
    parser.add_argument("--workers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--as", dest="part", choices=("server", "displays"), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part == "server":
        serve(options.url, options.port)
    elif options.part == "displays":
        asyncio.run(run_displays(options.url, os.environ["BENCH_TOKEN"], options.displays, options.seconds))
    else:
        print(json.dumps(run(options.displays, options.workers, options.seconds)))


if __name__ == "__main__":
    main()
