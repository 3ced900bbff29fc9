"""Figure: how evenly the wall draws 1,000 workers at 1 Hz, in a real page without a graphics card.

The page is the wall itself: base map, grids, panels, workers gliding between frames. Measured is the time between two
animation frames while the map stands and while it is dragged. Peer in the same run: the same page whose workers are a
``dl.GeoJSON`` of points (canvas) with new data each second, as dash-leaflet offers it. The third page has no workers.

Usage: ``python bench/frames.py [--workers 1000] [--seconds 15] [--database URL-with-a-town]``. Without a database it
makes the demo town in one of its own. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.live import bench_database

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)

RECORD_FRAMES = """(seconds) => new Promise((done) => {
  const gaps = [];
  let last = performance.now();
  const end = last + seconds * 1000;
  const frame = (at) => {
    gaps.push(at - last);
    last = at;
    if (at < end) requestAnimationFrame(frame);
    else done(gaps.slice(2));
  };
  requestAnimationFrame(frame);
})"""


class Walkers:
    """So many people walking along roads, a step a second; the same in every run."""

    def __init__(self, edges: list[tuple[tuple[float, float], tuple[float, float]]], count: int) -> None:
        rng = random.Random(1)
        self._edges = edges
        self._at = [(rng.randrange(len(edges)), rng.random()) for _ in range(count)]
        self.count = count

    def step(self, tick: int) -> Any:
        """The records of one frame."""
        from layers.workers import RECORD

        records = np.zeros(self.count, RECORD)
        for row, (edge, part) in enumerate(self._at):
            (west, south), (east, north) = self._edges[edge]
            share = abs((part + tick * 0.03) % 2 - 1)
            heading = int(np.degrees(np.arctan2(east - west, north - south)) % 360 / 360 * 256)
            place = (round((west + (east - west) * share) * 1e6), round((south + (north - south) * share) * 1e6))
            records[row] = (*place, heading, 1 + row % 7, row + 1)
        return records


def serve(url: str, port: int, workers: int) -> None:
    """The pages: the wall with live workers, the peer, and one without workers."""
    import uvicorn
    from fastapi import FastAPI

    from api import tiles
    from base.clock import utc_now
    from base.database import Database
    from base.settings import read_settings
    from dispatch.access.scope import Scope
    from dispatch.centre import Centre
    from mapdata.areas import read_area
    from mapdata.roads.network import load_roads

    database = Database(url, size=4)
    with database.transaction(timeout_s=60) as transaction:
        area = read_area(transaction, None)
        roads = load_roads(transaction, area)
        rows = transaction.execute(
            "select st_x(st_startpoint(geom)) as x1, st_y(st_startpoint(geom)) as y1, st_x(st_endpoint(geom)) as x2,"
            " st_y(st_endpoint(geom)) as y2 from road_edge where area_id = %(area_id)s",
            {"area_id": area.area_id},
        ).fetchall()
    walkers = Walkers([((row["x1"], row["y1"]), (row["x2"], row["y2"])) for row in rows], workers)
    centre = Centre(read_settings({"GRIDCOMMAND_SHIFT": "off"}), database, utc_now, area, roads)
    server = FastAPI()
    server.include_router(tiles.router(centre))
    add_pages(server, centre, walkers)

    class LoggedInAsDisplay:
        """Treats every request as one of a display that is logged in."""

        def __init__(self, app: Any) -> None:
            self._app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            state = {"asker": Scope("display", "display", area.area_id), "language": "zh"}
            await self._app({**scope, "state": state}, receive, send)

    server.add_middleware(LoggedInAsDisplay)
    uvicorn.run(server, port=port, ws_per_message_deflate=False, access_log=False, log_level="error")


def add_pages(server: Any, centre: Any, walkers: Walkers) -> None:
    """The wall and its live channel; the peer's page with a callback a second; a page without workers."""
    import dash_leaflet as dl
    from dash import Input, Output, dcc
    from fastapi import WebSocket, WebSocketDisconnect

    from layers.feature import collection, point
    from layers.workers import encode
    from screens import wall
    from screens.shell import files
    from screens.shell.page import Page, screen_app
    from screens.shell.visitor import Visitor

    @server.websocket("/ws/workers")
    async def live(socket_: WebSocket) -> None:
        await socket_.accept()
        try:
            for tick in range(10**9):
                await socket_.send_bytes(encode(tick, time.time() * 1000, walkers.step(tick)))
                await asyncio.sleep(1)
        except WebSocketDisconnect:
            return

    server.include_router(files.router())
    wall.register(server, centre)

    def layout(with_peer: bool) -> Any:
        page = wall.layout.wall(centre.area, centre.settings, Visitor(None, "zh"))
        setattr(page.children[0], "data-live", "")
        if with_peer:
            peer = dl.GeoJSON(id="peer", pointToLayer={"variable": "benchPoint"}, data=collection([]))
            page.children[0].children.children.append(peer)
            page.children.append(dcc.Interval(id="second", interval=1000))
        return page

    def bench_page(name: str) -> Page:
        return Page(name=name, title="wall.title", styles=("wall.css",))

    screen_app(server, bench_page("none"), lambda _visitor: layout(with_peer=False))
    app = screen_app(server, bench_page("peer"), lambda _visitor: layout(with_peer=True))

    @app.callback(Output("peer", "data"), Input("second", "n_intervals"))
    def peer_data(tick: int | None) -> Any:
        rows = walkers.step(tick or 0)
        return collection(point(row["lon"] / 1e6, row["lat"] / 1e6, status=int(row["state"])) for row in rows)


