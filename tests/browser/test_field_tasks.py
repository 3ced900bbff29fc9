"""The field page where several are on a case: my own task, my queue, support asked for, sent back, my department's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Route

from tests.browser.conftest import Notes, RunningCentre, wait_for
from tests.browser.phone import Phone, Place, a_street, phone_of

pytestmark = pytest.mark.browser


@pytest.fixture
def street(quiet_centre: RunningCentre) -> tuple[Place, Place]:
    return a_street(quiet_centre)


@pytest.fixture
def phone(chromium: Browser, quiet_centre: RunningCentre, street: tuple[Place, Place], notes: Notes) -> Iterator[Phone]:
    notes.forgive += ["status of 4", "net::ERR_FAILED", "Failed to fetch"]
    with phone_of(chromium, quiet_centre, notes, street[1]) as phone:
        if phone.page.get_attribute("#field-duty", "data-on") == "no":
            phone.begin_duty()
        yield phone
    notes.check()


@pytest.fixture
def lead(quiet_centre: RunningCentre, phone: Phone) -> Iterator[int]:
    """Another worker, on duty."""
    everybody = quiet_centre.call("GET", "/api/workers")["workers"]
    free = [each["worker"] for each in everybody if each["role"] == "grid_worker" and not each["on_duty"]]
    worker = next(each for each in free if each != phone.worker)
    quiet_centre.call("POST", "/api/duty", {"worker": worker, "on": True}, role="gateway")
    yield worker
    quiet_centre.call("POST", "/api/duty", {"worker": worker, "on": False}, role="gateway")


@pytest.fixture
def cases(quiet_centre: RunningCentre) -> Iterator[list[str]]:
    """The cases of the test; what is left of them is cancelled afterwards, so that everybody is free again."""
    numbers: list[str] = []
    yield numbers
    for number in numbers:
        case = quiet_centre.call("GET", f"/api/incidents/{number}", role="shift_leader")
        if "cancel" in case["allowed"]:
            leads(quiet_centre, number, "cancel", note="演练结束")


def leads(centre: RunningCentre, number: str, verb: str, **body: Any) -> Any:
    return centre.call("POST", f"/api/incidents/{number}/{verb}", body, role="shift_leader")


def a_case(centre: RunningCentre, cases: list[str], place: Place) -> str:
    body = {"id": str(uuid.uuid4()), "source_channel": "phone", "description": "垃圾成堆", "datum": "wgs84"}
    case = centre.call("POST", "/api/incidents", body | {"lon": place[0], "lat": place[1]}, role="shift_leader")
    cases.append(str(case["case_no"]))
    return cases[-1]


def verbs_of(centre: RunningCentre, number: str) -> list[str]:
    return [line["verb"] for line in centre.call("GET", f"/api/incidents/{number}")["log"]]


def losing_the_answer(route: Route) -> None:
    """The centre is asked and answers; the phone never hears of it."""
    route.fetch()
    route.abort()


def test_a_helper_goes_his_own_way_beside_the_lead(
    phone: Phone, quiet_centre: RunningCentre, street: tuple[Place, Place], lead: int, cases: list[str]
) -> None:
    number = a_case(quiet_centre, cases, street[1])
    leads(quiet_centre, number, "dispatch", worker=lead, **{"with": [phone.worker]})
    for verb in ("sign", "start"):
        quiet_centre.call("POST", f"/api/incidents/{number}/{verb}", {"worker": lead}, role="gateway")
    part = f"{phone.task(number)} .part"
    wait_for(lambda: "处置中" in phone.page.inner_text(part), what="the lead is at work")
    assert "协办" in phone.page.inner_text(part)
    assert phone.page.inner_text(f"{phone.task(number)} .state") == "待签收"
    phone.say(number, "sign", "set_out", "arrive", "start")
    phone.answer(number, "已协助清运", None)
    wait_for(lambda: phone.page.locator(phone.task_selector(number)).count() == 0, what="my part is done")
    assert quiet_centre.call("GET", f"/api/incidents/{number}")["state"] == "handling", "the lead is not"
    case = quiet_centre.call(
        "POST",
        f"/api/incidents/{number}/feedback",
        {"worker": lead, "note": "已清运", "no_photo_reason": "没带手机"},
        role="gateway",
    )
    assert case["state"] == "handled"
    told = [task for task in case["tasks"] if task["addressee"]["id"] == phone.worker]
    assert all(told[0][moment] for moment in ("signed_at", "set_out_at", "arrived_at", "started_at", "done_at"))


def test_support_is_asked_for_once_and_what_waits_comes_when_the_task_is_sent_back(
    phone: Phone, quiet_centre: RunningCentre, street: tuple[Place, Place], cases: list[str]
) -> None:
    page = phone.page
    number, waiting = (a_case(quiet_centre, cases, place) for place in street)
    leads(quiet_centre, number, "dispatch", worker=phone.worker)
    leads(quiet_centre, waiting, "dispatch", worker=phone.worker, queue=True)
    queued = phone.task(waiting)
    assert "排队中" in page.inner_text(".tasks-queue h2")
    assert page.locator(f"{queued} button").count() == 0
    phone.say(number, "sign", "ask_support")
    task = phone.task(number)
    page.fill(f"{task} textarea", "要两人,会潜水")
    phone.say(number, "send_back", "ask_support")
    assert page.input_value(f"{task} textarea") == "要两人,会潜水", "another form does not lose the words"
    page.route(f"**/api/incidents/{number}/ask_support", losing_the_answer, times=1)
    page.click(f"{task} .send-ask-support")
    wait_for(lambda: "没有网络" in page.inner_text("#field-problem"), what="told that there is no answer")
    page.click(f"{task} .send-ask-support")
    wait_for(lambda: "已请求支援" in page.inner_text("#field-problem"), what="told that the centre has it")
    log = quiet_centre.call("GET", f"/api/incidents/{number}")["log"]
    assert [line["note"] for line in log if line["verb"] == "ask_support"] == ["要两人,会潜水"]

    phone.say(number, "send_back")
    page.click(f"{task} .send-send-back")
    wait_for(lambda: page.inner_text("#field-problem"), what="a reason is needed")
    assert "send_back" not in verbs_of(quiet_centre, number)
    page.fill(f"{task} textarea", "不属本网格")
    page.click(f"{task} .send-send-back")
    wait_for(lambda: "已退回" in page.inner_text("#field-problem"), what="sent back")
    wait_for(lambda: page.locator(f".tasks-now {queued}").count() == 1, what="what waited is sent")
    assert page.locator(task).count() == 0
    wait_for(lambda: waiting in page.inner_text("#field-news"), what="told as a new task when its turn comes")
    assert quiet_centre.call("GET", f"/api/incidents/{number}")["state"] == "accepted"
    phone.say(waiting, "sign")
    wait_for(lambda: "sign" in verbs_of(quiet_centre, waiting), what="signed")


def test_a_handler_signs_for_his_department_and_hands_over(
    chromium: Browser,
    quiet_centre: RunningCentre,
    street: tuple[Place, Place],
    notes: Notes,
    lead: int,
    cases: list[str],
) -> None:
    number = a_case(quiet_centre, cases, street[1])
    leads(quiet_centre, number, "dispatch", worker=lead)
    with phone_of(chromium, quiet_centre, notes, street[0], "dept_handler") as phone:
        with psycopg.connect(quiet_centre.database_url) as connection:
            asked = "select department_code from worker where worker_id = %s"
            code = connection.execute(asked, [phone.worker]).fetchone()
        assert code is not None
        leads(quiet_centre, number, "support", department=code[0])
        phone.say(number, "sign")
        state = f".tasks-department {phone.task(number)} .state"
        wait_for(lambda: phone.page.inner_text(state) == "已签收", what="signed by the department")
        if phone.page.get_attribute("#field-duty", "data-on") == "no":
            phone.begin_duty()
        try:
            hands_over_to_himself(phone, number)
            tasks = quiet_centre.call("GET", f"/api/incidents/{number}")["tasks"]
            assert [(task["kind"], task["state"]) for task in tasks] == [
                ("lead", "sent"),
                ("co", "signed"),
                ("co", "sent"),
            ]
            assert tasks[2]["addressee"]["id"] == phone.worker
            assert quiet_centre.call("GET", f"/api/incidents/{number}")["log"][-1]["note"] == "带上梯子"
        finally:
            leads(quiet_centre, number, "cancel", note="演练结束")
            quiet_centre.call("POST", "/api/duty", {"worker": phone.worker, "on": False}, role="gateway")


def hands_over_to_himself(phone: Phone, number: str) -> None:
    """Who does it is chosen among those on duty; what was written before a reload stands there still."""
    task = f".tasks-department {phone.task(number)}"
    phone.page.click(f"{task} [data-verb=hand_over]")
    phone.page.fill(f"{task} .feedback textarea", "带上梯子")
    phone.page.reload()
    phone.page.click(f"{task} [data-verb=hand_over]")
    assert phone.page.input_value(f"{task} .feedback textarea") == "带上梯子"
    phone.page.select_option(f"{task} .colleague", str(phone.worker))
    phone.page.click(f"{task} .send-hand-over")
    wait_for(lambda: "已交办" in phone.page.inner_text("#field-problem"), what="told that it is handed over")
    wait_for(lambda: phone.page.locator(f".tasks-now {phone.task(number)}").count() == 1, what="it is his own now")
