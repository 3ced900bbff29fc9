"""Figure: every verb of a case at 10 a second while 1,000 workers report where they are, over HTTP.

Milliseconds from asking to the answer; ``late`` how far behind its moment a verb was asked, because the one before it
took longer than its tenth of a second; ``cpu`` what the server's process spent on a verb and the reports beside it.
Reports come 10 requests a second of 10 fixes each. Peer in the same run: the release before, on a copy of the same rows
under its own schema; each has its turn of half a minute while the other rests.

Usage: ``python -m bench.verbs [--before FOLDER] [--workers 1000] [--cases 120]``. ``FOLDER`` (or the environment's
``BEFORE``) is a checkout of the release before with its ``.venv``; without one it is not measured. Prints a JSON line
for each of the two.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.live import bench_database, cpu_s
from bench.prefecture import ROOT, Release, command, copy_for, filled_town, serving

WAY = ("accept", "dispatch", "sign", "arrive", "start", "feedback")
"""The life of a case as far as both releases let the same person bring it."""
A_SECOND, FIXES, TURN = 10, 10, 40
"""Verbs and requests with fixes a second; fixes of a request; cases of a turn."""


@contextmanager
def reporting(release: Release, workers: list[dict[str, Any]]) -> Iterator[list[float]]:
    """Every worker reports in turn until the block ends; the milliseconds of each request."""
    took_ms: list[float] = []
    over = threading.Event()

    def report() -> None:
        name = f"phones {uuid.uuid4()}"[:30]
        token = command(release.folder, release.url, "token", "create", "--role", "gateway", "--name", name).strip()
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=release.client.base_url, headers=headers, timeout=60) as client:
            due_s = time.perf_counter()
            while True:
                chosen = [workers[(len(took_ms) * FIXES + place) % len(workers)] for place in range(FIXES)]
                began = time.perf_counter()
                client.post("/api/positions", json=_batch(chosen)).raise_for_status()
                took_ms.append((time.perf_counter() - began) * 1000)
                due_s += 1 / A_SECOND
                if over.wait(max(0.0, due_s - time.perf_counter())):
                    return

    thread = threading.Thread(target=report)
    thread.start()
    try:
        yield took_ms
    finally:
        over.set()
        thread.join()


def _batch(workers: list[dict[str, Any]]) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    fixes = [{"worker": one["worker"], "recorded_at": at, "lon": one["lon"], "lat": one["lat"]} for one in workers]
    return {"datum": "wgs84", "fixes": fixes}


def seen_workers(release: Release) -> list[dict[str, Any]]:
    """Everybody who is on duty and was seen, as the release tells it."""
    told = release.client.get("/api/workers").raise_for_status().json()["workers"]
    return [one for one in told if one["on_duty"] and one["lon"] is not None]


def handle(release: Release, workers: list[dict[str, Any]], times_ms: dict[str, list[float]]) -> None:
    """Bring the release's cases from report to answer, a verb each tenth of a second."""
    due_s = time.perf_counter()
    for case_no, worker in zip(release.cases, workers, strict=False):
        for verb in WAY:
            body = {"note": "bench"} | ({"worker": worker["worker"]} if verb == "dispatch" else {})
            if verb == "feedback" and release.folder == ROOT:  # the release before knows no reason, and asks for none
                body["no_photo_reason"] = "bench"
            time.sleep(max(0.0, due_s - time.perf_counter()))
            began = time.perf_counter()
            answer = release.client.post(f"/api/incidents/{case_no}/{verb}", json=body)
            times_ms[verb].append((time.perf_counter() - began) * 1000)
            times_ms["late"].append((began - due_s) * 1000)
            answer.raise_for_status()
            due_s += 1 / A_SECOND


def measure(releases: list[Release], cases: int) -> None:
    """Each release in turn, so that a busy moment of the machine is shared."""
    times_ms: list[dict[str, list[float]]] = [{name: [] for name in (*WAY, "late", "report", "cpu")} for _ in releases]
    for first in range(0, cases, TURN):
        for place, release in enumerate(releases):
            everybody = seen_workers(release)
            free = [one for one in everybody if one["open_case_no"] is None]
            release.cases = []
            release.report([(one["lon"], one["lat"]) for one in free[: min(TURN, cases - first)]])
            before_s = cpu_s(release.process.pid)
            with reporting(release, everybody) as took_ms:
                handle(release, free, times_ms[place])
            used_ms = (cpu_s(release.process.pid) - before_s) * 1000
            times_ms[place]["report"] += took_ms
            times_ms[place]["cpu"].append(used_ms / (len(release.cases) * len(WAY)))
    for release, found in zip(releases, times_ms, strict=True):
        cpu_ms, report_ms = found.pop("cpu"), found.pop("report")
        release.figures = {f"{name}_p95_ms": p95(took) for name, took in found.items()}
        verbs_ms = [one for verb in WAY for one in found[verb]]
        release.figures |= {"all_p50_ms": round(float(np.median(verbs_ms)), 1), "all_p95_ms": p95(verbs_ms)}
        release.figures |= {"report_of_10_fixes_p95_ms": p95(report_ms), "cpu_ms": round(float(np.mean(cpu_ms)), 1)}


def p95(took_ms: list[float]) -> float:
    """The time that one answer in twenty takes longer than."""
    return round(float(np.percentile(took_ms, 95)), 1)


def run(before: Path | None, workers: int, cases: int) -> Iterator[dict[str, object]]:
    """The whole measurement."""
    with ExitStack() as parts:
        url = parts.enter_context(bench_database())
        filled_town(url, workers, 2000)
        others = {"before": (before, parts.enter_context(copy_for(before, url)))} if before else {}
        places = others | {"now": (ROOT, url)}
        releases = {name: parts.enter_context(serving(folder, own)) for name, (folder, own) in places.items()}
        measure(list(releases.values()), cases)
        for name, release in releases.items():
            size = {"workers": workers, "cases": cases, "load": round(os.getloadavg()[0], 1)}
            yield {"release": name, **size, **release.figures}


def main() -> None:
    """Print the figures as lines of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", default=os.environ.get("BEFORE"), help="checkout of the release before")
    parser.add_argument("--workers", type=int, default=1000)
    parser.add_argument("--cases", type=int, default=120)
    options = parser.parse_args()
    before = Path(options.before).resolve() if options.before else None
    for line in run(before, options.workers, options.cases):
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
