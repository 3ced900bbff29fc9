"""An event given to somebody else (转派) from the console: advised on anew, with a reason, the first one free again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import RunningCentre, wait_for
from tests.browser.console_page import a_case, a_quiet_place, advised, console, on_duty_near, open_from_queue, state

pytestmark = pytest.mark.browser

WHY = "车辆故障,改由他人前往"


@pytest.fixture
def place(quiet_centre: RunningCentre) -> tuple[float, float]:
    return a_quiet_place(quiet_centre)


@pytest.fixture
def on_duty(quiet_centre: RunningCentre, place: tuple[float, float]) -> Iterator[list[int]]:
    with on_duty_near(quiet_centre, place, 3) as workers:
        yield workers


@pytest.fixture
def number(quiet_centre: RunningCentre, place: tuple[float, float], on_duty: list[int]) -> Iterator[str]:
    """A case there; cancelled afterwards, so that who was sent is free to go off duty."""
    number = a_case(quiet_centre, lon=place[0], lat=place[1])
    yield number
    quiet_centre.call("POST", f"/api/incidents/{number}/cancel", {"note": "演练结束"}, role="shift_leader")


def send(page: Page, worker: int) -> str:
    """Choose a worker among those advised and press the button; the worker's name."""
    row = page.locator(f".advice-row[data-worker='{worker}']")
    row.click()
    name = str(row.get_attribute("data-name"))
    assert name in page.inner_text("[data-send]")
    page.click("[data-send]")
    return name


def ask_for_another(page: Page, first: int) -> list[int]:
    """Press 转派; who is advised now, the first one not among them."""
    page.click("[data-verb=transfer]")
    others = wait_for(lambda: advised(page), what="the advice appears again")
    assert first not in others, "who is on the case already"
    assert "转派" in page.inner_text("[data-send]")
    assert "原因" in page.inner_text("#console-case-answer"), "told what is wanted"
    ways = page.locator(".leaflet-routes-pane path")
    wait_for(lambda: ways.count() == len(others), what="their ways are on the map")
    return others


def test_an_event_is_given_to_somebody_else(
    page: Page, quiet_centre: RunningCentre, on_duty: list[int], number: str
) -> None:
    console(page, quiet_centre)
    open_from_queue(page, number)
    first = wait_for(lambda: advised(page), what="the advice")[0]
    first_name = send(page, first)
    page.wait_for_selector(".responder")
    wait_for(lambda: not advised(page), what="the advice is done with")
    second = ask_for_another(page, first)[-1]

    second_name = send(page, second)
    wait_for(lambda: "说明" in page.inner_text("#console-case-answer .fault"), what="told that a reason is needed")
    case = quiet_centre.call("GET", f"/api/incidents/{number}")
    assert (case["state"], case["worker"]["worker"]) == ("dispatched", first), "and nothing has changed"
    assert advised(page), "the choice is still open"
    assert page.inner_text(".responder b") == first_name

    page.fill("#console-case-note", WHY)
    page.click("[data-send]")
    wait_for(lambda: page.inner_text(".responder b") == second_name, what="the second is on the case")
    check_the_page(page, first_name, second_name)
    check_the_case(quiet_centre, number, first, second)


def check_the_page(page: Page, first_name: str, second_name: str) -> None:
    wait_for(lambda: not advised(page), what="the advice is done with")
    assert second_name in page.inner_text("#console-case-answer")
    assert state(page) == "待签收"
    assert page.input_value("#console-case-note") == "", "the reason is written down"
    newest = page.locator(".case-log li").first
    assert newest.locator("b").inner_text() == f"转派 · {first_name} → {second_name}"
    assert newest.locator("p").inner_text() == WHY
    assert page.locator(".queue-row.open .chip").inner_text() == second_name
    ways = page.locator(".leaflet-routes-pane path")
    wait_for(lambda: ways.count() == 1, what="the way of the second alone")


def check_the_case(centre: RunningCentre, number: str, first: int, second: int) -> None:
    """What the centre tells: the second is sent, the first is free."""
    case: dict[str, Any] = centre.call("GET", f"/api/incidents/{number}")
    assert (case["state"], case["worker"]["worker"], case["worker"]["is_open"]) == ("dispatched", second, True)
    said = case["log"][-1]
    assert (said["verb"], said["note"]) == ("transfer", WHY)
    assert (said["details"]["from_worker"], said["details"]["worker"]) == (first, second)
    tasks = {each["worker"]: each["open_case_no"] for each in centre.call("GET", "/api/workers")["workers"]}
    assert (tasks[first], tasks[second]) == (None, number)


def test_by_keyboard_and_after_the_first_has_signed(
    page: Page, quiet_centre: RunningCentre, on_duty: list[int], number: str
) -> None:
    first, second = on_duty[0], on_duty[1]
    quiet_centre.call("POST", f"/api/incidents/{number}/dispatch", {"worker": first}, role="shift_leader")
    console(page, quiet_centre)
    open_from_queue(page, number)
    page.fill("#console-case-note", WHY)
    others = ask_for_another(page, first)
    quiet_centre.call("POST", f"/api/incidents/{number}/sign", {"worker": first}, role="gateway")
    wait_for(lambda: state(page) == "已签收", what="the first has signed meanwhile")
    assert advised(page) == others, "that takes the choice from nobody's hands"
    page.keyboard.press(str(others.index(second) + 1))
    page.keyboard.press("Enter")
    wait_for(lambda: state(page) == "待签收", what="sent to the second, who has not signed")
    check_the_case(quiet_centre, number, first, second)
    names = {each["worker"]: each["name"] for each in quiet_centre.call("GET", "/api/workers")["workers"]}
    signed = page.locator(".case-log li", has_text="签收").locator(".who").inner_text()
    assert signed == names[first], "the log goes on naming who signed"
