"""The whistle over HTTP: blown, signed in, answered, refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from openpyxl import load_workbook

from base.clock import utc_now
from base.database import Database
from mapdata.areas import write_area
from tests.small_town import AREA, AREA_ID, OUTSIDE_NEAR, SOUTH_POINT

Headers = Callable[[str], dict[str, str]]
POINT = {"lon": SOUTH_POINT[0], "lat": SOUTH_POINT[1], "datum": "wgs84"}


@pytest.fixture(autouse=True)
def _staffed(shared_small_url: str) -> Iterator[None]:
    """The market supervision has somebody too: for these tests worker 3 is theirs."""
    with psycopg.connect(shared_small_url, autocommit=True) as connection:
        connection.execute("update worker set department_code = 'SG' where area_id = %s and worker_id = 3", [AREA_ID])
        yield
        connection.execute("update worker set department_code = null where area_id = %s and worker_id = 3", [AREA_ID])


@pytest.fixture(scope="module")
def elsewhere(shared_small_url: str) -> None:
    """Another town, with a department of its own, ``QQ``."""
    other = replace(AREA, area_id=AREA_ID + 1, name="邻镇", case_prefix="LZ")
    with closing(Database(shared_small_url, size=1)) as database, database.transaction() as transaction:
        write_area(transaction, other, utc_now())
        values = [other.area_id, "QQ", "邻镇综合执法", "line"]
        transaction.execute("insert into department (area_id, code, name, kind) values (%s, %s, %s, %s)", values)


def a_case(client: httpx.Client, headers: dict[str, str]) -> str:
    body = {"id": str(uuid4()), "source_channel": "phone", "description": "燃气泄漏,气味很大"} | POINT
    return str(client.post("/api/incidents", json=body, headers=headers).json()["case_no"])


def test_blown_signed_in_and_told(client: httpx.Client, token_of: Headers) -> None:
    leader, zf = token_of("shift_leader"), token_of("dept_handler")
    case_no = a_case(client, leader)
    assert client.get(f"/api/incidents/{case_no}/whistle", headers=leader).status_code == 404
    body = {"id": str(uuid4()), "lead": "ZF", "departments": ["SG"], "note": "带检测仪"} | POINT
    case = client.post(f"/api/incidents/{case_no}/whistle", json=body, headers=leader).json()
    again = client.post(f"/api/incidents/{case_no}/whistle", json=body, headers=leader).json()
    assert [task["addressee"]["id"] for task in case["tasks"]] == ["ZF", "SG"]
    assert [task["task"] for task in again["tasks"]] == [task["task"] for task in case["tasks"]]
    lead, helper = (task["task"] for task in case["tasks"])
    for verb in ("sign", "arrive"):
        assert client.post(f"/api/tasks/{lead}/{verb}", json=POINT, headers=zf).status_code == 200
    refused = client.post(f"/api/tasks/{helper}/sign", json={}, headers=zf)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "task_of_others")
    assert "市场监管" in refused.json()["error"]["fields"]["task"]
    told: dict[str, Any] = client.get(f"/api/incidents/{case_no}/whistle", headers=zf).json()
    assert [(one["department"], one["is_late"], one["came_at"] is not None) for one in told["members"]] == [
        ("ZF", False, True),
        ("SG", False, False),
    ]
    assert told["note"] == "带检测仪"
    figures = client.get(
        "/api/statistics", params={"from": "2026-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z"}, headers=leader
    ).json()
    assert figures["whistles"][-1]["called"] == 2
    sheet = client.get(
        "/api/statistics/export.xlsx",
        params={"from": "2026-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z"},
        headers=leader,
    )
    told = list(load_workbook(BytesIO(sheet.content))["吹哨报到"].values)
    assert told[0][:4] == ("吹哨报到", "吹哨", "被叫次数", "按时报到")
    assert told[1] == (
        "合计",
        *(
            figures["whistles"][-1][name]
            for name in ("blown", "called", "on_time", "late", "absent", "answered", "on_time_share")
        ),
    )
    assert {row[0] for row in told[2:]} == {"综合执法平台", "市场监管平台"}
    assert {one["stage"] for one in figures["clocks"]} >= {"meet"}


WHISTLE = {"lead": "ZF", "departments": ["SG"]}
OUTSIDE = {"lon": OUTSIDE_NEAR[0], "lat": OUTSIDE_NEAR[1], "datum": "wgs84"}


@pytest.mark.parametrize(
    ("given", "field", "code", "fix"),
    [
        ({"departments": []}, "departments", "whistle_to_nobody", "至少填写一个部门代码"),
        ({"departments": ["YJ"]}, "departments", "department_has_nobody", "改叫其他部门"),
        ({"lead": "YJ"}, "lead", "department_has_nobody", "改叫其他部门"),
        ({"department": "SG"}, "department", "whistle_two_leads", "只填 lead"),
        ({"departments": ["ZF"]}, "departments", "department_named_twice", "牵头部门不再列入协办"),
        (OUTSIDE, "lon", "whistle_outside_town", "改选辖区内的地点"),
        ({"meet_at": "2026-11-01T10:00:00+08:00"}, "meet_at", "meet_at_in_past", "改为以后的时间"),
        ({"departments": ["QQ"]}, "departments", "no_such_department", "QQ"),
    ],
)
def test_a_fault_names_the_field_and_the_fix(
    client: httpx.Client, token_of: Headers, elsewhere: None, given: dict[str, Any], field: str, code: str, fix: str
) -> None:
    leader = token_of("shift_leader")
    case_no = a_case(client, leader)
    answer = client.post(f"/api/incidents/{case_no}/whistle", json=WHISTLE | given, headers=leader)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, code)
    assert fix in error["fields"][field]
    assert client.get(f"/api/incidents/{case_no}", headers=leader).json()["tasks"] == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"lead": ["ZF", "SG"], "departments": ["SG"]}, "lead"),
        ({"departments": ["SG"]}, "lead"),
        ({"lead": "ZF", "departments": ["SG"], "meet_at": "2026-11-21T10:00:00"}, "meet_at"),
    ],
)
def test_what_cannot_be_names_the_field(
    client: httpx.Client, token_of: Headers, given: dict[str, Any], field: str
) -> None:
    leader = token_of("shift_leader")
    case_no = a_case(client, leader)
    answer = client.post(f"/api/incidents/{case_no}/whistle", json=given, headers=leader)
    error = answer.json()["error"]
    assert answer.status_code == 400, error
    assert field in str(error["fields"])
    assert client.get(f"/api/incidents/{case_no}", headers=leader).json()["tasks"] == []
