"""Calling for help from a phone: held one second, kept without a network, seen on wall and console; new tasks told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Notes, RunningCentre, log_in, wait_for, wait_until_live
from tests.browser.phone import Phone, Place, a_street, phone_of
from tests.browser.test_field import sent_to

pytestmark = pytest.mark.browser

BUTTON = "#field-sos-button"
SPIES = """() => {
  window.shaken = []; window.tones = 0; window.audioState = "suspended";
  navigator.vibrate = (pattern) => { shaken.push([].concat(pattern)); return true; };
  window.AudioContext = class {
    constructor() { this.currentTime = 0; this.destination = {}; }
    get state() { return window.audioState; }
    async resume() { window.audioState = "running"; }
    createOscillator() { return { frequency: {}, connect: (to) => to, start: () => { tones += 1; }, stop: () => {} }; }
    createGain() {
      const gain = { setValueAtTime: () => {}, exponentialRampToValueAtTime: () => {} };
      return { gain, connect: (to) => to };
    }
  };
}"""


@pytest.fixture
def street(quiet_centre: RunningCentre) -> tuple[Place, Place]:
    return a_street(quiet_centre)


@pytest.fixture
def phone(chromium: Browser, quiet_centre: RunningCentre, street: tuple[Place, Place], notes: Notes) -> Iterator[Phone]:
    notes.forgive += ["net::ERR", "Failed to fetch", "Failed to load resource", "_dash-update-component"]
    with phone_of(chromium, quiet_centre, notes, street[0]) as phone:
        phone.page.add_init_script(f"({SPIES})()")
        phone.page.reload()
        phone.page.wait_for_selector("#field-tasks > *")
        if phone.page.get_attribute("#field-duty", "data-on") == "no":
            phone.begin_duty()
        yield phone
    for call in open_calls(quiet_centre):
        quiet_centre.call("POST", f"/api/sos/{call['sos']}/end", {})
    notes.check()


def open_calls(centre: RunningCentre) -> list[dict[str, Any]]:
    return list(centre.call("GET", "/api/sos")["sos"])


def told(phone: Phone) -> str:
    return phone.page.inner_text("#field-sos") if phone.page.is_visible("#field-sos") else ""


@contextmanager
def finger_on(page: Page, selector: str) -> Iterator[None]:
    """A finger on the middle of something until the block ends."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    try:
        yield
    finally:
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        session.detach()


def hold(phone: Phone) -> None:
    """Keep the finger on the button until the page has taken the press."""
    before = phone.page.get_attribute(BUTTON, "data-sos")
    with finger_on(phone.page, BUTTON):
        wait_for(lambda: phone.page.evaluate("() => shaken.length"), what="the phone shakes: the press is taken")
    if before == "call":
        wait_for(lambda: phone.page.get_attribute(BUTTON, "data-sos") == "end", what="the button ends the call now")


