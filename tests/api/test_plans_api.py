"""Plans and leaving over HTTP: what is asked, what is refused and which field it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.small_town import SOUTH_POINT

Headers = Callable[[str], dict[str, str]]
STEPS = [{"kind": "call", "who": "119", "zh": "先报119"}, {"kind": "tell", "zh": "远离现场"}]


def a_leak(client: httpx.Client, headers: dict[str, str]) -> str:
    lon, lat = SOUTH_POINT
    body = {"id": str(uuid4()), "source_channel": "phone", "description": "燃气泄漏", "lon": lon, "lat": lat}
    return str(client.post("/api/incidents", json=body | {"datum": "wgs84"}, headers=headers).json()["case_no"])


def test_a_plan_is_taken_and_ticked(client: httpx.Client, token_of: Headers) -> None:
    operator = token_of("operator")
    at = f"/api/incidents/{a_leak(client, operator)}/plan"
    assert client.get(at, headers=operator).json()["taken_by"] is None
    assert client.post(f"{at}/1/tick", json={"said": "已报"}, headers=operator).status_code == 404
    press = {"id": str(uuid4())}
    for _ in range(2):
        assert client.post(f"{at}/take", json=press, headers=operator).status_code == 200
    refused = client.post(f"{at}/1/tick", json={}, headers=operator)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "call_said_needed")
    told = client.post(f"{at}/1/tick", json={"said": "8分钟到"}, headers=operator).json()
    assert told["steps"][0]["said"] == "8分钟到"
    assert client.post(f"{at}/1/tick", json={"said": "8分钟到"}, headers=operator).status_code == 409
    assert client.post(f"{at}/take", json={}, headers=token_of("reviewer")).status_code == 403


def test_a_town_writes_a_plan(client: httpx.Client, token_of: Headers) -> None:
    leader = token_of("shift_leader")
    written = client.put("/api/plans/0203", json={"steps": STEPS}, headers=leader).json()["plans"]
    assert [(one["is_own"], len(one["steps"])) for one in written] == [(True, 2)]
    wrong = [*STEPS, {"kind": "go", "who": "QQ", "zh": "到场"}]
    refused = client.put("/api/plans/0203", json={"steps": wrong}, headers=leader)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "plan_who_unknown")
    back = client.put("/api/plans/0203", json={"steps": []}, headers=leader).json()["plans"]
    assert [one["is_own"] for one in back] == [False]
    assert client.put("/api/plans/0203", json={"steps": []}, headers=token_of("operator")).status_code == 403


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"to": 2}, 400, "leaves_to_himself"),
        ({"to": 700}, 400, "no_such_worker"),
        ({}, 400, ""),
        ({"to": "3"}, 400, ""),
    ],
)
def test_to_whom_nobody_hands_over(
    client: httpx.Client, token_of: Headers, given: dict[str, Any], status: int, code: str
) -> None:
    leader = token_of("shift_leader")
    answer = client.post("/api/workers/2/leave", json=given, headers=leader)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert code in error["code"]
    assert "to" in str(error["fields"])


def test_left_and_taken_back(client: httpx.Client, token_of: Headers) -> None:
    leader = token_of("shift_leader")
    assert client.post("/api/workers/2/leave", json={"to": 3}, headers=token_of("operator")).status_code == 403
    body = {"id": str(uuid4()), "to": 3, "grid": False}
    for _ in range(2):
        left = client.post("/api/workers/2/leave", json=body, headers=leader)
        assert (left.status_code, left.json()["to"]) == (200, 3)
    assert 2 not in {one["worker"] for one in client.get("/api/workers", headers=leader).json()["workers"]}
    assert client.post("/api/workers/2/leave", json={"to": 3}, headers=leader).status_code == 409
    assert client.post("/api/workers/2/leave/undo", headers=leader).json()["undone_by"] is not None
    assert 2 in {one["worker"] for one in client.get("/api/workers", headers=leader).json()["workers"]}
    assert client.post("/api/workers/2/leave/undo", headers=leader).status_code == 404
