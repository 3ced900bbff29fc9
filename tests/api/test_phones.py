"""Phones as they are: what they cannot mean is dropped and counted; none is made to send the same thing for ever."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Unavailable
from dispatch.access.accounts import create_token
from dispatch.centre import Centre
from tests.api.conftest import make_server, serving
from tests.api.some_fixes import QUIET, Headers, a_time, places, refused_counts, scalars, stored
from tests.small_town import AREA_ID, WORKERS

OSMAND, OWNTRACKS = "/api/devices/osmand", "/api/devices/owntracks"


def a_query(**changes: Any) -> dict[str, Any]:
    return {"id": 2, "lat": 30.9191, "lon": 120.9501, "timestamp": a_time().timestamp()} | changes


def a_location(**changes: Any) -> dict[str, Any]:
    return {"_type": "location", "lat": 30.9191, "lon": 120.9501, "tst": a_time().timestamp(), "tid": "2"} | changes


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (a_query(lat=95), "out_of_range"),
        (a_query(lat="30,9191", lon="120,9501"), "out_of_range"),
        (a_query(lat="nan"), "out_of_range"),
        (a_query(lat=0, lon=0), "out_of_range"),
        (a_query(lat=""), "value_missing"),
        ({"id": 2}, "value_missing"),
        ({"id": 2, "cell": "460,0,1,1"}, "value_missing"),
        (a_query(timestamp=-1), "time_unreadable"),
        (a_query(timestamp="1e12"), "time_unreadable"),
        (a_query(timestamp=1), "too_old"),
        (a_query(timestamp=10**13), "in_future"),
        (a_query(timestamp=10**40), "time_unreadable"),
        (a_query(valid="false"), "not_valid"),
        (a_query(valid=0), "not_valid"),
        (a_query(id=99), "no_such_worker"),
        (a_query(id=99999), "worker_unknown_to_token"),
        (a_query(id="my phone"), "worker_unknown_to_token"),
        (a_query(id="\0"), "worker_unknown_to_token"),
    ],
)
def test_what_osmand_cannot_mean_is_dropped_and_counted(
    client: httpx.Client, token_of: Headers, small_centre: Centre, query: dict[str, Any], code: str
) -> None:
    for ask in (
        lambda: client.get(OSMAND, params=query, headers=token_of("gateway")),
        lambda: client.post(OSMAND, data=query, headers=token_of("gateway")),
    ):
        before, places_before = refused_counts(client, token_of), places(small_centre)
        answer = ask()
        assert (answer.status_code, answer.text) == (200, "")
        after = refused_counts(client, token_of)
        assert {key[1:]: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key, 0)} == {
            ("osmand", code): 1
        }
        assert places(small_centre) == places_before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"_type": "location", "tid": "2"}, "value_missing"),
        (a_location(lat=None), "value_missing"),
        (a_location(lat=95), "out_of_range"),
        (a_location(lat=1e308), "out_of_range"),
        (a_location(tst=-1), "time_unreadable"),
        (a_location(tst=1e300), "time_unreadable"),
        (a_location(t="l"), "not_valid"),
        (a_location(tid="ab"), "worker_unknown_to_token"),
        (a_location(tid=["2"]), "worker_unknown_to_token"),
        ({"_type": "encrypted", "data": "x"}, "device_message_unknown"),
        ({"_type": ["location"]}, "device_message_unknown"),
        ({}, "device_message_unknown"),
        ([], "device_body_unreadable"),
        ("x", "device_body_unreadable"),
        (b"\xff\xfe", "device_body_unreadable"),
        (b"{", "device_body_unreadable"),
        (b"\x00", "device_body_unreadable"),
        (b'{"_type":"location","lat":NaN,"lon":1}', "out_of_range"),
        (b'{"_type":"location","lat":' + b"9" * 5000 + b',"lon":1}', "out_of_range"),
        (b"[" * 100_000, "device_body_unreadable"),
    ],
)
def test_what_owntracks_cannot_mean_is_dropped_and_counted(
    client: httpx.Client, token_of: Headers, body: Any, code: str
) -> None:
    before = refused_counts(client, token_of)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post(OWNTRACKS, content=content, headers=token_of("gateway"))
    assert (answer.status_code, answer.json()) == (200, [])
    after = refused_counts(client, token_of)
    changed = {key[1:]: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key, 0)}
    assert changed == {("owntracks", code): 1}


@pytest.mark.parametrize("kind", ["lwt", "transition", "waypoint", "status", "card", "steps", None])
def test_owntracks_messages_that_are_no_place_are_not_counted(
    client: httpx.Client, token_of: Headers, kind: str | None
) -> None:
    before = refused_counts(client, token_of)
    content = json.dumps({"_type": kind, "lat": 30.9191, "lon": 120.9501, "tst": 1}) if kind else ""
    answer = client.post(OWNTRACKS, content=content, headers=token_of("gateway"))
    assert (answer.status_code, answer.json()) == (200, [])
    assert refused_counts(client, token_of) == before


def test_a_bad_place_does_not_take_the_others_of_a_traccar_upload(
    client: httpx.Client, token_of: Headers, small_centre: Centre
) -> None:
    def location(**coords: Any) -> dict[str, Any]:
        place = {"latitude": 30.9191, "longitude": 120.9501, "accuracy": 5, "speed": -1, "heading": -1}
        return {"timestamp": a_time().isoformat(), "coords": place | coords, "battery": {"level": 0.5}}

    bad: list[Any] = [location(latitude=95), {"timestamp": a_time().isoformat()}, None, "x"]
    bad += [location(longitude=float("nan")), location(latitude=float("inf"))]
    body = {"device_id": "2", "location": [location(), *bad, location(speed=float("nan")), location(heading=361)]}
    before = places(small_centre)
    assert client.post(OSMAND, content=json.dumps(body), headers=token_of("gateway")).status_code == 200
    assert places(small_centre) - before == 3


def test_an_unknown_speed_does_not_cost_the_place(
    client: httpx.Client, token_of: Headers, small_centre: Centre
) -> None:
    at = a_time()
    query = a_query(timestamp=at.isoformat(), speed="NaN", accuracy=-1, batt="full", bearing=361)
    assert client.get(OSMAND, params=query, headers=token_of("grid_worker")).status_code == 200
    assert stored(small_centre, {"recorded_at": at}) == (None, None, None, None)


@pytest.mark.parametrize(
    ("said", "speed_mps", "accuracy_m"),
    [
        ({"speed": 10.0}, 10, None),
        ({"speed": 10.0, "hdop": 4.5, "altitude": 3, "bearing": 90}, 10, 4.5),
        ({"speed": 10.0, "accuracy": 6}, 10, 6),
        ({"speed": 10.0, "accuracy": 6, "batt": 41.0}, 10 * 1852 / 3600, 6),
        ({"speed": 10.0, "accuracy": 0.0, "batt": 41.0, "hdop": 2}, 10 * 1852 / 3600, None),
    ],
)
def test_osmand_speaks_in_metres_a_second_and_traccar_client_in_knots(
    client: httpx.Client,
    token_of: Headers,
    small_centre: Centre,
    said: dict[str, Any],
    speed_mps: float,
    accuracy_m: float | None,
) -> None:
    at = a_time()
    query = a_query(timestamp=round(at.timestamp() * 1000), **said)
    assert client.get(OSMAND, params=query, headers=token_of("grid_worker")).status_code == 200
    found = stored(small_centre, {"recorded_at": at})
    assert found[0] == pytest.approx(speed_mps, rel=1e-6)
    assert found[1] == accuracy_m


names = st.sampled_from(
    ["id", "lat", "lon", "location", "timestamp", "speed", "bearing", "accuracy", "batt", "mock", "valid", "hdop", "x"]
)
plain = st.sampled_from(["2", "30.92", "120.95", "NaN", "-1", "\0", "²", "1_0", "1e400", "9" * 5000]) | st.text(
    max_size=8
)


@QUIET
@given(
    query=st.dictionaries(names, plain),
    body=st.binary(max_size=60) | st.just(b"a=1&" * 200),
    role=st.sampled_from(["gateway", "grid_worker"]),
)
def test_any_query_and_any_bytes_are_answered_as_taken(
    client: httpx.Client, token_of: Headers, query: dict[str, str], body: bytes, role: str
) -> None:
    taken = 414 if len(str(httpx.QueryParams(query))) > 7000 else 200  # an address no phone writes
    assert client.get(OSMAND, params=query, headers=token_of(role)).status_code == taken
    assert client.post(OSMAND, params=query, content=body, headers=token_of(role)).status_code == taken
    assert client.post(OWNTRACKS, params=query, content=body, headers=token_of(role)).status_code == taken


FIELDS = (
    "_type lat lon tst t tid topic vel acc batt device_id location coords timestamp latitude longitude battery level"
)
fields = st.sampled_from(FIELDS.split())
leaves = scalars | st.sampled_from(["location", "2", 2, 30.92, 120.95])
messages = st.recursive(leaves, lambda one: st.lists(one, max_size=3) | st.dictionaries(fields, one, max_size=6))


@QUIET
@given(
    message=messages | st.dictionaries(fields, messages).map(lambda one: one | {"_type": "location", "location": [one]})
)
def test_any_json_is_answered_as_taken(client: httpx.Client, token_of: Headers, message: Any) -> None:
    content = json.dumps(message).encode()
    for path in (OSMAND, OWNTRACKS):
        answer = client.post(path, content=content, headers=token_of("gateway") | {"Content-Type": "application/json"})
        assert answer.status_code == 200, (path, answer.text)


def test_what_may_be_mended_without_the_phone_is_still_refused(client: httpx.Client, token_of: Headers) -> None:
    for path in (OSMAND, OWNTRACKS):
        assert client.post(path, params={"token": "wrong"}).status_code == 401
        assert client.post(path, headers=token_of("operator")).status_code == 403
        assert client.post(path, content=b" " * (1024 * 1024 + 1), headers=token_of("gateway")).status_code == 413


def test_a_database_that_is_away_makes_the_phone_keep_its_fix(
    small_centre: Centre, token_of: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = token_of("gateway")
    with serving(make_server(small_centre)) as address:
        httpx.get(f"{address}{OSMAND}", params=a_query(), headers=headers)

        def away(*_: Any, **__: Any) -> Any:
            raise Unavailable("database_unreachable")

        monkeypatch.setattr(type(small_centre.database), "transaction", away)
        assert httpx.get(f"{address}{OSMAND}", params=a_query(), headers=headers).status_code == 503
        assert httpx.post(f"{address}{OWNTRACKS}", json=a_location(), headers=headers).status_code == 503


def test_a_fix_of_somebody_elses_worker_is_answered_and_counted(
    client: httpx.Client, token_of: Headers, small_centre: Centre
) -> None:
    with small_centre.database.transaction() as transaction:
        department = WORKERS[3].department_code
        token = create_token(
            transaction, AREA_ID, "dept_handler", "of a department", datetime.now(UTC), department_code=department
        )
    before = refused_counts(client, token_of)
    answer = client.get(OSMAND, params=a_query() | {"token": token})
    assert answer.status_code == 200
    key = (2, "osmand", "not_yourself")
    assert refused_counts(client, token_of)[key] == before.get(key, 0) + 1
