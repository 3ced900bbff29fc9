"""The field page at the size of a phone: duty, tasks with one thing to do next, what is refused, my own track."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Notes, RunningCentre, wait_for
from tests.browser.phone import Phone, Place, a_street, phone_of, take_photo

pytestmark = pytest.mark.browser


@pytest.fixture
def street(quiet_centre: RunningCentre) -> tuple[Place, Place]:
    return a_street(quiet_centre)


@pytest.fixture
def phone(chromium: Browser, quiet_centre: RunningCentre, street: tuple[Place, Place], notes: Notes) -> Iterator[Phone]:
    notes.forgive += ["status of 409", "status of 400"]
    with phone_of(chromium, quiet_centre, notes, street[0]) as phone:
        if phone.page.get_attribute("#field-duty", "data-on") == "no":
            phone.begin_duty()
        yield phone
    notes.check()


def sent_to(centre: RunningCentre, worker: int, place: Place) -> str:
    body = {"id": str(uuid.uuid4()), "source_channel": "phone", "description": "垃圾成堆", "datum": "wgs84"}
    case = centre.call("POST", "/api/incidents", body | {"lon": place[0], "lat": place[1]}, role="shift_leader")
    number = str(case["case_no"])
    centre.call("POST", f"/api/incidents/{number}/dispatch", {"worker": worker}, role="shift_leader")
    return number


def problem(phone: Phone) -> str:
    return phone.page.inner_text("#field-problem")


def test_a_task_from_the_sign_to_the_answer(
    phone: Phone, quiet_centre: RunningCentre, street: tuple[Place, Place], tmp_path: Path
) -> None:
    assert phone.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    number = sent_to(quiet_centre, phone.worker, street[1])
    phone.say(number, "sign", "arrive")
    wait_for(lambda: "100" in problem(phone), what="too far away to have arrived")
    phone.stand(street[1])
    phone.say(number, "arrive", "start")
    phone.answer(number, "", None)
    wait_for(lambda: problem(phone), what="summary that words are needed")
    assert quiet_centre.call("GET", f"/api/incidents/{number}")["state"] == "handling"

    task = phone.task(number)
    bad = tmp_path / "not-a-photo.jpg"
    bad.write_text("words", encoding="utf-8")
    phone.page.set_input_files(f"{task} [data-moment=after] input", bad)
    phone.page.fill(f"{task} textarea", "已清运")
    phone.page.click(f"{task} .send-feedback")
    wait_for(lambda: "照片" in problem(phone), what="summary that this is no photo")
    assert quiet_centre.call("GET", f"/api/incidents/{number}")["state"] == "handling", "nothing half-written"

    phone.page.set_input_files(f"{task} [data-moment=after] input", take_photo(tmp_path / "photo.jpg"))
    phone.page.click(f"{task} .send-feedback")
    wait_for(lambda: phone.page.locator(task).count() == 0, what="done")
    photos = quiet_centre.call("GET", f"/api/incidents/{number}/photos")["photos"]
    assert [900 <= photo["width"] <= 1600 for photo in photos] == [True], "small enough to send, large enough to see"
    log = quiet_centre.call("GET", f"/api/incidents/{number}")["log"]
    assert [line["verb"] for line in log][-4:] == ["sign", "arrive", "start", "feedback"]


def test_an_event_where_i_stand_and_my_own_track(
    phone: Phone, quiet_centre: RunningCentre, street: tuple[Place, Place]
) -> None:
    page = phone.page
    page.click("#field-tab-report")
    page.fill("#field-text", "路灯不亮")
    wait_for(lambda: "路灯" in page.inner_text("#field-type"), what="the type is proposed")
    page.click("#field-send-report")
    wait_for(lambda: "YZ" in problem(phone), what="summary the number")
    number = problem(phone).split()[-1]
    case = quiet_centre.call("GET", f"/api/incidents/{number}")
    assert (case["lon"], case["lat"]) == pytest.approx(street[0], abs=1e-5)
    assert case["source_channel"] == "grid_patrol"

    phone.walk(street)
    page.click("#field-tab-track")
    wait_for(lambda: "公里" in page.inner_text("#field-track-summary"), what="my track in words")
    wait_for(lambda: page.locator(".leaflet-routes-pane path").count() >= 1, what="my track on the map")
