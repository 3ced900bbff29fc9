"""Somebody at the console: opens it, finds a place, presses on the map, opens a case."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Error, Locator, Page

from base.clock import utc_now
from mapdata.plane import distance_m
from tests.browser.conftest import RunningCentre, log_in, wait_for, wait_until_live

WORDS = "路口窨井盖缺失,有人险些掉入"


def console(page: Page, centre: RunningCentre, account: str = "shift_leader") -> None:
    """Log in and wait until the console is live."""
    log_in(page, centre, account, "/console")
    wait_until_live(page)


def a_quiet_place(centre: RunningCentre) -> tuple[float, float]:
    """The middle of the grid that is farthest from every open case and nearest to a worker on duty."""
    grids = centre.call("GET", "/api/grids")["features"]
    cases = centre.call("GET", "/api/incidents")["incidents"]
    open_at = [(case["lon"], case["lat"]) for case in cases]
    places = [tuple(grid["properties"][name] for name in ("label_lon", "label_lat")) for grid in grids]
    free = [at for at in places if all(distance_m(*at, *other) > 500 for other in open_at)] or places
    workers = centre.call("GET", "/api/workers")["workers"]
    seen = [(worker["lon"], worker["lat"]) for worker in workers if worker["lon"] is not None]
    return min(free, key=lambda at: min((distance_m(*at, *other) for other in seen), default=0.0))


def press_on_the_map(page: Page, lon: float, lat: float) -> None:
    """Bring the place into view and press on it, as a hand would."""
    page.evaluate("([lon, lat]) => { gridcommand.maps[0].setView([lat, lon], 16, {animate: false}); }", [lon, lat])
    at = page.evaluate(
        "([lon, lat]) => { const p = gridcommand.maps[0].latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }",
        [lon, lat],
    )
    box = page.locator("#console-map").bounding_box()
    assert box
    page.keyboard.press("n")
    page.wait_for_selector(".mode-form")
    page.mouse.click(box["x"] + at[0], box["y"] + at[1])


def state(page: Page) -> str:
    """The open case's state, as it is written."""
    return page.inner_text("#console-case-head header .chip")


def a_case(centre: RunningCentre, **changes: Any) -> str:
    """A case reported at a quiet place; its number."""
    lon, lat = a_quiet_place(centre)
    body = {"id": str(uuid.uuid4()), "source_channel": "phone", "description": WORDS, "lon": lon, "lat": lat}
    return str(centre.call("POST", "/api/incidents", body | {"datum": "wgs84"} | changes)["case_no"])


def shown(page: Page) -> str:
    """The number of the case in the panel."""
    return str(page.evaluate("() => (document.querySelector('.case-no') || {}).textContent || ''"))


def open_from_queue(page: Page, number: str) -> None:
    page.click(f".queue-row[data-case={number}]")
    wait_for(lambda: shown(page) == number, what=f"{number} is open")


def press(page: Page, verb: str, *, form: str = "") -> None:
    """Press a verb, in sight or behind 更多; where it has several buttons, the one with this form."""
    with_form = f"[data-form='{form}']" if form else ""
    button = page.locator(f"#console-case-actions [data-verb={verb}]{with_form}")
    button.wait_for(state="attached")

    def is_pressed() -> bool:
        if not button.is_visible() and page.locator(".verbs-more[open]").count() == 0:
            page.click(".verbs-more summary")
        try:
            button.click(timeout=3000)
        except Error:  # the panel was drawn anew just then
            return False
        return True

    wait_for(is_pressed, what=f"{verb} is pressed")


def press_twice(button: Locator, is_done: Callable[[], bool], *, what: str) -> None:
    """Press what asks once more, again when the panel was drawn anew between the two presses."""

    def is_pressed() -> bool:
        with suppress(Error):
            button.click(timeout=3000)
            button.click(timeout=3000)
        with suppress(AssertionError):
            return wait_for(is_done, within_s=8)  # longer than a button waits for its second press
        return False

    wait_for(is_pressed, within_s=40, what=what)


@contextmanager
def on_duty_near(centre: RunningCentre, place: tuple[float, float], count: int) -> Iterator[list[int]]:
    """So many workers who stand near the place, the nearest first, all other workers being off duty."""
    everybody = centre.call("GET", "/api/workers")["workers"]
    able = [each["worker"] for each in everybody if each["role"] == "grid_worker" and not each["on_duty"]][-count:]
    for n, worker in enumerate(able, start=1):
        centre.call("POST", "/api/duty", {"worker": worker, "on": True}, role="gateway")
        fix = {"recorded_at": utc_now().isoformat(), "lon": place[0], "lat": place[1] + n * 5e-4, "accuracy_m": 6}
        centre.call("POST", "/api/positions", {"worker": worker, "datum": "wgs84", "fixes": [fix]}, "gateway")
    yield able
    for worker in able:
        centre.call("POST", "/api/duty", {"worker": worker, "on": False}, role="gateway")


def advised(page: Page) -> list[int]:
    """Who is advised, best first."""
    rows: list[str] = page.evaluate("() => gridcommand.choosing.rows().map((row) => row.dataset.worker)")
    return [int(worker) for worker in rows]
