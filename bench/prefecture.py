"""Figure: a suggestion among a prefecture's 8,411 workers, and what is around a case among 200,000 residents.

Over HTTP, from a server in a process of its own: milliseconds of each answer, and of the processor that the server's
process spends on one (the database's are not among them; what it spends idle is taken off). Peer in the same run: the
release before, on a copy of the same rows under its own schema; both are asked about the same cases in turn.

Usage: ``python -m bench.prefecture [--before FOLDER] [--workers 8411] [--people 200000] [--calls 60]``. ``FOLDER`` (or
the environment's ``BEFORE``) is a checkout of the release before with its ``.venv``; without one it is not measured.
Prints a JSON line for each of the two, and one for how many times faster this one is.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psycopg
from psycopg import sql

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.live import bench_database, cpu_s

ROOT = Path(__file__).parents[1]
CASES = 20
"""Cases all over the town that are asked about in turn."""
BLOCK = 10
"""Calls of one release before it is the other's turn."""
_START_S, _IDLE_S = 90.0, 10.0
ASKED = {
    "suggestion": "/api/incidents/{}/suggestion",
    "nearby_300m": "/api/incidents/{}/nearby?radius_m=300",
    "nearby_2000m": "/api/incidents/{}/nearby?radius_m=2000",
}


@dataclass
class Release:
    """One release at work: its folder, its database, its process, whoever calls it, and what was measured."""

    folder: Path
    url: str
    process: subprocess.Popen[bytes]
    client: httpx.Client
    cases: list[str] = field(default_factory=list)
    idle_share: float = 0.0
    figures: dict[str, float] = field(default_factory=dict)

    def report(self, places: list[tuple[float, float]]) -> None:
        """Report a case at each place."""
        for lon, lat in places:
            body = {"id": str(uuid.uuid4()), "source_channel": "phone", "description": "垃圾成堆没人清运"}
            answer = self.client.post("/api/incidents", json=body | {"lon": lon, "lat": lat, "datum": "wgs84"})
            self.cases.append(answer.raise_for_status().json()["case_no"])

    def ask(self, what: str, number: int) -> tuple[float, Any]:
        """Ask about one of the cases; milliseconds, and the answer."""
        began = time.perf_counter()
        answer = self.client.get(ASKED[what].format(self.cases[number % CASES]))
        took_ms = (time.perf_counter() - began) * 1000
        return took_ms, answer.raise_for_status().json()

    def note(self, what: str, times_ms: list[float], cpu_ms: float) -> None:
        """Keep what was measured."""
        self.figures |= {
            f"{what}_p50_ms": round(float(np.percentile(times_ms, 50)), 1),
            f"{what}_p95_ms": round(float(np.percentile(times_ms, 95)), 1),
            f"{what}_cpu_ms": round(cpu_ms, 1),
        }


def filled_town(url: str, workers: int, people: int) -> None:
    """The demo town with so many workers and residents."""
    from base.clock import utc_now
    from base.database import Database
    from towns.demo.town import make_demo_town
    from towns.filling.town import fill_town

    with closing(Database(url, size=2)) as database:
        area = make_demo_town(database)
        fill_town(database, area.area_id, workers, people, seed=1, at=utc_now())


@contextmanager
def copy_for(folder: Path, url: str) -> Iterator[str]:
    """Address of a database with the same rows under the schema of another release."""
    name = f"gridcommand_bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    try:
        other = psycopg.conninfo.make_conninfo(url, dbname=name)
        command(folder, other, "migrate")
        with psycopg.connect(url) as source, psycopg.connect(other) as target:
            copy_all_rows(source, target)
        yield other
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


_EARLIER = {
    "assignment": "select area_id, task_id as assignment_id, case_no, worker_id, suggestion_id,"
    " created_by as assigned_by, sent_at as assigned_at, signed_at, arrived_at, ended_at, outcome from task"
    " where kind = 'lead' and worker_id is not null and sent_at is not null"
}
"""Tables of the release before that are not kept any more: their rows as the rows of today tell them."""


def copy_all_rows(source: psycopg.Connection[Any], target: psycopg.Connection[Any]) -> None:
    """Every row of every table both have, in the columns both have; keys are checked already and not again."""
    target.execute("set session_replication_role = replica")
    for table, rows_then in _EARLIER.items():
        source.execute(sql.SQL("create temporary view {} as {}").format(sql.Identifier(table), sql.SQL(rows_then)))
    columns = _columns(source) | {table: _columns(target).get(table, []) for table in _EARLIER}
    for table, own in _columns(target).items():
        names = sql.SQL(", ").join(sql.Identifier(name) for name in own if name in columns.get(table, ()))
        if table == "migration" or table not in columns:
            continue
        rows = sql.SQL("copy (select {} from {}) to stdout").format(names, sql.Identifier(table))
        into = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), names)
        with source.cursor().copy(rows) as out, target.cursor().copy(into) as copy:
            for part in out:
                copy.write(part)
    target.commit()


