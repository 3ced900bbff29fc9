"""The field page: more time is asked for, what came of it is told, the centre is answered; done on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from base.clock import TOWN_ZONE
from tests.browser.conftest import Notes, RunningCentre, wait_for
from tests.browser.phone import Phone, Place, a_street, phone_of, take_photo

pytestmark = pytest.mark.browser


@pytest.fixture
def street(quiet_centre: RunningCentre) -> tuple[Place, Place]:
    return a_street(quiet_centre)


@pytest.fixture
def phone(chromium: Browser, quiet_centre: RunningCentre, street: tuple[Place, Place], notes: Notes) -> Iterator[Phone]:
    notes.forgive += ["status of 4"]
    with phone_of(chromium, quiet_centre, notes, street[1]) as phone:
        if phone.page.get_attribute("#field-duty", "data-on") == "no":
            phone.begin_duty()
        yield phone
    notes.check()


def leads(centre: RunningCentre, number: str, verb: str, **body: Any) -> Any:
    return centre.call("POST", f"/api/incidents/{number}/{verb}", body, role="shift_leader")


def said(phone: Phone) -> str:
    return phone.page.inner_text("#field-problem")


def test_more_time_is_asked_for_and_the_centre_is_answered(
    phone: Phone, quiet_centre: RunningCentre, street: tuple[Place, Place]
) -> None:
    page = phone.page
    body = {"source_channel": "phone", "description": "垃圾成堆", "datum": "wgs84", "lon": street[1][0]}
    body |= {"id": "6f2b7c1e-3f1d-4b9a-9d51-0c2a6b1f7e01", "lat": street[1][1]}
    number = str(quiet_centre.call("POST", "/api/incidents", body)["case_no"])
    leads(quiet_centre, number, "dispatch", worker=phone.worker)
    phone.say(number, "sign", "ask_extension")
    task = phone.task(number)
    page.fill(f"{task} textarea", "等配件到货")
    page.click(f"{task} .send-ask-extension")
    wait_for(lambda: said(phone), what="told that a moment is needed")
    due = datetime.fromisoformat(quiet_centre.call("GET", f"/api/incidents/{number}")["due_at"])
    until = (due + timedelta(hours=1)).astimezone(TOWN_ZONE)
    page.fill(f"{task} .until input", f"{until:%Y-%m-%dT%H:%M}")
    page.click(f"{task} .send-ask-extension")
    wait_for(lambda: "已申请延期" in page.inner_text(f"{task} .told"), what="asked")
    assert page.locator(f"{task} [data-verb=ask_extension]").count() == 0, "once at a time"
    leads(quiet_centre, number, "refuse_extension", note="先行处置")
    wait_for(lambda: "未同意延期" in page.inner_text(f"{task} .told"), what="what came of it")

    leads(quiet_centre, number, "supervise", note="领导批示")
    wait_for(lambda: "等待答复" in page.inner_text(task), what="an answer is awaited")
    phone.say(number, "reply")
    page.fill(f"{task} textarea", "正在清运,一小时内办结")
    page.click(f"{task} .send-reply")
    wait_for(lambda: "已答复" in said(phone), what="answered")
    wait_for(lambda: "等待答复" not in page.inner_text(task), what="no answer is awaited")
    log = quiet_centre.call("GET", f"/api/incidents/{number}")["log"]
    assert [(line["verb"], line["note"]) for line in log][-1] == ("reply", "正在清运,一小时内办结")
    leads(quiet_centre, number, "cancel", note="演练结束")


def test_what_was_done_on_the_spot_is_reported_with_its_picture(
    phone: Phone, quiet_centre: RunningCentre, tmp_path: Path
) -> None:
    page = phone.page
    page.click("#field-tab-report")
    page.fill("#field-text", "桥头垃圾成堆")
    page.click("#field-self-handled")
    page.click("#field-send-report")
    wait_for(lambda: "怎么处置的" in said(phone), what="what was done has to be told")
    page.fill("#field-self-words textarea", "当场清理干净")
    page.click("#field-send-report")
    wait_for(lambda: "照片" in said(phone), what="a picture, or why there is none")
    page.set_input_files(
        "[data-photo=report] [data-moment=after] input", take_photo(tmp_path / "after.jpg", (800, 600))
    )
    page.wait_for_selector("[data-photo=report] [data-moment=after] .photo-button.ready")
    page.click("#field-send-report")
    wait_for(lambda: "已上报并办结" in said(phone), what="reported and done")
    number = said(phone).split()[-1]
    case = quiet_centre.call("GET", f"/api/incidents/{number}")
    assert (case["state"], case["log"][-1]["note"]) == ("self_handled", "当场清理干净")
    photos = quiet_centre.call("GET", f"/api/incidents/{number}/photos")["photos"]
    assert [photo["moment"] for photo in photos] == ["after"]
    assert page.get_attribute("#field-self-handled", "aria-checked") == "false", "the next report is another"


def test_what_is_too_grave_to_be_done_on_the_spot_stays_a_report(phone: Phone, quiet_centre: RunningCentre) -> None:
    page = phone.page
    page.click("#field-tab-report")
    page.fill("#field-text", "有人落水")
    page.click("#field-self-handled")
    page.fill("#field-self-words textarea", "已救起")
    page.fill("#field-self-words input", "手机进水")
    page.click("#field-send-report")
    wait_for(lambda: "未能记为当场办结" in said(phone), what="told that it is not taken as done")
    number = next(word for word in said(phone).replace("。", " ").split() if word.startswith("YZ"))
    assert quiet_centre.call("GET", f"/api/incidents/{number}")["state"] == "reported"
    leads(quiet_centre, number, "cancel", note="演练结束")
