"""A shift is handed over: who goes writes and signs, who comes reads what has changed, asks, signs; then on paper."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import RunningCentre, log_in, wait_for
from tests.browser.console_page import a_case, a_quiet_place

pytestmark = pytest.mark.browser
SHEET = "#handover-sheet"


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("GRIDCOMMAND_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def shows(page: Page, words: str, where: str = SHEET) -> None:
    wait_for(lambda: words in page.inner_text(where), what=words)


def test_from_the_first_word_to_the_paper(
    page: Page, chromium: Browser, quiet_centre: RunningCentre, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    lon, lat = a_quiet_place(quiet_centre)
    first = a_case(quiet_centre, lon=lon, lat=lat)
    log_in(page, quiet_centre, "shift_leader", "/handover")
    page.click("[data-press=begin]")
    shows(page, first)
    page.fill("#handover-note", "北桥封路,绕行<东街>")
    page.click("[data-press=outgoing]")
    shows(page, "待接班签字")
    shows(page, "北桥封路,绕行<东街>")
    assert page.locator("[data-press=incoming], [data-press=outgoing]").count() == 0, "nobody signs both sides"
    later = a_case(quiet_centre, lon=lon, lat=lat)

    context = chromium.new_context(viewport={"width": 390, "height": 844})
    other = context.new_page()
    other.set_default_timeout(60_000)
    log_in(other, quiet_centre, "operator", "/handover")
    other.locator("[data-open]").first.click()
    shows(other, later, f"{SHEET} .changes")
    other.fill("#handover-note", "封到几点?")
    other.click("[data-press=remark]")
    shows(other, "封到几点?", f"{SHEET} .remarks")
    shoot(other, "handover-390x844")
    other.click("[data-press=incoming]")
    shows(other, "已交接")
    context.close()
    page.locator("[data-open]").first.click()
    shows(page, "已交接")
    assert page.locator(".handover-own [data-press]").count() == 0
    shoot(page, "handover-1366x768")

    with page.expect_download(timeout=60_000) as download:
        page.click(f"{SHEET} .print-link")
    file = tmp_path / "handover.html"
    download.value.save_as(file)
    offline = chromium.new_context(offline=True)
    paper = offline.new_page()
    paper.goto(file.as_uri())
    printed = paper.inner_text("body")
    assert first in printed
    assert "绕行<东街>" in printed, "shown as written, not run"
    assert "接班人 operator(坐席)" in printed
    shoot(paper, "handover-paper")
    offline.close()
