"""Several people on one event from the console: sent at once, more later, one taken back, one diverted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import RunningCentre, wait_for, wait_until_live
from tests.browser.console_page import a_case, a_quiet_place, advised, console, on_duty_near, open_from_queue

pytestmark = pytest.mark.browser

WHY = "另有险情"
OVERLAP = """() => {
  const [a, b] = [...document.querySelectorAll('.route-label')].map((label) => label.getBoundingClientRect());
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}"""
"""Whether the labels of two ways lie on each other."""


@pytest.fixture(scope="module")
def place(quiet_centre: RunningCentre) -> tuple[float, float]:
    """One for all tests: nobody is believed to have come from far away in some seconds."""
    return a_quiet_place(quiet_centre)


@pytest.fixture
def on_duty(quiet_centre: RunningCentre, place: tuple[float, float]) -> Iterator[list[int]]:
    with on_duty_near(quiet_centre, place, 3) as workers:
        yield workers


@pytest.fixture
def number(quiet_centre: RunningCentre, place: tuple[float, float], on_duty: list[int]) -> Iterator[str]:
    """A fire there, which nobody goes to alone; cancelled afterwards, so that who was sent is free to go off duty."""
    number = a_case(quiet_centre, lon=place[0], lat=place[1], type_code="0301", priority="P1")
    yield number
    quiet_centre.call("POST", f"/api/incidents/{number}/cancel", {"note": "演练结束"}, role="shift_leader")


@pytest.fixture
def lighter(quiet_centre: RunningCentre, place: tuple[float, float], on_duty: list[int]) -> Iterator[str]:
    """A lighter case beside it, with the nearest worker on it; cancelled afterwards."""
    number = a_case(quiet_centre, lon=place[0], lat=place[1] + 1e-3, type_code="0501", priority="P4")
    quiet_centre.call("POST", f"/api/incidents/{number}/dispatch", {"worker": on_duty[0]}, role="shift_leader")
    yield number
    quiet_centre.call("POST", f"/api/incidents/{number}/cancel", {"note": "演练结束"}, role="shift_leader")


def names(centre: RunningCentre) -> dict[int, str]:
    """Everybody's name as the console tells it."""
    workers = centre.call("GET", "/api/workers", role="shift_leader")["workers"]
    return {each["worker"]: each["name"] for each in workers}


def on_the_panel(page: Page) -> list[tuple[str, str]]:
    """Who is on the case by the panel: name and part."""
    rows: list[list[str]] = page.evaluate(
        "() => [...document.querySelectorAll('.responder')]"
        ".map((row) => [row.querySelector('b').textContent, row.querySelector('.part').textContent])"
    )
    return [(name, part) for name, part in rows]


def open_tasks(centre: RunningCentre, number: str) -> list[tuple[str, int]]:
    """Who is on the case by the centre: kind of task and worker."""
    tasks: list[dict[str, Any]] = centre.call("GET", f"/api/incidents/{number}")["tasks"]
    return [(task["kind"], task["addressee"]["id"]) for task in tasks if task["active"]]


def newest(page: Page) -> str:
    return page.locator(".case-log li b").first.inner_text()


