"""A P1 nobody acknowledges: told to the first, raised again on every screen, and told to the second in line."""

from __future__ import annotations

import psycopg
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import RunningCentre, wait_for
from tests.browser.console_page import a_case, console
from tests.browser.sounds import P1, heard, listen

pytestmark = pytest.mark.browser

LATER = "update clock set started_at = started_at - interval '3 minutes', act_at = '-infinity' where case_no = %s"
"""As if its limit of two minutes had passed; the second process looks every five seconds."""


def test_a_p1_nobody_acknowledges_goes_to_the_second_in_line(page: Page, quiet_centre: RunningCentre) -> None:
    listen(page, allowed=True)
    with psycopg.connect(quiet_centre.database_url, autocommit=True) as connection:
        number = a_case(quiet_centre, description="有人落水")
        try:
            console(page, quiet_centre)
            row = page.locator(f".urgent-row[data-case={number}]")
            wait_for(row.is_visible, what="the banner")
            before = wait_for(lambda: heard(page, P1), what="heard")
            connection.execute(LATER, [number])
            wait_for(lambda: "再次报警 1 次" in row.inner_text(), within_s=30, what="raised again")
            wait_for(lambda: heard(page, P1) > before, what="heard anew")
            log = quiet_centre.call("GET", f"/api/incidents/{number}")["log"]
            assert "raise_again" in [line["verb"] for line in log]
            told_to_the_second(page, quiet_centre, number)
        finally:
            quiet_centre.call("POST", f"/api/incidents/{number}/cancel", {"note": "演练结束"}, role="shift_leader")


def told_to_the_second(page: Page, centre: RunningCentre, number: str) -> None:
    """The page of notices shows it, sent by the second process."""
    page.goto(f"{centre.url}/notices")
    page.fill("#notices-case", number)
    page.keyboard.press("Enter")
    line = page.locator(".notices-rows tbody tr", has_text="再次报警").filter(has_text="演示带班领导").first
    wait_for(line.is_visible, what="the second in line is told")
    wait_for(lambda: line.locator(".notice-state.sent").count() == 1, what="and it is sent")
    first = page.locator(".notices-rows tbody tr", has_text="演示分管领导")
    assert first.count() >= 1, "the first was told before"
