"""The wall in a real browser, before a real centre: the demo town, and a town brought from OpenStreetMap."""

from __future__ import annotations

import re
import uuid
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from base.clock import utc_now
from base.database import Database
from dispatch.cases.acting import act_on_clocks
from mapdata.areas import list_areas
from mapdata.plane import distance_m
from tests.browser.conftest import NOTE_PINS, Notes, RunningCentre, log_in, stats, wait_for, wait_until_live

pytestmark = pytest.mark.browser

COLOURS = """() => {
  const tiles = [...document.querySelectorAll('canvas.leaflet-tile')];
  return tiles.map((tile) => {
    const { data } = tile.getContext('2d').getImageData(0, 0, tile.width, tile.height);
    const seen = new Set(new Uint32Array(data.buffer));
    return seen.size;
  });
}"""

PLACES = """() => {
  const { motion } = gridcommand.maps[0].gridcommand.workers;
  const now = motion.now(), out = {};
  for (let i = 0; i < motion.count(); i++) {
    out[now.worker[i]] = [gridcommand.plane.toLon(now.toX[i]), gridcommand.plane.toLat(now.toY[i])];
  }
  return out;
}"""

RESTS = "() => { const s = document.querySelector('.base-still'); return !s.hidden && s.style.transform; }"
"""Whether the map has come to rest, its tiles painted."""

WORKER_PIXELS = """() => {
  const canvas = document.querySelector('canvas.workers-canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Uint32Array(data.buffer).reduce((n, pixel) => n + (pixel ? 1 : 0), 0);
}"""


def wall(page: Page, centre: RunningCentre) -> dict[str, Any]:
    log_in(page, centre, "display", "/wall")
    return wait_until_live(page)


def assert_the_map_is_drawn(page: Page) -> None:
    wait_for(lambda: max(page.evaluate(COLOURS), default=0) > 30, what="tiles with more than 30 colours")
    assert sum(seen > 5 for seen in page.evaluate(COLOURS)) >= 4, "several tiles show something"


def assert_the_map_rests(page: Page) -> None:
    """At rest one picture stands for the tiles; while the map moves the tiles are there, and then the picture anew."""
    colours = COLOURS.replace("canvas.leaflet-tile", "canvas.base-still")
    wait_for(lambda: page.evaluate(RESTS), what="the picture of the map at rest")
    assert page.evaluate(colours)[0] > 30
    hidden = "() => { gridcommand.maps[0].panBy([90, 40]); return document.querySelector('.base-still').hidden; }"
    assert page.evaluate(hidden), "no old picture on a map that moves"
    wait_for(lambda: page.evaluate(RESTS), what="at rest again")
    assert page.evaluate(colours)[0] > 30


def assert_workers_walk(page: Page, centre: RunningCentre) -> None:
    wait_for(lambda: stats(page)["drawn"] >= 10, within_s=40, what="ten workers are drawn")
    assert page.evaluate(WORKER_PIXELS) > 400
    before = page.evaluate(PLACES)

    def moved() -> list[str]:
        now = page.evaluate(PLACES)
        return [key for key, place in now.items() if key in before and distance_m(*before[key], *place) > 15]

    walkers = wait_for(lambda: len(moved()) >= 5 and moved(), within_s=40, what="five workers have moved 15 m")
    now = page.evaluate(PLACES)
    near = [key for key in walkers if _metres_to_road(centre, now[key]) < 30]
    assert len(near) >= 0.8 * len(walkers), "they are on streets, GPS noise allowed"


def _metres_to_road(centre: RunningCentre, place: list[float]) -> float:
    import psycopg

    with psycopg.connect(centre.database_url) as connection:
        row = connection.execute(
            "select metres_to_shape_v1(geom, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326))"
            " from road_edge order by geom <-> st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326) limit 1",
            {"lon": place[0], "lat": place[1]},
        ).fetchone()
    assert row is not None
    return float(row[0])


