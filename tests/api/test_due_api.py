"""Clocks over HTTP: why a case is due when it is, what a case tells of its clocks, and what is refused in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.test_tasks_api import Asks
from tests.api.test_tasks_api import asks as asks


def ahead(**span: float) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


@pytest.fixture
def path(asks: Asks) -> Any:
    """A case worker 2 has signed for; called off afterwards."""
    path = f"/api/incidents/{asks.report(description='邻里争吵')}"
    asks.post("operator", f"{path}/dispatch", worker=2)
    asks.post("operator", f"{path}/sign")
    yield path
    asks.post("shift_leader", f"{path}/cancel", note="演练")


def test_a_case_tells_its_clocks_and_why_they_are_due(asks: Asks, path: str) -> None:
    case = asks.get("operator", path)
    states = {clock["stage"]: clock["state"] for clock in case["clocks"]}
    assert states == {"accept": "kept", "dispatch": "kept", "sign": "kept", "handle": "running"}
    handle = next(clock for clock in case["clocks"] if clock["stage"] == "handle")
    assert (handle["limit"], handle["basis"]) == ({"amount": 5.0, "unit": "work_day"}, "type")
    assert handle["due_at"] == case["due_at"] == case["next_clock"]["due_at"] == case["step"]["due_at"]
    assert (case["is_overdue"], case["next_clock"]["step"]) == (False, "handle")
    assert "5 工作日" in handle["why"]

    told = asks.get("reviewer", f"{path}/due")
    (steps,) = [clock["steps"] for clock in told["clocks"] if clock["stage"] == "handle"]
    assert [step["code"] for step in steps][:2] == ["limit", "worked"]
    worked = sum((datetime.fromisoformat(span["until"]) - datetime.fromisoformat(span["since"])).total_seconds()
                 for span in steps[1]["spans"])  # fmt: skip
    assert worked == pytest.approx(5 * 6.5 * 3600)
    assert steps[-1]["due_at"] == handle["due_at"]
    assert not any("{" in step["text"] for step in steps)


def test_a_task_tells_when_it_is_due(asks: Asks, path: str) -> None:
    asks.post("operator", f"{path}/support", worker=3)
    lead, helper = asks.get("operator", path)["tasks"]
    assert (lead["due_at"], helper["due_at"] is not None) == (None, True), "one has signed, the other has to"


def test_suspended_and_resumed(asks: Asks, path: str) -> None:
    case = asks.post("shift_leader", f"{path}/suspend", until=ahead(days=2), note="等材料")
    assert (case["state"], case["lamp"], case["next_clock"]) == ("suspended", "blue", None)
    assert {clock["state"] for clock in case["clocks"] if clock["ended_at"] is None} == {"paused"}
    case = asks.post("shift_leader", f"{path}/resume")
    assert (case["state"], case["suspended_until"]) == ("received", None)


@pytest.mark.parametrize(
    ("role", "verb", "body", "status", "field", "words"),
    [
        ("shift_leader", "suspend", {"until": "2020-01-01T00:00:00Z", "note": "等"}, 400, "until", "将来的时间"),
        ("shift_leader", "suspend", {"until": "2026-12-01T00:00:00", "note": "等"}, 400, "until", ""),
        ("shift_leader", "suspend", {"until": "soon", "note": "等"}, 400, "until", ""),
        ("shift_leader", "suspend", {"note": "等"}, 400, "until", "截止时间"),
        ("shift_leader", "grant_extension", {}, 409, "verb", "没有待决定的延期申请"),
        ("operator", "reply", {"note": "好"}, 409, "verb", "没有待答复"),
        ("operator", "supervise", {"note": "快"}, 403, "verb", "督办"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    asks: Asks, path: str, role: str, verb: str, body: dict[str, Any], status: int, field: str, words: str
) -> None:
    fault = asks.post(role, f"{path}/{verb}", status, **body)["error"]
    assert words in fault["message"]
    assert any(field in name for name in fault["fields"])


def test_an_extension_over_http_and_only_one_at_a_time(asks: Asks, path: str) -> None:
    due = datetime.fromisoformat(asks.get("operator", path)["due_at"])
    until = (due + timedelta(days=1)).isoformat()
    gateway = {"worker": 2, "until": until, "note": "等配件"}
    assert asks.post("gateway", f"{path}/ask_extension", **gateway)["extension_until"] is not None
    assert "已申请延期" in asks.post("gateway", f"{path}/ask_extension", 409, **gateway)["error"]["message"]
    assert datetime.fromisoformat(asks.post("shift_leader", f"{path}/grant_extension")["due_at"]) == due + timedelta(
        days=1
    )
    (steps,) = [one["steps"] for one in asks.get("operator", f"{path}/due")["clocks"] if one["stage"] == "handle"]
    assert "extension" in [step["code"] for step in steps]
