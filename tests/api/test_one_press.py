"""One press is one write: the same id again is the same thing for who made it, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import psycopg
import pytest

from base.clock import TOWN_ZONE, utc_now
from dispatch.access.accounts import create_token
from dispatch.centre import Centre
from tests.api.test_photos_api import picture
from tests.small_town import AREA_ID, SOUTH_POINT

Headers = Callable[[str], dict[str, str]]


def a_report(**changes: object) -> dict[str, object]:
    lon, lat = SOUTH_POINT
    return {"source_channel": "phone", "description": "路灯不亮", "lon": lon, "lat": lat, "datum": "wgs84"} | changes


@pytest.fixture(scope="module")
def colleague(small_centre: Centre) -> dict[str, str]:
    """Headers of a second gateway, another client than the gateway of ``token_of``."""
    with small_centre.database.transaction() as transaction:
        token = create_token(transaction, AREA_ID, "gateway", "another gateway", utc_now())
    return {"Authorization": f"Bearer {token}"}


def case_count(centre: Centre) -> int:
    with psycopg.connect(centre.database.url) as connection:
        row = connection.execute("select count(*) from incident").fetchone()
    assert row is not None
    return int(row[0])


def test_a_key_used_by_two_clients_is_two_cases(
    client: httpx.Client, token_of: Headers, colleague: dict[str, str]
) -> None:
    key = {"Idempotency-Key": "1"}
    mine = client.post("/api/incidents", json=a_report(), headers=token_of("gateway") | key)
    other = client.post("/api/incidents", json=a_report(description="邻里争吵"), headers=colleague | key)
    assert (mine.status_code, other.status_code) == (201, 201), other.text
    assert other.json()["description"] == "邻里争吵", "nobody is given another's case"
    assert mine.json()["case_no"] != other.json()["case_no"]
    for headers, first in ((token_of("gateway"), mine), (colleague, other)):
        again = client.post("/api/incidents", json=a_report(), headers=headers | key)
        assert (again.status_code, again.json()["case_no"]) == (200, first.json()["case_no"])


def test_an_id_sent_at_once_by_two_clients_is_one_case_each(
    address: str, token_of: Headers, colleague: dict[str, str], small_centre: Centre
) -> None:
    before, body = case_count(small_centre), a_report(id=str(uuid4()))

    def send(headers: dict[str, str]) -> tuple[int, str]:
        answer = httpx.post(f"{address}/api/incidents", json=body, headers=headers, timeout=30)
        return answer.status_code, answer.json()["case_no"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, [token_of("gateway"), colleague] * 10))
    assert sorted(status for status, _ in answers) == [200] * 18 + [201] * 2
    assert len({number for _, number in answers[::2]}) == len({number for _, number in answers[1::2]}) == 1
    assert case_count(small_centre) == before + 2


def test_a_verb_under_somebody_elses_key_is_a_write_of_its_own(client: httpx.Client, token_of: Headers) -> None:
    case_no = client.post("/api/incidents", json=a_report(id=str(uuid4())), headers=token_of("operator")).json()
    path = f"/api/incidents/{case_no['case_no']}/accept"
    key = {"Idempotency-Key": "accept-1"}
    assert client.post(path, headers=token_of("operator") | key).status_code == 200
    again = client.post(path, headers=token_of("operator") | key)
    assert (again.status_code, len(again.json()["log"])) == (200, 2), "the same write by the same client"
    other = client.post(path, headers=token_of("shift_leader") | key)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "verb_out_of_turn"), "told, not taken for done"


def test_a_photo_id_of_another_case_is_refused(
    client: httpx.Client, token_of: Headers, colleague: dict[str, str]
) -> None:
    operator, photo_id = token_of("operator"), str(uuid4())
    one, other = (
        client.post("/api/incidents", json=a_report(id=str(uuid4())), headers=operator).json()["case_no"]
        for _ in range(2)
    )

    def send(case_no: str, headers: dict[str, str], colour: str = "#884422") -> httpx.Response:
        path = f"/api/incidents/{case_no}/photos"
        return client.post(path, params={"id": photo_id}, content=picture(colour), headers=headers)

    first = send(one, operator)
    assert first.status_code == 201, first.text
    refused = send(other, operator)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "photo_id_taken")
    assert "id" in refused.json()["error"]["fields"]
    assert client.get(f"/api/incidents/{other}/photos", headers=operator).json() == {"photos": []}
    stranger = send(one, colleague)
    assert (stranger.status_code, stranger.json()["error"]["code"]) == (409, "photo_id_taken"), "not theirs"
    again = send(one, operator, "#113355")
    assert again.is_success
    assert again.json()["received_at"] == first.json()["received_at"], "what is kept is told, not what came again"


def test_one_photo_sent_many_times_at_once_is_one(address: str, token_of: Headers, small_centre: Centre) -> None:
    headers = token_of("operator")
    made = httpx.post(f"{address}/api/incidents", json=a_report(id=str(uuid4())), headers=headers).json()
    path, photo_id = f"{address}/api/incidents/{made['case_no']}/photos", str(uuid4())

    def send(_: int) -> int:
        return httpx.post(path, params={"id": photo_id}, content=picture(), headers=headers, timeout=30).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = set(pool.map(send, range(12)))
    assert statuses <= {200, 201}
    with psycopg.connect(small_centre.database.url) as connection:
        kept = connection.execute("select count(*) from audit where details->>'photo' = %s", [photo_id]).fetchone()
    assert kept == (1,)


def test_a_day_has_more_than_9999_numbers(client: httpx.Client, token_of: Headers, small_centre: Centre) -> None:
    today = utc_now().astimezone(TOWN_ZONE).date()
    with psycopg.connect(small_centre.database.url) as connection:
        connection.execute(
            "insert into case_counter values (%s, %s, 9998)"
            " on conflict (area_id, day) do update set last_number = excluded.last_number",
            [AREA_ID, today],
        )
    leader = token_of("shift_leader")
    made = [
        client.post("/api/incidents", json=a_report(id=str(uuid4())), headers=leader).json()["case_no"]
        for _ in range(3)
    ]
    assert [number[8:] for number in made] == ["9999", "10000", "10001"]
    for number in made:
        read = client.get(f"/api/incidents/{number}", headers=leader)
        assert read.status_code == 200, read.text
        assert client.post(f"/api/incidents/{number}/accept", headers=leader).status_code == 200
        assert client.get(f"/api/incidents/{number}/suggestion", headers=leader).status_code == 200
        assert client.get(f"/api/incidents/{number}/nearby?radius_m=500", headers=leader).status_code == 200
        photos = f"/api/incidents/{number}/photos"
        assert client.post(photos, params={"id": str(uuid4())}, content=picture(), headers=leader).status_code == 201


def test_of_one_moment_the_longer_number_is_the_newer(
    client: httpx.Client, token_of: Headers, small_centre: Centre
) -> None:
    leader = token_of("shift_leader")
    numbers = [client.post("/api/incidents", json=a_report(id=str(uuid4())), headers=leader).json() for _ in range(2)]
    moment = datetime.now(UTC) + timedelta(seconds=1)
    named = ("YZ2611219999", "YZ26112110000")
    with psycopg.connect(small_centre.database.url) as connection:
        connection.execute("set session_replication_role = replica")
        for made, name in zip(numbers, named, strict=True):
            for table in ("incident", "incident_log"):
                connection.execute(
                    f"update {table} set case_no = %s where case_no = %s",  # type: ignore[arg-type]
                    [name, made["case_no"]],
                )
        connection.execute("update incident set reported_at = %s where case_no = any(%s)", [moment, list(named)])
    listed = client.get("/api/incidents", params={"limit": 2}, headers=leader).json()["incidents"]
    assert [case["case_no"] for case in listed] == list(reversed(named))


def test_the_same_change_of_duty_again_is_not_another(client: httpx.Client, token_of: Headers) -> None:
    """What was lost on the way and comes late must not put somebody on duty who has gone home since."""
    gateway = token_of("gateway")
    off, on = ({"worker": 1, "on": state, "id": str(uuid4())} for state in (False, True))
    assert client.post("/api/duty", json=off, headers=gateway).json() == {"worker": 1, "on": False, "changed": True}
    assert client.post("/api/duty", json=on, headers=gateway).json() == {"worker": 1, "on": True, "changed": True}
    late = client.post("/api/duty", json=off, headers=gateway)
    assert (late.status_code, late.json()) == (200, {"worker": 1, "on": True, "changed": False})
    key = {"Idempotency-Key": "home"}
    body = {"worker": 1, "on": False}
    assert client.post("/api/duty", json=body, headers=gateway | key).json()["changed"] is True
    client.post("/api/duty", json={"worker": 1, "on": True}, headers=gateway)
    assert client.post("/api/duty", json=body, headers=gateway | key).json() == {
        "worker": 1, "on": True, "changed": False,
    }  # fmt: skip


def test_what_is_refused_is_counted_for_the_leader_and_the_administrator(
    client: httpx.Client, token_of: Headers
) -> None:
    now = datetime.now(UTC)
    fixes = [
        {"recorded_at": (now + timedelta(hours=1, seconds=s)).isoformat(), "lon": 120.95, "lat": 30.919}
        for s in range(3)
    ]
    fixes.append({"recorded_at": (now - timedelta(days=8)).isoformat(), "lon": 120.95, "lat": 30.919})
    sent = client.post(
        "/api/positions", json={"worker": 2, "datum": "wgs84", "fixes": fixes}, headers=token_of("grid_worker")
    )
    assert sent.status_code == 202, sent.text
    for role in ("shift_leader", "sysadmin"):
        answer = client.get("/api/positions/refusals", headers=token_of(role))
        assert answer.status_code == 200, answer.text
        mine = {row["code"]: row for row in answer.json()["refusals"] if row["worker"] == 2}
        assert (mine["in_future"]["count"], mine["too_old"]["count"]) == (3, 1)
        assert mine["in_future"]["message"]
    for role in ("grid_worker", "display", "reviewer", "gateway"):
        assert client.get("/api/positions/refusals", headers=token_of(role)).status_code == 403
