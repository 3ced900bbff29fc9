"""Photos of a task: several, before and after, kept and sent one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.conftest import Notes, RunningCentre, log_in, wait_for
from tests.browser.phone import Phone, Place, a_street, phone_of, take_photo
from tests.browser.test_field import problem, sent_to

pytestmark = pytest.mark.browser


@pytest.fixture
def street(quiet_centre: RunningCentre) -> tuple[Place, Place]:
    return a_street(quiet_centre)


@pytest.fixture
def phone(chromium: Browser, quiet_centre: RunningCentre, street: tuple[Place, Place], notes: Notes) -> Iterator[Phone]:
    notes.forgive += ["net::ERR", "Failed to fetch", "Failed to load resource"]
    with phone_of(chromium, quiet_centre, notes, street[0]) as phone:
        if phone.page.get_attribute("#field-duty", "data-on") == "no":
            phone.begin_duty()
        yield phone
    notes.check()


FIRST_FRAME = """() => {
  const look = () => {
    const button = document.querySelector(".task [data-verb=start]");
    if (!button) { requestAnimationFrame(look); return; }
    window.firstFrame = button.previousElementSibling?.dataset.of === "start";
  };
  requestAnimationFrame(look);
}"""
"""Whether the pictures before the work are offered as soon as the button below them is drawn."""


def moments(centre: RunningCentre, number: str) -> list[str]:
    return [photo["moment"] for photo in centre.call("GET", f"/api/incidents/{number}/photos")["photos"]]


def test_several_before_and_after_over_a_reload_and_a_lost_network(
    chromium: Browser, phone: Phone, quiet_centre: RunningCentre, street: tuple[Place, Place], tmp_path: Path
) -> None:
    page = phone.page
    shots = [take_photo(tmp_path / f"{n}.jpg", (400 + n, 300)) for n in range(10)]
    number = sent_to(quiet_centre, phone.worker, street[0])
    page.evaluate(FIRST_FRAME)
    phone.say(number, "sign", "arrive")
    task = phone.task(number)
    page.set_input_files(f"{task} [data-moment=before] input", shots[:2])
    assert page.evaluate("() => window.firstFrame"), "the button stands where it stays from its first frame on"
    wait_for(lambda: page.locator(f"{task} [data-moment=before] img").count() == 2, what="two taken before the work")
    phone.say(number, "start")
    wait_for(lambda: moments(quiet_centre, number) == ["before"] * 2, what="sent with the next press")

    phone.say(number, "feedback")
    page.set_input_files(f"{task} [data-moment=after] input", shots)
    wait_for(lambda: "9" in problem(phone), what="told that nine are the most")
    wait_for(lambda: page.locator(f"{task} [data-moment=after] img").count() == 9, what="nine kept")
    page.reload()
    phone.say(number, "feedback")
    wait_for(lambda: page.locator(f"{task} [data-moment=after] img").count() == 9, what="kept over a reload")
    for _ in range(6):
        page.click(f"{task} [data-moment=after] .photo-small button >> nth=0")
    wait_for(lambda: page.locator(f"{task} [data-moment=after] img").count() == 3, what="six left out again")

    asked: list[str] = []

    def losing_the_second(route: Route) -> None:
        asked.append(route.request.url)
        route.abort() if len(asked) == 2 else route.continue_()

    page.route("**/photos?*", losing_the_second)
    page.fill(f"{task} textarea", "已清运")
    page.click(f"{task} .send-feedback")
    wait_for(lambda: "照片没有传上去" in problem(phone), what="told that one did not arrive")
    assert len(asked) == 2, "a network that is away is not asked again for each"
    page.click(f"{task} .send-feedback")
    wait_for(lambda: page.locator(task).count() == 0, what="done")
    assert asked[2].split("id=")[1] == asked[1].split("id=")[1], "the failed one first, under its own id"
    assert len(asked) == 4
    assert moments(quiet_centre, number) == ["before"] * 2 + ["after"] * 3

    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    console = context.new_page()
    log_in(console, quiet_centre, "shift_leader", "/console")
    console.goto(f"{quiet_centre.url}/console?case={number}")
    wait_for(lambda: console.locator(".case-photos").count() == 2, what="two groups on the console")
    groups = console.locator(".case-photos small").all_inner_texts()
    assert groups == ["处置前 2", "处置后 3"]
    sheet = console.request.get(f"{quiet_centre.url}/print/cases/{number}").text()
    assert sheet.count('<section class="photos">') == 2
    assert sheet.count("data:image/jpeg;base64,") == 5
    context.close()