def measure(page: Any, address: str, seconds: float) -> dict[str, float]:
    """Times between animation frames, standing and dragged, in milliseconds."""
    began = time.monotonic()
    page.goto(address)
    while not page.evaluate("() => window.gridcommand && gridcommand.stats().baseMapAt"):
        time.sleep(0.02)
    shown_s = time.monotonic() - began
    page.wait_for_timeout(6000)
    at_rest = page.evaluate(RECORD_FRAMES, seconds)
    page.evaluate("(s) => { window.recorded = (" + RECORD_FRAMES + ")(s); }", 8)
    end = time.monotonic() + 8
    page.mouse.move(900, 600)
    page.mouse.down()
    step = 0
    while time.monotonic() < end:
        step += 1
        page.mouse.move(900 + 200 * np.sin(step / 15), 600 + 120 * np.cos(step / 11))
        page.wait_for_timeout(16)
    page.mouse.up()
    dragged = page.evaluate("() => window.recorded")
    return {"shown_s": round(shown_s, 2)} | figures("still", at_rest) | figures("dragged", dragged)


def figures(name: str, gaps: list[float]) -> dict[str, float]:
    """Frames a second and the upper end of the gaps."""
    p50, p95, p99, most = np.percentile(gaps, [50, 95, 99, 100])
    values = {"fps": 1000 / np.mean(gaps), "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "max_ms": most}
    return {f"{name}_{key}": round(float(value), 1) for key, value in values.items()}


@contextmanager
def town(url_given: str | None) -> Iterator[str]:
    """Address of a database with a town."""
    if url_given:
        yield url_given
        return
    from base.database import Database
    from towns.demo.town import make_demo_town

    with bench_database() as url:
        database = Database(url, size=2)
        make_demo_town(database)
        database.close()
        yield url


def run(workers: int, seconds: float, database: str | None) -> dict[str, Any]:
    """The whole measurement."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with town(database) as url, socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        probe.close()
        command = [sys.executable, __file__, "--as-server", str(port), "--database", url, "--workers", str(workers)]
        server = subprocess.Popen(command)
        try:
            wait_for(port)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
                results = {}
                for name in ("wall", "peer", "none"):
                    page = browser.new_page(viewport={"width": 1920, "height": 1080})
                    page.add_init_script(
                        "window.benchPoint = (feature, latlng) => L.circleMarker(latlng, { radius: 5, weight: 1, "
                        "renderer: window.benchCanvas = window.benchCanvas || L.canvas() });"
                    )
                    results |= {
                        f"{name}_{key}": value
                        for key, value in measure(page, f"http://127.0.0.1:{port}/{name}/", seconds).items()
                    }
                    page.close()
                browser.close()
        finally:
            server.terminate()
            server.wait()
    return {"workers": workers, **results}


def wait_for(port: int) -> None:
    """Wait until the server listens."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the server did not start")


def main() -> None:
    """Print the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--database")
    parser.add_argument("--as-server", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_server:
        serve(options.database, options.as_server, options.workers)
    else:
        print(json.dumps(run(options.workers, options.seconds, options.database)))


if __name__ == "__main__":
    main()
