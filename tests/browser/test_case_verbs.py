"""What happens beside the way of a case, pressed on the console: each verb with a small form for what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from base.clock import TOWN_ZONE, utc_now
from tests.browser.conftest import RunningCentre, wait_for
from tests.browser.console_page import (
    a_case,
    a_quiet_place,
    advised,
    console,
    on_duty_near,
    open_from_queue,
    press,
    state,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def place(quiet_centre: RunningCentre) -> tuple[float, float]:
    return a_quiet_place(quiet_centre)


@pytest.fixture
def workers(quiet_centre: RunningCentre, place: tuple[float, float]) -> Iterator[list[int]]:
    with on_duty_near(quiet_centre, place, 2) as workers:
        yield workers


@pytest.fixture
def number(quiet_centre: RunningCentre, place: tuple[float, float], workers: list[int]) -> Iterator[str]:
    """A case there; ended afterwards, so that who was sent is free to go off duty."""
    number = a_case(quiet_centre, lon=place[0], lat=place[1])
    yield number
    case = quiet_centre.call("GET", f"/api/incidents/{number}")
    if case["stage"] not in ("ended", "to_verify"):
        quiet_centre.call("POST", f"/api/incidents/{number}/cancel", {"note": "演练结束"}, role="shift_leader")


def does(centre: RunningCentre, number: str, verb: str, role: str = "shift_leader", **body: Any) -> Any:
    return centre.call("POST", f"/api/incidents/{number}/{verb}", body, role=role)


def case_of(centre: RunningCentre, number: str) -> Any:
    return centre.call("GET", f"/api/incidents/{number}")


def in_days(days: int) -> str:
    """A moment as the field for it takes it."""
    return f"{(utc_now() + timedelta(days=days)).astimezone(TOWN_ZONE):%Y-%m-%dT%H:%M}"


def fill(page: Page, verb: str, **fields: str) -> None:
    """Press a verb and fill in its form."""
    press(page, verb)
    form = page.locator(f".verb-form form[data-of={verb}]")
    form.wait_for()
    for name, value in fields.items():
        form.locator(f".ask-{name}").fill(value)


def confirm(page: Page) -> None:
    page.click(".verb-form button[type=submit]")


def answer(page: Page) -> str:
    return page.inner_text("#console-case-answer")


def test_time_is_asked_for_granted_and_the_case_is_suspended(
    page: Page, quiet_centre: RunningCentre, number: str, workers: list[int]
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    does(quiet_centre, number, "dispatch", worker=workers[0])
    does(quiet_centre, number, "sign", "gateway", worker=workers[0])
    asked = datetime.fromisoformat(case_of(quiet_centre, number)["due_at"]) + timedelta(minutes=30)
    does(quiet_centre, number, "ask_extension", "gateway", worker=workers[0], until=asked.isoformat(), note="等配件")
    console(page, quiet_centre)
    open_from_queue(page, number)
    wait_for(lambda: "等配件" in page.inner_text("#console-case-actions .asked"), what="what is asked is told")
    assert f"{asked.astimezone(TOWN_ZONE):%H:%M}" in page.inner_text("#console-case-actions .asked")
    assert page.locator("#console-case-actions > .verb:visible").count() <= 4, "few at once"
    press(page, "refuse_extension")
    confirm(page)
    wait_for(lambda: "说明" in answer(page), what="a refusal needs a word")
    page.click(".verb-form .quiet")
    press(page, "grant_extension")
    wait_for(lambda: "同意延期" in answer(page), what="granted")

    clock = page.locator(".case-clock", has_text="处置").first
    clock.locator("summary").click()
    wait_for(lambda: "同意延期至" in clock.inner_text(), what="why it is due is told")
    assert "自" in clock.inner_text()
    clock.locator("summary").click()

    fill(page, "suspend", until=in_days(-1), note="等停电通知")
    confirm(page)
    wait_for(lambda: page.locator("#console-case-answer .fault").count() == 1, what="the past is refused")
    assert case_of(quiet_centre, number)["state"] == "received"
    page.fill(".verb-form .ask-until", in_days(3))
    confirm(page)
    wait_for(lambda: state(page) == "挂起", what="suspended")
    assert page.locator(".verb-form form").count() == 0
    paused = page.locator(".case-clock .due[data-state=paused]")
    wait_for(lambda: paused.count() >= 1, what="its clock stands")
    press(page, "resume")
    wait_for(lambda: state(page) == "已签收", what="resumed")


def test_a_word_from_above_is_answered(
    page: Page, quiet_centre: RunningCentre, number: str, workers: list[int]
) -> None:
    does(quiet_centre, number, "dispatch", worker=workers[0])
    console(page, quiet_centre)
    open_from_queue(page, number)
    fill(page, "supervise", note="领导批示,今日办结")
    confirm(page)
    wait_for(lambda: "督办" in answer(page), what="supervised")
    page.wait_for_selector(".case-clock:has-text('答复')")
    fill(page, "reply", note="正在赶往")
    confirm(page)
    wait_for(lambda: "答复" in answer(page), what="answered")
    fill(page, "remark", note="已联系物业")
    confirm(page)
    wait_for(lambda: "已联系物业" in page.inner_text(".case-log"), what="remarked")
    press(page, "urge")
    confirm(page)
    wait_for(lambda: "催办" in answer(page), what="urged, without a word")
    fill(page, "escalate", note="超出村级权限")
    confirm(page)
    wait_for(lambda: state(page) == "已受理", what="taken up the ladder")
    assert "升级上报" in page.inner_text(".case-log")


def test_a_duplicate_is_merged_into_the_case_beside_it(
    page: Page, quiet_centre: RunningCentre, number: str, place: tuple[float, float]
) -> None:
    twin = a_case(quiet_centre, lon=place[0] + 2e-4, lat=place[1])
    console(page, quiet_centre)
    open_from_queue(page, twin)
    fill(page, "merge", parent="YZ0000000000")
    confirm(page)
    wait_for(lambda: page.locator("#console-case-answer .fault").count() == 1, what="there is no such case")
    choice = page.locator(f".verb-form .choice[data-value={number}]")
    assert "米" in choice.inner_text() or "m" in choice.inner_text()
    choice.click()
    confirm(page)
    wait_for(lambda: state(page) == "并案", what="merged")
    assert number in page.inner_text(".case-facts")
    assert case_of(quiet_centre, twin)["parent_case"] == number
    press(page, "unmerge")
    wait_for(lambda: state(page) == "待受理", what="a case of its own again")
    does(quiet_centre, twin, "cancel", note="演练结束")


def test_somebody_is_chosen_to_look_before_it_is_accepted(
    page: Page, quiet_centre: RunningCentre, number: str, workers: list[int]
) -> None:
    console(page, quiet_centre)
    open_from_queue(page, number)
    wait_for(lambda: advised(page), what="the advice")
    press(page, "check")
    wait_for(lambda: "派去核实" in page.inner_text("[data-send]"), what="the advice is for looking")
    page.locator(f".advice-row[data-worker='{workers[1]}']").click()
    page.click("[data-send]")
    wait_for(lambda: state(page) == "待核实", what="somebody is sent to look")
    tasks = case_of(quiet_centre, number)["tasks"]
    assert [(one["kind"], one["addressee"]["id"]) for one in tasks] == [("check", workers[1])]


def test_what_the_reporter_says_and_a_closed_case_is_opened_again_in_english(
    page: Page, quiet_centre: RunningCentre, number: str, workers: list[int]
) -> None:
    does(quiet_centre, number, "dispatch", worker=workers[0])
    for verb in ("sign", "start"):
        does(quiet_centre, number, verb, "gateway", worker=workers[0])
    said = {"worker": workers[0], "note": "已补上井盖", "no_photo_reason": "没带手机"}
    does(quiet_centre, number, "feedback", "gateway", **said)
    console(page, quiet_centre)
    page.click("[data-language=en]")
    page.wait_for_selector(f".queue-row[data-case={number}]")
    open_from_queue(page, number)
    page.click(".verbs-more summary")
    page.click("[data-verb=rate][data-rating=satisfied]")
    wait_for(lambda: case_of(quiet_centre, number)["satisfied"] is True, what="rated on behalf of the reporter")
    does(quiet_centre, number, "verify", "verifier")
    wait_for(lambda: state(page) == "closed", what="closed")
    fill(page, "reopen", note="井盖又松动")
    confirm(page)
    wait_for(lambda: state(page) == "accepted", what="opened again")
    assert case_of(quiet_centre, number)["round"] == 2
    page.click("[data-language=zh]")
