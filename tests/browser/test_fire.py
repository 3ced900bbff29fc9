"""A fire from its report to its end: two are sent at once, a third is taken from a lighter event, each goes his way."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import RunningCentre, wait_for
from tests.browser.console_page import (
    a_case,
    a_quiet_place,
    console,
    on_duty_near,
    press_on_the_map,
    press_twice,
    state,
)
from tests.browser.test_several import names, newest, on_the_panel

pytestmark = pytest.mark.browser

STEPS = ("sign", "set_out", "arrive", "start", "feedback")
WORDS = "厂房起火,浓烟很大"


def report(page: Page, place: tuple[float, float]) -> str:
    """The call is taken: a press on the map and what was said; the number of its case."""
    press_on_the_map(page, *place)
    page.wait_for_selector(".form-place dl")
    page.fill("#console-form-text", WORDS)
    wait_for(lambda: "0301" in page.inner_text("#console-form-type"), what="the words are taken for a fire")
    page.focus("#console-form-text")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".mode-case .case-no")
    return page.inner_text(".case-no")


def go(centre: RunningCentre, case_no: str, worker: int) -> None:
    """One of them goes his whole way, by his own task."""
    tasks = centre.call("GET", f"/api/incidents/{case_no}", role="shift_leader")["tasks"]
    task = next(one["task"] for one in tasks if one["addressee"]["id"] == worker and one["active"])
    for verb in STEPS:
        body: dict[str, Any] = {"worker": worker, "note": "明火已灭", "no_photo_reason": "浓烟中无法拍摄"}
        centre.call("POST", f"/api/tasks/{task}/{verb}", body, role="gateway")


def test_a_fire_with_two_and_a_third_taken_from_a_lighter_event(page: Page, quiet_centre: RunningCentre) -> None:
    place = a_quiet_place(quiet_centre)
    with on_duty_near(quiet_centre, place, 3) as (busy, first, second):
        lighter = a_case(quiet_centre, lon=place[0], lat=place[1] + 1e-3, type_code="0501", priority="P4")
        quiet_centre.call("POST", f"/api/incidents/{lighter}/dispatch", {"worker": busy}, role="shift_leader")
        called = names(quiet_centre)
        console(page, quiet_centre)
        number = report(page, place)
        for worker in (first, second):
            page.locator(f".advice-row[data-worker='{worker}']").click()
        page.keyboard.press("Enter")
        both = [(called[first], "主办"), (called[second], "协办")]
        wait_for(lambda: on_the_panel(page) == both, what="two are on the way")

        page.click("[data-verb=support]")
        row = page.locator(".divertible li", has_text=called[busy])
        wait_for(row.count, what="who is busy near by could be diverted")
        page.fill("#console-case-note", "火情更急")
        three = [*both, (called[busy], "协办")]
        press_twice(row.locator("[data-verb=divert]"), lambda: on_the_panel(page) == three, what="three are on the way")
        assert quiet_centre.call("GET", f"/api/incidents/{lighter}")["state"] == "accepted"
        ways = page.locator(".leaflet-routes-pane path")
        wait_for(lambda: ways.count() == 3, what="the ways of all are on the map")

        for worker in (first, second):
            go(quiet_centre, number, worker)
        wait_for(lambda: state(page) == "处置中", what="the case waits for the third")
        go(quiet_centre, number, busy)
        wait_for(lambda: state(page) == "待核查", what="all have answered")
        told = " ".join(page.inner_text(".case-log").split())
        assert all(f"到场 {called[one]}" in told for one in (first, second, busy)), told
        quiet_centre.call("POST", f"/api/incidents/{number}/verify", {"passed": True}, role="verifier")
        wait_for(lambda: newest(page).startswith("核查"), what="somebody else has looked at it")
        assert quiet_centre.call("GET", f"/api/incidents/{number}")["state"] == "closed"
        quiet_centre.call("POST", f"/api/incidents/{lighter}/cancel", {"note": "演练结束"}, role="shift_leader")