def _columns(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """The tables and their columns, partitions not counted."""
    found = connection.execute(
        "select c.relname, array_agg(a.attname::text order by a.attnum) from pg_class c"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition"
        " and c.relname <> 'spatial_ref_sys' group by c.relname order by c.relname"
    )
    return {str(table): list(names) for table, names in found}


def command(folder: Path, url: str, *words: str) -> str:
    """What a command of a release prints."""
    with tempfile.TemporaryDirectory() as var:
        own = os.environ | {"DATABASE_URL": url, "GRIDCOMMAND_VAR": var}
        whole = [str(folder / ".venv/bin/python"), "app.py", *words]
        return subprocess.run(whole, cwd=folder, env=own, check=True, stdout=subprocess.PIPE, text=True).stdout


@contextmanager
def serving(folder: Path, url: str) -> Iterator[Release]:
    """A release that serves a database, without a shift."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    token = command(folder, url, "token", "create", "--role", "shift_leader", "--name", "bench").strip()
    with tempfile.TemporaryDirectory() as var, (Path(var) / "centre.log").open("wb") as log:
        own = {
            "DATABASE_URL": url, "GRIDCOMMAND_VAR": var, "GRIDCOMMAND_PORT": str(port), "GRIDCOMMAND_SHIFT": "off",
            "GRIDCOMMAND_HOST": "127.0.0.1", "GRIDCOMMAND_RATE_FACTOR": "10000",
        }  # fmt: skip
        whole = [str(folder / ".venv/bin/python"), "app.py", "run", "--tied"]
        process = subprocess.Popen(whole, cwd=folder, env=os.environ | own, stdout=log, stderr=subprocess.STDOUT)
        headers = {"Authorization": f"Bearer {token}"}
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
                _wait_until_up(client, process)
                yield Release(folder, url, process, client)
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_up(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if client.get("/api/health").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit("the server did not come up")


def be_seen_now(url: str) -> None:
    """Make every fix as much younger as makes the newest one new: an advice leaves out who was not seen for minutes."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "update position_latest set recorded_at = recorded_at + late.by"
            " from (select now() - max(recorded_at) as by from position_latest) late"
        )
        connection.execute("vacuum analyze")


def places(url: str) -> list[tuple[float, float]]:
    """Places of cases: buildings all over the town, most where most people live."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("select st_x(geom), st_y(geom) from address order by address_id").fetchall()
    return random.Random(3).sample(rows, CASES)


def measure(releases: list[Release], calls: int) -> int:
    """Ask each release in turn about the same cases; how many of the suggestions name the same workers in all."""
    for release in releases:
        be_seen_now(release.url)
        release.report(places(release.url))
        for what in ASKED:
            release.ask(what, 0)
        before_s = cpu_s(release.process.pid)
        time.sleep(_IDLE_S)
        release.idle_share = (cpu_s(release.process.pid) - before_s) / _IDLE_S
    same = 0
    for what in ASKED:
        for release in releases:
            be_seen_now(release.url)
        answers = _measure_in_turn(releases, what, CASES if "2000" in what else calls)
        if what == "suggestion":
            same = sum(len({str(_named(one)) for one in group}) == 1 for group in zip(*answers, strict=True))
    return same


def _measure_in_turn(releases: list[Release], what: str, calls: int) -> list[list[Any]]:
    """Ask each release ``BLOCK`` times in turn, so that a busy moment of the machine is shared; what each answered."""
    times_ms: list[list[float]] = [[] for _ in releases]
    answers: list[list[Any]] = [[] for _ in releases]
    own_cpu_s = [0.0 for _ in releases]
    for first in range(0, calls, BLOCK):
        for place, release in enumerate(releases):
            before_s, began = cpu_s(release.process.pid), time.perf_counter()
            for number in range(first, min(first + BLOCK, calls)):
                took_ms, answer = release.ask(what, number)
                times_ms[place].append(took_ms)
                answers[place].append(answer)
            idle_s = release.idle_share * (time.perf_counter() - began)
            own_cpu_s[place] += cpu_s(release.process.pid) - before_s - idle_s
    for release, took_ms_all, used_s in zip(releases, times_ms, own_cpu_s, strict=True):
        release.note(what, took_ms_all, used_s * 1000 / calls)
    return answers


def _named(answer: Any) -> tuple[list[int], list[int]]:
    """Who is suggested and who is passed over, in order."""
    return tuple([one["worker"] for one in answer[name]] for name in ("workers", "passed_over"))  # type: ignore[return-value]


def run(before: Path | None, workers: int, people: int, calls: int) -> Iterator[dict[str, object]]:
    """The whole measurement."""
    with ExitStack() as parts:
        url = parts.enter_context(bench_database())
        filled_town(url, workers, people)
        urls = {"before": parts.enter_context(copy_for(before, url))} if before else {}
        folders = ({"before": before} if before else {}) | {"now": ROOT}
        releases = {
            name: parts.enter_context(serving(Path(folder), urls.get(name, url))) for name, folder in folders.items()
        }
        same = measure(list(releases.values()), calls)
        size: dict[str, object] = {"workers": workers, "people": people, "load": round(os.getloadavg()[0], 1)}
        for name, release in releases.items():
            yield {"release": name, **size, **release.figures}
        if before:
            ratios = {name: round(releases["before"].figures[name] / max(value, 0.1), 2)
                      for name, value in releases["now"].figures.items()}  # fmt: skip
            yield {"release": "times faster", "same_suggestions": f"{same} of {calls}", **ratios}


def main() -> None:
    """Print the figures as lines of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", default=os.environ.get("BEFORE"), help="checkout of the release before")
    parser.add_argument("--workers", type=int, default=8411)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--calls", type=int, default=60)
    options = parser.parse_args()
    before = Path(options.before).resolve() if options.before else None
    for line in run(before, options.workers, options.people, options.calls):
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
