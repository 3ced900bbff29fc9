"""Figure: the steps of a day that somebody waits for, over HTTP and in a real page, with the shift at work.

Measured: ``POST /api/incidents`` with the ``GET .../suggestion`` that follows, ``GET .../nearby``, and the time from a
report to its pin on a wall in Chromium. The shift runs all the while.

Usage: ``python -m bench.day [--cases 60] [--shift 20] [--database URL]``. Without a database it makes the demo town in
one of its own; a database given must hold a town and is written to. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.frames import FLAGS, town

DESCRIPTIONS = ("窨井盖缺失", "垃圾成堆没人清运", "邻里争吵", "路灯不亮", "有人落水", "电动车飞线充电")
PIN_CASES = 12
"""Cases whose pins are waited for."""


class Caller:
    """Somebody who reports all over the town and notes how long each answer took."""

    def __init__(self, centre: Any) -> None:
        headers = {"Authorization": f"Bearer {centre.token('shift_leader')}"}
        self._client = httpx.Client(base_url=centre.url, headers=headers, timeout=30)
        grids = self._client.get("/api/grids").json()["features"]
        self._places = [(grid["properties"]["label_lon"], grid["properties"]["label_lat"]) for grid in grids]
        self._rng = random.Random(7)
        self.times: dict[str, list[float]] = {"report": [], "suggestion": [], "both": [], "nearby": []}

    def report(self) -> str:
        """Report an event; its number."""
        lon, lat = self._rng.choice(self._places)
        body = {
            "id": str(uuid.uuid4()),
            "source_channel": "phone",
            "description": self._rng.choice(DESCRIPTIONS),
            "lon": lon + self._rng.uniform(-5e-4, 5e-4),
            "lat": lat + self._rng.uniform(-5e-4, 5e-4),
            "datum": "wgs84",
        }
        answer = self._timed("report", "POST", "/api/incidents", json=body)
        return str(answer["case_no"])

    def handle_case(self) -> None:
        """Report, ask who should go, ask what is around, and cancel the case."""
        number = self.report()
        self._timed("suggestion", "GET", f"/api/incidents/{number}/suggestion")
        self.times["both"].append(self.times["report"][-1] + self.times["suggestion"][-1])
        self._timed("nearby", "GET", f"/api/incidents/{number}/nearby?radius_m=500")
        self.cancel(number)

    def cancel(self, number: str) -> None:
        """Cancel the case."""
        self._client.post(f"/api/incidents/{number}/cancel", json={"note": "bench"}).raise_for_status()

    def _timed(self, name: str, method: str, path: str, **options: Any) -> Any:
        began = time.perf_counter()
        answer = self._client.request(method, path, **options)
        self.times[name].append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
        return answer.json()


def times_to_pin(page: Any, centre: Any, caller: Caller) -> list[float]:
    """Milliseconds from the answer's request to the pin on the wall."""
    from tests.browser.conftest import NOTE_PINS, log_in, wait_until_live

    log_in(page, centre, "display", "/wall")
    wait_until_live(page, within_s=60)
    page.evaluate(NOTE_PINS)
    times_ms = []
    for _ in range(PIN_CASES):
        began_ms = time.time() * 1000
        number = caller.report()
        until = time.monotonic() + 10
        while time.monotonic() < until and not (at := page.evaluate("(no) => pinsAt[no] || 0", number)):
            page.wait_for_timeout(10)
        times_ms.append(at - began_ms if at else float("inf"))
        caller.cancel(number)
    return times_ms


def run(cases: int, shift: str, database: str | None) -> dict[str, Any]:
    """The whole measurement."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import run_centre

    with town(database) as url, tempfile.TemporaryDirectory() as var, sync_playwright() as playwright:
        running = run_centre(url, Path(var), shift=shift)
        centre = next(running)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        try:
            caller = Caller(centre)
            wait_for_shift(centre)
            for _ in range(cases):
                caller.handle_case()
            results = {f"{name}_p95_ms": p95(times) for name, times in caller.times.items()}
            pin_times_ms = times_to_pin(browser.new_page(viewport={"width": 1920, "height": 1080}), centre, caller)
        finally:
            browser.close()
            running.close()  # type: ignore[attr-defined]
    return {"cases": cases, "shift": shift, **results, "pin_p95_ms": p95(pin_times_ms)}


def wait_for_shift(centre: Any) -> None:
    """Wait until four in five of the shift's workers are seen on duty."""
    from tests.browser.conftest import wait_for

    def at_work() -> bool:
        workers = centre.call("GET", "/api/workers")["workers"]
        return sum(1 for worker in workers if worker["on_duty"] and worker["lon"] is not None) >= 0.8 * len(workers)

    wait_for(at_work, within_s=120, what="the shift is at work")


def p95(times: list[float]) -> float:
    """The time that one answer in twenty takes longer than."""
    return round(float(np.percentile(times, 95)), 1)


def main() -> None:
    """Print the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--shift", default="20")
    parser.add_argument("--database")
    options = parser.parse_args()
    print(json.dumps(run(options.cases, options.shift, options.database)))


if __name__ == "__main__":
    main()