@contextmanager
def display_of(chromium: Browser, centre: RunningCentre, account: str, path: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    try:
        log_in(page, centre, account, path)
        wait_until_live(page)
        yield page
    finally:
        context.close()


def test_the_button_is_large_and_a_short_press_does_nothing(phone: Phone, quiet_centre: RunningCentre) -> None:
    page = phone.page
    box = page.locator(BUTTON).bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 64
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    with finger_on(page, BUTTON):
        page.wait_for_selector(f"{BUTTON}.holding")
        page.wait_for_timeout(300)
    page.click(BUTTON)
    page.focus(BUTTON)
    page.keyboard.press("Enter")
    page.wait_for_timeout(1200)
    assert page.locator(f"{BUTTON}.holding").count() == 0
    assert (told(phone), open_calls(quiet_centre)) == ("", [])


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_it_is_held_by_mouse_and_keyboard_too(phone: Phone, quiet_centre: RunningCentre, by: str) -> None:
    page = phone.page
    page.focus(BUTTON)
    page.hover(BUTTON)
    if by == "mouse":
        page.mouse.down()
    else:
        page.keyboard.down(" ")
    wait_for(lambda: open_calls(quiet_centre), what="the centre has the call")
    page.mouse.up() if by == "mouse" else page.keyboard.up(" ")
    assert [call["worker"] for call in open_calls(quiet_centre)] == [phone.worker]


def test_wall_and_console_see_it_and_the_phone_hears_who_has(
    chromium: Browser, phone: Phone, quiet_centre: RunningCentre, street: tuple[Place, Place]
) -> None:
    phone.walk(street)
    with (
        display_of(chromium, quiet_centre, "display", "/wall") as wall,
        display_of(chromium, quiet_centre, "shift_leader", "/console") as console,
    ):
        hold(phone)
        for screen in (wall, console):
            screen.wait_for_selector(".sos-row", timeout=20_000)
        call = open_calls(quiet_centre)[0]
        name = wall.inner_text(".sos-name")
        assert "*" in name
        assert (console.inner_text(".sos-name"), name[0]) == (call["name"], call["name"][0])
        assert wall.locator(".sos-phone").count() == 0
        assert console.get_attribute(".sos-phone", "href") == f"tel:{call['phone']}"
        assert "*" not in call["phone"]
        assert call["grid_name"] in console.inner_text(".sos-place")
        for screen in (wall, console):
            wait_for(lambda screen=screen: screen.locator(".sos-mark .pulse").count() == 1, what="the pin pulses")
            ways = screen.locator(".leaflet-highlight-pane path")
            wait_for(lambda ways=ways: ways.count() >= 1, what="the way of the last minutes")
        wait_for(lambda: "已送达指挥中心" in told(phone), what="the phone says that the centre has it")

        console.click(".sos-row [data-lon]")
        zoom = "() => gridcommand.maps[0].getZoom()"
        wait_for(lambda: console.evaluate(zoom) >= 15, what="the map has flown there")
        console.click("[data-sos-do=acknowledge]")
        wait_for(lambda: "值班长已收到" in told(phone), what="the phone says who has seen it")
        wait_for(lambda: "值班长已收到" in wall.inner_text(".sos-seen"), what="so does the wall")

        console.click("[data-sos-do=ask_end]")
        console.fill(".sos-note", "已电话联系,安全")
        console.click("[data-sos-do=end]")
        for screen in (wall, console):
            wait_for(lambda screen=screen: not screen.is_visible(".sos-banner"), what="over")
            assert screen.locator(".sos-mark").count() == 0
        wait_for(lambda: not told(phone), what="over on the phone")
        assert "值班长已解除求助" in phone.page.inner_text("#field-problem")
        assert phone.page.get_attribute(BUTTON, "data-sos") == "call"


def test_without_a_network_it_is_kept_over_a_reload_and_goes_first(phone: Phone, quiet_centre: RunningCentre) -> None:
    page = phone.page
    page.context.route("**/api/**", lambda route: route.abort())
    hold(phone)
    assert "尚未送出" in told(phone)
    page.reload()
    wait_for(lambda: "尚未送出" in told(phone), what="still there, still not sent")
    assert open_calls(quiet_centre) == []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path) if request.method == "POST" else None)
    phone.stand(a_street(quiet_centre)[1])
    page.context.unroute("**/api/**")
    wait_for(lambda: "已送达指挥中心" in told(phone), what="sent when the network is back")
    wait_for(lambda: told(phone) and "/api/positions" in asked, what="then the fixes")
    assert asked.index("/api/sos") < asked.index("/api/positions")
    assert len(open_calls(quiet_centre)) == 1

    page.reload()
    wait_for(lambda: "已送达指挥中心" in told(phone), what="a call goes on over a reload")
    hold(phone)
    wait_for(lambda: open_calls(quiet_centre) == [], what="ended by the worker himself")
    wait_for(lambda: not told(phone), what="over")


def test_who_is_off_duty_is_put_on_duty(phone: Phone, quiet_centre: RunningCentre) -> None:
    page = phone.page
    with psycopg.connect(quiet_centre.database_url) as connection:
        connection.execute("update duty set ended_at = now() where worker_id = %s and ended_at is null", [phone.worker])
    page.wait_for_selector("#field-duty[data-on=no]", timeout=15_000)
    hold(phone)
    page.wait_for_selector("#field-duty[data-on=yes]", timeout=15_000)


def test_a_new_task_shakes_and_sounds_once_and_one_taken_away_is_told(
    phone: Phone, quiet_centre: RunningCentre, street: tuple[Place, Place]
) -> None:
    page = phone.page
    assert page.is_visible("#field-sound"), "told that there is no sound before the first touch"
    page.tap("#field-tab-report")
    page.tap("#field-tab-tasks")
    wait_for(lambda: not page.is_visible("#field-sound"), what="sound is on")
    number = sent_to(quiet_centre, phone.worker, street[1])
    wait_for(lambda: number in page.inner_text("#field-news"), what="told of the new task")
    assert page.evaluate("() => [shaken.length, tones]") == [1, 3]
    assert number in page.title()
    page.wait_for_timeout(5000)  # the list is drawn anew meanwhile
    assert page.evaluate("() => [shaken.length, tones]") == [1, 3]
    page.tap("#field-tab-tasks")
    wait_for(lambda: number not in page.title(), what="the title is quiet once the phone was touched")
    page.reload()
    phone.task(number)
    page.wait_for_timeout(1500)
    assert page.evaluate("() => [shaken.length, tones]") == [0, 0], "not again after a reload"
    quiet_centre.call("POST", f"/api/incidents/{number}/cancel", {"note": "误报"}, role="shift_leader")
    wait_for(lambda: "不再由您处理" in page.inner_text("#field-news"), what="told that it was taken away")
