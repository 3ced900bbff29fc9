"""Figure: a shift of 80 workers and 8 hours in the replay: bytes, time to the first frame, time between frames at 300x.

The page is the replay itself before a real centre whose history holds a fix every 15 s of everybody. Peer in the same
run and the same page: the same tracks as GeoJSON with times, fetched, parsed and drawn with Leaflet as a page made from
GeoJSON (folium's TimestampedGeoJson among them) does it.

Usage: ``python -m bench.replay [--workers 80] [--hours 8] [--seconds 10] [--database URL]``. Without a database it
makes the demo town in one of its own; one given must hold a town with so many workers and is written to. Prints one
JSON line.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from base.clock import TOWN_ZONE, utc_now
from bench.frames import FLAGS, RECORD_FRAMES, town
from mapdata.plane import distance_m

FIX_EVERY_S = 15
TIME_FORMAT = "%Y-%m-%d %H:%M"
PEER = """async (address) => {
  const began = performance.now();
  const text = await (await fetch(address)).text();
  const data = JSON.parse(text);
  const fetched = performance.now();
  const map = gridcommand.maps[0];
  const layer = L.geoJSON(data, { renderer: L.canvas(), pointToLayer: (f, at) => L.circleMarker(at) }).addTo(map);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const drawn = performance.now();
  layer.remove();
  return { bytes: text.length, fetch_and_parse_ms: fetched - began, first_frame_ms: drawn - began };
}"""


Nodes = dict[int, list[tuple[int, float, float, float, float]]]
"""The streets that begin at each node: to which node, from where, to where (degrees)."""


def random_walk(nodes: Nodes, rng: random.Random, count: int) -> list[tuple[float, float]]:
    """``count`` fixes of somebody who goes along streets at 1.4 to 4 m/s, with some metres of noise (degrees)."""
    step_m, at = rng.uniform(1.4, 4) * FIX_EVERY_S, rng.choice(sorted(nodes))
    places: list[tuple[float, float]] = []
    left_m = 0.0
    while len(places) < count:
        at, lon, lat, to_lon, to_lat = rng.choice(nodes[at])
        length_m = distance_m(lon, lat, to_lon, to_lat)
        while left_m < length_m:
            part = left_m / length_m
            x, y = lon + (to_lon - lon) * part, lat + (to_lat - lat) * part
            places.append((x + rng.gauss(0, 3e-5), y + rng.gauss(0, 3e-5)))
            left_m += step_m
        left_m -= length_m
    return places[:count]


def fill(url: str, workers: int, since: datetime, until: datetime) -> int:
    """Write the history of a shift; returns how many fixes it has."""
    import psycopg

    with psycopg.connect(url) as connection:
        area_id = connection.execute("select min(area_id) from area").fetchone()[0]  # type: ignore[index]
        edges = connection.execute(
            "select from_node, to_node, st_x(st_endpoint(geom)), st_y(st_endpoint(geom)), st_x(st_startpoint(geom)),"
            " st_y(st_startpoint(geom)) from road_edge where area_id = %s",
            [area_id],
        ).fetchall()
        nodes: Nodes = {}
        for from_node, to_node, to_lon, to_lat, from_lon, from_lat in edges:
            nodes.setdefault(from_node, []).append((to_node, from_lon, from_lat, to_lon, to_lat))
            nodes.setdefault(to_node, []).append((from_node, to_lon, to_lat, from_lon, from_lat))
        worker_rows = connection.execute(
            "select worker_id from worker where area_id = %s order by 1 limit %s", [area_id, workers]
        ).fetchall()
        for day in {since.astimezone(TOWN_ZONE).date(), until.astimezone(TOWN_ZONE).date()}:
            connection.execute("select position_day_v1(%s)", [day])
        count = int((until - since).total_seconds()) // FIX_EVERY_S
        duties = {worker: uuid.uuid4() for (worker,) in worker_rows}
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into duty (area_id, worker_id, duty_id, started_at, ended_at) values (%s, %s, %s, %s, %s)",
                [(area_id, worker, duty, since, until) for worker, duty in duties.items()],
            )
            copy_statement = (
                "copy position (area_id, worker_id, recorded_at, received_at, duty_id, geom, source, datum, given_lon,"
                " given_lat) from stdin"
            )
            with cursor.copy(copy_statement) as copy:
                for worker, duty in duties.items():
                    for n, (lon, lat) in enumerate(random_walk(nodes, random.Random(worker), count)):
                        at = since + timedelta(seconds=n * FIX_EVERY_S)
                        point = f"SRID=4326;POINT({lon} {lat})"
                        copy.write_row((area_id, worker, at, at, duty, point, "api", "wgs84", lon, lat))
        return count * len(duties)


def measure(page: Any, centre: Any, since: datetime, until: datetime, seconds: float) -> dict[str, Any]:
    """Load the whole shift, play it at 300x, then draw the peer."""
    from tests.browser.conftest import log_in

    log_in(page, centre, "reviewer", "/replay")
    page.wait_for_selector("#replay-reason")
    page.wait_for_timeout(3000)
    page.fill("#replay-since", since.astimezone(TOWN_ZONE).strftime(TIME_FORMAT))
    page.fill("#replay-until", until.astimezone(TOWN_ZONE).strftime(TIME_FORMAT))
    page.fill("#replay-reason", "bench")
    body_sizes: list[int] = []
    page.on(
        "response",
        lambda answer: "/api/tracks" in answer.url and body_sizes.append(answer.request.sizes()["responseBodySize"]),
    )
    page.click("#replay-load")
    page.wait_for_selector("body[data-replay=ready]", timeout=60_000)
    page.wait_for_timeout(1500)
    own = page.evaluate("() => gridcommand.replay.stats()")
    page.click("[data-speed='300']")
    page.keyboard.press(" ")
    page.wait_for_timeout(1000)
    gaps = page.evaluate(RECORD_FRAMES, seconds)
    drawn = page.evaluate("() => gridcommand.replay.stats().drawn")
    page.keyboard.press(" ")
    query = f"from={since.isoformat()}&to={until.isoformat()}&format=geojson&reason=bench".replace("+", "%2B")
    peer = page.evaluate(PEER, f"/api/tracks?{query}")
    p50, p95, p99 = np.percentile(gaps, [50, 95, 99])
    return {
        "bytes": own["bytes"],
        "bytes_on_the_wire": body_sizes[0] if body_sizes else None,
        "first_frame_ms": round(own["firstFrameMs"]),
        "workers_drawn": drawn,
        "frame_p50_ms": round(float(p50), 1),
        "frame_p95_ms": round(float(p95), 1),
        "frame_p99_ms": round(float(p99), 1),
        "peer_geojson_bytes": peer["bytes"],
        "peer_first_frame_ms": round(peer["first_frame_ms"]),
    }


def run(workers: int, hours: float, seconds: float, database: str | None) -> dict[str, Any]:
    """The whole measurement."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import run_centre

    until = utc_now().replace(second=0, microsecond=0) - timedelta(minutes=5)
    since = until - timedelta(hours=hours)
    with town(database) as url, tempfile.TemporaryDirectory() as var, sync_playwright() as playwright:
        fixes = fill(url, workers, since, until)
        running = run_centre(url, Path(var), shift="off")
        centre = next(running)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        try:
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            results = measure(page, centre, since, until, seconds)
        finally:
            browser.close()
            running.close()  # type: ignore[attr-defined]
    return {"workers": workers, "hours": hours, "fixes": fixes, **results}


def main() -> None:
    """Print the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=80)
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--database")
    options = parser.parse_args()
    print(json.dumps(run(options.workers, options.hours, options.seconds, options.database)))


if __name__ == "__main__":
    main()
