"""Several people on one case over HTTP: what is asked, what is told, and by whose id a task is meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.small_town import SOUTH_POINT

Headers = Callable[[str], dict[str, str]]


class Asks:
    """Asks as a role, and gives what was answered."""

    def __init__(self, client: httpx.Client, token_of: Headers) -> None:
        self._client, self._token_of = client, token_of

    def post(self, role: str, path: str, expected: int = 200, **body: Any) -> dict[str, Any]:
        answer = self._client.post(path, json=body, headers=self._token_of(role))
        assert answer.status_code == expected, answer.text
        return answer.json()

    def get(self, role: str, path: str) -> dict[str, Any]:
        return self._client.get(path, headers=self._token_of(role)).json()

    def report(self, **changes: Any) -> str:
        lon, lat = SOUTH_POINT
        body = {"id": str(uuid4()), "source_channel": "phone", "description": "路灯不亮", "lon": lon, "lat": lat}
        return str(self.post("operator", "/api/incidents", 201, datum="wgs84", **body | changes)["case_no"])


@pytest.fixture
def asks(client: httpx.Client, token_of: Headers) -> Asks:
    return Asks(client, token_of)


@pytest.fixture
def case(asks: Asks) -> Any:
    """Worker 2 leads, worker 3 goes with him; both free again afterwards."""
    path = f"/api/incidents/{asks.report()}"
    yield asks.post("operator", f"{path}/dispatch", worker=2, **{"with": [3]})
    if asks.get("shift_leader", path)["state"] not in ("handled", "closed"):
        asks.post("shift_leader", f"{path}/cancel", note="演练")


def test_the_case_tells_who_has_what_to_do(asks: Asks, case: dict[str, Any]) -> None:
    told = asks.get("reviewer", f"/api/incidents/{case['case_no']}")
    lead, helper = told["tasks"]
    assert (lead["kind"], lead["state"], lead["active"], lead["is_required"]) == ("lead", "sent", True, True)
    assert helper["addressee"] == {"kind": "worker", "id": 3, "name": "同岸丙"}
    assert (told["worker"]["worker"], told["worker"]["assigned_at"]) == (2, lead["sent_at"])
    assert (told["state"], helper["state_name"], helper["outcome"]) == ("dispatched", "待签收", None)
    listed = asks.get("operator", "/api/incidents")["incidents"][0]
    assert "tasks" not in listed


@pytest.mark.parametrize("role", ["display", "gateway"])
def test_whole_names_are_not_for_everybody(asks: Asks, case: dict[str, Any], role: str) -> None:
    told = asks.get(role, f"/api/incidents/{case['case_no']}")
    assert [task["addressee"]["name"] for task in told["tasks"]] == ["同*乙", "同*丙"]


def test_a_task_is_meant_by_its_id_or_by_its_worker(asks: Asks, case: dict[str, Any]) -> None:
    lead, helper = (task["task"] for task in case["tasks"])
    told = asks.post("gateway", f"/api/tasks/{helper}/sign", worker=3)
    assert [task["state"] for task in told["tasks"]] == ["sent", "signed"]
    assert (told["state"], told["log"][-1]["details"]["on_behalf_of"]) == ("dispatched", 3)
    asks.post("gateway", f"/api/tasks/{helper}/set_out", 403)
    told = asks.post("gateway", f"/api/incidents/{case['case_no']}/set_out", worker=3)
    assert told["tasks"][1]["set_out_at"] is not None
    assert asks.post("grid_worker", f"/api/incidents/{case['case_no']}/sign")["state"] == "received"
    asks.post("grid_worker", f"/api/tasks/{helper}/arrive", 403, note="不是我的")
    told = asks.post("operator", f"/api/tasks/{lead}/start")
    assert told["state"] == "handling"
    assert "sign" not in told["allowed"]


def test_the_same_write_on_a_task_is_one(asks: Asks, case: dict[str, Any]) -> None:
    write, lead = str(uuid4()), case["tasks"][0]["task"]
    first = asks.post("grid_worker", f"/api/tasks/{lead}/sign", id=write)
    again = asks.post("grid_worker", f"/api/tasks/{lead}/sign", id=write)
    assert len(first["log"]) == len(again["log"])
    late = asks.post("grid_worker", f"/api/tasks/{lead}/sign", 409, id=str(uuid4()))
    assert late["error"]["code"] == "verb_out_of_turn"
    assert {"verb": "arrive", "roles": ["assignee", "operator", "shift_leader"]} in late["error"]["allowed"]


def test_what_is_no_task_and_no_verb_of_one(asks: Asks, case: dict[str, Any]) -> None:
    assert asks.post("operator", f"/api/tasks/{uuid4()}/sign", 404)["error"]["code"] == "no_such_task"
    lead = case["tasks"][0]["task"]
    assert asks.post("shift_leader", f"/api/tasks/{lead}/cancel", 404)["error"]["code"] == "no_such_verb"
    asks.post("operator", "/api/tasks/nonsense/sign", 400)
    unseen = asks.post("dept_handler", f"/api/tasks/{lead}/sign", 404)["error"]
    assert (unseen["code"], case["case_no"] in unseen["message"]) == ("no_such_task", False)


def test_taken_back_and_told_so(asks: Asks, case: dict[str, Any]) -> None:
    lead = case["tasks"][0]["task"]
    told = asks.post("operator", f"/api/tasks/{lead}/take_back", note="另有任务")
    assert (told["state"], told["tasks"][0]["outcome"], told["worker"]["is_open"]) == ("accepted", "taken_back", False)
    late = asks.post("grid_worker", f"/api/incidents/{case['case_no']}/sign", 409)["error"]
    assert late["code"] == "task_taken"
    assert "token:test operator" in late["message"]


def test_it_waits_until_he_is_free(asks: Asks, case: dict[str, Any]) -> None:
    path = f"/api/incidents/{asks.report()}"
    asks.post("operator", f"{path}/dispatch", 409, worker=2)
    told = asks.post("operator", f"{path}/dispatch", worker=2, queue=True)
    assert (told["state"], told["worker"], told["tasks"][0]["state"]) == ("accepted", None, "queued")
    asks.post("grid_worker", f"/api/incidents/{case['case_no']}/send_back", note="去不了")
    told = asks.get("operator", path)
    assert (told["state"], told["worker"]["worker"], told["log"][-1]["verb_name"]) == ("dispatched", 2, "排到派出")
    asks.post("shift_leader", f"{path}/cancel", note="演练")


def test_a_department_is_asked_and_signs(asks: Asks, case: dict[str, Any]) -> None:
    path = f"/api/incidents/{case['case_no']}"
    asks.post("operator", f"{path}/support", department="ZF", note="请到场")
    told = asks.post("dept_handler", f"{path}/sign")
    assert told["tasks"][2]["addressee"] == {"kind": "department", "id": "ZF", "name": "综合执法"}
    assert told["tasks"][2]["state"] == "signed"
    told = asks.post("dept_handler", f"/api/tasks/{told['tasks'][2]['task']}/hand_over", to=4)
    assert (told["tasks"][3]["parent"], told["tasks"][3]["addressee"]["id"]) == (told["tasks"][2]["task"], 4)


def test_a_department_leads(asks: Asks) -> None:
    path = f"/api/incidents/{asks.report()}"
    both = asks.post("operator", f"{path}/dispatch", 400, worker=2, department="ZF")["error"]
    assert (both["code"], list(both["fields"])) == ("worker_or_department", ["department"])
    assert asks.post("operator", f"{path}/dispatch", 400)["error"]["code"] == "worker_needed"
    told = asks.post("operator", f"{path}/dispatch", department="ZF", note="请处理")
    (lead,) = told["tasks"]
    assert (told["state"], told["worker"], lead["kind"], lead["addressee"]["id"]) == ("dispatched", None, "lead", "ZF")
    task = f"/api/tasks/{lead['task']}"
    assert asks.post("dept_handler", f"{task}/sign")["state"] == "received"
    handed = asks.post("dept_handler", f"{task}/hand_over", to=4)["tasks"][1]
    asks.post("dept_handler", f"/api/tasks/{handed['task']}/sign")
    asks.post("dept_handler", f"/api/tasks/{handed['task']}/start")
    told = asks.post("dept_handler", f"/api/tasks/{handed['task']}/feedback", note="已清理", no_photo_reason="没带手机")
    assert (told["state"], [task["state"] for task in told["tasks"]]) == ("handled", ["done", "done"])


def test_support_may_be_missing(asks: Asks) -> None:
    path = f"/api/incidents/{asks.report()}"
    asks.post("operator", f"{path}/dispatch", worker=2)
    told = asks.post("operator", f"{path}/support", worker=3, required=False)
    assert [task["is_required"] for task in told["tasks"]] == [True, False]
    assert told["log"][-1]["details"]["required"] is False
    for verb in ("sign", "start", "feedback"):
        told = asks.post("operator", f"{path}/{verb}", note="已清理", no_photo_reason="没带手机")
    assert told["state"] == "handled"
    told = asks.post("verifier", f"{path}/verify")
    assert (told["state"], told["tasks"][1]["state"], told["tasks"][1]["outcome"]) == (
        "closed",
        "withdrawn",
        "taken_back",
    )
