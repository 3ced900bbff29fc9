"""The first event from click to closed case, in a real browser before a real centre whose simulated shift is at work:
on the demo town, and on a town brought from OpenStreetMap. And what the console answers when something cannot be."""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import suppress
from datetime import datetime

import pytest
from playwright.sync_api import Page
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.browser.conftest import Notes, RunningCentre, wait_for, wait_until_live
from tests.browser.console_page import (
    WORDS,
    a_case,
    a_quiet_place,
    console,
    open_from_queue,
    press_on_the_map,
    shown,
    state,
)

pytestmark = pytest.mark.browser

HANDLED_WITHIN_S = 240.0
"""A shift of twenty times real speed goes, handles and answers in this time on any town of some kilometres."""


class WallWatch:
    """A display of the wall that draws nothing: it notes when each pin is first told to it."""

    def __init__(self, centre: RunningCentre) -> None:
        self.heard: dict[str, float] = {}
        headers = {"Authorization": f"Bearer {centre.token('display')}"}
        url = centre.url.replace("http", "ws", 1) + "/ws/board/wall?language=zh"
        self._socket = connect(url, additional_headers=headers, max_size=None)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with suppress(ConnectionClosed):
            for message in self._socket:
                at = time.time()
                for part in json.loads(message)["props"].values():
                    for each in (part.get("data") or {}).get("features", []):
                        self.heard.setdefault(each["properties"].get("case_no", ""), at)

    def close(self) -> None:
        self._socket.close()
        self._thread.join(5)


def report(page: Page, centre: RunningCentre) -> str:
    """Report an event by a press on the map and a sentence; the number of the case."""
    press_on_the_map(page, *a_quiet_place(centre))
    page.wait_for_selector(".form-place dl", timeout=60_000)
    assert re.search(r"\d{15}", page.inner_text(".form-place")), "the grid fills itself"
    page.fill("#console-form-text", WORDS)
    wait_for(lambda: "0701" in page.inner_text("#console-form-type"), what="the type is proposed from the words")
    assert "P2" in page.inner_text(".priorities label:has(input:checked)")
    page.focus("#console-form-text")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".mode-case .case-no", timeout=60_000)
    return page.inner_text(".case-no")


def check_the_suggestion(page: Page) -> None:
    page.wait_for_selector(".advice-row", timeout=60_000)
    rows = page.locator(".advice-row").count()
    assert 1 <= rows <= 5
    etas = page.locator(".advice-way b").all_inner_texts()
    assert all(re.search(r"\d", eta) for eta in etas)
    assert all(text.strip() for text in page.locator(".advice-row .reasons").all_inner_texts())
    ways = page.locator(".leaflet-routes-pane path").count()
    assert ways == rows, "a way on the map for each"
    longest = page.evaluate(
        "() => Math.max(...gridcommand.console.ways.features.map((way) => way.geometry.coordinates.length))"
    )
    assert longest > 2, "ways along streets, not straight lines"


def check_what_is_around(page: Page, *, is_peopled: bool) -> None:
    page.wait_for_selector(".around-group")
    signs = page.locator(".around-group .sign").all_inner_texts()
    assert signs == ["人", "地", "事", "物", "情"]
    assert page.locator(".around-group.notes li").count() >= 1
    if not is_peopled:
        return
    assert page.locator(".around-group.people li").count() >= 1
    row = page.locator(".around-group li[data-at]").first
    row.click()
    page.wait_for_selector(".leaflet-highlight-pane .mark span")
    assert page.inner_text(".leaflet-highlight-pane .mark span") == row.locator(".around-name").inner_text()


def follow_to_the_end(page: Page, centre: RunningCentre) -> None:
    """Send the first, watch him until he has answered; somebody else looks, and it is closed."""
    page.keyboard.press("1")
    name = page.inner_text(".advice-row.chosen .advice-who b")
    assert name in page.inner_text(".send")
    page.keyboard.press("Enter")
    page.wait_for_selector(".responder")
    assert name in page.inner_text(".responder")
    steps: list[str] = []

    def handled() -> bool:
        if not steps or steps[-1] != state(page):
            steps.append(state(page))
        return steps[-1] == "待核查"

    wait_for(handled, within_s=HANDLED_WITHIN_S, what=f"the worker has answered; so far {steps}")
    assert page.locator("[data-verb=verify], [data-verb=close]").count() == 0, "not the centre's to judge"
    number = page.inner_text(".case-times .case-no")
    centre.call("POST", f"/api/incidents/{number}/verify", {"passed": True}, role="verifier")
    wait_for(lambda: state(page) == "已结案", what="closed")
    said = [line.split("\n")[1].split(" · ")[0] for line in page.locator(".case-log li > div").all_inner_texts()]
    told = said[::-1]
    order = [told.index(verb) for verb in ("上报", "受理", "派单", "签收", "到场", "反馈", "核查通过")]
    assert order == sorted(order), told


