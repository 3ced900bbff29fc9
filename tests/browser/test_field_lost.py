"""The field page over a bad network: one press is one case, and no fix is thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import Notes, RunningCentre, log_in, wait_for
from tests.browser.phone import Phone, Place, a_street, phone_of, take_photo
from tests.browser.test_field import problem, sent_to

pytestmark = pytest.mark.browser
BUSY = {"error": {"code": "busy", "message": "稍后再试"}}
ON_PURPOSE = ["status of 4", "status of 5", "net::ERR_FAILED", "api/positions", "Failed to fetch"]


@pytest.fixture
def street(quiet_centre: RunningCentre) -> tuple[Place, Place]:
    return a_street(quiet_centre)


@pytest.fixture
def phone(chromium: Browser, quiet_centre: RunningCentre, street: tuple[Place, Place], notes: Notes) -> Iterator[Phone]:
    notes.forgive += ON_PURPOSE
    with phone_of(chromium, quiet_centre, notes, street[0]) as phone:
        if phone.page.get_attribute("#field-duty", "data-on") == "no":
            phone.begin_duty()
        with psycopg.connect(quiet_centre.database_url) as connection:
            connection.execute(
                "update duty set started_at = started_at - interval '1 hour' where worker_id = %s", [phone.worker]
            )
        yield phone
    notes.check()


def asked(centre: RunningCentre, question: str, *values: object) -> Any:
    """The single value of a question to the database."""
    with psycopg.connect(centre.database_url) as connection:
        row = connection.execute(question, values).fetchone()  # type: ignore[arg-type]
    return row and row[0]


def cases_with(centre: RunningCentre, words: str) -> int:
    return int(asked(centre, "select count(*) from incident where description = %s", words))


def photos_of(centre: RunningCentre, number: str) -> int:
    return int(asked(centre, "select count(*) from photo where case_no = %s", number))


def losing_the_answer(route: Route) -> None:
    """The centre is asked and answers; the phone never hears of it."""
    route.fetch()
    route.abort()


def once(page: Page, address: str, act: Callable[[Route], None]) -> None:
    page.route(address, act, times=1)


def write_report(page: Page, words: str) -> None:
    page.click("#field-tab-report")
    page.fill("#field-text", words)
    page.wait_for_timeout(100)


def number_of(centre: RunningCentre, words: str) -> str:
    return str(asked(centre, "select case_no from incident where description = %s", words))


def test_an_answer_lost_and_pressed_again_is_one_case(phone: Phone, quiet_centre: RunningCentre) -> None:
    page, words = phone.page, "路灯不亮 答复丢失"
    write_report(page, words)
    once(page, "**/api/incidents", losing_the_answer)
    page.click("#field-send-report")
    wait_for(lambda: "再按一次不会重复上报" in problem(phone), what="told that it may be pressed again")
    page.reload()
    page.wait_for_selector("#field-duty[data-on]")
    page.click("#field-tab-report")
    wait_for(lambda: page.input_value("#field-text") == words, what="the words are there again")
    wait_for(lambda: "±" in page.inner_text("#field-position"), what="a place")
    page.click("#field-send-report")
    wait_for(lambda: number_of(quiet_centre, words) in problem(phone), what="told the number")
    assert cases_with(quiet_centre, words) == 1


def test_an_unreadable_photo_makes_no_second_case_and_can_be_left_out(
    phone: Phone, quiet_centre: RunningCentre, tmp_path: Path
) -> None:
    page, words = phone.page, "垃圾成堆 照片无法识别"
    bad = tmp_path / "not-a-photo.jpg"
    bad.write_text("words", encoding="utf-8")
    write_report(page, words)
    page.set_input_files("[data-photo=report] input[type=file]", bad)
    page.wait_for_selector("[data-photo=report] .photo-button.ready")
    for _ in range(3):
        page.click("#field-send-report")
        wait_for(lambda: "照片没有传上去" in problem(phone), what="told that the photo did not arrive")
        wait_for(lambda: page.is_enabled("#field-send-report"), what="may be pressed again")
    assert cases_with(quiet_centre, words) == 1
    assert number_of(quiet_centre, words) in problem(phone)
    page.click("[data-photo=report] .photo-leave")
    wait_for(lambda: "未附照片" in problem(phone), what="done without a photo")
    assert page.input_value("#field-text") == ""
    assert (cases_with(quiet_centre, words), photos_of(quiet_centre, number_of(quiet_centre, words))) == (1, 0)


def test_a_broken_upload_is_repeated_alone_also_after_a_reload(
    phone: Phone, quiet_centre: RunningCentre, tmp_path: Path
) -> None:
    page, words = phone.page, "路面塌陷 照片上传中断"
    write_report(page, words)
    page.set_input_files("[data-photo=report] input[type=file]", take_photo(tmp_path / "photo.jpg", (400, 300)))
    page.wait_for_selector("[data-photo=report] .photo-button.ready")
    once(page, "**/photos?*", lambda route: route.abort())
    page.click("#field-send-report")
    wait_for(lambda: "照片没有传上去" in problem(phone), what="told that the photo did not arrive")
    page.reload()
    page.click("#field-tab-report")
    page.wait_for_selector("[data-photo=report] .photo-button.ready")
    once(page, "**/photos?*", losing_the_answer)
    for _ in range(2):  # the first of these arrives and its answer is lost
        page.click("#field-send-report")
        wait_for(lambda: page.is_enabled("#field-send-report"), what="answered")
    number = number_of(quiet_centre, words)
    wait_for(lambda: problem(phone).startswith("已上报"), what="all of it is there")
    assert (cases_with(quiet_centre, words), photos_of(quiet_centre, number)) == (1, 1)


def test_verbs_duty_and_an_answer_with_a_photo_are_one_each(
    phone: Phone, quiet_centre: RunningCentre, street: tuple[Place, Place], tmp_path: Path
) -> None:
    page = phone.page
    number = sent_to(quiet_centre, phone.worker, street[0])
    once(page, f"**/api/incidents/{number}/sign", losing_the_answer)
    phone.say(number, "sign", "arrive", "start", "feedback")
    task = phone.task(number)
    page.set_input_files(f"{task} [data-moment=after] input", take_photo(tmp_path / "photo.jpg", (400, 300)))
    page.wait_for_selector(f"{task} .photo-button.ready")
    page.fill(f"{task} textarea", "已清运")
    once(page, "**/photos?*", losing_the_answer)
    page.click(f"{task} .send-feedback")
    wait_for(lambda: "照片没有传上去" in problem(phone), what="told that the photo did not arrive")
    once(page, f"**/api/incidents/{number}/feedback", lambda route: route.abort())
    page.click(f"{task} .send-feedback")
    wait_for(lambda: "没有网络" in problem(phone) and "照片" not in problem(phone), what="told that there is no answer")
    once(page, f"**/api/incidents/{number}/feedback", losing_the_answer)
    page.click(f"{task} .send-feedback")
    wait_for(lambda: page.locator(task).count() == 0, what="done")
    verbs = [line["verb"] for line in quiet_centre.call("GET", f"/api/incidents/{number}")["log"]]
    assert verbs[-4:] == ["sign", "arrive", "start", "feedback"]
    assert photos_of(quiet_centre, number) == 1
    duties = "select count(*) from duty where worker_id = %s"
    before = asked(quiet_centre, duties, phone.worker)
    page.click("#field-duty")
    page.wait_for_selector("#field-duty[data-on=no]")
    once(page, "**/api/duty", losing_the_answer)
    page.click("#field-duty")
    page.wait_for_selector("#field-duty[data-on=yes]")
    assert asked(quiet_centre, duties, phone.worker) == before + 1


def leave_waiting(page: Page, worker: int, count: int, minutes_ago: int, place: Place) -> list[datetime]:
    """Put fixes into the phone as a time without a network leaves them, one every five seconds."""
    first = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=minutes_ago)
    times = [first + timedelta(seconds=5 * n) for n in range(count)]
    fixes = [
        {"recorded_at": at.isoformat().replace("+00:00", ".000Z"), "lon": place[0], "lat": place[1], "accuracy_m": 6}
        for at in times
    ]
    page.evaluate(
        """async ([worker, fixes]) => {
             const { field } = gridcommand;
             for (const fix of fixes) await field.keep(field.stores.fixes, String(worker), fix);
           }""",
        [worker, fixes],
    )
    return times


def stored(centre: RunningCentre, worker: int, times: list[datetime]) -> int:
    question = "select count(*) from position where worker_id = %s and recorded_at = any(%s)"
    return int(asked(centre, question, worker, times))


def send_now(page: Page) -> None:
    page.evaluate("() => gridcommand.field.sendFixes()")


def waiting(page: Page) -> int:
    count = page.evaluate("() => gridcommand.field.stores.fixes.count(document.querySelector('.field').dataset.worker)")
    return int(count["all"])


def test_fixes_wait_through_refusals_two_tabs_a_logout_and_a_revoked_login(
    phone: Phone, quiet_centre: RunningCentre, street: tuple[Place, Place]
) -> None:
    page, worker = phone.page, phone.worker
    status = 503
    page.context.route("**/api/positions", lambda route: route.fulfill(status=status, json=BUSY))
    times = leave_waiting(page, worker, 120, 55, street[0])
    for status in (401, 408, 413, 429, 500):
        send_now(page)
        assert waiting(page) >= 120, status
    wait_for(lambda: "个位置待发送" in page.inner_text("#field-unsent"), what="told how many wait")
    page.click("text=退出")
    page.wait_for_url("**/login*")
    log_in(page, quiet_centre, "grid_worker", "/field")
    page.wait_for_selector("#field-duty[data-on=yes]")
    wait_for(lambda: waiting(page) >= 120, what="still in the phone after logging out and in")

    with psycopg.connect(quiet_centre.database_url) as connection:
        connection.execute("update login set ended_at = now() where ended_at is null")
    wait_for(lambda: page.request.get(f"{quiet_centre.url}/api/grids").status == 401, what="the login has ended")
    page.context.unroute("**/api/positions")
    wait_for(lambda: _asks_to_log_in(page), what="told to log in again")
    assert waiting(page) >= 120
    assert stored(quiet_centre, worker, times) == 0

    log_in(page, quiet_centre, "grid_worker", "/field")
    second = page.context.new_page()
    second.goto(f"{quiet_centre.url}/field")
    wait_for(lambda: stored(quiet_centre, worker, times) == 120, what="every fix is there")
    for tab in (page, second):
        wait_for(lambda tab=tab: not tab.inner_text("#field-unsent"), what="nothing waits in either tab")


def _asks_to_log_in(page: Page) -> bool:
    send_now(page)
    return "请重新登录" in page.inner_text("#field-waiting")


def test_a_full_phone_says_so_and_loses_nothing(
    phone: Phone, quiet_centre: RunningCentre, street: tuple[Place, Place]
) -> None:
    page, worker = phone.page, phone.worker
    page.route("**/api/positions", lambda route: route.abort())
    page.evaluate(
        """() => {
             const full = () => { throw new DOMException("full", "QuotaExceededError"); };
             IDBObjectStore.prototype.put = full;
             Storage.prototype.setItem = full;
           }"""
    )
    times = leave_waiting(page, worker, 12, 40, street[0])
    send_now(page)
    wait_for(lambda: "存储已满" in page.inner_text("#field-unsent"), what="told that the phone is full")
    page.unroute("**/api/positions")
    send_now(page)
    wait_for(lambda: stored(quiet_centre, worker, times) == 12, what="every fix is there")


def test_what_is_refused_reaches_the_worker_and_the_administrator(
    phone: Phone, quiet_centre: RunningCentre, street: tuple[Place, Place]
) -> None:
    page, worker = phone.page, phone.worker
    leave_waiting(page, worker, 7, 60 * 24 * 8, street[0])
    send_now(page)
    wait_for(lambda: "超过 7 天" in page.inner_text("#field-refused"), what="the worker is told how many and why")
    assert waiting(page) == 0, "what is refused for good is not sent for ever"
    told = quiet_centre.call("GET", "/api/positions/refusals", role="sysadmin")["refusals"]
    mine = [row for row in told if (row["worker"], row["code"]) == (worker, "too_old")]
    assert [row["count"] for row in mine] == [7]
    for account, words in (("sysadmin", f"网格员 {worker}:超过 7 天 7 个"), ("display", "")):
        context = page.context.browser.new_context()  # type: ignore[union-attr]
        wall = context.new_page()
        with wall.expect_response(lambda answer: "_dash-update-component" in answer.url):
            log_in(wall, quiet_centre, account, "/wall")
        wait_for(lambda wall=wall, words=words: words in wall.inner_text("#wall-refused"), what="on the wall")
        assert bool(wall.inner_text("#wall-refused")) == bool(words), "only for who looks after it"
        context.close()
