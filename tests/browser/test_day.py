"""A day's work as its people see it: reported by a press on the map, advised on, sent, signed, walked, answered with a
photo, verified, closed, replayed along the streets, counted. On the demo town, and on a town from OpenStreetMap."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Notes, RunningCentre, log_in, wait_for
from tests.browser.console_page import console, press_on_the_map, state
from tests.browser.phone import Phone, a_street, drawn_places, metres_from_streets, phone_of, take_photo

pytestmark = pytest.mark.browser

WORDS = "桥头垃圾成堆没人清运"


def report(page: Page, place: tuple[float, float]) -> str:
    """Report by a press on the map; the number of the case."""
    press_on_the_map(page, *place)
    page.wait_for_selector(".form-place dl")
    page.fill("#console-form-text", WORDS)
    wait_for(lambda: "0501" in page.inner_text("#console-form-type"), what="the type is proposed from the words")
    page.focus("#console-form-text")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".mode-case .case-no")
    return page.inner_text(".case-no")


def send(page: Page, worker: int) -> None:
    """Choose the worker among those advised, and send him."""
    row = page.locator(f".advice-row[data-worker='{worker}']")
    wait_for(row.count, what="the worker who stands in the same street is advised")
    assert row.locator(".reasons").inner_text().strip()
    row.click()
    page.click("[data-send]")
    page.wait_for_selector(".responder")


def go_and_handle(
    phone: Phone, centre: RunningCentre, case_no: str, ends: list[tuple[float, float]], photo: Path
) -> None:
    """Sign, walk there along the street, arrive, handle, answer with a photo."""
    (lon, lat), (to_lon, to_lat) = ends
    way = centre.call("GET", f"/api/route?from={lon},{lat}&to={to_lon},{to_lat}&mode=foot")
    phone.say(case_no, "sign")
    phone.walk(way["line"]["coordinates"])
    phone.say(case_no, "arrive", "start")
    phone.answer(case_no, "已清运干净", photo)
    wait_for(lambda: phone.page.locator(f".task[data-case='{case_no}']").count() == 0, what="the task is done")
    assert not phone.page.inner_text("#field-problem")


def close(page: Page, centre: RunningCentre, case_no: str) -> None:
    """See the answer with its photo; the verifier passes it."""
    wait_for(lambda: state(page) == "待核查", what="the answer is on the console")
    wait_for(lambda: page.locator(".case-photos img").count() == 1, what="the photo is on the console")
    width = "() => document.querySelector('.case-photos img').naturalWidth"
    wait_for(lambda: page.evaluate(width) > 100, what="the photo is shown")
    centre.call("POST", f"/api/incidents/{case_no}/verify", {"passed": True}, role="verifier")
    wait_for(lambda: state(page) == "已结案", what="closed")
    assert page.get_attribute(".case-links a", "href") == f"/replay?case={case_no}"


def replay(page: Page, centre: RunningCentre, case_no: str, worker: int) -> None:
    """The way walked, drawn along the streets, with the case that appears when it was reported."""
    log_in(page, centre, "reviewer", "/replay")
    page.goto(f"{centre.url}/replay?case={case_no}")
    wait_for(lambda: page.input_value("#replay-case-no") == case_no, what="the case of the address")
    page.fill("#replay-reason", "复盘")
    page.click("#replay-load")
    page.wait_for_selector("body[data-replay=ready]", timeout=30_000)
    places = drawn_places(page, worker)
    assert len(places) >= 5, "the way walked"
    assert max(metres_from_streets(centre, places)) < 30
    page.keyboard.press("ArrowRight")
    wait_for(lambda: page.evaluate("() => gridcommand.replay.stats().cases") == 1, what="the case appears")
    row = page.locator(f"[data-replay-case='{case_no}']")
    assert row.locator(".case-state").inner_text() == "待受理"
    page.evaluate("() => { const s = gridcommand.replay.current(); s.player.seek(s.player.end); s.mustRedraw = true; }")
    wait_for(lambda: row.locator(".case-state").inner_text() == "已结案", what="the case ends as it did")


def count(page: Page, centre: RunningCentre, case_no: str) -> None:
    """The statistics count the case, and the number leads to it."""
    page.goto(f"{centre.url}/statistics")
    number = page.locator(".statistics-table .total-line [data-figure=closed]")
    wait_for(number.count, what="the table")
    told = int(number.inner_text())
    number.click()
    page.wait_for_selector(".case-line")
    assert page.locator(".case-line").count() == told
    assert case_no in page.inner_text(".case-lines")


def the_day(page: Page, chromium: Browser, centre: RunningCentre, notes: Notes, photo: Path) -> None:
    ends = a_street(centre)
    with phone_of(chromium, centre, notes, ends[0]) as phone:
        phone.begin_duty()
        worker = phone.worker
        console(page, centre)
        case_no = report(page, ends[1])
        send(page, worker)
        go_and_handle(phone, centre, case_no, list(ends), photo)
        close(page, centre, case_no)
    replay(page, centre, case_no, worker)
    count(page, centre, case_no)


def test_a_day_on_the_demo_town(
    page: Page, chromium: Browser, demo_centre: RunningCentre, notes: Notes, tmp_path: Path
) -> None:
    the_day(page, chromium, demo_centre, notes, take_photo(tmp_path / "photo.jpg"))


def test_a_day_on_a_town_from_openstreetmap(
    page: Page, chromium: Browser, imported_centre: RunningCentre, notes: Notes, tmp_path: Path
) -> None:
    the_day(page, chromium, imported_centre, notes, take_photo(tmp_path / "photo.jpg", (1600, 1200)))