def the_story(page: Page, centre: RunningCentre, *, is_peopled: bool) -> None:
    watch = WallWatch(centre)
    try:
        console(page, centre)
        number = report(page, centre)
        heard = wait_for(lambda: watch.heard.get(number), what="the pin on the wall")
    finally:
        watch.close()
    late_s = heard - _moment(centre.call("GET", f"/api/incidents/{number}")["reported_at"])
    assert late_s < 2.0, f"the pin was on the wall after {late_s:.1f} s"
    check_the_suggestion(page)
    check_what_is_around(page, is_peopled=is_peopled)
    follow_to_the_end(page, centre)
    assert centre.call("GET", f"/api/incidents/{number}")["state"] == "closed"


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.long  # test_day.py tells the same story, and goes on
def test_the_first_event_on_the_demo_town(page: Page, demo_centre: RunningCentre) -> None:
    the_story(page, demo_centre, is_peopled=True)


@pytest.mark.long
def test_the_first_event_on_a_town_from_openstreetmap(page: Page, imported_centre: RunningCentre) -> None:
    the_story(page, imported_centre, is_peopled=False)


# what cannot be -----------------------------------------------------------------------------------------------------


def test_faults_are_told_beside_the_field(page: Page, quiet_centre: RunningCentre) -> None:
    console(page, quiet_centre)
    page.keyboard.press("n")
    page.wait_for_selector(".mode-form")
    page.keyboard.press("Control+Enter")
    wait_for(lambda: "地图" in page.inner_text("#console-form-place-fault"), what="no place yet")
    press_on_the_map(page, *a_quiet_place(quiet_centre))
    page.wait_for_selector(".form-place dl", timeout=60_000)
    page.focus("#console-form-text")
    page.keyboard.press("Control+Enter")
    wait_for(lambda: page.inner_text("#console-form-text-fault"), what="no words yet")
    assert page.locator(".mode-form").count() == 1, "the form stays, with what was filled in"


def test_nobody_on_duty_is_a_clear_answer(page: Page, quiet_centre: RunningCentre) -> None:
    number = a_case(quiet_centre)
    console(page, quiet_centre)
    page.wait_for_selector(f".queue-row[data-case={number}]")
    page.click(f".queue-row[data-case={number}]")
    page.wait_for_selector(".nobody")
    assert len(page.inner_text(".nobody")) > 5
    assert page.locator("[data-send]").count() == 0


def test_a_press_that_comes_second_is_told_in_words(page: Page, quiet_centre: RunningCentre) -> None:
    number = a_case(quiet_centre)
    console(page, quiet_centre)
    page.click(f".queue-row[data-case={number}]")
    page.wait_for_selector("[data-verb=reject]", state="attached")
    quiet_centre.call("POST", f"/api/incidents/{number}/accept", {"note": ""}, role="operator")
    late_press = "{data: {id: gridcommand.draft.newId(), verb: 'accept'}}"
    page.evaluate(f"() => dash_clientside.set_props('console-pressed', {late_press})")
    wait_for(lambda: page.locator("#console-case-answer .fault").count(), what="told that it was accepted already")
    wait_for(lambda: page.locator("[data-verb=reject]").count() == 0, what="the page follows what happened")
    assert number in page.inner_text("#console-case-answer .fault"), "and the answer to the press is still to be read"


def test_the_whole_queue_by_keyboard_and_search(page: Page, quiet_centre: RunningCentre) -> None:
    numbers = {a_case(quiet_centre), a_case(quiet_centre)}
    console(page, quiet_centre)
    wait_for(lambda: page.locator(".queue-row").count() >= 2, what="rows")
    page.keyboard.press("j")
    page.wait_for_selector(".mode-case")
    first = page.inner_text(".case-no")
    page.keyboard.press("j")
    wait_for(lambda: page.inner_text(".case-no") != first, what="the next one")
    page.keyboard.press("k")
    wait_for(lambda: page.inner_text(".case-no") == first, what="back")
    page.keyboard.press("/")
    page.keyboard.type(min(numbers).lower())
    shown = (
        "() => [...document.querySelectorAll('.queue-row')].filter((row) => !row.hidden).map((row) => row.dataset.case)"
    )
    wait_for(lambda: page.evaluate(shown) == [min(numbers)], what="found by its number")
    page.keyboard.press("Escape")
    page.wait_for_selector(".mode-idle")


