"""Roster and standing duties over HTTP: what is asked, what is refused and which field it names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from base.clock import TOWN_ZONE, utc_now
from tests.small_town import SOUTH_EAST, SOUTH_WEST

Headers = Callable[[str], dict[str, str]]
TODAY = utc_now().astimezone(TOWN_ZONE).date()
TOMORROW = (TODAY + timedelta(days=1)).isoformat()
LINE = {"day": TOMORROW, "shift": "day", "worker": 2, "grid": SOUTH_WEST}
NOBODYS = "00000000-0000-4000-8000-000000000000"


def test_a_roster_is_written_read_and_swapped(client: httpx.Client, token_of: Headers) -> None:
    leader = token_of("shift_leader")
    lines = [LINE, LINE | {"worker": 3, "shift": "evening", "grid": SOUTH_EAST}]
    assert client.put("/api/roster/lines", json={"lines": lines}, headers=leader).json() == {"lines": 2, "left_out": 0}
    read = client.get(f"/api/roster?first={TOMORROW}&days=1", headers=leader).json()
    assert [(one["worker"], one["shift"]) for one in read["lines"]] == [(2, "day"), (3, "evening")]
    assert SOUTH_WEST not in {one["grid"] for one in read["gaps"]}
    assert SOUTH_EAST in {one["grid"] for one in read["gaps"]}
    own = client.get(f"/api/roster?first={TOMORROW}", headers=token_of("grid_worker")).json()
    assert {one["worker"] for one in own["lines"]} == {2}
    assert client.put("/api/roster/lines", json={"lines": [LINE]}, headers=token_of("operator")).status_code == 403

    asked = {"id": str(uuid4()), "day": TOMORROW, "shift": "day", "worker": 2}
    asked |= {"other_day": TOMORROW, "other_shift": "evening", "other": 3}
    for _ in range(2):
        swap = client.post("/api/roster/swaps", json=asked, headers=token_of("grid_worker")).json()
    at = f"/api/roster/swaps/{swap['swap']}"
    early = client.post(f"{at}/confirm", headers=leader)
    assert (early.status_code, early.json()["error"]["code"]) == (409, "swap_not_agreed")
    assert client.post(f"{at}/agree", headers=token_of("gateway")).json()["agreed_at"] is not None
    assert client.post(f"{at}/confirm", headers=token_of("gateway")).status_code == 403
    assert client.post(f"{at}/confirm", headers=leader).json()["is_made"]
    stood = client.post("/api/roster/stand-in", json=LINE_BY, headers=leader).json()
    assert (stood["worker"], stood["instead_of"]) == (1, 3)
    for gone in (1, 0):
        assert client.delete(f"/api/roster/lines/{TOMORROW}/day/1", headers=leader).json()["lines"] == gone
    client.delete(f"/api/roster/lines/{TOMORROW}/evening/2", headers=leader)


LINE_BY = {"day": TOMORROW, "shift": "day", "worker": 3, "by": 1}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field"),
    [
        ("PUT", "lines", {"lines": [LINE | {"day": (TODAY - timedelta(days=1)).isoformat()}]}, 400, "lines.1"),
        ("PUT", "lines", {"lines": [LINE | {"grid": "330421001201001"}]}, 400, "lines.1"),
        ("PUT", "lines", {"lines": [LINE | {"worker": 900}]}, 400, "lines.1"),
        ("PUT", "lines", {"lines": [LINE | {"worker": "2"}]}, 400, "worker"),
        ("PUT", "lines", {"lines": [LINE | {"day": "9999-12-31"}]}, 400, "day"),
        ("PUT", "lines", {"lines": [LINE | {"shift": "dawn"}]}, 400, "lines.1"),
        ("PUT", "lines", {"lines": [{**LINE, "grid": None}]}, 400, "lines.1"),
        ("PUT", "lines", {"lines": []}, 400, "lines"),
        ("POST", "copy", {"monday": "2020-01-06"}, 400, "lines.1"),
        ("POST", "copy", {}, 400, "monday"),
        ("POST", "stand-in", LINE_BY | {"by": 3}, 400, "by"),
        ("POST", "stand-in", LINE_BY, 404, "worker"),
        ("PUT", "shifts", {"shifts": [{"shift": "a", "zh": "", "begins": "08:00", "ends": "17:00"}]}, 400, "shifts.1"),
        ("PUT", "shifts", {"shifts": [{"shift": "a", "zh": "早", "begins": "24:00", "ends": "17:00"}]}, 400, "begins"),
        ("POST", f"swaps/{NOBODYS}/agree", {}, 404, "swap"),
        ("POST", f"swaps/{NOBODYS}/eat", {}, 400, "answer"),
    ],
)
def test_what_is_refused_names_its_field(
    client: httpx.Client, token_of: Headers, method: str, path: str, body: dict[str, Any], status: int, field: str
) -> None:
    answer = client.request(method, f"/api/roster/{path}", json=body, headers=token_of("shift_leader"))
    assert answer.status_code == status, answer.text
    assert field in str(answer.json()["error"]), answer.text
    assert client.get("/api/roster", headers=token_of("shift_leader")).json()["lines"] == []


def test_a_duty_is_marked_done_by_who_walks_there(client: httpx.Client, token_of: Headers) -> None:
    worker, leader = token_of("grid_worker"), token_of("shift_leader")
    listed = client.get("/api/duties", headers=worker).json()
    assert len(listed["duties"]) == 8
    assert {one["grid"] for one in listed["grids"]} == {SOUTH_WEST}
    body = {"id": str(uuid4()), "code": "information"}
    for _ in range(2):
        assert client.post(f"/api/duties/{SOUTH_WEST}/done", json=body, headers=worker).json()["worker"] == 2
    spots = client.get(f"/api/duties/{SOUTH_WEST}", headers=leader).json()
    assert {one["code"] for one in spots if one["state"] == "done"} == {"information"}
    for path, told, status in (
        (SOUTH_EAST, body | {"id": None}, 404),
        (SOUTH_WEST, {"code": "dance"}, 404),
        (SOUTH_WEST, {"code": "Dance"}, 400),
        (SOUTH_WEST, {"code": "information", "spot": -1}, 400),
        ("330421001201001", {"code": "information"}, 404),
        ("x", {"code": "information"}, 400),
    ):
        refused = client.post(f"/api/duties/{path}/done", json=told, headers=worker)
        assert refused.status_code == status, refused.text
        assert refused.json()["error"]["message"]
    assert client.post(f"/api/duties/{SOUTH_WEST}/done", json=body, headers=leader).status_code == 403
    own = [{"code": "walk", "zh": "巡查", "every": "day", "spots": "grid"}]
    assert len(client.put("/api/duties", json={"duties": own}, headers=leader).json()) == 1
    assert len(client.put("/api/duties", json={"duties": []}, headers=leader).json()) == 8
    wrong = client.put("/api/duties", json={"duties": own + own}, headers=leader)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "duty_code_invalid")