def test_two_are_sent_at_once_one_is_taken_back_another_follows(
    page: Page, quiet_centre: RunningCentre, number: str
) -> None:
    console(page, quiet_centre)
    open_from_queue(page, number)
    first, second, third, *_ = wait_for(lambda: advised(page), what="the advice")
    called = names(quiet_centre)
    page.keyboard.press("2")
    page.keyboard.press("1")
    parts = page.locator(".advice-row.chosen .part")
    assert parts.all_inner_texts() == ["协办", "主办"], "who is chosen first leads"
    page.keyboard.press("2")
    page.keyboard.press("2")
    assert parts.all_inner_texts() == ["主办", "协办"]
    assert "2 人" in page.inner_text("[data-send]")
    page.keyboard.press("Enter")
    both = [(called[first], "主办"), (called[second], "协办")]
    wait_for(lambda: on_the_panel(page) == both, what="both are on the panel")
    assert open_tasks(quiet_centre, number) == [("lead", first), ("co", second)]
    ways = page.locator(".leaflet-routes-pane path")
    wait_for(lambda: ways.count() == 2, what="the ways of both are on the map")
    told = " ".join(page.locator(".route-label").all_inner_texts())
    assert all(called[one] in told for one in (first, second)), "each with its time"
    wait_for(lambda: not page.evaluate(OVERLAP), what="no label lies on the other")
    assert newest(page) == f"派单 · {called[first]}、{called[second]}"

    take_back = page.locator(".responder", has_text=called[second]).locator("[data-verb=take_back]")
    take_back.click()
    wait_for(lambda: "说明" in page.inner_text("#console-case-answer"), what="told that a reason is needed")
    page.fill("#console-case-note", WHY)
    take_back.click()
    wait_for(lambda: on_the_panel(page) == both[:1], what="the second is off the panel")
    wait_for(lambda: newest(page) == f"撤回 · {called[second]}", what="the log tells who was taken back")

    page.click("[data-verb=support]")
    others = wait_for(lambda: advised(page), what="the advice appears again")
    assert {second, third} <= set(others)
    assert first not in others
    page.locator(f".advice-row[data-worker='{third}']").click()
    assert page.inner_text(".advice-row.chosen .part") == "协办"
    page.click("[data-optional]")
    page.click("[data-send]")
    wait_for(lambda: on_the_panel(page) == [both[0], (called[third], "协办(可缺席)")], what="the third helps")
    assert newest(page) == f"增派 · {called[third]}(可缺席)"
    wait_for(lambda: not advised(page), what="the advice is done with")
    assert open_tasks(quiet_centre, number) == [("lead", first), ("co", third)]


def test_the_team_is_chosen_by_one_key(page: Page, quiet_centre: RunningCentre, number: str) -> None:
    console(page, quiet_centre)
    open_from_queue(page, number)
    page.wait_for_selector(".team-member")
    members = page.locator(".team-member").evaluate_all("(rows) => rows.map((row) => Number(row.dataset.worker))")
    assert len(members) >= 2
    page.keyboard.press("t")
    assert page.locator(".team-member.chosen .part").all_inner_texts() == ["主办", *["协办"] * (len(members) - 1)]
    page.keyboard.press("Enter")
    sent = [("lead" if worker == members[0] else "co", worker) for worker in members]
    wait_for(lambda: open_tasks(quiet_centre, number) == sent, what="all of them are sent")


def test_one_is_diverted_from_a_lighter_event(
    page: Page, quiet_centre: RunningCentre, on_duty: list[int], lighter: str, number: str
) -> None:
    console(page, quiet_centre)
    called = names(quiet_centre)
    open_from_queue(page, number)
    row = page.locator(".divertible li", has_text=called[on_duty[0]])
    wait_for(row.count, what="he could be diverted")
    priority = quiet_centre.call("GET", f"/api/incidents/{lighter}")["priority"]
    told = row.inner_text()
    assert all(word in told for word in (lighter, priority, "退回待派")), told
    page.fill("#console-case-note", WHY)
    button = row.locator("[data-verb=divert]")
    button.click()
    assert button.inner_text() == "再按一次确认"
    assert open_tasks(quiet_centre, lighter), "asked once more first"
    button.click()
    wait_for(lambda: on_the_panel(page) == [(called[on_duty[0]], "主办")], what="he leads here")
    assert open_tasks(quiet_centre, lighter) == []
    assert newest(page) == f"调离改派 · {called[on_duty[0]]},调自 {lighter}"
    open_from_queue(page, lighter)
    wait_for(
        lambda: newest(page) == f"调离改派 · {called[on_duty[0]]},调往 {number}", what="and the other log tells it"
    )


def test_in_english_nothing_of_it_is_chinese(
    page: Page, quiet_centre: RunningCentre, on_duty: list[int], lighter: str, number: str
) -> None:
    console(page, quiet_centre)
    page.click("[data-language=en]")
    page.wait_for_load_state()
    wait_until_live(page)
    open_from_queue(page, number)
    page.wait_for_selector(".divertible li")
    page.keyboard.press("t")
    told = page.inner_text("#console-advice")
    page.keyboard.press("Enter")
    page.wait_for_selector(".responder")
    told += page.inner_text("#console-case-worker") + newest(page)
    for name in names(quiet_centre).values():
        told = told.replace(name, "")
    assert re.findall(r"[㐀-鿿]+", told) == []