def test_a_neighbouring_event_opens_like_one_in_the_queue(page: Page, quiet_centre: RunningCentre) -> None:
    lon, lat = a_quiet_place(quiet_centre)
    here, there, ended = (a_case(quiet_centre, lon=lon, lat=lat + n * 4e-4) for n in range(3))
    quiet_centre.call("POST", f"/api/incidents/{ended}/reject", {"note": "重复上报"}, role="shift_leader")
    console(page, quiet_centre)
    open_from_queue(page, here)
    near = page.locator(".around-group.incidents")
    near.locator(f"[data-point={there}]").click()
    page.wait_for_selector(".leaflet-highlight-pane .mark span")
    assert there in page.inner_text(".leaflet-highlight-pane .mark span"), "pointed at on the map"
    assert shown(page) == here, "and not opened by that"
    near.locator(f"li[data-case={there}]").click()
    wait_for(lambda: shown(page) == there, what="the neighbour is open")
    assert page.get_attribute(".queue-row.open", "data-case") == there
    near.locator(f"li[data-case={here}] .around-name").focus()
    page.keyboard.press("Enter")
    wait_for(lambda: shown(page) == here, what="opened by the keyboard")
    near.locator(f"li[data-case={ended}]").click()
    wait_for(lambda: shown(page) == ended, what="an ended one opens too")
    assert state(page) == "不予受理"
    assert page.inner_text("#console-case-actions") == "备注"
    wait_for(near.locator(f"li[data-case={here}]").count, what="and what is around it")
    newest = a_case(quiet_centre)
    page.wait_for_selector(f".queue-row[data-case={newest}]")
    assert shown(page) == ended, "it stays, though the board tells of others and not of it"
    assert page.locator(".queue-row.open, [data-send], .fault:visible").count() == 0


LISTS = ("console-form-type", "console-form-channel")
SAID_BY_A_LIST = """(id) => {
  const box = document.getElementById(id).closest('.dash-dropdown-wrapper');
  const own = [...box.querySelectorAll('*')].flatMap((part) =>
    [part.placeholder, part.title, part.getAttribute('aria-label')].filter(Boolean));
  return { own, text: box.innerText, choices: box.querySelectorAll('.dash-dropdown-option').length };
}"""


def lists_said(page: Page) -> str:
    """Every word of the lists of the form, opened, searched in vain, and closed by Esc; the form stays."""
    page.keyboard.press("n")
    page.wait_for_selector(".mode-form")
    said: list[str] = []
    for name in LISTS:
        page.click(f"#{name}")
        page.wait_for_selector(".dash-dropdown-content .dash-dropdown-option")
        opened = page.evaluate(SAID_BY_A_LIST, name)
        assert opened["choices"] > 5
        page.fill(".dash-dropdown-search", "????")
        wait_for(lambda name=name: page.evaluate(SAID_BY_A_LIST, name)["choices"] == 1, what="nothing is found")
        in_vain = page.evaluate(SAID_BY_A_LIST, name)
        assert len(in_vain["own"]) >= 2, "the field to search in, the cross that empties it"
        said += [opened["text"], *opened["own"], in_vain["text"], *in_vain["own"]]
        page.keyboard.press("Escape")
        page.wait_for_selector(".dash-dropdown-content", state="detached")
        assert page.locator(".mode-form").count() == 1, "Esc closes the list, not the form"
    return "\n".join(said)


def test_lists_speak_chinese(page: Page, quiet_centre: RunningCentre) -> None:
    console(page, quiet_centre)
    said = lists_said(page)
    assert "没有符合的选项" in said
    assert not re.search(r"[A-Za-z]{2,}", said), re.findall(r"[A-Za-z]{2,}", said)


def test_lists_speak_english(page: Page, quiet_centre: RunningCentre) -> None:
    console(page, quiet_centre)
    page.click("[data-language=en]")
    page.wait_for_load_state()
    wait_until_live(page)
    said = lists_said(page)
    assert "Nothing found" in said
    assert not re.search(r"[㐀-鿿]", said), re.findall(r"[㐀-鿿]+", said)


def test_english_is_one_press_away(page: Page, quiet_centre: RunningCentre, notes: Notes) -> None:
    console(page, quiet_centre)
    page.click("[data-language=en]")
    page.wait_for_load_state()
    wait_until_live(page)
    assert "New event" in page.inner_text("#console-new")
    own = page.locator(".console-queue header, .console-idle, .queue-filters").all_inner_texts()
    assert not re.search(r"[㐀-鿿]", "".join(own))
    page.keyboard.press("n")
    page.wait_for_selector(".mode-form")
    assert notes.errors == []
