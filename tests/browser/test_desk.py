"""The desk: a department signs, hands over, answers with pictures, returns with a reason; the shift leader rules; the
town's leader instructs; on a desk and on a phone."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Notes, RunningCentre, log_in, wait_for
from tests.browser.phone import a_street, take_photo

SIZES = ((1366, 768), (390, 844))


def a_case(centre: RunningCentre, words: str = "店外经营占道", type_code: str = "0601") -> str:
    (lon, lat), _ = a_street(centre)
    body = {"id": str(uuid.uuid4()), "source_channel": "phone", "description": words, "datum": "wgs84"}
    case = centre.call("POST", "/api/incidents", body | {"lon": lon, "lat": lat, "type_code": type_code})
    return str(case["case_no"])


def give(centre: RunningCentre, number: str, department: str) -> None:
    centre.call(
        "POST", f"/api/incidents/{number}/dispatch", {"department": department, "note": "先行处理"}, role="shift_leader"
    )


def case_of(centre: RunningCentre, number: str) -> Any:
    return centre.call("GET", f"/api/incidents/{number}")


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("GRIDCOMMAND_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def open_case(page: Page, number: str) -> None:
    row = page.locator(f".desk-row[data-open='{number}']")
    wait_for(row.is_visible, what="the case is in the inbox")
    row.click()
    page.wait_for_selector(f".desk-opened [data-case-no='{number}']")


def leave(page: Page) -> None:
    """Log out, with nothing on the page that would go on asking."""
    page.goto("about:blank")
    page.context.clear_cookies()


def press(page: Page, verb: str, note: str | None = None) -> None:
    page.wait_for_selector(f".desk-presses [data-verb={verb}]")
    page.click(f".desk-presses [data-verb={verb}]")
    if note is not None:
        page.fill(".desk-form .note", note)
        page.click(".desk-form .send")


@pytest.fixture(params=SIZES, ids=["desk", "phone"])
def sized(request: pytest.FixtureRequest, chromium: Browser, notes: Notes) -> Iterator[Page]:
    """A page of a desk's screen, and of a phone."""
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, has_touch=width < 500)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("console", notes.console)
    page.on("pageerror", lambda error: notes.errors.append(str(error)))
    yield page
    context.close()
    notes.check()


def test_a_department_signs_begins_and_answers_with_pictures(
    sized: Page, quiet_centre: RunningCentre, tmp_path: Path
) -> None:
    number = a_case(quiet_centre)
    give(quiet_centre, number, "ZF")
    width = sized.viewport_size["width"] if sized.viewport_size else 0
    log_in(sized, quiet_centre, "dept_zf", "/desk")
    wait_for(lambda: sized.locator(".desk-row").count() > 0, what="the inbox")
    shot(sized, f"desk-inbox-{width}")
    open_case(sized, number)
    shot(sized, f"desk-case-{width}")
    press(sized, "sign")
    wait_for(lambda: case_of(quiet_centre, number)["state"] == "received", what="signed")
    press(sized, "remark", "先处置,建议与店主约谈")
    wait_for(lambda: "建议与店主约谈" in sized.inner_text(".desk-opened"), what="the opinion in the log")
    press(sized, "start")
    wait_for(lambda: case_of(quiet_centre, number)["state"] == "handling", what="begun")
    press(sized, "feedback")
    sized.fill(".desk-form .note", "已劝离,道路恢复")
    for moment in ("before", "after"):
        sized.set_input_files(
            f".photo-group[data-moment={moment}] input", take_photo(tmp_path / f"{moment}.jpg", (640, 480))
        )
        sized.wait_for_selector(f".photo-group[data-moment={moment}] .photo-small")
    shot(sized, f"desk-feedback-{width}")
    box = sized.locator(".desk-form .send").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    sized.click(".desk-form .send")
    wait_for(lambda: case_of(quiet_centre, number)["state"] == "handled", what="answered")
    assert sized.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    wait_for(lambda: sized.locator(f".desk-row[data-open='{number}']").count() == 0, what="it waits no more")


