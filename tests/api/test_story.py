"""The whole way of one event over HTTP alone: reported, advised on, looked around, sent, walked along the advised way,
signed, arrived, answered, verified, closed; told once and for all in the log."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from base.clock import utc_now
from base.database import Database
from base.settings import read_settings
from dispatch.centre import Centre
from mapdata.plane import distance_m
from mapdata.roads.network import load_roads
from tests.api.conftest import UNHURRIED
from tests.small_town import AREA, SOUTH_POINT, SOUTH_WEST, WORKERS, put_on_duty

Headers = Callable[[str], dict[str, str]]


@pytest.fixture(scope="module")
def small_centre(shared_small_database: Database) -> Centre:
    """A centre of the small town whose workers have been on duty for an hour."""
    for worker in WORKERS:
        put_on_duty(shared_small_database, worker.worker_id, utc_now() - timedelta(hours=1))
    with shared_small_database.transaction() as transaction:
        roads = load_roads(transaction, AREA)
    return Centre(read_settings(UNHURRIED), shared_small_database, utc_now, AREA, roads)


@pytest.fixture(autouse=True)
def everybody_is_seen(phones: "Voice") -> None:
    """A fix of each worker where he stands, two minutes old."""
    at = (utc_now() - timedelta(minutes=2)).isoformat()
    fixes = [{"worker": each.worker_id, "recorded_at": at, "lon": each.lon, "lat": each.lat} for each in WORKERS]
    phones.post("/api/positions", 202, datum="wgs84", fixes=fixes)


class Voice:
    """Somebody with a token who calls the API."""

    def __init__(self, client: httpx.Client, headers: dict[str, str]) -> None:
        self._client, self._headers = client, headers

    def get(self, path: str) -> dict:
        return self._told(self._client.get(path, headers=self._headers))

    def post(self, path: str, expected: int = 200, **body: object) -> dict:
        return self._told(self._client.post(path, json=body, headers=self._headers), expected)

    @staticmethod
    def _told(answer: httpx.Response, expected: int = 200) -> dict:
        assert answer.status_code == expected, answer.text
        return answer.json()


@pytest.fixture
def leader(client: httpx.Client, token_of: Headers) -> Voice:
    return Voice(client, token_of("shift_leader"))


@pytest.fixture
def verifier(client: httpx.Client, token_of: Headers) -> Voice:
    return Voice(client, token_of("verifier"))


@pytest.fixture
def phones(client: httpx.Client, token_of: Headers) -> Voice:
    """The gateway that speaks for the workers' phones."""
    return Voice(client, token_of("gateway"))


def walk(phones: Voice, worker: int, line: list[list[float]], until: datetime) -> None:
    """Send the fixes of a walk along a way that takes a minute and a half and ends now."""
    times = [until - timedelta(seconds=90) * (len(line) - 1 - step) / (len(line) - 1) for step in range(len(line))]
    fixes = [
        {"recorded_at": at.isoformat(), "lon": lon, "lat": lat, "accuracy_m": 5, "speed_mps": 1.3}
        for at, (lon, lat) in zip(times, line, strict=True)
    ]
    receipt = phones.post("/api/positions", 202, worker=worker, datum="wgs84", fixes=fixes)
    assert receipt["accepted"] == len(fixes)


def test_an_event_from_the_call_to_the_close(leader: Voice, phones: Voice, verifier: Voice) -> None:
    lon, lat = SOUTH_POINT
    told = {
        "id": str(uuid4()), "source_channel": "phone", "description": "窨井盖缺失,有人险些掉入", "lon": lon, "lat": lat,
        "datum": "wgs84", "reporter": {"name": "李四", "phone": "13800138000"},
    }  # fmt: skip
    case = leader.post("/api/incidents", 201, **told)
    number, path = case["case_no"], f"/api/incidents/{case['case_no']}"
    assert (case["state"], case["grid_code"], case["type_code"]) == ("reported", SOUTH_WEST, "0701")
    assert leader.post("/api/incidents", **told)["case_no"] == number, "the same id is the same case"

    advice = leader.get(f"{path}/suggestion")
    times = [each["eta_s"] for each in advice["workers"]]
    assert times, "somebody is there"
    best = advice["workers"][0]
    assert distance_m(*best["route"]["coordinates"][-1], lon, lat) < 30, "the way ends at the place"
    assert best["distance_m"] >= best["straight_m"] - 1
    across = next(each for each in advice["workers"] + advice["passed_over"] if each["worker"] == 1)
    assert across["straight_m"] < best["straight_m"], "nearer by air"
    assert best["worker"] != 1, "but behind the canal"

    around = leader.get(f"{path}/nearby?radius_m=500")
    assert {"people", "places", "things", "incidents", "notes"} <= around.keys()
    everything = around["people"] + around["places"] + around["things"] + around["incidents"]
    assert all(row["distance_m"] <= 500 for row in everything)

    sent = leader.post(f"{path}/dispatch", worker=best["worker"], suggestion=advice["suggestion"])
    assert (sent["state"], sent["worker"]["worker"]) == ("dispatched", best["worker"])
    own = {"worker": best["worker"]}
    assert phones.post(f"{path}/sign", **own)["state"] == "received"
    walk(phones, best["worker"], best["route"]["coordinates"], utc_now())
    assert phones.post(f"{path}/arrive", **own)["state"] == "on_scene"
    assert phones.post(f"{path}/start", **own)["state"] == "handling"
    assert phones.post(f"{path}/feedback", note="已更换井盖", no_photo_reason="没带手机", **own)["state"] == "handled"
    assert verifier.post(f"{path}/verify", passed=True)["state"] == "closed"

    whole = leader.get(path)
    verbs = ["report", "accept", "dispatch", "sign", "arrive", "start", "feedback", "verify"]
    assert [line["verb"] for line in whole["log"]] == verbs
    assert [line["line_no"] for line in whole["log"]] == list(range(1, len(verbs) + 1))
    times_performed = [datetime.fromisoformat(line["at"]) for line in whole["log"]]
    assert times_performed == sorted(times_performed)
    arrival = whole["log"][verbs.index("arrive")]
    assert arrival["details"]["fence"] == "inside", "the walked way ended at the place"
    assert whole["worker"]["is_open"] is False
    assert number not in [each["case_no"] for each in leader.get("/api/incidents?state=dispatched")["incidents"]]


def test_a_press_for_somebody_just_sent_is_told_who_was_first(leader: Voice, client: httpx.Client) -> None:
    def report() -> str:
        lon, lat = SOUTH_POINT
        body = {"id": str(uuid4()), "source_channel": "visit", "description": "邻里争吵", "lon": lon, "lat": lat}
        return leader.post("/api/incidents", 201, datum="wgs84", **body)["case_no"]

    first, second = report(), report()
    leader.post(f"/api/incidents/{first}/dispatch", worker=3)
    told = leader.post(f"/api/incidents/{second}/dispatch", 409, worker=3)["error"]
    assert first in told["message"]
    assert leader.get(f"/api/incidents/{second}")["state"] == "reported", "nothing half-written"
    leader.post(f"/api/incidents/{first}/cancel", note="演练")
