"""What was sent to whom, as the API and the page tell it; and a request that waits for no provider."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from base.clock import utc_now
from dispatch.centre import Centre
from dispatch.notices.job_runs import HEARTBEAT, not_leaving
from dispatch.notices.rules import DOWN_AFTER
from jobs.channels.aliyun import AliyunSms
from jobs.channels.dingtalk import DingTalkRobot
from jobs.channels.log import LogChannel
from jobs.channels.mail import Mail
from jobs.schedule import Job, run_due
from jobs.sender import Sender
from tests.small_town import AREA_ID, SOUTH_POINT
from words.checks import check_text

Headers = Callable[[str], dict[str, str]]
Ask = Callable[..., httpx.Response]
PHONE = "10012340007"
LON, LAT = SOUTH_POINT


@pytest.fixture
def ask(client: httpx.Client, token_of: Headers) -> Ask:
    def asked(role: str, method: str, path: str, language: str = "zh", **more: Any) -> httpx.Response:
        headers = token_of(role) | {"Accept-Language": language}
        return client.request(method, path, headers=headers, **more)

    return asked


@pytest.fixture
def case_no(ask: Ask, shared_small_url: str) -> Iterator[str]:
    """A case somebody phoned in, to which a worker was sent."""
    run(shared_small_url, "delete from notice; delete from notice_channel")
    body = {"id": str(uuid4()), "source_channel": "phone", "description": "有人落水", "lon": LON, "lat": LAT}
    reporter = {"name": "欧阳证人", "phone": PHONE}
    told = ask("operator", "POST", "/api/incidents", json=body | {"datum": "wgs84", "reporter": reporter}).json()
    number = told["case_no"]
    answer = ask("shift_leader", "POST", f"/api/incidents/{number}/dispatch", json={"worker": 2})
    assert answer.status_code == 200, answer.text
    yield number
    ask("shift_leader", "POST", f"/api/incidents/{number}/cancel", json={"note": "误报"})


def run(url: str, statement: str) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def send_all(centre: Centre, **channels: Any) -> None:
    with closing(Sender(centre, channels)) as sender:
        while sender.step():
            for one in sender._at_work:
                one.result()


def listed(ask: Ask, role: str = "operator", query: str = "", language: str = "zh") -> dict[str, dict[str, Any]]:
    answer = ask(role, "GET", f"/api/notices{query}", language)
    assert answer.status_code == 200, answer.text
    return {one["code"] + ":" + one["recipient_kind"]: one for one in answer.json()["notices"]}


def test_what_was_sent_is_told_as_it_left_and_numbers_are_masked(ask: Ask, small_centre: Centre, case_no: str) -> None:
    before = listed(ask)
    assert before["accepted:phone"]["to"] == "100****0007"
    assert (before["dispatched:worker"]["to"], before["dispatched:worker"]["state"]) == ("同岸乙", "waiting")
    assert before["p1_reported:robot"]["to"] == "指挥中心群"
    log = LogChannel()
    send_all(small_centre, sms=log, robot=log, email=log)
    after = listed(ask, query=f"?state=sent&case={case_no}")
    assert {one["over"] for one in after.values()} == {"log"}
    assert after["dispatched:worker"]["text"].startswith(f"【小镇指挥中心】派单:{case_no}")
    assert listed(ask, language="en")["dispatched:worker"]["name"] == "Dispatched"
    answer = ask("operator", "GET", "/api/notices").text
    assert PHONE not in answer
    assert "欧阳证人" not in answer
    assert "13800138002" not in answer
    assert f"{LON}"[:6] not in answer, "no coordinates"


def test_a_system_administrator_sees_that_they_leave_and_not_what_they_say(ask: Ask, case_no: str) -> None:
    found = listed(ask, "sysadmin")
    assert found["dispatched:worker"]["to"] == "同*乙"
    assert found["dispatched:worker"]["case_no"] == case_no
    assert {one["text"] for one in found.values()} == {""}


@pytest.mark.parametrize("role", ["reviewer", "verifier", "display", "grid_worker", "dept_handler", "gateway"])
def test_it_is_for_nobody_else(ask: Ask, role: str) -> None:
    assert ask(role, "GET", "/api/notices").status_code == 403


@pytest.mark.parametrize("query", ["?state=flown", "?case=1", "?case=' or 1"])
def test_a_wrong_filter_is_named(ask: Ask, query: str) -> None:
    answer = ask("operator", "GET", f"/api/notices{query}")
    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) <= {"state", "case"}


def test_what_was_given_up_is_sent_again(ask: Ask, small_centre: Centre, case_no: str) -> None:
    send_all(small_centre, sms=LogChannel(), email=LogChannel())  # the robot is switched off
    dead = listed(ask, query="?state=dead")["p1_reported:robot"]
    assert (dead["tries"], dead["last_error"]) == (1, "该通道未启用")
    path = f"/api/notices/{dead['notice']}/again"
    assert ask("operator", "POST", path).status_code == 403
    assert ask("shift_leader", "POST", path).status_code == 200
    assert ask("shift_leader", "POST", path).status_code == 200, "asked twice it is sent once"
    send_all(small_centre, robot=LogChannel())
    late = ask("shift_leader", "POST", path, "en")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "notice_is_sent")
    assert '"Sent"' in late.json()["error"]["message"]
    assert ask("shift_leader", "POST", f"/api/notices/{uuid4()}/again").status_code == 404
    assert ask("shift_leader", "POST", "/api/notices/x/again").status_code == 400


def test_a_provider_that_is_down_is_told_in_words(ask: Ask, shared_small_url: str, case_no: str) -> None:
    at = "2026-11-30 06:02:00+00"
    run(shared_small_url, f"insert into notice_channel values ({AREA_ID}, 'sms', 4, '{at}', '{at}', null)")
    (told,) = ask("operator", "GET", "/api/notices").json()["down"]
    assert told.startswith("短信服务自 11月30日14:02 起不可用,2条待发。")
    checks = {one["name"]: one for one in ask("operator", "GET", "/api/health", "en").json()["checks"]}
    assert checks["notices"]["state"] == "warning"
    assert "Text message service has not been available since 30 Nov 14:02" in checks["notices"]["message"]


def test_a5_with_a_dead_provider_the_dispatch_is_done_one_notice_waits_and_the_banner_is_on(
    ask: Ask, small_centre: Centre, shared_small_url: str
) -> None:
    """Measured in bench.notices; here that the request meets no provider, and what is told of it."""
    run(shared_small_url, "delete from notice; delete from notice_channel")
    body = {"id": str(uuid4()), "source_channel": "phone", "description": "店外经营占道", "lon": LON, "lat": LAT}
    number = ask("operator", "POST", "/api/incidents", json=body | {"datum": "wgs84"}).json()["case_no"]
    assert ask("operator", "POST", f"/api/incidents/{number}/dispatch", json={"worker": 2}).status_code == 200
    run(shared_small_url, "update notice set urgency = 'P2', state = 'waiting', next_try_at = now(), not_before = null")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        dead = AliyunSms("k", "s", {"dispatched": "1"}, f"http://127.0.0.1:{taken.getsockname()[1]}")
    for minutes in range(DOWN_AFTER):
        later = utc_now() + timedelta(minutes=5 * minutes)
        send_all(replace(small_centre, clock=lambda later=later: later), sms=dead)
    found = listed(ask, query=f"?case={number}")
    assert {name: one["state"] for name, one in found.items()} == {"dispatched:worker": "waiting"}
    with small_centre.database.transaction() as transaction:
        (banner,) = [one for one in not_leaving(transaction, AREA_ID, utc_now()) if one.key == "down"]
    assert check_text(banner, "zh").startswith("短信服务自 ")
    assert "1条待发" in check_text(banner, "zh")
    ask("shift_leader", "POST", f"/api/incidents/{number}/cancel", json={"note": "误报"})


def test_health_tells_when_nobody_does_the_jobs(ask: Ask, small_centre: Centre) -> None:
    def jobs_check() -> tuple[str, str]:
        answer = ask("operator", "GET", "/api/health", "en").json()
        return next((one["state"], answer["status"]) for one in answer["checks"] if one["name"] == "jobs")

    beat = [Job(HEARTBEAT, timedelta(seconds=5), lambda *_: None)]
    run_due(replace(small_centre, clock=lambda: utc_now() - timedelta(minutes=5)), beat)
    assert jobs_check() == ("failed", "degraded")
    run_due(small_centre, beat)
    assert jobs_check()[0] == "ok"


def test_a_request_waits_for_no_provider(ask: Ask, small_centre: Centre, case_no: str) -> None:
    """With every provider dead: the verb is done, its notice waits, and only the second process met the fault."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    dead = f"http://127.0.0.1:{port}"
    answer = ask("shift_leader", "POST", f"/api/incidents/{case_no}/transfer", json={"worker": 3, "note": "换人"})
    assert answer.status_code == 200
    send_all(
        small_centre,
        sms=AliyunSms("k", "s", {"dispatched": "1", "taken_back": "2", "accepted": "3"}, dead),
        robot=DingTalkRobot(dead),
        email=Mail("127.0.0.1", port, "a@town.example", security="none"),
    )
    states = {one["state"] for one in ask("operator", "GET", "/api/notices").json()["notices"]}
    assert states <= {"waiting", "dead"}
    assert listed(ask)["taken_back:worker"]["last_error"] == "无法连接服务商(ConnectError)"
