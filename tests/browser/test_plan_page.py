"""The plan for a gas leak: written by the town, proposed on the console as it was written, taken with one press, each
step ticked by name."""

from __future__ import annotations

import os
import uuid

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Notes, RunningCentre, wait_for
from tests.browser.console_page import a_quiet_place, console, open_from_queue

pytestmark = pytest.mark.browser
FIRST = "先报119:哪一幢、有无人员被困"


def a_leak(centre: RunningCentre) -> str:
    lon, lat = a_quiet_place(centre)
    body = {"id": str(uuid.uuid4()), "source_channel": "phone", "datum": "wgs84"}
    body |= {"description": "楼道燃气泄漏,气味很大"}
    return str(centre.call("POST", "/api/incidents", body | {"lon": lon, "lat": lat})["case_no"])


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("GRIDCOMMAND_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def edit_the_plan(page: Page, centre: RunningCentre) -> None:
    """119, the gas company, the fire station, then what is told: four steps in place of nine; a wrong one is named."""
    page.goto(f"{centre.url}/plans")
    page.click(".plan-row[data-prefix='0203']")
    steps, save = page.locator(".plan-step"), page.locator("[data-do=save]")
    wait_for(lambda: steps.count() == 9, what="the shipped plan")
    for n in (7, 6, 5, 3, 2):
        steps.nth(n).locator("[data-do=remove]").click()
    steps.nth(0).locator(".zh").fill(FIRST)
    steps.nth(2).locator(".who").fill("QQ")
    shoot(page, "plans-1366x768")
    save.click()
    wait_for(lambda: "第 3 步" in page.inner_text("#plans-answer"), what="the step that is wrong is named")
    assert "faulty" in str(steps.nth(2).get_attribute("class"))
    steps.nth(2).locator(".who").fill("YJ")
    steps.nth(2).locator("[data-do=down]").click()
    steps.nth(3).locator("[data-do=up]").click()
    save.click()
    wait_for(lambda: "已保存" in page.inner_text("#plans-answer"), what="saved")
    wait_for(page.locator(".plan-row[data-prefix='0203'][data-own=yes]").count, what="it is the town's own")
    page.set_viewport_size({"width": 390, "height": 844})
    shoot(page, "plans-390x844")
    page.set_viewport_size({"width": 1366, "height": 768})


def tick(page: Page, plan: Locator, step: int, said: str = "") -> None:
    """Tick a step, of a call with what was said."""
    button = plan.locator(f"[data-plan-step='{step}']")
    button.wait_for()
    page.fill("#console-case-note", said)
    button.click()
    wait_for(lambda: button.count() == 0, what=f"step {step} is ticked")


def test_a_gas_leak_step_by_step(page: Page, notes: Notes, quiet_centre: RunningCentre) -> None:
    notes.forgive.append("/api/plans/0203")  # the wrong step is refused
    page.set_viewport_size({"width": 1366, "height": 768})
    console(page, quiet_centre)
    edit_the_plan(page, quiet_centre)
    number = a_leak(quiet_centre)
    page.goto(f"{quiet_centre.url}/console")
    page.wait_for_selector(f".queue-row[data-case={number}]")
    open_from_queue(page, number)
    plan = page.locator(".case-plan")
    plan.wait_for()
    assert plan.get_attribute("open") is not None, "in sight at once"
    assert FIRST in plan.inner_text()
    plan.locator("[data-plan-step='0']").click()
    wait_for(lambda: plan.locator("[data-plan-step='1']").count() == 1, what="taken")
    plan.locator("[data-plan-step='1']").click()
    wait_for(lambda: "通话内容" in page.inner_text("#console-case-answer"), what="a call says what was said")
    tick(page, plan, 1, "119已出警,约8分钟到")
    shoot(page, "console-plan-1366x768")
    tick(page, plan, 2, "燃气公司已关阀")
    tick(page, plan, 3)
    tick(page, plan, 4)
    assert "119已出警" in str(plan.locator("li").first.text_content())
    told = quiet_centre.call("GET", f"/api/incidents/{number}/plan")
    assert [(one["kind"], one["who"]) for one in told["steps"]][:2] == [("call", "119"), ("call", "RQ")]
    assert [one["ticked_by"] for one in told["steps"]] == ["shift_leader"] * 4
    assert told["steps"][1]["said"] == "燃气公司已关阀"
    quiet_centre.call("PUT", "/api/plans/0203", {"steps": []}, role="shift_leader")
    quiet_centre.call("POST", f"/api/incidents/{number}/cancel", {"note": "演练结束"}, role="shift_leader")
