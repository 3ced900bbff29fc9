"""Two towns served by one centre, in a real browser: each sees its own name, cases and map."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from playwright.sync_api import Browser, Page

from base.clock import utc_now
from base.database import Database
from dispatch.access.accounts import create_token
from tests.browser.conftest import Notes, RunningCentre, run_centre, wait_for
from tests.databases import Databases
from tests.second_town import OTHER_ID, make_second_town
from tests.small_town import AREA_ID, SOUTH_POINT

pytestmark = pytest.mark.browser
NAMES = {AREA_ID: "小镇", OTHER_ID: "邻乡"}
WORDS = {AREA_ID: "河边护栏松动", OTHER_ID: "车棚顶漏雨"}
GRIDS = {AREA_ID: "南村第一网格", OTHER_ID: "南庄第一网格"}
OTHER_OF = {AREA_ID: OTHER_ID, OTHER_ID: AREA_ID}


@pytest.fixture(scope="module")
def two_towns(
    databases: Databases, small_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningCentre]:
    """A centre of both towns, one case in each."""
    with databases.copy(small_template) as url:
        make_second_town(url)
        areas = f"{AREA_ID},{OTHER_ID}"
        for centre in run_centre(url, tmp_path_factory.mktemp("towns"), shift="off", areas=areas):
            for area_id, words in WORDS.items():
                report(centre, area_id, words)
            yield centre


def report(centre: RunningCentre, area_id: int, words: str) -> None:
    with closing(Database(centre.database_url, size=1)) as database, database.transaction() as transaction:
        token = create_token(transaction, area_id, "operator", "of the test", utc_now())
    lon, lat = SOUTH_POINT
    body = {"id": str(uuid.uuid4()), "source_channel": "phone", "description": words, "datum": "wgs84"}
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(f"{centre.url}/api/incidents", json=body | {"lon": lon, "lat": lat}, headers=headers)
    assert answer.status_code == 201, answer.text


def password(centre: RunningCentre, area_id: int) -> str:
    """The password the first start gave the leader of a town."""
    told = (centre.var / "accounts.txt").read_text(encoding="utf-8").split(f" {area_id}\n")[1].splitlines()
    return next(line.split()[1] for line in told if line.startswith("shift_leader"))


def log_in_to(page: Page, centre: RunningCentre, area_id: int) -> None:
    """Choose the town on the login page, and log in there."""
    page.goto(f"{centre.url}/login?next=/console")
    page.click(f".towns a:has-text('{NAMES[area_id]}')")
    page.wait_for_selector(f".towns a[aria-current]:has-text('{NAMES[area_id]}')")
    page.fill("#account", "shift_leader")
    page.fill("#password", password(centre, area_id))
    page.click("button[type=submit]")
    page.wait_for_selector(".title-bar")


def sees_only(page: Page, area_id: int) -> None:
    """Name, queue and grids of one town, and nothing of the other."""
    wait_for(lambda: WORDS[area_id] in page.inner_html("#console-queue"), what="the town's case")
    wait_for(lambda: GRIDS[area_id] in page.content(), what="the town's grids")
    assert NAMES[area_id] in page.inner_text(".title-bar h1")
    assert page.evaluate("() => document.documentElement.dataset.town") == str(area_id)
    other, content = OTHER_OF[area_id], page.content()
    assert not [words for words in (NAMES[other], WORDS[other], GRIDS[other]) if words in content]
    assert f"?v={area_id}." in content, "the tiles of the town"


def test_each_town_has_its_own_console(chromium: Browser, two_towns: RunningCentre, notes: Notes) -> None:
    contexts = {area_id: chromium.new_context(viewport={"width": 1920, "height": 1080}) for area_id in NAMES}
    pages = {}
    for area_id, context in contexts.items():
        page = pages[area_id] = context.new_page()
        page.on("console", notes.console)
        page.on("request", notes.request)
        log_in_to(page, two_towns, area_id)
    for area_id, page in pages.items():
        sees_only(page, area_id)
    for context in contexts.values():
        context.close()
    notes.check()


def test_a_login_to_the_other_town_replaces_the_one_before(page: Page, two_towns: RunningCentre) -> None:
    for area_id in (AREA_ID, OTHER_ID):
        log_in_to(page, two_towns, area_id)
        sees_only(page, area_id)
    page.goto(f"{two_towns.url}/console?town={AREA_ID}")
    sees_only(page, OTHER_ID)
