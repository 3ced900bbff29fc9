"""A P1 nobody has acknowledged stands over the console, and is heard there and on the wall until somebody answers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Notes, RunningCentre, log_in, wait_for, wait_until_live
from tests.browser.console_page import a_case, console, shown
from tests.browser.sounds import OVERDUE, P1, SOS, heard, later, listen

pytestmark = pytest.mark.browser

DROWNING = "有人落水"


@pytest.fixture
def number(quiet_centre: RunningCentre) -> Iterator[str]:
    """A P1 case; cancelled afterwards."""
    number = a_case(quiet_centre, description=DROWNING)
    yield number
    quiet_centre.call("POST", f"/api/incidents/{number}/cancel", {"note": "演练结束"}, role="shift_leader")


@pytest.fixture
def wall(chromium: Browser, quiet_centre: RunningCentre, notes: Notes) -> Iterator[Page]:
    """A wall whose sound is on."""
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.on("console", notes.console)
    listen(page, allowed=True)
    log_in(page, quiet_centre, "display", "/wall")
    wait_until_live(page)
    page.click("#sound-button")
    yield page
    context.close()


def test_a_p1_calls_everywhere_until_a_named_person_knows(
    page: Page, quiet_centre: RunningCentre, wall: Page, number: str
) -> None:
    listen(page, allowed=True)
    console(page, quiet_centre)
    row = page.locator(f".urgent-row[data-case={number}]")
    wait_for(row.is_visible, what="the banner on the console")
    assert "无人知悉" in row.inner_text()
    band = wall.locator(f".urgent-row[data-case='{number}']")
    wait_for(band.is_visible, what="the band on the wall")
    wait_for(lambda: heard(page, P1) >= 1, what="heard on the console")
    wall_first = wait_for(lambda: heard(wall, P1), what="heard on the wall")
    later(page, 20), later(wall, 20)
    wait_for(lambda: heard(page, P1) >= 2, what="heard again on the console")
    wait_for(lambda: heard(wall, P1) > wall_first, what="heard again on the wall")
    assert heard(page, SOS) == heard(page, OVERDUE) == 0, "by its class"

    row.locator("[data-open-case]").click()
    wait_for(lambda: shown(page) == number, what="the case is open")
    wait_for(row.is_visible, what="the banner stays above an open case")
    row.locator("[data-acknowledge]").click()
    wait_for(lambda: row.count() == 0, what="gone from the console")
    wait_for(lambda: "已知悉" in band.inner_text(), what="told on the wall")
    page.wait_for_selector(".case-log li:has-text('知悉')")
    case = quiet_centre.call("GET", f"/api/incidents/{number}")
    assert case["acknowledged_by"] == "shift_leader"
    before = heard(page, P1), heard(wall, P1)
    later(page, 60), later(wall, 60)
    page.wait_for_timeout(2500)  # both look for what calls once a second
    assert (heard(page, P1), heard(wall, P1)) == before, "silent everywhere"


def test_a_browser_that_lets_nothing_be_heard_is_told(page: Page, quiet_centre: RunningCentre, number: str) -> None:
    listen(page, allowed=False)
    page.set_viewport_size({"width": 1366, "height": 768})
    console(page, quiet_centre)
    notice = page.locator("#sound-blocked")
    wait_for(notice.is_visible, what="told that sound is off")
    assert notice.inner_text() == "声音未开启,点此开启"
    page.wait_for_selector(f".urgent-row[data-case={number}]")
    assert heard(page, P1) == 0
    notice.click()
    wait_for(lambda: heard(page, P1) >= 1, what="what was owed is heard at once")
    wait_for(lambda: not notice.is_visible(), what="the notice goes")


def test_what_becomes_overdue_sounds_once_and_otherwise(page: Page, quiet_centre: RunningCentre) -> None:
    number = a_case(quiet_centre)
    listen(page, allowed=True)
    console(page, quiet_centre)
    page.wait_for_selector(f".queue-row[data-case={number}] .due:not([data-state=over])")
    page.wait_for_timeout(1500)  # the page knows what is overdue already
    with psycopg.connect(quiet_centre.database_url, autocommit=True) as connection:
        late = "set next_due_at = now() - interval '1 minute', version = version + 1 where case_no = %s"
        connection.execute(f"update incident {late}", [number])
    other = a_case(quiet_centre, id=str(uuid.uuid4()))  # wakes the board
    page.wait_for_selector(f".queue-row[data-case={number}] .due[data-state=over]")
    wait_for(lambda: heard(page, OVERDUE) == 1, what="heard")
    assert heard(page, P1) == heard(page, SOS) == 0
    page.wait_for_timeout(3000)
    assert heard(page, OVERDUE) == 1, "once"
    for one in (number, other):
        quiet_centre.call("POST", f"/api/incidents/{one}/cancel", {"note": "演练结束"}, role="shift_leader")
