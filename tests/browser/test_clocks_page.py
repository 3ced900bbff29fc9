"""A case suspended for some days on the console, and its lamp: a shape and a word besides a colour."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import RunningCentre, wait_for
from tests.browser.console_page import a_case, console, state

pytestmark = pytest.mark.browser

LAMP = "(at) => getComputedStyle(document.querySelector(at), '::before').content"


def test_a_case_is_suspended_for_some_days_and_goes_on(page: Page, quiet_centre: RunningCentre) -> None:
    number = a_case(quiet_centre)
    worker = quiet_centre.call("GET", "/api/workers")["workers"][0]["worker"]
    quiet_centre.call("POST", "/api/duty", {"worker": worker, "on": True}, role="gateway")
    quiet_centre.call("POST", f"/api/incidents/{number}/dispatch", {"worker": worker}, role="shift_leader")
    try:
        suspend_and_resume(page, quiet_centre, number)
    finally:  # nobody is on duty for whoever comes next
        quiet_centre.call("POST", f"/api/incidents/{number}/cancel", {"note": "演练"}, role="shift_leader")
        quiet_centre.call("POST", "/api/duty", {"worker": worker, "on": False}, role="gateway")


def suspend_and_resume(page: Page, centre: RunningCentre, number: str) -> None:
    console(page, centre)
    row = f".queue-row[data-case={number}]"
    page.click(row)
    page.wait_for_selector("[data-verb=suspend]", state="attached")
    assert "●" in page.evaluate(LAMP, f"{row} .due")
    page.fill("#console-case-note", "等待材料")
    page.click(".verbs-more summary")
    page.click("[data-verb=suspend]")
    page.click(".verb-form [data-days='3']")
    assert page.input_value(".verb-form .ask-note") == "等待材料", "what was written already"
    page.click(".verb-form [type=submit]")
    wait_for(lambda: state(page) == "挂起", what="suspended")
    wait_for(lambda: page.get_attribute(f"{row} .due", "data-state") == "paused", what="the lamp stands")
    assert "‖" in page.evaluate(LAMP, f"{row} .due")
    assert page.get_attribute(f"{row} .due", "title") == "挂起"
    if "SCREENSHOT" in os.environ:
        page.screenshot(path=os.environ["SCREENSHOT"])
    page.click("[data-verb=resume]")
    wait_for(lambda: state(page) != "挂起", what="resumed")
