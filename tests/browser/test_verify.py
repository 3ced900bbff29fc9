"""The verifier's page: what was handled is looked at before and after, passed by other eyes, and is closed."""

from __future__ import annotations

import urllib.request
import uuid
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import RunningCentre, log_in, wait_for
from tests.browser.phone import a_street, take_photo


def send_photo(centre: RunningCentre, number: str, path: Path, moment: str) -> None:
    address = f"{centre.url}/api/incidents/{number}/photos?id={uuid.uuid4()}&moment={moment}"
    headers = {"Authorization": f"Bearer {centre.token('gateway')}", "Content-Type": "image/jpeg"}
    with urllib.request.urlopen(urllib.request.Request(address, path.read_bytes(), headers), timeout=20) as answer:
        assert answer.status == 201


def handled(centre: RunningCentre, folder: Path) -> str:
    """A case somebody reported by phone and a worker has answered, with a picture of before and of after."""
    (lon, lat), _ = a_street(centre)
    body = {"id": str(uuid.uuid4()), "source_channel": "phone", "description": "垃圾成堆,味道很大", "datum": "wgs84"}
    body |= {"reporter": {"name": "李某", "phone": "13912345678"}}
    case = centre.call("POST", "/api/incidents", body | {"lon": lon, "lat": lat})
    number, worker = str(case["case_no"]), centre.call("GET", "/api/workers")["workers"][7]["worker"]
    centre.call("POST", "/api/duty", {"worker": worker, "on": True}, role="gateway")
    centre.call("POST", f"/api/incidents/{number}/dispatch", {"worker": worker}, role="shift_leader")
    for verb in ("sign", "start"):
        centre.call("POST", f"/api/incidents/{number}/{verb}", {"worker": worker}, role="gateway")
    for n, moment in enumerate(("before", "after")):
        send_photo(centre, number, take_photo(folder / f"{moment}.jpg", (640 + n, 480)), moment)
    said = {"worker": worker, "note": "已清运干净"}
    centre.call("POST", f"/api/incidents/{number}/feedback", said, role="gateway")
    return number


def state(centre: RunningCentre, number: str) -> str:
    return str(centre.call("GET", f"/api/incidents/{number}")["state"])


def test_other_eyes_pass_what_was_handled(page: Page, quiet_centre: RunningCentre, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    number = handled(quiet_centre, tmp_path)
    log_in(page, quiet_centre, "verifier", "/verify")
    row = page.locator(f".verify-row[data-open='{number}']")
    wait_for(row.is_visible, what="the case waits")
    row.click()
    page.wait_for_selector(".verify-presses [data-press=pass]")
    for moment in ("before", "after"):
        width = f"() => document.querySelector('.pictures-{moment} img')?.naturalWidth || 0"
        wait_for(lambda width=width: page.evaluate(width) > 100, what=f"the picture of {moment}")
    assert "已清运干净" in page.inner_text(".verify-opened dl")
    assert "13912345678" not in page.content()
    bar, head = (page.locator(name).bounding_box() for name in (".title-bar", ".verify-opened > header"))
    assert bar is not None and head is not None  # noqa: PT018
    assert head["y"] >= bar["y"] + bar["height"], "nothing lies under the title bar"

    page.click("#verify-ask-phone")
    wait_for(lambda: "事由" in page.inner_text("#verify-phone"), what="told that a reason is needed")
    page.fill("#verify-reason", "回访满意度")
    page.click("#verify-ask-phone")
    wait_for(lambda: "13912345678" in page.inner_text("#verify-phone"), what="the phone")
    page.click("[data-press=satisfied]")
    wait_for(lambda: "满意" in page.inner_text("#verify-answer"), what="noted")
    page.click("[data-press=pass]")
    wait_for(lambda: state(quiet_centre, number) == "closed", what="closed")
    wait_for(lambda: row.count() == 0, what="it waits no more")


def test_what_fails_goes_back_with_a_word(page: Page, quiet_centre: RunningCentre, tmp_path: Path) -> None:
    number = handled(quiet_centre, tmp_path)
    log_in(page, quiet_centre, "verifier", "/verify")
    page.click(f".verify-row[data-open='{number}']")
    page.click("[data-press=fail]")
    wait_for(lambda: "说明" in page.inner_text("#verify-answer"), what="told that a word is needed")
    assert state(quiet_centre, number) == "handled"
    page.fill("#verify-note", "还有垃圾")
    page.click("[data-press=fail]")
    wait_for(lambda: state(quiet_centre, number) == "dispatched", what="the handler goes again")
