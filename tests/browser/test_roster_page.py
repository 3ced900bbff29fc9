"""The roster in a real browser: a gap is red and filled with two presses, what cannot be is said; a duty is done."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Notes, RunningCentre, log_in, wait_for

pytestmark = pytest.mark.browser


def test_a_gap_is_filled(page: Page, quiet_centre: RunningCentre, notes: Notes) -> None:
    notes.forgive.append("/api/roster/stand-in")  # asked for what is refused
    log_in(page, quiet_centre, "shift_leader", "/roster")
    page.locator(".filters a", has_text="按周").click()
    page.locator(".filters a", has_text="后 ›").click()
    page.locator(".filters a", has_text="只看缺岗").click()
    rows = page.locator(".roster tbody tr", has_text="网格")
    wait_for(lambda: "缺岗" in page.inner_text("p.gap") and rows.count() > 0, what="the gaps of next week")
    name = rows.first.locator("th").inner_text()
    row = page.locator(".roster tbody tr", has=page.get_by_role("rowheader", name=name, exact=True))
    before = page.locator("td .gap").count()

    row.locator("td", has=page.locator(".gap")).first.locator("button[data-put]").click()
    own = page.locator(".roster-form option", has_text=f"· 网格员 · {name}").first.get_attribute("value")
    page.select_option(".roster-form select", own)
    page.locator("[data-press=put]").click()
    wait_for(lambda: page.locator("td .gap").count() == before - 1, what="the gap is gone, and is counted no more")

    page.goto(page.url.replace("gaps=1", "gaps="))
    row.locator(f"button[data-line='{own}']").first.click()
    page.select_option(".roster-form select", own)
    page.locator("[data-press=stand_in]").click()
    wait_for(lambda: "不能与自己换班" in page.inner_text(".problem"), what="what cannot be is said")


def test_a_duty_is_marked_done(page: Page, quiet_centre: RunningCentre) -> None:
    log_in(page, quiet_centre, "grid_worker", "/duties")
    wait_for(lambda: "我的排班" in page.inner_text("main"), what="his own shifts")
    first = page.locator(".spots li").first
    first.locator("button[data-code=information]").click()
    wait_for(lambda: "已完成" in (first.text_content() or ""), what="it is done")
    assert first.locator("button").count() == 0
