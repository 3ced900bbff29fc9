"""Fixes, phones and duty over HTTP, as a phone and a gateway send them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import psycopg
import pytest

from dispatch.centre import Centre

Headers = Callable[[str], dict[str, str]]


def a_fix(**changes: object) -> dict[str, object]:
    at = datetime.now(UTC).isoformat()
    return {"recorded_at": at, "lon": 120.9501, "lat": 30.9191, "accuracy_m": 5, "battery": 80} | changes


def a_batch(*fixes: dict[str, object], **changes: object) -> dict[str, object]:
    return {"worker": 2, "datum": "wgs84", "fixes": list(fixes) or [a_fix()]} | changes


def worker(client: httpx.Client, headers: dict[str, str], worker_id: int = 2) -> dict:
    everybody = client.get("/api/workers", headers=headers).json()["workers"]
    return next(one for one in everybody if one["worker"] == worker_id)


def test_a_batch_is_answered_with_its_counts(client: httpx.Client, token_of: Headers) -> None:
    batch_id = str(uuid4())
    soon = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    batch = a_batch(a_fix(), a_fix(accuracy_m=500), a_fix(recorded_at=soon), id=batch_id)
    answer = client.post("/api/positions", json=batch, headers=token_of("gateway"))
    assert answer.status_code == 202
    counts = {"id": batch_id, "accepted": 2, "flagged": 1, "repeated": 0, "refused": 1}
    refusal = {"index": 2, "field": "recorded_at", "code": "in_future"}
    message = "定位时间比服务器时间晚 5 分钟以上。请校准设备时钟。"
    assert answer.json() == counts | {"refusals": [refusal | {"message": message}]}
    again = client.post("/api/positions", json=batch, headers=token_of("gateway")).json()
    assert (again["accepted"], again["repeated"]) == (0, 2)
    seen = worker(client, token_of("operator"))
    assert (seen["lon"], seen["battery"], seen["status"]) == (pytest.approx(120.9501), 80, "patrolling")
    assert seen["phone"] == "138****8002"
    assert seen["age_s"] < 30


def test_acknowledged_means_committed(client: httpx.Client, token_of: Headers, small_centre: Centre) -> None:
    given = a_fix()
    answer = client.post("/api/positions", json=a_batch(given), headers=token_of("grid_worker"))
    assert (answer.status_code, answer.json()["accepted"]) == (202, 1), answer.text
    with psycopg.connect(small_centre.database.url) as other:
        kept = other.execute("select count(*) from position where recorded_at = %s", [given["recorded_at"]]).fetchone()
    assert kept == (1,)


def test_a_gateway_sends_for_many_at_once(client: httpx.Client, token_of: Headers) -> None:
    batch = {"datum": "wgs84", "fixes": [a_fix(worker=1), a_fix(worker=4)]}
    assert client.post("/api/positions", json=batch, headers=token_of("gateway")).json()["accepted"] == 2
    nobody = client.post("/api/positions", json={"datum": "wgs84", "fixes": [a_fix()]}, headers=token_of("gateway"))
    assert nobody.status_code == 400
    assert "fixes.0.worker" in nobody.json()["error"]["fields"]


@pytest.mark.parametrize(
    ("batch", "field"),
    [
        (a_batch(datum="mars"), "datum"),
        (a_batch(worker=0), "worker"),
        ({"worker": 2, "fixes": [a_fix()]}, "datum"),
        (a_batch() | {"fixes": []}, "fixes"),
        (a_batch() | {"fixes": [a_fix()] * 501}, "fixes"),
    ],
)
def test_what_cannot_be_read_is_named(client: httpx.Client, token_of: Headers, batch: dict, field: str) -> None:
    answer = client.post("/api/positions", json=batch, headers=token_of("gateway"))
    assert 400 <= answer.status_code < 500, answer.text
    assert field in answer.json()["error"]["fields"]


@pytest.mark.parametrize("text", ['{"worker":2,"datum":"wgs84","fixes":[{"lon":NaN}]}', "[]", "{", "null", "\x00"])
def test_no_body_breaks_the_door(client: httpx.Client, token_of: Headers, text: str) -> None:
    for path in ("/api/positions", "/api/devices/osmand", "/api/devices/owntracks", "/api/duty"):
        headers = token_of("gateway") | {"Content-Type": "application/json"}
        answer = client.post(path, content=text, headers=headers)
        assert answer.status_code < 500, (path, answer.text)


def test_one_speaks_only_for_oneself(client: httpx.Client, token_of: Headers) -> None:
    own, other = token_of("grid_worker"), a_batch(worker=1)
    assert client.post("/api/positions", json=other, headers=own).status_code == 403
    assert client.post("/api/duty", json={"worker": 1, "on": False}, headers=own).status_code == 403
    assert client.post("/api/positions", json=a_batch(), headers=token_of("operator")).status_code == 403
    assert client.post("/api/positions", json=a_batch()).status_code == 401


# Phones: a fix a few milliseconds after another is a jump unless it lies within what both may err. Each place below
# does, for how soon one request follows another is the machine's affair.


def test_traccar_client_with_its_own_token_in_the_address(client: httpx.Client, token_of: Headers) -> None:
    token = token_of("grid_worker")["Authorization"].removeprefix("Bearer ")
    query = {"id": "my phone", "lat": 30.91915, "lon": 120.9501, "speed": 10, "bearing": 90, "batt": 41, "accuracy": 9}
    answer = client.get("/api/devices/osmand", params=query | {"token": token})
    assert answer.status_code == 200, answer.text
    seen = worker(client, token_of("operator"))
    assert (seen["lat"], seen["battery"], seen["heading_deg"]) == (pytest.approx(30.91915), 41, 90)
    assert seen["speed_mps"] == pytest.approx(5.144, abs=0.001)
    form = client.post("/api/devices/osmand", params={"token": token}, data={"id": 2, "lat": 30.9192, "lon": 120.9501})
    assert form.status_code == 200
    assert worker(client, token_of("operator"))["lat"] == pytest.approx(30.9192)


def test_newer_traccar_client_and_owntracks_through_a_gateway(client: httpx.Client, token_of: Headers) -> None:
    now = datetime.now(UTC)
    coords = {"latitude": 30.91925, "longitude": 120.9501, "accuracy": 6, "speed": -1, "heading": -1}
    body = {"device_id": "2", "location": {"timestamp": now.isoformat(), "coords": coords, "battery": {"level": 0.5}}}
    assert client.post("/api/devices/osmand", json=body, headers=token_of("gateway")).status_code == 200
    assert worker(client, token_of("operator"))["lat"] == pytest.approx(30.91925)
    message = {"_type": "location", "lat": 30.9150, "lon": 120.9571, "tst": now.timestamp() + 1, "tid": "ab"}
    headers = token_of("gateway") | {"X-Limit-U": "3"}
    answer = client.post("/api/devices/owntracks", json=message, headers=headers)
    assert (answer.status_code, answer.json()) == (200, [])
    assert worker(client, token_of("operator"), 3)["lat"] == pytest.approx(30.9150)
    assert client.post("/api/devices/owntracks", json={"_type": "lwt"}, headers=headers).json() == []


def test_duty_begins_once_and_ends(client: httpx.Client, token_of: Headers) -> None:
    own, operator = token_of("grid_worker"), token_of("operator")
    assert client.post("/api/duty", json={"worker": 2, "on": True}, headers=own).json()["changed"] is False
    assert client.post("/api/duty", json={"worker": 2, "status": "break"}, headers=own).status_code == 200
    assert worker(client, operator)["status"] == "break"
    assert client.post("/api/duty", json={"worker": 2, "on": False}, headers=own).json()["changed"] is True
    seen = worker(client, operator)
    assert (seen["status"], seen["on_duty"], seen["lon"], seen["recorded_at"]) == ("off_duty", False, None, None)
    assert client.post("/api/duty", json={"worker": 2, "status": "break"}, headers=own).status_code == 409
    assert client.post("/api/duty", json={"worker": 2}, headers=own).status_code == 400
    assert client.post("/api/duty", json={"worker": 99, "on": True}, headers=token_of("gateway")).status_code == 404
    batch = client.post("/api/positions", json=a_batch(), headers=own).json()
    assert [(one["index"], one["code"]) for one in batch["refusals"]] == [(0, "not_on_duty")]
    assert client.post("/api/duty", json={"worker": 2, "on": True, "status": "patrolling"}, headers=own).json()[
        "changed"
    ]


def test_a_department_sees_its_own_workers_and_the_display_no_names(client: httpx.Client, token_of: Headers) -> None:
    shown = client.get("/api/workers", headers=token_of("display")).json()["workers"]
    assert [one["name"] for one in shown] == ["对*甲", "同*乙", "同*丙", "执*丁"]
    assert client.get("/api/workers", headers=token_of("grid_worker")).status_code == 403