def report(centre: RunningCentre, lon: float, lat: float, **changes: Any) -> Any:
    body = {
        "id": str(uuid.uuid4()),
        "source_channel": "phone",
        "description": "路灯不亮,请派人来看看",
        "lon": lon,
        "lat": lat,
        "datum": "wgs84",
    }
    return centre.call("POST", "/api/incidents", body | changes)


def place_in_town(page: Page) -> tuple[float, float]:
    """A place near a worker: certainly in the town."""
    wait_for(lambda: page.evaluate(PLACES), what="a worker to report beside")
    lon, lat = next(iter(page.evaluate(PLACES).values()))
    return lon, lat


# the demo town ------------------------------------------------------------------------------------------------------


def test_the_town_is_drawn_and_its_workers_walk_along_streets(page: Page, demo_centre: RunningCentre) -> None:
    wall(page, demo_centre)
    assert_the_map_is_drawn(page)
    assert_the_map_rests(page)
    assert_workers_walk(page, demo_centre)
    assert page.locator(".demo-banner").inner_text().endswith("20×")
    assert page.locator(".attribution").inner_text()
    assert page.locator(".stale-bar").is_hidden()
    assert len(page.locator(".figure").all()) == 6
    assert int(page.locator(".figure.on_duty .figure-value").inner_text()) > 20


def test_an_event_comes_onto_the_wall_by_itself(page: Page, demo_centre: RunningCentre) -> None:
    wall(page, demo_centre)
    lon, lat = place_in_town(page)
    page.evaluate(NOTE_PINS)
    case = report(demo_centre, lon, lat)
    # how soon is measured by bench/day.py
    wait_for(lambda: case["case_no"] in page.evaluate("() => pinsAt"), what="the pin")


def test_an_urgent_event_takes_over_until_somebody_has_acknowledged_it(page: Page, demo_centre: RunningCentre) -> None:
    wall(page, demo_centre)
    lon, lat = place_in_town(page)
    case = report(demo_centre, lon, lat, priority="P1")
    row = page.locator(f".urgent-row[data-case='{case['case_no']}']")
    wait_for(row.is_visible, what="the urgent band")
    assert page.locator("#urgent-acknowledge").count() == 0, "a display cannot be named"
    demo_centre.call("POST", f"/api/incidents/{case['case_no']}/acknowledge", {}, role="shift_leader")
    wait_for(lambda: row.get_attribute("data-seen") == "yes", what="the band says who has seen it")
    assert "已知悉 " in (row.text_content() or "")


HEAR = "() => { window.heard = 0; gridcommand.tone.play = () => { window.heard += 1; }; }"


def time_passes(centre: RunningCentre, minutes: float) -> None:
    """What the second process does when so much time has passed."""
    with closing(Database(centre.database_url, size=2)) as database:
        with database.transaction() as transaction:
            (area,) = list_areas(transaction)
            area_id = int(str(area["area_id"]))
        later = utc_now() + timedelta(minutes=minutes)
        act_on_clocks(SimpleNamespace(area=SimpleNamespace(area_id=area_id), database=database, clock=lambda: later))


def test_a_p1_nobody_acknowledges_sounds_again_and_goes_to_the_second_in_line(
    page: Page, demo_centre: RunningCentre
) -> None:
    wall(page, demo_centre)
    page.locator("#sound-button").click()
    page.evaluate(HEAR)
    case_no = report(demo_centre, *place_in_town(page), priority="P1")["case_no"]
    row = page.locator(f".urgent-row[data-case='{case_no}']")
    wait_for(row.is_visible, what="the urgent band")
    wait_for(lambda: page.evaluate("() => window.heard") > 0, what="it sounds")
    page.evaluate(HEAR)
    time_passes(demo_centre, 2.1)
    wait_for(lambda: row.get_attribute("data-raised") == "1", what="it is raised again")
    wait_for(lambda: page.evaluate("() => window.heard") > 0, what="it sounds again")
    told = demo_centre.call("GET", f"/api/notices?case={case_no}", role="shift_leader")["notices"]
    sent = {(one["code"], one["to"]) for one in told if one["recipient_kind"] != "robot"}
    assert sent == {("p1_reported", "演示分管领导"), ("raised_again", "演示带班领导")}
    demo_centre.call("POST", f"/api/incidents/{case_no}/acknowledge", {}, role="shift_leader")
    wait_for(lambda: row.get_attribute("data-seen") == "yes", what="the band says who has seen it")
    time_passes(demo_centre, 9)
    wait_for(lambda: row.get_attribute("data-seen") is None, what="nothing followed: it calls anew")


