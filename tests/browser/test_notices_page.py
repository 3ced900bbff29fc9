"""What was sent to whom, in a real browser: a dispatch is told within seconds, what was given up goes again."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import RunningCentre, log_in, wait_for

pytestmark = pytest.mark.browser


def reported(centre: RunningCentre, text: str) -> str:
    at = centre.call("GET", "/api/grids")["features"][0]["properties"]
    body = {"id": str(uuid.uuid4()), "source_channel": "phone", "description": text, "datum": "wgs84"}
    place = {"lon": at["label_lon"], "lat": at["label_lat"], "reporter": {"phone": "10012340009"}}
    return str(centre.call("POST", "/api/incidents", body | place)["case_no"])


def test_a_p1_is_told_and_what_was_given_up_goes_again(page: Page, quiet_centre: RunningCentre) -> None:
    case_no = reported(quiet_centre, "有人落水")
    log_in(page, quiet_centre, "shift_leader", "/notices")
    page.fill("#notices-case", case_no)
    page.keyboard.press("Enter")
    rows = page.locator(".notices-rows tbody tr")
    wait_for(lambda: rows.count() == 2, what="the responsible leader and the group are told")
    wait_for(lambda: page.locator(".notice-state.sent").count() == 2, what="the second process has sent them")
    text = page.inner_text(".notices-rows")
    assert "【姚庄镇指挥中心】紧急" in text
    assert "演示分管领导" in text
    assert "仅记录,未发出" in text
    assert set(page.locator(".notice-state.sent").all_inner_texts()) == {"仅记录"}, "not called sent"

    with psycopg.connect(quiet_centre.database_url, autocommit=True) as connection:
        connection.execute(
            "update notice set state = 'dead', sent_at = null, last_error = %s "
            "where case_no = %s and recipient_kind = 'robot'",
            ['{"code": "timeout", "seconds": "10"}', case_no],
        )
    again = page.locator("[data-notice-again]")
    wait_for(lambda: again.count() == 1, what="it is shown as given up")
    assert "服务商在 10 秒内没有应答" in page.inner_text(".notices-rows")
    again.click()
    wait_for(lambda: page.locator(".notice-state.sent").count() == 2, what="it is sent again")


def test_the_console_says_since_when_a_service_is_down(page: Page, quiet_centre: RunningCentre) -> None:
    area, at = "select min(area_id) from area", "2026-11-30 06:02+00"
    with psycopg.connect(quiet_centre.database_url, autocommit=True) as connection:
        connection.execute(
            f"insert into notice_channel values (({area}), 'sms', 3, '{at}', '{at}', null)"
            " on conflict (area_id, channel) do update set failures = 3, down_since = excluded.down_since"
        )
        log_in(page, quiet_centre, "operator", "/console")
        banner = page.locator("#console-down")
        wait_for(lambda: "短信服务自 11月30日14:02 起不可用" in banner.inner_text(), what="the banner")
        connection.execute("update notice_channel set failures = 0, down_since = null")
    wait_for(lambda: not banner.is_visible(), what="the banner goes")
