"""Returned twice: the console shows what waits for the ruling, the shift leader rules there, the department can only
object, and the ruling becomes a rule."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import RunningCentre, log_in, wait_for
from tests.browser.console_page import a_case, console, open_from_queue, press, state

pytestmark = pytest.mark.browser


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("GRIDCOMMAND_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def returned_by(centre: RunningCentre, number: str, department: str) -> None:
    centre.call(
        "POST", f"/api/incidents/{number}/dispatch", {"department": department, "note": "先行核实"}, role="shift_leader"
    )
    send_back(centre, number)


def send_back(centre: RunningCentre, number: str) -> None:
    centre.call("POST", f"/api/incidents/{number}/send_back", {"note": "不属本部门职责"})


def given_to_a_department(page: Page, number: str, code: str) -> None:
    """The shift leader gives the case to a department by its button; the one it is routed to stands first."""
    open_from_queue(page, number)
    press(page, "dispatch", form="department note")
    form = page.locator(".verb-form form[data-of=dispatch]")
    assert form.locator("option").first.get_attribute("value") == code
    page.click(".verb-form button[type=submit]")
    wait_for(lambda: state(page) == "待签收", what="given")


def test_ruled_on_the_console_objected_on_the_desk_adopted_as_a_rule(
    page: Page, chromium: Browser, quiet_centre: RunningCentre
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    number = a_case(quiet_centre, description="河边堆着建筑垃圾", type_code="0503")
    console(page, quiet_centre)
    given_to_a_department(page, number, "ZF")
    send_back(quiet_centre, number)
    returned_by(quiet_centre, number, "CJ")
    row = page.locator(f".queue-row[data-case='{number}'] .chip.marks")
    wait_for(lambda: row.count() == 1 and row.inner_text() == "退回 2 次 · 待裁定", what="seen in the queue")
    open_from_queue(page, number)
    wait_for(lambda: "待裁定" in page.inner_text("#console-case-head header"), what="seen on the case")
    shoot(page, "console-ruling-wanted-1366x768")
    press(page, "rule")
    form = page.locator(".verb-form form[data-of=rule]")
    form.locator("select").select_option("ZF")
    form.locator(".ask-note").fill("按三定方案归综合执法")
    page.click(".verb-form button[type=submit]")
    wait_for(lambda: state(page) == "待签收", what="ruled")

    own = chromium.new_context(viewport={"width": 1366, "height": 768})
    desk = own.new_page()
    desk.set_default_timeout(60_000)
    log_in(desk, quiet_centre, "dept_zf", "/desk")
    desk.click(f".desk-row[data-open='{number}']")
    desk.click(".desk-presses [data-verb=object]")
    desk.fill(".desk-form .note", "先办,职责仍有异议")
    desk.click(".desk-form .send")
    wait_for(lambda: "有异议" in desk.inner_text(".desk-opened > header"), what="the objection is kept")
    shoot(desk, "desk-objected-1366x768")
    assert desk.locator(".desk-presses [data-verb=send_back]").count() == 0, "it is not returned again"
    own.close()
    wait_for(lambda: "职责仍有异议" in page.inner_text("#console-case-actions"), what="who decides reads it")
    shoot(page, "console-objected-1366x768")

    page.goto(f"{quiet_centre.url}/routing")
    page.locator("tr", has_text=number).get_by_text("采纳或放弃").click()
    page.wait_for_selector("form.settle")
    shoot(page, "routing-draft-1366x768")
    page.fill("textarea[name=reason]", "三定方案已明确")
    page.click("button[value=adopt]")
    wait_for(lambda: page.locator("tr", has_text="三定方案已明确").count() == 1, what="it is a rule")
    shoot(page, "routing-rules-1366x768")
    rules = [one for one in quiet_centre.call("GET", "/api/routing/rules")["rules"] if one["revoked_at"] is None]
    assert [one["department"] for one in rules] == ["ZF"]
    body = {"reason": "试行结束"}
    quiet_centre.call("POST", f"/api/routing/rules/{rules[0]['rule']}/revoke", body, role="shift_leader")
    page.goto(f"{quiet_centre.url}/statistics")
    wait_for(lambda: page.locator(".returns tr", has_text="综合执法").count() == 1, what="counted by department")
    shoot(page, "statistics-returns-1366x768")
