"""The replay in a real browser: a reason first, then everybody on one clock; a silence is shown as one."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page

from base.clock import TOWN_ZONE, utc_now
from tests.browser.conftest import RunningCentre, log_in, wait_for
from tests.browser.console_page import a_case

pytestmark = pytest.mark.browser

FORM = "%Y-%m-%d %H:%M"
PIXELS = """() => [...document.querySelectorAll('canvas.replay-canvas')].map((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Uint32Array(data.buffer).reduce((n, pixel) => n + (pixel ? 1 : 0), 0);
})"""


def stats(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("() => gridcommand.replay.stats() || {}")
    return found


def draw(page: Page, frames: int) -> None:
    """Wait until the browser has drawn so many frames more."""
    page.evaluate(
        "(n) => new Promise((done) => { const next = () => (n-- ? requestAnimationFrame(next) : done()); next(); })",
        frames,
    )


def load(page: Page, **fields: str) -> dict[str, Any]:
    """Fill in the form, begin, wait for the first frame."""
    for name, value in fields.items():
        page.fill(f"#replay-{name.replace('_', '-')}", value)
    page.click("#replay-load")
    page.wait_for_selector("body[data-replay=ready]", timeout=30_000)
    return wait_for(lambda: stats(page).get("frames") and stats(page), what="the first frame")


def test_a_shift_on_one_clock(page: Page, demo_centre: RunningCentre) -> None:
    number = a_case(demo_centre)
    log_in(page, demo_centre, "reviewer", "/replay")
    page.click("#replay-load")
    wait_for(lambda: "事由" in page.inner_text("#replay-problem"), what="a reason is asked for")
    later = (utc_now() + timedelta(minutes=10)).astimezone(TOWN_ZONE)
    seen = load(page, until=later.strftime(FORM), reason="查看班次")
    assert seen["workers"] > 5
    assert seen["firstFrameMs"] < 5000
    assert re.fullmatch(r"\d\d:\d\d:\d\d", page.inner_text("#replay-time"))

    page.click("[data-speed='10']")
    before = stats(page)["now"]
    page.keyboard.press(" ")
    wait_for(lambda: stats(page)["now"] > before + 5, what="the clock runs")
    page.keyboard.press(" ")
    stopped = stats(page)["now"]
    draw(page, 10)
    assert stats(page)["now"] == stopped, "paused by the same key"
    wait_for(lambda: stats(page)["drawn"] > 5, what="workers are drawn")
    assert sum(page.evaluate(PIXELS)) > 300, "tracks, and workers with their trails"

    page.evaluate(
        "() => { const bar = document.getElementById('replay-scrub'); bar.value = 0;"
        " bar.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    wait_for(lambda: page.inner_text("#replay-elapsed") == "+0:00", what="scrubbed to the beginning")
    row = page.locator(f"[data-replay-case={number}]")
    row.click()
    wait_for(lambda: stats(page)["cases"] >= 1, what="the case is there, whatever way the map flies")
    assert "happened" in (row.get_attribute("class") or "")


def walked_with_a_silence(centre: RunningCentre, worker: int, began: datetime) -> None:
    """Two minutes of fixes, twelve minutes of nothing, two minutes of fixes."""
    with psycopg.connect(centre.database_url) as connection:
        connection.execute(
            "update duty set started_at = %s where worker_id = %s", [began - timedelta(minutes=1), worker]
        )
    places = centre.call("GET", "/api/grids")["features"][0]["properties"]
    fixes = [
        {
            "recorded_at": (began + timedelta(seconds=s)).isoformat(),
            "lon": places["label_lon"] + s * 1e-6,
            "lat": places["label_lat"],
            "accuracy_m": 5,
        }
        for s in (*range(0, 121, 15), *range(840, 961, 15))
    ]
    body = {"worker": worker, "datum": "wgs84", "fixes": fixes}
    assert centre.call("POST", "/api/positions", body, role="gateway")["accepted"] == len(fixes)


def test_a_silence_is_shown_as_one(page: Page, quiet_centre: RunningCentre) -> None:
    workers = quiet_centre.call("GET", "/api/workers")["workers"]
    worker = next(each for each in workers if not each["on_duty"] and each["lon"] is None)["worker"]
    quiet_centre.call("POST", "/api/duty", {"worker": worker, "on": True}, role="gateway")
    began = utc_now().replace(microsecond=0, second=0) - timedelta(minutes=30)
    walked_with_a_silence(quiet_centre, worker, began)
    log_in(page, quiet_centre, "reviewer", "/replay")
    local = began.astimezone(TOWN_ZONE)
    load(page, since=local.strftime(FORM), until=(local + timedelta(minutes=20)).strftime(FORM), reason="复核失联")

    def at(second: float) -> dict[str, Any]:
        page.evaluate(
            "(t) => { const s = gridcommand.replay.current(); s.player.seek(t); s.mustRedraw = true; }",
            began.timestamp() + second,
        )
        wait_for(lambda: stats(page)["now"] == began.timestamp() + second, what="the clock stands there")
        draw(page, 3)
        return stats(page)

    assert (at(60)["drawn"], at(60)["lost"]) == (1, 0), "seen"
    assert at(500)["lost"] == 1, "not heard of for six minutes: a grey ring, not a line through the houses"
    assert at(900)["lost"] == 0, "seen again"
    assert re.search(r"/ 1$", page.locator(".track-summary td").nth(3).inner_text()), "one silence in the table"


def test_an_empty_period_and_an_unknown_case_are_told(page: Page, quiet_centre: RunningCentre) -> None:
    log_in(page, quiet_centre, "reviewer", "/replay")
    page.fill("#replay-reason", "复核")
    for fields, told in (
        ({"since": "2026-01-01 08:00", "until": "2026-01-01 08:00"}, "结束时间"),
        ({"since": "昨天早上", "until": "2026-01-01 08:00"}, "无法识别"),
        ({"since": "2026-01-01 08:00", "until": "2026-01-01 09:00"}, "没有"),
        ({"case_no": "YZ9901010001"}, "YZ9901010001"),
    ):
        for name, value in fields.items():
            page.fill(f"#replay-{name.replace('_', '-')}", value)
        page.click("#replay-load")
        wait_for(lambda told=told: told in page.inner_text("#replay-problem"), what=told)
