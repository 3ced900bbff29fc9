"""Somebody leaves and is back; a claim on a need list becomes a case: both in a real browser."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import RunningCentre, log_in, wait_for
from tests.browser.console_page import a_case, a_quiet_place, on_duty_near

pytestmark = pytest.mark.browser


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("GRIDCOMMAND_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_leaver_hands_over_and_is_back(page: Page, quiet_centre: RunningCentre) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    place = a_quiet_place(quiet_centre)
    with on_duty_near(quiet_centre, place, 2) as (leaver, other):
        number = a_case(quiet_centre, lon=place[0], lat=place[1])
        quiet_centre.call("POST", f"/api/incidents/{number}/dispatch", {"worker": leaver}, role="shift_leader")
        log_in(page, quiet_centre, "shift_leader", "/people")
        page.fill("input[name=find]", str(leaver))
        page.keyboard.press("Enter")
        page.click(f"a[href='/people?worker={leaver}']")
        page.wait_for_selector(f".handover[data-worker='{leaver}']")
        assert number in page.inner_text(".handover")
        assert "任务 1" in page.inner_text(".goes")
        shoot(page, "people-goes-over-1366x768")
        if page.locator("input[name=grid]").count():
            page.uncheck("input[name=grid]")
        page.select_option("select[name=to]", str(other))
        page.click("[data-leave]")
        wait_for(lambda: page.locator(".handover .clear").count() == 1, what="nothing is addressed to him any more")
        assert page.locator(f".people-left a[href='/people?worker={leaver}']").count() == 1
        assert quiet_centre.call("GET", f"/api/incidents/{number}")["worker"]["worker"] == other
        shoot(page, "people-left-1366x768")
        page.set_viewport_size({"width": 390, "height": 844})
        shoot(page, "people-left-390x844")
        page.click(".handover [data-back]")
        wait_for(lambda: number in page.inner_text(".handover"), what="he has it again")
        assert "任务 1" in page.inner_text(".goes")
        quiet_centre.call("POST", f"/api/incidents/{number}/cancel", {"note": "测试"}, role="shift_leader")


def test_a_claim_is_accepted_and_becomes_a_case(page: Page, quiet_centre: RunningCentre) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    log_in(page, quiet_centre, "shift_leader", "/needs")
    assert page.locator("table.needs tbody tr").count() > 10
    shoot(page, "needs-1366x768")
    page.click(".need-lists a:has-text('需求')")
    page.click("table.needs a:has-text('校门口早高峰疏导')")
    page.click(".need-shown [data-press=accept]")
    page.wait_for_selector(".need-shown .claim-agreed")
    shoot(page, "needs-open-1366x768")
    page.select_option(".case-form select[name=to]", "department:JJ")
    page.click("[data-press=case]")
    wait_for(lambda: page.locator(".need-shown a[href^='/desk?case=']").count() == 1, what="the case stands there")
    assert "待签收" in page.inner_text(".need-shown li")
    page.set_viewport_size({"width": 390, "height": 844})
    shoot(page, "needs-open-390x844")
    number = page.inner_text(".need-shown a[href^='/desk?case=']")
    quiet_centre.call("POST", f"/api/incidents/{number}/cancel", {"note": "测试"}, role="shift_leader")
