"""Calls for help over HTTP: kept whatever else happens, seen by whom they concern, answered once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from dispatch.centre import Centre
from dispatch.sos import last_way, open_calls
from tests.api.test_live import channel, until
from tests.small_town import AREA_ID, SOUTH_POINT, SOUTH_WEST

Headers = Callable[[str], dict[str, str]]
PLACE = {"lon": SOUTH_POINT[0], "lat": SOUTH_POINT[1], "datum": "wgs84", "accuracy_m": 7}


def press(worker: int = 2, **more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "worker": worker} | more


def calls(client: httpx.Client, headers: dict[str, str]) -> list[dict[str, Any]]:
    answer = client.get("/api/sos", headers=headers)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["sos"])


@pytest.fixture(autouse=True)
def nobody_calls(client: httpx.Client, token_of: Headers) -> Iterator[None]:
    """Every call a test leaves open is ended after it, and everybody is on duty again."""
    yield
    for one in calls(client, token_of("operator")):
        client.post(f"/api/sos/{one['sos']}/end", json={}, headers=token_of("operator"))
    client.post("/api/duty", json={"worker": 2, "on": True, "status": "patrolling"}, headers=token_of("gateway"))


def test_a_call_tells_who_where_and_since_when(client: httpx.Client, token_of: Headers) -> None:
    pressed = datetime.now(UTC) - timedelta(minutes=3)
    asked = press(pressed_at=pressed.isoformat(), **PLACE)
    told = client.post("/api/sos", json=asked, headers=token_of("grid_worker"))
    assert told.status_code == 200, told.text
    call = calls(client, token_of("operator"))[0]
    assert (call["sos"], call["worker"], call["name"], call["phone"]) == (asked["id"], 2, "同岸乙", "13800138002")
    assert (call["grid_code"], call["acknowledged"], call["ended"]) == (SOUTH_WEST, None, None)
    assert datetime.fromisoformat(call["pressed_at"]) == pressed
    assert datetime.fromisoformat(call["raised_at"]) > pressed
    display = calls(client, token_of("display"))[0]
    assert (display["name"], display["phone"]) == ("同*乙", "138****8002")
    assert calls(client, token_of("dept_handler")) == [], "of another department"


def test_the_place_is_that_of_the_newest_fix_or_of_the_press(client: httpx.Client, token_of: Headers) -> None:
    own = token_of("grid_worker")
    client.post("/api/sos", json=press(**PLACE), headers=own)
    assert calls(client, own)[0]["lon"] == pytest.approx(SOUTH_POINT[0])
    fix = {"recorded_at": (datetime.now(UTC) + timedelta(seconds=1)).isoformat(), "lon": 120.9501, "lat": 30.9191}
    sent = client.post("/api/positions", json={"worker": 2, "datum": "wgs84", "fixes": [fix]}, headers=own)
    assert sent.status_code == 202
    moved = calls(client, own)[0]
    assert moved["lon"] == pytest.approx(120.9501)
    ended = client.post(f"/api/sos/{moved['sos']}/end", json={}, headers=own).json()
    assert ended["lon"] == pytest.approx(SOUTH_POINT[0]), "what was called from, once it is over"


def test_far_outside_the_town_it_is_a_call_all_the_same(client: httpx.Client, token_of: Headers) -> None:
    asked = press(3, lon=121.4737, lat=31.2304, datum="wgs84")
    call = client.post("/api/sos", json=asked, headers=token_of("gateway"))
    assert (call.status_code, call.json()["grid_code"]) == (200, None)


def test_off_duty_it_puts_on_duty_and_no_other_state_takes_it_away(client: httpx.Client, token_of: Headers) -> None:
    own = token_of("grid_worker")
    assert client.post("/api/duty", json={"worker": 2, "on": False}, headers=own).status_code == 200
    sos = client.post("/api/sos", json=press(), headers=own).json()["sos"]
    for body in ({"status": "break"}, {"on": True}, {"on": True, "status": "patrolling"}):
        assert client.post("/api/duty", json={"worker": 2} | body, headers=own).status_code == 200
        people = client.get("/api/workers", headers=token_of("operator")).json()["workers"]
        assert next(one["status"] for one in people if one["worker"] == 2) == "sos", body
    refused = client.post("/api/duty", json={"worker": 2, "on": False}, headers=own)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "duty_has_open_sos")
    client.post(f"/api/sos/{sos}/end", json={}, headers=own)
    people = client.get("/api/workers", headers=token_of("operator")).json()["workers"]
    assert next(one["status"] for one in people if one["worker"] == 2) == "patrolling", "as he had said meanwhile"


def test_a_state_sent_by_an_earlier_programme_is_a_call(client: httpx.Client, token_of: Headers) -> None:
    body = {"id": str(uuid4()), "worker": 2, "status": "sos"}
    first, again = (client.post("/api/duty", json=body, headers=token_of("gateway")).json() for _ in range(2))
    assert (first, again["changed"]) == ({"worker": 2, "on": True, "changed": True}, False)
    assert [call["sos"] for call in calls(client, token_of("operator"))] == [body["id"]]


def test_twenty_presses_at_once_are_one_call(client: httpx.Client, address: str, token_of: Headers) -> None:
    headers = token_of("grid_worker")

    def ask(_: int) -> str:
        return str(httpx.post(f"{address}/api/sos", json=press(), headers=headers, timeout=30).json()["sos"])

    with ThreadPoolExecutor(8) as threads:
        told = set(threads.map(ask, range(20)))
    assert [call["sos"] for call in calls(client, token_of("operator"))] == list(told)


def test_it_is_acknowledged_once_and_ended_once(client: httpx.Client, token_of: Headers) -> None:
    own, asked = token_of("grid_worker"), press()
    client.post("/api/sos", json=asked, headers=own)
    path = f"/api/sos/{asked['id']}"
    first = client.post(f"{path}/acknowledge", json={}, headers=token_of("shift_leader")).json()["acknowledged"]
    later = client.post(f"{path}/acknowledge", json={"note": "x"}, headers=token_of("operator")).json()["acknowledged"]
    assert first == later
    assert calls(client, own)[0]["acknowledged"] == first
    assert first["role"] == "shift_leader"
    ended = client.post(f"{path}/end", json={"note": "已安全"}, headers=token_of("operator")).json()["ended"]
    assert (ended["role"], ended["note"]) == ("operator", "已安全")
    assert client.post(f"{path}/end", json={}, headers=own).json()["ended"] == ended
    assert calls(client, own) == []
    late = client.post("/api/sos", json=asked, headers=own).json()
    assert late["ended"] == ended, "a press that comes again late begins nothing"
    assert calls(client, own) == []


def test_who_may_not(client: httpx.Client, token_of: Headers) -> None:
    own, asked = token_of("grid_worker"), press()
    assert client.post("/api/sos", json=press(1), headers=own).status_code == 403
    assert client.post("/api/sos", json=press(99), headers=token_of("gateway")).status_code == 404
    assert (
        client.post("/api/sos", json=press(lon=120.9, lat=30.9), headers=own).json()["error"]["code"] == "datum_missing"
    )
    client.post("/api/sos", json=asked, headers=own)
    path = f"/api/sos/{asked['id']}"
    assert client.post(f"{path}/acknowledge", json={}, headers=own).status_code == 403
    assert client.post(f"{path}/end", json={}, headers=token_of("dept_handler")).status_code == 404
    assert client.post(f"{path}/end", json={}, headers=token_of("reviewer")).status_code == 403
    taken = client.post("/api/sos", json=asked | {"worker": 3}, headers=token_of("gateway"))
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "sos_id_taken")
    assert client.post(f"/api/sos/{uuid4()}/end", json={}, headers=token_of("operator")).status_code == 404


def test_it_is_in_the_live_frame_and_in_the_audit(
    client: httpx.Client, address: str, token_of: Headers, small_centre: Centre
) -> None:
    asked = press()
    with channel(address, token_of("display")) as socket:
        client.post("/api/sos", json=asked, headers=token_of("grid_worker"))
        until(socket, lambda workers: workers[2][3] == "sos")
        client.post(f"/api/sos/{asked['id']}/end", json={}, headers=token_of("operator"))
        until(socket, lambda workers: workers[2][3] != "sos")
    with psycopg.connect(small_centre.database.url) as connection:
        rows = connection.execute(
            "select action, object from audit where area_id = %s and details->>'sos' = %s order by link_no",
            [AREA_ID, asked["id"]],
        ).fetchall()
    assert rows == [("sos.raise", "2"), ("sos.ended", "2")]


def test_his_way_is_shown_while_he_calls_with_one_line_for_each_screen(
    client: httpx.Client, token_of: Headers, small_centre: Centre
) -> None:
    from dispatch.access.scope import Scope

    wall, asked = Scope("display", "display", AREA_ID), press(**PLACE)
    client.post("/api/sos", json=asked, headers=token_of("grid_worker"))
    at = small_centre.clock()
    with small_centre.database.transaction() as transaction:
        call = open_calls(transaction, AREA_ID, wall)[0]
        ways = [last_way(transaction, AREA_ID, wall, call, screen, at) for screen in ("wall", "wall", "console")]
    assert [way and way.worker_id for way in ways] == [2, 2, 2]
    client.post(f"/api/sos/{asked['id']}/end", json={}, headers=token_of("operator"))
    with psycopg.connect(small_centre.database.url) as connection:
        looks = connection.execute(
            "select count(*) from audit where action = 'sos.track' and details->>'sos' = %s", [asked["id"]]
        ).fetchone()
    assert looks == (2,)


def test_nothing_of_it_can_be_changed_or_deleted(client: httpx.Client, token_of: Headers, small_centre: Centre) -> None:
    client.post("/api/sos", json=press(), headers=token_of("grid_worker"))
    with psycopg.connect(small_centre.database.url) as connection:
        connection.execute("set role gridcommand_app")
        for statement in ("update sos set raised_by = ''", "delete from sos_answer", "truncate sos_look"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)  # type: ignore[arg-type]