def test_a_frozen_stream_is_told_within_five_seconds_and_comes_back(
    page: Page, demo_centre: RunningCentre, notes: Notes
) -> None:
    notes.forgive += ["WebSocket", "ERR_", "Failed to load resource"]
    wall(page, demo_centre)
    bar = page.locator("#stale-bar")
    demo_centre.freeze()
    try:
        wait_for(bar.is_visible, within_s=5, what="the bar is shown")
        assert re.search(r"\d\d:\d\d:\d\d 起非实时", bar.inner_text())
        assert page.locator(".when-not-live").is_visible()
    finally:
        demo_centre.thaw()
    wait_for(bar.is_hidden, within_s=15, what="the bar is gone by itself")
    frames = stats(page)["frames"]
    wait_for(lambda: stats(page)["frames"] > frames + 1, what="frames come again")


def test_the_view_follows_until_the_map_is_moved_and_stays_until_released(
    page: Page, quiet_centre: RunningCentre
) -> None:
    log_in(page, quiet_centre, "display", "/wall")
    wait_for(lambda: stats(page).get("baseMapAt") and stats(page).get("board") is not None, what="map and board")
    button = page.locator("#follow-button")
    centre = "() => { const m = gridcommand.maps[0], c = m.getCenter(); return [c.lng, c.lat, m.getZoom()]; }"
    home = page.evaluate(centre)
    area = page.evaluate("() => gridcommand.maps[0].gridcommand.extent")
    lon, lat = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
    assert button.inner_text() == "跟随新事件"
    report(quiet_centre, lon, lat)
    wait_for(lambda: page.evaluate(centre)[2] > home[2] + 0.5, what="the view has gone to the event")
    wait_for(
        lambda: not page.evaluate("() => !!gridcommand.maps[0]._flyToFrame && gridcommand.maps[0]._moving"),
        what="it is there",
    )

    page.mouse.move(800, 600)
    page.mouse.down()
    page.mouse.move(700, 540, steps=6)
    page.mouse.up()
    wait_for(lambda: button.inner_text() == "视图已锁定", what="moved by hand, the view is locked")
    wait_for(lambda: page.evaluate(RESTS), what="the map glides on a little after the hand lets go, then it rests")
    page.evaluate("() => { window.moves = 0; gridcommand.maps[0].on('movestart', () => { moves += 1; }); }")
    locked = page.evaluate(centre)
    report(quiet_centre, lon + 0.004, lat + 0.004, priority="P1")
    wait_for(lambda: page.locator(".pin").count() >= 2, what="the second pin")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("() => moves") == 0, "a view that follows would have left with the board that brought the pin"
    assert page.evaluate(centre) == pytest.approx(locked, abs=1e-6)

    button.click()
    assert button.inner_text() == "跟随新事件"
    wait_for(lambda: page.evaluate(centre)[2] < locked[2], what="released, the view is the whole area again")


def test_layers_can_be_switched_off_and_on(page: Page, demo_centre: RunningCentre) -> None:
    wall(page, demo_centre)
    shown = "(name) => gridcommand.maps[0].getPane(name).style.display !== 'none'"
    for name in ("grids", "workers", "incidents"):
        page.click(f"[data-layer={name}]")
        assert not page.evaluate(shown, name)
        page.click(f"[data-layer={name}]")
        assert page.evaluate(shown, name)
    assert not page.evaluate(shown, "cameras"), "cameras are off at first"


