"""The statistics in a real browser: numbers, charts, a grid map; every number leads to its cases."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page

from tests.browser.conftest import RunningCentre, log_in, wait_for

pytestmark = pytest.mark.browser


@pytest.fixture
def reported(quiet_centre: RunningCentre) -> str:
    """A case in the middle of the first grid."""
    at = quiet_centre.call("GET", "/api/grids")["features"][0]["properties"]
    body = {"id": str(uuid.uuid4()), "source_channel": "phone", "description": "路灯不亮", "datum": "wgs84"}
    case = quiet_centre.call("POST", "/api/incidents", body | {"lon": at["label_lon"], "lat": at["label_lat"]})
    return str(case["case_no"])


def test_every_number_leads_to_its_cases(
    page: Page, quiet_centre: RunningCentre, reported: str, tmp_path: Path
) -> None:
    log_in(page, quiet_centre, "reviewer", "/statistics")
    number = page.locator(".statistics-table .total-line [data-figure=reported]")
    wait_for(number.count, what="the table")
    told = int(number.inner_text())
    assert told == int(page.locator(".card strong").first.inner_text()) >= 1
    number.click()
    wait_for(lambda: page.locator(".case-line").count() == told, what="as many cases as the number tells")
    assert reported in page.inner_text(".case-lines")
    assert page.locator(f".case-line a[href='/desk?case={reported}']").count() == 1

    page.click(".by label:has-text('网格')")
    wait_for(lambda: "网格" in page.inner_text(".statistics-table thead th"), what="by grid")
    rows = page.locator(".statistics-table tbody tr:not(.total-line) [data-figure=reported]").all_inner_texts()
    assert sum(map(int, rows)) == told
    wait_for(lambda: page.locator(".chart .bars path").count() >= 1, what="bars in the charts")

    with page.expect_download() as download:
        page.click("#statistics-export")
    file = tmp_path / "figures.xlsx"
    download.value.save_as(file)
    assert list(load_workbook(file).active.values)[2][1] == told


def test_a_grid_of_the_map_leads_to_its_cases(page: Page, quiet_centre: RunningCentre, reported: str) -> None:
    at = quiet_centre.call("GET", "/api/grids")["features"][0]["properties"]
    log_in(page, quiet_centre, "reviewer", "/statistics")
    wait_for(lambda: page.locator(".leaflet-grids-pane path").count() > 10, what="the grids")
    box = page.locator("#statistics-map").bounding_box()
    assert box
    x, y = page.evaluate(
        "([lon, lat]) => { const p = gridcommand.maps[0].latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }",
        [at["label_lon"], at["label_lat"]],
    )
    page.mouse.click(box["x"] + x, box["y"] + y)
    wait_for(lambda: reported in page.inner_text("#statistics-cases"), what="the cases of the grid")


def test_a_day_that_is_none_is_told(page: Page, quiet_centre: RunningCentre) -> None:
    log_in(page, quiet_centre, "reviewer", "/statistics")
    page.wait_for_selector(".card")
    page.fill("#statistics-since", "前天")
    page.keyboard.press("Enter")
    wait_for(lambda: "前天" in page.inner_text("#statistics-problem"), what="told what is wrong")


def test_a_bar_leads_to_the_cases_of_its_day(page: Page, quiet_centre: RunningCentre, reported: str) -> None:
    log_in(page, quiet_centre, "reviewer", "/statistics")
    bars = page.locator("#statistics-days .bars path")
    wait_for(bars.count, what="bars of the days")
    box = max((bar.bounding_box() or {} for bar in bars.all()), key=lambda box: box.get("height", 0))
    # the highest is that of today's reports: before these tests nothing was reported
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#statistics-days .hoverlayer .hovertext")
    page.mouse.down()
    page.mouse.up()
    wait_for(lambda: reported in page.inner_text("#statistics-cases"), what="the cases reported today")
    told = int(page.locator(".statistics-table .total-line [data-figure=reported]").inner_text())
    assert page.locator(".case-line").count() == told


def test_figures_charts_and_spreadsheet_follow_the_language_chosen(
    page: Page, quiet_centre: RunningCentre, reported: str, tmp_path: Path
) -> None:
    log_in(page, quiet_centre, "reviewer", "/statistics")
    page.wait_for_selector(".card")
    for language, heading, is_latin in (("en", "Reported", True), ("zh", "上报", False)):
        page.click(f"[data-language={language}]")
        wait_for(lambda h=heading: h in page.inner_text(".statistics-table thead"), what=f"the table in {language}")
        wait_for(page.locator("#statistics-days .bars path").count, what="the chart")
        parts = ".statistics-toolbar, .statistics-cards, .statistics-table, #statistics-days, #statistics-hours"
        said = "".join(page.locator(parts).all_inner_texts())
        assert is_latin == (not re.search(r"[㐀-鿿]", said)), said
        with page.expect_download() as download:
            page.click("#statistics-export")
        file = tmp_path / f"{language}.xlsx"
        download.value.save_as(file)
        rows = list(load_workbook(file).active.values)
        assert rows[1][1] == heading
        assert is_latin == all(str(cell).isascii() for row in rows for cell in row)
