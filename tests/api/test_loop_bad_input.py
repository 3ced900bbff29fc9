"""What cannot be asked of the life of a case: refused with the field and the fix, nothing half-written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from base.clock import utc_now
from tests.api.test_tasks_api import Asks, asks
from tests.small_town import SOUTH_POINT

assert asks, "the fixture"
Headers = Callable[[str], dict[str, str]]


@pytest.fixture
def free(asks: Asks) -> Iterator[list[str]]:
    """Cases a test may send people to, called off afterwards so that they are free again."""
    cases: list[str] = []
    yield cases
    for case_no in cases:
        if "cancel" in asks.get("shift_leader", f"/api/incidents/{case_no}")["allowed"]:
            asks.post("shift_leader", f"/api/incidents/{case_no}/cancel", note="演练")


def test_one_key_for_two_duplicates_is_two_acts(asks: Asks) -> None:
    parent, write = asks.report(), str(uuid4())
    duplicates = [asks.report(), asks.report()]
    for case_no in (*duplicates, duplicates[0]):
        told = asks.post("operator", f"/api/incidents/{case_no}/merge", parent=parent, id=write)
        assert told["state"] == "merged"
    told = asks.get("operator", f"/api/incidents/{parent}")
    assert (told["children"], [line["verb"] for line in told["log"]]) == (duplicates, ["report", "take_in", "take_in"])
    for case_no in duplicates:
        asks.post("operator", f"/api/incidents/{case_no}/unmerge", id=write)


def test_one_key_for_two_diversions_is_two_acts(asks: Asks, free: list[str]) -> None:
    lighter, graver, gravest = free[:] = [asks.report(), asks.report(priority="P2"), asks.report(priority="P1")]
    asks.post("operator", f"/api/incidents/{lighter}/dispatch", worker=2, **{"with": [3]})
    write = str(uuid4())
    for case_no, worker in ((graver, 2), (gravest, 3)):
        body = {"worker": worker, "from_case": lighter, "note": "更急", "id": write}
        assert asks.post("shift_leader", f"/api/incidents/{case_no}/divert", **body)["state"] == "dispatched"
    told = asks.get("shift_leader", f"/api/incidents/{lighter}")
    assert [line["verb"] for line in told["log"]][-2:] == ["divert", "divert"]


@pytest.mark.parametrize("field", ["parent", "from_case"])
def test_what_cannot_be_kept_is_told_with_its_field(asks: Asks, field: str) -> None:
    path = f"/api/incidents/{asks.report()}"
    for verb in ("merge", "divert", "supervise"):
        body: dict[str, Any] = {"parent": "YZ2611210007", "worker": 2, "from_case": "YZ2611210007", "note": "x"}
        error = asks.post("shift_leader", f"{path}/{verb}", 400, **body | {field: "YZ\0"})["error"]
        assert list(error["fields"]) == [field]
    assert len(asks.get("operator", path)["log"]) == 1


@pytest.mark.parametrize("until", ["2026-12-05T10:00:00", {}, [], True, "2026-12-05", "tomorrow", 1e300])
def test_a_time_is_asked_for_with_its_offset(
    asks: Asks, client: httpx.Client, token_of: Headers, until: object
) -> None:
    path, headers = f"/api/incidents/{asks.report()}/suspend", token_of("shift_leader")
    for language, words in (("zh", "时区"), ("en", "offset")):
        answer = client.post(
            path,
            content=json.dumps({"note": "x", "until": until}),
            headers=headers | {"Accept-Language": language, "Content-Type": "application/json"},
        )
        assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["until"])
        assert words in answer.json()["error"]["fields"]["until"]


def test_a_form_that_is_not_right_is_told_with_the_right_one(asks: Asks) -> None:
    error = asks.post("operator", f"/api/incidents/{asks.report()}/dispatch", 400, department="zf")["error"]
    assert "^[A-Z]{2}$" in error["fields"]["department"]


def test_the_day_is_told_when_it_is_another_one(asks: Asks, free: list[str]) -> None:
    case_no = asks.report(priority="P4", type_code="1101")
    path = f"/api/incidents/{case_no}"
    free.append(case_no)
    asks.post("operator", f"{path}/dispatch", worker=2)
    for verb in ("sign", "start", "feedback"):
        asks.post("grid_worker", f"{path}/{verb}", note="好", no_photo_reason="没带手机")
    asks.post("operator", f"{path}/rate", rating="satisfied")
    message = asks.post("operator", f"{path}/close", 409)["error"]["message"]
    day = (utc_now() + timedelta(days=3, hours=8)).day
    assert f"月{day}日" in message, "three days ahead, not a time of today"


def test_who_has_it_is_not_who_it_is_given_on_to(asks: Asks, free: list[str]) -> None:
    path = f"/api/incidents/{asks.report()}"
    free.append(path.rsplit("/", 1)[1])
    asks.post("operator", f"{path}/dispatch", worker=2)
    error = asks.post("operator", f"{path}/transfer", 409, worker=2, note="再派一次")["error"]
    assert (error["code"], list(error["fields"])) == ("case_already_sent", ["worker"])


def test_a_report_is_for_somebody_who_is_known(asks: Asks, client: httpx.Client, token_of: Headers) -> None:
    lon, lat = SOUTH_POINT
    body = {"id": str(uuid4()), "source_channel": "grid_patrol", "description": "路灯不亮", "lon": lon, "lat": lat}
    error = asks.post("gateway", "/api/incidents", 400, datum="wgs84", worker=9999, **body)["error"]
    assert (error["code"], list(error["fields"])) == ("no_such_worker", ["worker"])
    asks.post("gateway", "/api/incidents", 201, datum="wgs84", worker=2, **body)


def test_who_may_not_reads_his_role_in_words(asks: Asks) -> None:
    message = asks.post("sysadmin", f"/api/incidents/{asks.report()}/accept", 403)["error"]["message"]
    assert "系统管理员" in message
    assert "sysadmin" not in message


def test_return_is_another_name_wherever_a_verb_is_named(asks: Asks, free: list[str]) -> None:
    path = f"/api/incidents/{asks.report()}"
    free.append(path.rsplit("/", 1)[1])
    (task,) = asks.post("operator", f"{path}/dispatch", worker=2)["tasks"]
    assert asks.post("grid_worker", f"/api/tasks/{task['task']}/return", note="去不了")["state"] == "accepted"
