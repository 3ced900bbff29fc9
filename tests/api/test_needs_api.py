"""Need lists over HTTP: both ways, to the case; what is refused, and which field it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.small_town import NORTH_WEST, SOUTH_POINT

Headers = Callable[[str], dict[str, str]]
LON, LAT = SOUTH_POINT
NOTHING = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def units(client: httpx.Client, token_of: Headers, shared_small_url: str) -> Iterator[None]:
    """A school in the south, the community of the north, whose station the token stands for, a department."""
    told = {
        "S1": ("学校", "school", LAT, None),
        "C2": ("北村", "community", 30.923, None),
        "ZF": ("执法", "public", LAT, "ZF"),
    }
    for code, (name, kind, lat, department) in told.items():
        body = {"name": name, "kind": kind, "lon": LON, "lat": lat, "department": department}
        written = client.put(f"/api/units/{code}", json=body, headers=token_of("shift_leader"))
        assert written.status_code == 200, written.text
    yield
    with psycopg.connect(shared_small_url, autocommit=True) as connection:
        connection.execute("truncate need_claim, need, district_unit")


def test_entered_claimed_accepted_and_made_a_case(client: httpx.Client, token_of: Headers, units: None) -> None:
    leader, village, department = token_of("shift_leader"), token_of("village_operator"), token_of("dept_leader")
    entry = {"id": str(uuid4()), "unit": "S1", "list": "need", "title": "路口疏导", "text": "早高峰"}
    for _ in range(2):
        need = client.post("/api/needs", json=entry, headers=leader).json()
    assert (need["state"], need["claims"]) == ("open", [])
    claim = {"id": str(uuid4()), "unit": "C2", "note": "可派两人"}
    at = f"/api/needs/{need['need']}/claims"
    assert client.post(at, json=claim, headers=department).json()["error"]["code"] == "unit_of_others"
    assert client.post(at, json={"unit": "S1"}, headers=leader).json()["error"]["code"] == "claims_its_own"
    claimed = client.post(at, json=claim, headers=village).json()
    assert claimed["claims"][0]["state_name"] == "待答复"
    assert client.post(at, json={"unit": "C2"}, headers=village).json()["error"]["code"] == "claimed_already"
    on = f"/api/claims/{claim['id']}"
    assert client.post(f"{on}/accept", headers=village).status_code == 403
    assert client.post(f"{on}/accept", headers=leader).json()["state"] == "taken"
    made = client.post(f"{on}/case", json={"type_code": "0501", "department": "ZF"}, headers=leader)
    assert (made.status_code, made.json()["state"]) == (200, "dispatched"), made.text
    refused = client.post(f"{on}/done", headers=leader)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "claim_has_case")
    found = client.get("/api/needs", params={"case": made.json()["case_no"]}, headers=token_of("town_leader")).json()
    assert [one["need"] for one in found["needs"]] == [need["need"]]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field"),
    [
        ("POST", "/api/needs", {"unit": "S1", "list": "gift", "title": "x"}, 400, "list"),
        ("POST", "/api/needs", {"unit": "S9", "list": "need", "title": "x"}, 400, "unit"),
        ("POST", "/api/needs", {"unit": "S1", "list": "need", "title": "  "}, 400, "title"),
        ("POST", "/api/needs", {"unit": "S1", "list": "need", "title": "x", "text": "\x00"}, 400, "text"),
        ("POST", f"/api/needs/{NOTHING}/claims", {"unit": "C2"}, 404, "need"),
        ("POST", f"/api/claims/{NOTHING}/accept", {}, 404, "claim"),
        ("POST", f"/api/claims/{NOTHING}/case", {}, 404, "claim"),
        ("PUT", "/api/units/X", {"name": "x", "kind": "shop", "lon": 121.5, "lat": 31.2}, 400, "lon"),
        ("PUT", "/api/units/X", {"name": "x", "kind": "inn", "lon": LON, "lat": LAT}, 400, "kind"),
        ("PUT", "/api/units/X", {"name": "x", "kind": "shop", "lon": LON, "lat": LAT, "department": "QQ"}, 400, ""),
        ("GET", "/api/needs?list=gift", None, 400, "list"),
    ],
)  # fmt: skip
def test_bad_input_names_its_field(
    client: httpx.Client, token_of: Headers, units: None, method: str, path: str, body: Any, status: int, field: str
) -> None:
    answer = client.request(method, path, json=body, headers=token_of("shift_leader"))
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert field in (error.get("field") or "") or field in error.get("fields", {}), error


def test_only_the_centre_writes_units_and_a_village_only_its_own(
    client: httpx.Client, token_of: Headers, units: None
) -> None:
    body = {"name": "x", "kind": "shop", "lon": LON, "lat": LAT}
    assert client.put("/api/units/X", json=body, headers=token_of("village_operator")).status_code == 403
    assert client.get("/api/units", headers=token_of("grid_worker")).status_code == 403
    told = client.get("/api/units", headers=token_of("village_operator")).json()["units"]
    assert [one["unit"] for one in told if one["village"] == NORTH_WEST[:12]] == ["C2"]
