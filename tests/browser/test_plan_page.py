"""The plan for a gas leak on the console: proposed at once, taken with one press, each step ticked by name."""

from __future__ import annotations

import os
import uuid

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import RunningCentre, wait_for
from tests.browser.console_page import a_quiet_place, console, open_from_queue

pytestmark = pytest.mark.browser


def test_a_gas_leak_step_by_step(page: Page, quiet_centre: RunningCentre) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    lon, lat = a_quiet_place(quiet_centre)
    body = {
        "id": str(uuid.uuid4()),
        "source_channel": "phone",
        "description": "楼道燃气泄漏,气味很大",
        "datum": "wgs84",
    }
    number = quiet_centre.call("POST", "/api/incidents", body | {"lon": lon, "lat": lat})["case_no"]
    console(page, quiet_centre)
    open_from_queue(page, number)
    plan = page.locator(".case-plan")
    plan.wait_for()
    assert plan.get_attribute("open") is not None, "in sight at once"
    assert "119" in plan.inner_text()
    plan.locator("[data-plan-step='0']").click()
    wait_for(lambda: plan.locator("[data-plan-step='1']").count() == 1, what="taken")
    plan.locator("[data-plan-step='1']").click()
    wait_for(lambda: "通话内容" in page.inner_text("#console-case-answer"), what="a call says what was said")
    page.fill("#console-case-note", "119已出警,约8分钟到")
    plan.locator("[data-plan-step='1']").click()
    wait_for(lambda: "119已出警" in plan.inner_text(), what="ticked, with what was said")
    first = plan.locator("li").first
    assert "shift_leader" in first.inner_text()
    if folder := os.environ.get("GRIDCOMMAND_SHOTS"):
        page.screenshot(path=f"{folder}/console-plan-1366x768.png")
    told = quiet_centre.call("GET", f"/api/incidents/{number}/plan")
    assert (told["taken_by"], told["steps"][0]["ticked_by"]) == ("shift_leader", "shift_leader")
    quiet_centre.call("POST", f"/api/incidents/{number}/cancel", {"note": "演练结束"}, role="shift_leader")
