"""The whistle: blown on the console, two departments sign in and answer on its page, which everybody sees live."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, Page

from base.clock import utc_now
from base.database import Database
from dispatch.access.accounts import NewAccount, create_account
from tests.browser.conftest import RunningCentre, wait_for
from tests.browser.console_page import a_case, a_quiet_place, console, open_from_queue, press, state

pytestmark = pytest.mark.browser
PASSWORD = "Chuishao-2026-baodao"


def an_account(centre: RunningCentre, department: str) -> str:
    """An account of a department of the town; its name."""
    name = f"whistle_{department.lower()}"
    with closing(Database(centre.database_url, size=1)) as database, database.transaction() as transaction:
        area_id = transaction.execute("select area_id from area").fetchone()["area_id"]
        new = NewAccount(name, "dept_handler", name, None, department)
        create_account(transaction, area_id, new, utc_now(), PASSWORD)
    return name


@contextmanager
def at_its_page(
    chromium: Browser, centre: RunningCentre, account: str, number: str, **context: object
) -> Iterator[Page]:
    """A department's own browser, with the whistle of the case open."""
    own = chromium.new_context(**context)
    page = own.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{centre.url}/login?next=/whistle")
    page.fill("#account", account)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/whistle" in url and "/login" not in url)
    page.goto(f"{centre.url}/desk?case={number}")
    page.click(".desk-presses .whistle-link")
    page.wait_for_selector(".whistle-member.own")
    yield page
    own.close()


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("GRIDCOMMAND_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def meet_beside(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Press on the map about 100 m east of the case while the whistle's form is open; where that was."""
    page.evaluate("([lon, lat]) => { gridcommand.maps[0].setView([lat, lon], 16, {animate: false}); }", [lon, lat])
    box, chosen = page.locator("#console-map").bounding_box(), page.locator(".ask-place[data-at*=',']")
    assert box

    def is_chosen() -> bool:
        at = page.evaluate(
            "([lon, lat]) => { const p = gridcommand.maps[0].latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }",
            [lon + 0.001, lat],
        )
        page.mouse.click(box["x"] + at[0], box["y"] + at[1])
        return chosen.count() == 1

    wait_for(is_chosen, what="the meeting place is chosen")
    east, north = map(float, str(chosen.get_attribute("data-at")).split(","))
    return east, north


def test_two_departments_from_the_press_to_the_last_opinion(
    page: Page, chromium: Browser, quiet_centre: RunningCentre
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    lon, lat = a_quiet_place(quiet_centre)
    number = a_case(quiet_centre, lon=lon, lat=lat)
    zf, pc = an_account(quiet_centre, "ZF"), an_account(quiet_centre, "PC")
    console(page, quiet_centre)
    open_from_queue(page, number)
    press(page, "whistle")
    form = page.locator(".verb-form form[data-of=whistle]")
    form.wait_for()
    page.click(".verb-form button[type=submit]")
    wait_for(lambda: page.locator("#console-case-answer .fault").count() == 1, what="it calls nobody")
    form.locator("select").select_option("ZF")
    form.locator("input[value=PC]").check()
    form.locator(".ask-note").fill("现场围挡,防止坠落")
    lon, lat = meet_beside(page, lon, lat)
    shoot(page, "console-whistle-1366x768")
    page.click(".verb-form button[type=submit]")
    wait_for(lambda: state(page) == "待签收", what="blown")
    assert page.locator(f".case-links a[href='/whistle?case={number}']").count() == 1
    wait_for(lambda: "集合" in page.inner_text("#console-map .mark-meet"), what="where they meet, on the map")
    assert "集合" in page.inner_text(".case-facts")
    told = quiet_centre.call("GET", f"/api/incidents/{number}/whistle")
    assert (told["lon"], told["lat"]) == pytest.approx((lon, lat), abs=1e-6)
    page.goto(f"{quiet_centre.url}/whistle?case={number}")
    members = page.locator(".whistle-member")
    wait_for(lambda: members.count() == 2, what="who is called")
    assert "牵头" in members.first.inner_text()
    assert "现场围挡" in page.inner_text(".whistle-opened")
    wait_for(lambda: page.locator("#whistle-map .mark-meet").count() == 1, what="the meeting place on its map")

    here = {"geolocation": {"longitude": lon, "latitude": lat}, "permissions": ["geolocation"]}
    phone = {"viewport": {"width": 390, "height": 844}}
    with at_its_page(chromium, quiet_centre, zf, number, **here) as first:
        first.click("[data-press=sign_in]")
        wait_for(lambda: "已报到" in first.inner_text(".whistle-member.own"), what="signed in by position")
        wait_for(lambda: "报到 1/2" in page.inner_text(".whistle-opened header"), what="everybody sees it")
        first.fill("#whistle-note", "井盖已更换")
        first.click("[data-press=report]")
        wait_for(lambda: "井盖已更换" in page.inner_text(".whistle-members"), what="the lead's result is seen")
    assert quiet_centre.call("GET", f"/api/incidents/{number}")["state"] == "handling"
    with at_its_page(chromium, quiet_centre, pc, number, **phone) as second:
        second.click("[data-press=sign_in]")
        wait_for(lambda: second.locator("[data-press=answer]").count() == 1, what="signed in by button")
        second.click("[data-press=answer]")
        wait_for(lambda: "说明" in second.inner_text("#whistle-answer"), what="an opinion is needed")
        shoot(second, "whistle-390x844")
        second.fill("#whistle-note", "无治安隐患")
        second.click("[data-press=answer]")
        wait_for(lambda: "意见已齐" in second.inner_text(".whistle-opened header"), what="all have answered")
    wait_for(lambda: "无治安隐患" in page.inner_text(".whistle-members"), what="the last opinion is seen")
    shoot(page, "whistle-1366x768")
    assert quiet_centre.call("GET", f"/api/incidents/{number}")["state"] == "handled"