def test_the_language_is_switched_and_remembered(page: Page, demo_centre: RunningCentre) -> None:
    wall(page, demo_centre)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.click("[data-language=en]")
    wait_for(lambda: page.locator("html").get_attribute("lang") == "en", what="an English page")
    wait_until_live(page)
    wait_for(lambda: page.locator(".figure.on_duty").inner_text().startswith("On duty"), what="English figures")
    page.goto(f"{demo_centre.url}/wall")
    wait_until_live(page)
    assert "Live" in page.locator(".stream-state").inner_text()


NOT_CLIPPED = """() => {
  const bad = [];
  const names = ['.title-bar', '.figures', '.side-panel', '.map-tools', '.legend', '.page-footer'];
  const boxes = names.map((name) => [name, document.querySelector(name).getBoundingClientRect()]);
  for (const [name, box] of boxes) {
    if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) bad.push(name);
  }
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const [a, b] = [boxes[i][1], boxes[j][1]];
    if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) {
      bad.push(boxes[i][0] + ' lies on ' + boxes[j][0]);
    }
  }
  const texts = '.figure, .title-bar, .brand, .tools, .legend, .legend-list, .map-tools button, ' +
    '.workforce li, .side-panel h2, .owed, .queue';
  for (const element of document.querySelectorAll(texts)) {
    if (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 2) {
      bad.push('clipped: ' + element.className + ' ' + element.textContent.slice(0, 30));
    }
  }
  return bad;
}"""


@pytest.mark.parametrize(
    ("language", "width", "height"),
    [
        ("zh", 1920, 1080),
        ("zh", 3840, 2160),
        ("en", 1920, 1080),
        pytest.param("en", 3840, 2160, marks=pytest.mark.long),
        pytest.param("zh", 1366, 768, marks=pytest.mark.long),
        pytest.param("en", 1366, 768, marks=pytest.mark.long),
    ],
)
def test_nothing_is_clipped_or_lies_on_another(
    page: Page, demo_centre: RunningCentre, width: int, height: int, language: str
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.context.add_cookies([{"name": "language", "value": language, "url": demo_centre.url}])
    wall(page, demo_centre)
    wait_for(lambda: page.locator(".figure").count() == 6, what="the figures")
    wait_for(lambda: page.evaluate(NOT_CLIPPED) == [] or None, within_s=10, what=str(page.evaluate(NOT_CLIPPED)))
    root = page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert root == pytest.approx(16 * min(width / 1920, height / 1080), rel=0.02)
    least = page.evaluate(
        "() => Math.min(...[...document.querySelectorAll('.wall *')].filter((e) => e.children.length === 0 && "
        "e.textContent.trim() && e.offsetParent).map((e) => parseFloat(getComputedStyle(e).fontSize)).filter(Boolean))"
    )
    assert least >= 0.78 * root, "nothing smaller than 12.5 px on a 1080p wall"


def test_a_display_may_not_see_the_console(page: Page, demo_centre: RunningCentre, notes: Notes) -> None:
    notes.forgive.append("403")
    log_in(page, demo_centre, "display", "/wall")
    answer = page.goto(f"{demo_centre.url}/console")
    assert answer is not None
    assert answer.status == 403


def test_without_a_login_there_is_no_wall(chromium: Browser, demo_centre: RunningCentre) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{demo_centre.url}/wall")
    assert "/login" in page.url
    context.close()


# a town brought from OpenStreetMap ----------------------------------------------------------------------------------


def test_an_imported_town_is_drawn_and_its_shift_walks_on_its_streets(
    page: Page, imported_centre: RunningCentre
) -> None:
    wall(page, imported_centre)
    assert_the_map_is_drawn(page)
    assert_workers_walk(page, imported_centre)
    assert "OpenStreetMap" in page.locator(".attribution").inner_text()
    lon, lat = place_in_town(page)
    page.evaluate(NOTE_PINS)
    case = report(imported_centre, lon, lat)
    wait_for(lambda: case["case_no"] in page.evaluate("() => pinsAt"), what="the pin")
