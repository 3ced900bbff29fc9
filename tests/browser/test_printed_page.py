"""Printed maps: fetched from the console, opened from the disk of a machine that has no network."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Notes, RunningCentre, log_in, wait_for

pytestmark = pytest.mark.browser

BOX = "() => { const b = document.querySelector('.folium-map').getBoundingClientRect(); return [b.width, b.height]; }"

WHOLE = """() => {
    const [map, ground] = ['.folium-map', '#ground'].map(each => document.querySelector(each).getBoundingClientRect());
    return ground.top >= map.top && ground.bottom <= map.bottom && ground.height > map.height / 2;
}"""


def opened(chromium: Browser, notes: Notes, file: Path) -> Page:
    """The file in a browser without any network."""
    page = chromium.new_context(offline=True, viewport={"width": 1400, "height": 1000}).new_page()
    page.on("console", notes.console)
    page.on("pageerror", lambda error: notes.errors.append(str(error)))
    page.on("request", notes.request)
    page.goto(file.as_uri())
    return page


def test_the_situation_and_a_case_open_without_a_network(
    page: Page, chromium: Browser, quiet_centre: RunningCentre, notes: Notes, tmp_path: Path
) -> None:
    at = quiet_centre.call("GET", "/api/grids")["features"][1]["properties"]
    body = {"id": str(uuid.uuid4()), "source_channel": "phone", "description": "<b>路灯不亮</b>", "datum": "wgs84"}
    where = {"lon": at["label_lon"], "lat": at["label_lat"]}
    number = quiet_centre.call("POST", "/api/incidents", body | where)["case_no"]

    log_in(page, quiet_centre, "shift_leader", "/console")
    with page.expect_download(timeout=60_000) as download:
        page.click(".print-link")
    situation = tmp_path / "situation.html"
    download.value.save_as(situation)
    sheet = opened(chromium, notes, situation)
    assert situation.stat().st_size < 2_000_000, "small enough to be sent"
    assert number in sheet.inner_text("footer.sheet")
    assert sheet.locator(".leaflet-overlay-pane #ground path").count() > 10, "land, water and roads lie under the map"
    assert "网格边界" in sheet.inner_text(".legend")
    assert sheet.locator(".pin").count() == sheet.locator("footer.sheet tbody tr").count() >= 1
    width, height = sheet.evaluate(BOX)
    assert width > 1000
    assert height > 500, "the map keeps its height above a long table"
    sheet.emulate_media(media="print")
    sheet.set_viewport_size({"width": 1032, "height": 703})
    wait_for(lambda: sheet.evaluate(WHOLE), what="the whole town is on the paper, which is smaller than the screen")
    sheet.context.close()

    page.goto(f"{quiet_centre.url}/console?case={number}")
    page.wait_for_selector(".mode-case .case-no")
    wait_for(lambda: page.inner_text(".case-no") == number, what="the case of the address is open")
    with page.expect_download(timeout=60_000) as download:
        page.click(f".case-links a[href='/print/cases/{number}']")
    case = tmp_path / "case.html"
    download.value.save_as(case)
    sheet = opened(chromium, notes, case)
    assert number in sheet.inner_text("h1")
    assert "<b>路灯不亮</b>" in sheet.inner_text("footer.sheet"), "shown as written, not run"
    sheet.context.close()
