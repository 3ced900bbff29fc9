"""The simulated shift as its own process against the real server: it walks on roads, reports, goes where it is sent,
and leads itself when nobody sits at the console."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dispatch.centre import Centre
from tests.small_town import AREA_ID, SOUTH_POINT

Headers = Callable[[str], dict[str, str]]
ROOT = Path(__file__).parents[2]
PARKING = "0606"
"""What a worker is done with in 8 to 20 minutes of the shift."""
OFF_ROAD = """
select max(nearest.distance_m) as farthest_m, count(*) as fixes, count(distinct worker_id) as workers,
       array_agg(distinct source order by source) as sources
from position cross join lateral (
    select min(metres_to_shape_v1(road_edge.geom, position.geom)) as distance_m
    from road_edge where road_edge.area_id = position.area_id) as nearest
where position.area_id = %s and flags = '{}' and accuracy_m <> 8
"""


def playing(address: str, **tokens: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A shift at full speed with these access tokens; of a seed whose first cases are soon dealt with."""
    options = ["--url", address, "--speed", "60", "--seed", "1328", "--incidents-per-day", "1500"]
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", *options],
        cwd=ROOT,
        env=os.environ | {name: each["Authorization"].removeprefix("Bearer ") for name, each in tokens.items()},
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def shift(address: str, token_of: Headers) -> Iterator[subprocess.Popen[str]]:
    yield from playing(address, GRIDCOMMAND_SIMULATOR_TOKEN=token_of("gateway"))


@pytest.fixture
def led_shift(address: str, token_of: Headers) -> Iterator[subprocess.Popen[str]]:
    """A shift with a leader of its own."""
    yield from playing(
        address,
        GRIDCOMMAND_SIMULATOR_TOKEN=token_of("gateway"),
        GRIDCOMMAND_SIMULATOR_LEADER_TOKEN=token_of("shift_leader"),
        GRIDCOMMAND_SIMULATOR_VERIFIER_TOKEN=token_of("verifier"),
    )


def until(answer: Callable[[], Any], within_s: float = 60) -> Any:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        found = answer()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


def test_the_shift_drives_the_centre(
    shift: subprocess.Popen[str], client: httpx.Client, token_of: Headers, small_centre: Centre
) -> None:
    leader = token_of("shift_leader")

    def cases(state: str) -> list[dict[str, Any]]:
        return client.get("/api/incidents", params={"state": state}, headers=leader).json()["incidents"]

    case = until(lambda: [one for one in cases("reported") if one["type_code"] == PARKING])[0]
    sent = client.post(f"/api/incidents/{case['case_no']}/dispatch", json={"worker": 3}, headers=leader)
    assert sent.status_code == 200, sent.text
    until(lambda: cases("on_scene,handling,handled"))
    done = until(lambda: [one for one in cases("handled") if one["case_no"] == case["case_no"]])[0]
    assert done["worker"]["worker"] == 3
    log = client.get(f"/api/incidents/{case['case_no']}", headers=leader).json()["log"]
    assert [line["verb"] for line in log][-5:] == ["sign", "set_out", "arrive", "start", "feedback"]

    shift.terminate()
    assert shift.wait(5) == 0
    assert shift.stdout is not None
    told = shift.stdout.read()
    assert "Traceback" not in told
    assert "refused" not in told.replace("0 refused", "")
    with small_centre.database.transaction() as transaction:
        row = transaction.execute(OFF_ROAD, [AREA_ID]).fetchone()
    assert row is not None
    assert row["workers"] == 4
    assert row["fixes"] > 100
    assert row["farthest_m"] < 45, "a worker left the road"
    assert set(row["sources"]) <= {"api", "osmand"}


def test_with_nobody_at_the_console_cases_of_the_shift_come_to_their_end(
    led_shift: subprocess.Popen[str], client: httpx.Client, token_of: Headers
) -> None:
    operator = token_of("operator")
    body = {"id": str(uuid4()), "source_channel": "visit", "description": "邻里争吵", "datum": "wgs84"}
    body |= dict(zip(("lon", "lat"), SOUTH_POINT, strict=True))
    own = client.post("/api/incidents", json=body, headers=operator).json()["case_no"]

    def closed() -> list[dict[str, Any]]:
        asked = {"state": "closed"}
        found = client.get("/api/incidents", params=asked, headers=operator).json()["incidents"]
        return [case for case in found if case["reported_by"] == "token:test gateway" and case["worker"]["suggestion"]]

    case = until(closed, within_s=120)[0]
    log = client.get(f"/api/incidents/{case['case_no']}", headers=operator).json()["log"]
    assert [line["verb"] for line in log] == [
        "report", "accept", "dispatch", "sign", "set_out", "arrive", "start", "feedback", "verify",
    ]  # fmt: skip
    led = {line["verb"]: line["actor"] for line in log}
    assert {led[verb] for verb in ("accept", "dispatch")} == {"token:test shift_leader"}
    assert led["verify"] == "token:test verifier", "who leads does not verify"
    assert client.get(f"/api/incidents/{own}", headers=operator).json()["state"] == "reported", "a person's own case"

    led_shift.terminate()
    assert led_shift.wait(5) == 0
    assert led_shift.stdout is not None
    assert "Traceback" not in led_shift.stdout.read()


def test_a_shift_that_finds_no_centre_waits_and_ends_at_once_when_told() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--url", "http://127.0.0.1:9"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert "waiting for the centre" in process.stdout.readline()
    process.terminate()
    assert process.wait(5) == 0