def test_returned_twice_it_is_ruled_and_not_returned_again(page: Page, quiet_centre: RunningCentre) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    number = a_case(quiet_centre, "河边堆着建筑垃圾", "0503")
    for department in ("ZF", "CJ"):
        give(quiet_centre, number, department)
        log_in(page, quiet_centre, f"dept_{department.lower()}", "/desk")
        open_case(page, number)
        press(page, "send_back")
        page.click(".desk-form .send")
        wait_for(lambda: "必填" in page.inner_text("#desk-answer"), what="told that a reason is needed")
        page.fill(".desk-form .note", "不属本部门职责")
        page.click(".desk-form .send")
        wait_for(lambda: case_of(quiet_centre, number)["state"] == "accepted", what="returned")
        leave(page)
    assert case_of(quiet_centre, number)["returned_count"] == 2
    log_in(page, quiet_centre, "shift_leader", "/desk")
    first = page.locator(".desk-row").first
    wait_for(lambda: first.get_attribute("data-open") == number, what="what waits for a ruling stands first")
    assert "待裁定" in first.inner_text()
    assert "退回 2 次" in first.inner_text()
    open_case(page, number)
    press(page, "rule")
    page.select_option(".desk-form .department", "ZF")
    page.fill(".desk-form .note", "按三定方案归综合执法")
    shot(page, "desk-ruling-1366")
    page.click(".desk-form .send")
    wait_for(lambda: case_of(quiet_centre, number)["state"] == "dispatched", what="ruled")
    leave(page)
    log_in(page, quiet_centre, "dept_zf", "/desk")
    open_case(page, number)
    assert "已裁定" in page.inner_text(".desk-opened > header")
    press(page, "sign")
    wait_for(lambda: case_of(quiet_centre, number)["state"] == "received", what="signed")


def test_a_department_hands_over_to_a_crew(page: Page, quiet_centre: RunningCentre) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    number = a_case(quiet_centre, "邻里纠纷", "0101")
    with psycopg.connect(quiet_centre.database_url) as connection:
        rows = connection.execute("select worker_id from worker where department_code = 'ZZ' order by worker_id")
        workers = [worker for (worker,) in rows]
    for worker in workers[:2]:
        quiet_centre.call("POST", "/api/duty", {"worker": worker, "on": True}, role="gateway")
    give(quiet_centre, number, "ZZ")
    log_in(page, quiet_centre, "dept_zz", "/desk")
    open_case(page, number)
    press(page, "sign")
    press(page, "hand_over")
    boxes = page.locator(".desk-form .colleagues input")
    wait_for(lambda: boxes.count() >= 2, what="two who are free")
    for place in range(2):
        boxes.nth(place).check()
    page.click(".desk-form .send")

    def crew() -> set[int]:
        tasks = case_of(quiet_centre, number)["tasks"]
        return {one["addressee"]["id"] for one in tasks if one["addressee"]["kind"] == "worker"}

    wait_for(lambda: crew() == set(workers[:2]), what="both have it")


def test_the_town_leader_instructs_and_a_mentor_only_remarks(page: Page, quiet_centre: RunningCentre) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    number = a_case(quiet_centre)
    give(quiet_centre, number, "ZF")
    log_in(page, quiet_centre, "town_leader", "/desk")
    open_case(page, number)
    press(page, "instruct", "本周内办结,举一反三")
    wait_for(lambda: "举一反三" in page.inner_text(".desk-opened"), what="the instruction in the log")
    shot(page, "desk-instruct-1366")
    leave(page)
    log_in(page, quiet_centre, "reviewer", "/desk")
    page.goto(f"{quiet_centre.url}/desk?case={number}")
    page.wait_for_selector(f".desk-opened [data-case-no='{number}']")
    assert page.locator(".desk-presses [data-verb]").count() == 0
    assert "只可查看" in page.inner_text(".desk-presses")
