"""Figure: how long a dispatch takes with every provider well, and with every provider dead; and how fast notices leave.

Usage: ``python -m bench.notices [--cases 40]``. The small town of the tests in a database of its own, the real server
and the real second process. Providers: an HTTP gateway for text messages, a robot, a mail server; well, they answer at
once; dead, the gateway takes connections and never answers, and nobody is there for the others. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from app import build_server  # noqa: E402
from base.clock import utc_now  # noqa: E402
from base.database import Database  # noqa: E402
from base.migrations import migrate  # noqa: E402
from base.settings import read_settings  # noqa: E402
from dispatch.access.accounts import create_token  # noqa: E402
from dispatch.centre import Centre  # noqa: E402
from mapdata.roads.network import load_roads  # noqa: E402
from tests.api.conftest import serving  # noqa: E402
from tests.databases import databases_of_run  # noqa: E402
from tests.small_town import AREA, AREA_ID, SOUTH_POINT, WORKERS, make_small_town, put_on_duty  # noqa: E402
from tests.unit.test_channels import Provider  # noqa: E402

NOTICES = 400
TURNS = 4


@contextmanager
def provider(manner: str) -> Iterator[Provider]:
    """A gateway that answers at once, or never."""
    found = Provider()
    found.manner = manner
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.released.set()
        found.server.shutdown()
        found.server.server_close()


@contextmanager
def second_process(url: str, gateway: str) -> Iterator[None]:
    """The jobs with every provider set."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"127.0.0.1:{taken.getsockname()[1]}"
    ours = {
        "DATABASE_URL": url,
        "GRIDCOMMAND_SMS": "http",
        "GRIDCOMMAND_SMS_URL": f"{gateway}/sms",
        "GRIDCOMMAND_SMS_BODY": "{phone} {text}",
        "GRIDCOMMAND_ROBOT": "wecom",
        "GRIDCOMMAND_ROBOT_URL": f"http://{nobody}",
        "GRIDCOMMAND_EMAIL": "smtp",
        "GRIDCOMMAND_EMAIL_SERVER": nobody,
        "GRIDCOMMAND_EMAIL_FROM": "a@town.example",
    }
    with tempfile.TemporaryDirectory() as var, (Path(var) / "jobs.log").open("wb") as log:
        environment = os.environ | ours | {"GRIDCOMMAND_VAR": var}
        process = subprocess.Popen(
            [sys.executable, "app.py", "jobs"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            yield
        finally:
            process.kill()
            process.wait()


def dispatches(address: str, token: str, cases: int) -> list[float]:
    """Milliseconds of each dispatch; the worker is taken back after each, which is not counted."""
    times = []
    lon, lat = SOUTH_POINT
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        for _ in range(cases):
            body = {
                "id": str(uuid.uuid4()),
                "source_channel": "phone",
                "description": "有人落水",
                "lon": lon,
                "lat": lat,
            }
            told = client.post("/api/incidents", json=body | {"datum": "wgs84", "reporter": {"phone": "10012340001"}})
            path = f"/api/incidents/{told.raise_for_status().json()['case_no']}"
            began = time.perf_counter()
            client.post(f"{path}/dispatch", json={"worker": 2}).raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
            client.post(f"{path}/cancel", json={"note": "误报"}).raise_for_status()
    return times


def sent_a_second(url: str) -> float:
    """How many notices one process sends a second when they lie there."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "insert into notice (area_id, notice_id, code, told, recipient_kind, recipient_id, language, channels, "
            "channel, urgency, created_at, next_try_at, occasion_at) select %s, gen_random_uuid(), 'urged', '{}', "
            "'worker', '2', 'zh', '{sms}', 'sms', 'P2', now(), now(), to_timestamp(n) from generate_series(1, %s) n",
            [AREA_ID, NOTICES],
        )
        began = time.perf_counter()
        left = "select count(*) from notice where code = 'urged' and state <> 'sent'"
        while connection.execute(left).fetchone() != (0,):
            time.sleep(0.05)
        return NOTICES / (time.perf_counter() - began)


def measure(url: str, database: Database, cases: int) -> dict[str, Any]:
    """Both ways in one run, one after the other."""
    with database.transaction() as transaction:
        roads = load_roads(transaction, AREA)
        token = create_token(transaction, AREA_ID, "shift_leader", "bench", utc_now())
    centre = Centre(read_settings({"GRIDCOMMAND_RATE_FACTOR": "1000"}), database, utc_now, AREA, roads)
    times: dict[str, list[float]] = {"well": [], "dead": []}
    leave = 0.0
    with serving(build_server(centre)) as address:
        dispatches(address, token, 5)
        for turn in range(2 * TURNS):  # in turns, so that a busy neighbour meets both alike
            name = ("well", "dead")[turn % 2]
            with provider({"well": "whole", "dead": "slowly"}[name]) as gateway, second_process(url, gateway.url):
                time.sleep(3)  # until it is up: it is to be at work while they dispatch
                times[name] += dispatches(address, token, cases // TURNS)
                if turn == 0:
                    leave = sent_a_second(url)
    figures = {"bench": "notices", "cases": cases, "sent_a_second": round(leave, 1)}
    for name, found in times.items():
        figures[f"dispatch_{name}_p50_ms"] = round(statistics.median(found), 1)
        figures[f"dispatch_{name}_p95_ms"] = round(statistics.quantiles(found, n=20)[-1], 1)
    return figures | {"dead_to_well": round(statistics.median(times["dead"]) / statistics.median(times["well"]), 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=80, help="dispatches of each kind (default %(default)s)")
    cases = parser.parse_args().cases
    with databases_of_run("bench_notices") as databases, databases.copy() as url:
        migrate(url)
        with closing(Database(url)) as database:
            make_small_town(database)
            for worker in WORKERS:
                put_on_duty(database, worker.worker_id, utc_now())
            print(json.dumps(measure(url, database, cases)))


if __name__ == "__main__":
    main()
