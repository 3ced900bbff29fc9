"""Hand-overs over HTTP: begun, signed by two, read in both languages; bad input is refused whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.small_town import SOUTH_POINT

Headers = Callable[[str], dict[str, str]]
NOWHERE = "00000000-0000-4000-8000-000000000000"


def begun(client: httpx.Client, headers: dict[str, str]) -> dict[str, Any]:
    """The sheet of this account that is not signed by both: begun now, or before."""
    answer = client.post("/api/handovers", json={"id": str(uuid4())}, headers=headers)
    if answer.status_code == 409:
        mine = answer.json()["error"]
        assert mine["code"] == "handover_begun_already"
        listed = client.get("/api/handovers", headers=headers).json()["handovers"]
        number = next(
            one["handover"] for one in listed if one["incoming"] is None and one["handover"] in mine["message"]
        )
        return client.post(f"/api/handovers/{number}/refresh", json={}, headers=headers).json()
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_handed_over_and_read_in_english(client: httpx.Client, token_of: Headers) -> None:
    leader, operator = token_of("shift_leader"), token_of("operator")
    lon, lat = SOUTH_POINT
    body = {"id": str(uuid4()), "source_channel": "phone", "description": "燃气泄漏", "lon": lon, "lat": lat}
    case_no = client.post("/api/incidents", json=body | {"datum": "wgs84"}, headers=operator).json()["case_no"]
    sheet = begun(client, leader)
    at = f"/api/handovers/{sheet['handover']}"
    assert {line["part"] for line in sheet["lines"] if line["case_no"] == case_no} == {"cases", "hazards"}
    press = {"id": str(uuid4()), "side": "outgoing", "version": sheet["version"], "words": "北桥封路"}
    for _ in range(2):
        signed = client.post(f"{at}/sign", json=press, headers=leader)
        assert (signed.status_code, signed.json()["words"]) == (200, "北桥封路")
    assert client.post(f"{at}/remark", json={"words": "封到几点?"}, headers=operator).status_code == 200
    closed = client.post(f"{at}/sign", json={"side": "incoming", "version": sheet["version"]}, headers=operator).json()
    assert closed["incoming"]["role"] == "operator"
    english = client.get(at, headers=operator | {"Accept-Language": "en"}).json()
    assert [one["at"] for one in english["lines"]] == [one["at"] for one in closed["lines"]]
    grave = [line["text"] for line in english["lines"] if line["case_no"] == case_no and line["part"] == "hazards"]
    assert grave[0].endswith("P1 that nobody has acknowledged")
    day = sheet["opened_at"][:10]
    assert client.get(f"/api/handovers?day={day}&limit=1", headers=operator).status_code == 200
    late = client.post(f"{at}/remark", json={"words": "再问"}, headers=operator)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "handover_closed")


@pytest.mark.parametrize(
    ("role", "way", "given", "status", "code"),
    [
        ("operator", "sign", {"side": "outgoing", "version": 1}, 403, "handover_of_colleague"),
        ("operator", "refresh", {}, 403, "handover_of_colleague"),
        ("shift_leader", "sign", {"side": "incoming", "version": 1}, 409, "handover_both_sides"),
        ("operator", "sign", {"side": "incoming", "version": 1}, 409, "handover_outgoing_first"),
        ("shift_leader", "sign", {"side": "outgoing", "version": 900}, 409, "handover_gathered_anew"),
        ("shift_leader", "sign", {"side": "outgoing"}, 400, "version"),
        ("shift_leader", "sign", {"side": "both", "version": 1}, 400, "side"),
        ("shift_leader", "sign", {"side": "outgoing", "version": 1, "account": "li"}, 400, "account"),
        ("shift_leader", "sign", {"side": "outgoing", "version": 2**40}, 400, "version"),
        ("shift_leader", "sign", {"side": "outgoing", "version": 1, "words": "字" * 2001}, 400, "words"),
        ("operator", "remark", {"words": " "}, 400, "handover_remark_needed"),
        ("operator", "remark", {}, 400, "words"),
        ("reviewer", "remark", {"words": "?"}, 403, "not_granted"),
        ("gateway", "sign", {"side": "incoming", "version": 1}, 403, "not_granted"),
    ],
)
def test_what_is_refused(
    client: httpx.Client, token_of: Headers, role: str, way: str, given: dict[str, Any], status: int, code: str
) -> None:
    sheet = begun(client, token_of("shift_leader"))
    at = f"/api/handovers/{sheet['handover']}"
    answer = client.post(f"{at}/{way}", json=given, headers=token_of(role))
    assert answer.status_code == status, answer.text
    assert code in answer.text
    after = client.get(at, headers=token_of("operator")).json()
    assert (after["outgoing"], after["incoming"], after["version"]) == (None, None, sheet["version"])


@pytest.mark.parametrize("way", ["", "/refresh", "/sign", "/remark"])
def test_there_is_none_of_this_id(client: httpx.Client, token_of: Headers, way: str) -> None:
    at, leader = f"/api/handovers/{NOWHERE}{way}", token_of("shift_leader")
    body = {"/sign": {"side": "outgoing", "version": 1}, "/remark": {"words": "?"}}.get(way, {})
    answer = client.post(at, json=body, headers=leader) if way else client.get(at, headers=leader)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_such_handover")


def test_what_is_no_id_and_no_day(client: httpx.Client, token_of: Headers) -> None:
    leader = token_of("shift_leader")
    for path in ("/api/handovers/x", "/api/handovers?day=gestern", "/api/handovers?limit=0"):
        answer = client.get(path, headers=leader)
        assert (answer.status_code, bool(answer.json()["error"]["fields"])) == (400, True), path
