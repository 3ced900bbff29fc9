"""Departments, villages and leaders ask for what is not theirs, or cannot be: refused with the field and the fix, and
nothing of it half-written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from dispatch.access.roles import ROLES
from dispatch.cases.lifecycle import TRANSITIONS, Transition, is_granted, is_possible
from tests.api.conftest import WHOSE_OF_ROLE
from tests.api.test_tasks_api import Asks, asks

assert asks, "the fixture"
Headers = Callable[[str], dict[str, str]]
CENTRE = {"operator", "shift_leader", "reviewer", "display"}
OTHERS = [role for role in ROLES if role not in CENTRE]


@pytest.fixture
def shared(asks: Asks) -> Iterator[dict[str, Any]]:
    """Worker 3 leads a case, worker 2 and the department ZF help; called off afterwards."""
    path = f"/api/incidents/{asks.report()}"
    asks.post("operator", f"{path}/dispatch", worker=3, **{"with": [2]})
    yield asks.post("operator", f"{path}/support", department="ZF")
    if "cancel" in asks.get("shift_leader", path)["allowed"]:
        asks.post("shift_leader", f"{path}/cancel", note="演练")


def task_of(case: dict[str, Any], addressee: int | str) -> str:
    """The path of somebody's task."""
    found = next(task for task in case["tasks"] if task["addressee"]["id"] == addressee)
    return f"/api/tasks/{found['task']}"


def refused(asks: Asks, case: dict[str, Any], role: str, path: str, **body: Any) -> tuple[str, list[str]]:
    """What it is refused with, and the fields it names; nothing of the case has changed."""
    before = asks.get("shift_leader", f"/api/incidents/{case['case_no']}")
    status = body.pop("status")
    error = asks.post(role, path, status, **body)["error"]
    assert error["message"]
    assert asks.get("shift_leader", f"/api/incidents/{case['case_no']}") == before
    return error["code"], list(error["fields"])


@pytest.mark.parametrize("role", ["grid_worker", "dept_handler", "dept_leader", "parttime_worker"])
def test_nobody_signs_for_a_colleague_who_is_not_his(asks: Asks, shared: dict[str, Any], role: str) -> None:
    told = refused(asks, shared, role, f"{task_of(shared, 3)}/sign", status=403)
    assert told[0] == "verb_not_granted"
    told = refused(asks, shared, role, f"/api/incidents/{shared['case_no']}/sign", worker=3, status=403)
    assert told == ("verb_not_granted", ["verb"])


def test_a_departments_task_is_not_its_colleagues(asks: Asks, shared: dict[str, Any]) -> None:
    for role in ("grid_worker", "village_operator", "grid_leader"):
        path, status = f"{task_of(shared, 'ZF')}/sign", 403 if role == "grid_worker" else 404
        assert refused(asks, shared, role, path, status=status)[0] in (
            "verb_not_granted",
            "task_of_others",
            "no_such_task",
        )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "to_needed"),
        ({"to": 3}, 400, "not_of_department"),
        ({"to": 9999}, 400, "no_such_worker"),
    ],
)
def test_what_is_handed_over_goes_to_one_of_the_departments_own(
    asks: Asks, shared: dict[str, Any], body: dict[str, Any], status: int, code: str
) -> None:
    """A worker of another town has no number in this one."""
    task = task_of(shared, "ZF")
    asks.post("dept_handler", f"{task}/sign")
    assert refused(asks, shared, "dept_handler", f"{task}/hand_over", **body, status=status) == (code, ["to"])


def test_nothing_is_handed_over_to_who_is_off_duty_or_has_it(asks: Asks, shared: dict[str, Any]) -> None:
    task = task_of(shared, "ZF")
    asks.post("dept_handler", f"{task}/sign")
    asks.post("gateway", "/api/duty", worker=4, on=False)
    told = refused(asks, shared, "dept_handler", f"{task}/hand_over", to=4, status=409)
    assert told == ("worker_off_duty", ["to"])
    asks.post("gateway", "/api/duty", worker=4, on=True)
    asks.post("dept_handler", f"{task}/hand_over", to=4)
    told = refused(asks, shared, "dept_handler", f"{task}/hand_over", to=4, status=409)
    assert told == ("worker_already_sent", ["to"])


def test_who_is_sent_elsewhere_is_named_where_he_was_asked_for(asks: Asks, shared: dict[str, Any]) -> None:
    path = f"/api/incidents/{asks.report()}/dispatch"
    error = asks.post("operator", path, 409, worker=1, **{"with": [3]})["error"]
    assert (error["code"], list(error["fields"])) == ("worker_already_sent", ["with"])


def is_for(line: Transition, role: str, case: dict[str, Any]) -> bool:
    """Whether the table gives it to the role, or to whom the role stands for on this case."""
    has_task = {2, 4} & set(WHOSE_OF_ROLE.get(role, {}).values()) or role == "gateway"
    return is_granted(line, role, case["priority"], is_assignee=bool(has_task))


@pytest.mark.parametrize("role", OTHERS)
def test_whatever_is_not_his_is_refused_with_the_field(
    asks: Asks, shared: dict[str, Any], client: httpx.Client, token_of: Headers, role: str
) -> None:
    """Every verb that the table does not give him, or that may not follow, each with nothing that comes with it."""
    before = asks.get("shift_leader", f"/api/incidents/{shared['case_no']}")
    for line in TRANSITIONS:
        if is_possible(line.verb, shared["state"], shared["priority"]) and is_for(line, role, shared):
            continue
        answer = client.post(f"/api/incidents/{shared['case_no']}/{line.verb}", json={}, headers=token_of(role))
        assert answer.status_code in (403, 404, 409), f"{role} {line.verb}: {answer.status_code} {answer.text}"
        error = answer.json()["error"]
        assert error["message"], line.verb
        assert answer.status_code == 403 or error["fields"], f"{role} {line.verb}: {error}"
    assert asks.get("shift_leader", f"/api/incidents/{shared['case_no']}") == before
