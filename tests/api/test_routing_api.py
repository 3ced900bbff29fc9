"""Drafts and rules of routing over HTTP and on their page: adopted, refused, revoked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

import screens.office
from dispatch.centre import Centre
from tests.api.conftest import make_server, serving
from tests.small_town import SOUTH_POINT

Headers = Callable[[str], dict[str, str]]
POINT = {"lon": SOUTH_POINT[0], "lat": SOUTH_POINT[1], "datum": "wgs84"}
EVER = {"from": "2026-01-01T00:00:00Z", "to": "2035-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
def address(small_centre: Centre) -> Iterator[str]:
    """Address of a server with the plain pages."""
    server = make_server(small_centre)
    screens.office.register(server, small_centre)
    with serving(server) as address:
        yield address


def a_case(client: httpx.Client, headers: dict[str, str]) -> dict[str, Any]:
    body = {"id": str(uuid4()), "source_channel": "phone", "description": "店外经营占道"} | POINT
    return dict(client.post("/api/incidents", json=body, headers=headers).json())


def a_draft(client: httpx.Client, leader: dict[str, str], operator: dict[str, str]) -> dict[str, Any]:
    """A case that was returned twice, by the operator's word for the departments, and ruled."""
    at = f"/api/incidents/{a_case(client, leader)['case_no']}"
    for code in ("ZF", "SG"):
        assert client.post(f"{at}/dispatch", json={"department": code}, headers=leader).status_code == 200
        assert client.post(f"{at}/send_back", json={"note": "不归我管"}, headers=operator).status_code == 200
    ruled = client.post(f"{at}/rule", json={"department": "CJ", "note": "归村建"}, headers=leader)
    assert ruled.status_code == 200, ruled.text
    drafts = client.get("/api/routing/drafts", headers=leader).json()["drafts"]
    return next(one for one in drafts if one["case_no"] == ruled.json()["case_no"])


def test_adopted_used_and_revoked(client: httpx.Client, token_of: Headers) -> None:
    leader, operator = token_of("shift_leader"), token_of("operator")
    draft = a_draft(client, leader, operator)
    assert (draft["department"], draft["returned_by"], draft["state"]) == ("CJ", ["ZF", "SG"], "draft")
    at = f"/api/routing/drafts/{draft['draft']}"
    effect = client.get(f"{at}/effect", params={"whole_town": True}, headers=operator).json()
    assert effect["count"] >= 1
    assert draft["case_no"] in effect["cases"]
    assert client.post(f"{at}/adopt", json={"reason": "三定"}, headers=operator).status_code == 403
    for body, code in (({"reason": " "}, "reason_needed"), ({"reason": "x", "since": "2020-01-01"}, "rule_since")):
        refused = client.post(f"{at}/adopt", json=body, headers=leader)
        assert (refused.status_code, code in refused.json()["error"]["code"]) == (400, True)
    assert client.post(f"{at}/adopt", json={}, headers=leader).status_code == 400
    rule = client.post(f"{at}/adopt", json={"reason": "三定", "whole_town": True}, headers=leader).json()
    assert (rule["rule"], rule["village_code"], rule["revoked_at"]) == (draft["draft"], None, None)
    assert a_case(client, operator)["department_code"] == "CJ"
    assert client.post(f"{at}/drop", json={"reason": "个案"}, headers=leader).json()["error"]["code"] == "draft_adopted"
    revoked = f"/api/routing/rules/{rule['rule']}/revoke"
    for _ in range(2):
        assert client.post(revoked, json={"reason": "改革"}, headers=leader).status_code == 200
    assert a_case(client, operator)["department_code"] == "ZF"
    rules = client.get("/api/routing/rules", headers=operator).json()["rules"]
    assert rules[0]["revoked_note"] == "改革"
    returns = client.get("/api/statistics", params=EVER, headers=leader).json()["returns"]
    assert returns[-1]["is_total"]
    assert returns[-1]["returned_again"] >= 1
    assert next(one for one in returns if one["department"] == "CJ")["ruled"] >= 1
    nobody = client.post(f"/api/routing/drafts/{uuid4()}/adopt", json={"reason": "x"}, headers=leader)
    assert (nobody.status_code, nobody.json()["error"]["code"]) == (404, "no_such_draft")


def test_the_page_tells_what_would_change_and_settles(client: httpx.Client, token_of: Headers) -> None:
    leader = token_of("shift_leader")
    draft = a_draft(client, leader, token_of("operator"))["draft"]
    page = client.get("/routing", params={"draft": draft}, headers=leader).text
    assert re.search(r"近 90 天有 [1-9]\d* 件会改派", page)
    empty = client.post("/routing", data={"press": "adopt", "draft": draft, "place": "village"}, headers=leader)
    assert (empty.status_code, "请写明理由" in empty.text, "采纳为规则" in empty.text) == (400, True, True)
    for form in ({}, {"press": "adopt", "draft": "x"}, {"press": "adopt", "draft": draft, "since": "soon"}):
        assert client.post("/routing", data=form, headers=leader).status_code == 400
    done = client.post(
        "/routing", data={"press": "adopt", "draft": draft, "place": "village", "reason": "<三定>"}, headers=leader
    )
    assert (done.status_code, done.headers["location"]) == (303, "/routing")
    shown = client.get("/routing", headers=leader).text
    assert "&lt;三定&gt;" in shown
    assert "采纳或放弃" not in client.get("/routing", headers=token_of("operator")).text
    form = {"press": "revoke", "rule": draft, "reason": "试行结束"}
    assert client.post("/routing", data=form, headers=token_of("operator")).status_code == 403
    assert client.post("/routing", data=form, headers=leader).status_code == 303
