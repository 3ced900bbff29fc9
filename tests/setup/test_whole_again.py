"""The whole centre as it is started: its database killed again and again, and a backup of it started elsewhere."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from base.cluster.home import orphans_in, server_pid
from tests.setup.conftest import Town, cluster_state, command, gone

pytestmark = pytest.mark.long
BACK_WITHIN_S = 30


class Reporter:
    """Reports cases and remembers which were acknowledged."""

    def __init__(self, town: Town, token: str) -> None:
        self.town = town
        self.client = httpx.Client(base_url=town.url, timeout=30, headers={"Authorization": f"Bearer {token}"})
        grid = self.client.get("/api/grids").json()
        self.lon, self.lat = next(self._points(grid))
        self.acknowledged: list[str] = []

    def _points(self, told: dict) -> object:
        for one in told.get("grids", told.get("features", [])):
            if "label_lon" in one:
                yield one["label_lon"], one["label_lat"]
            else:
                ring = one["geometry"]["coordinates"][0]
                ring = ring[0] if isinstance(ring[0][0], list) else ring
                yield sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)

    def report(self) -> int:
        body = {"id": str(uuid4()), "source_channel": "phone", "description": "路面破损", "datum": "wgs84"}
        try:
            answer = self.client.post("/api/incidents", json=body | {"lon": self.lon, "lat": self.lat})
        except httpx.TransportError:
            return 0
        if answer.status_code == 201:
            self.acknowledged.append(answer.json()["case_no"])
        else:
            assert answer.status_code == 503, answer.text
        return answer.status_code

    def await_report(self) -> None:
        until = time.monotonic() + BACK_WITHIN_S
        while self.report() != 201:
            assert time.monotonic() < until, self.town.errors
            time.sleep(0.05)

    def lost(self) -> list[str]:
        return [one for one in self.acknowledged if self.client.get(f"/api/incidents/{one}").status_code != 200]


@pytest.fixture(scope="module")
def town(reachable_folder: Path) -> Path:
    """A var folder with the demo town and the token of an operator in it."""
    var = reachable_folder / "whole" / "var"
    made = command(var, "demo")
    assert made.returncode == 0, made.stderr
    token = command(var, "token", "create", "--role", "operator", "--name", "reporter")
    (var / "token").write_text(token.stdout.strip())
    return var


def test_a_centre_whose_database_is_killed_again_and_again_loses_nothing(town: Path) -> None:
    centre = Town(town, GRIDCOMMAND_SHIFT="5")
    try:
        centre.await_ready()
        reporter = Reporter(centre, (town / "token").read_text())
        data = (town / "postgres").resolve()
        for number in range(20):
            reporter.await_report()
            victims = orphans_in(data) if number % 2 else {server_pid(data)}
            for pid in victims:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            reporter.await_report()
        assert reporter.lost() == []
        health = httpx.get(f"{centre.url}/api/health", headers={"Accept-Language": "en"}, timeout=10)
        assert "started again" in health.text
        family = centre.family()
        assert centre.stop(signal.SIGINT) == 0
        assert not gone(family)
        assert cluster_state(town) == "shut down"
    finally:
        centre.close()


def test_a_backup_is_restored_beside_it_and_started(town: Path, reachable_folder: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "town.backup", reachable_folder / "other" / "var"
    key = {"GRIDCOMMAND_BACKUP_KEY": "nine words that nobody else would think of"}
    centre = Town(town)
    try:
        centre.await_ready()
        reporter = Reporter(centre, (town / "token").read_text())
        reporter.await_report()
        saved = command(town, "backup", str(file), **key)
        assert saved.returncode == 0, saved.stderr
        refused = command(town, "restore", str(file), **key)
        assert refused.returncode == 2, "it runs, and is not empty"
    finally:
        centre.close()
    wrong = command(other, "restore", str(file), GRIDCOMMAND_BACKUP_KEY="another")
    assert (wrong.returncode, other.exists()) == (2, False), "found before anything is made"
    restored = command(other, "restore", str(file), **key)
    assert restored.returncode == 0, restored.stderr
    looked_at = command(other, "doctor")
    assert looked_at.returncode == 0, looked_at.stdout
    again = Town(other)
    try:
        assert again.await_ready()["status"] == "ok"
        walker = Reporter(again, (town / "token").read_text())
        walker.acknowledged = [*reporter.acknowledged]
        assert walker.lost() == []
        walker.await_report()
    finally:
        again.close()
