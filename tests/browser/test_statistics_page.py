"""The statistics in a real browser: numbers, charts, a grid map; every number leads to its cases."""

from __future__ import annotations

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
    assert page.locator(f".case-line a[href='/console?case={reported}']").count() == 1

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
