"""Whatever a client sends: never a 500, always the one shape of an error, nothing half-written."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.incident_models import ActBody, ReportBody
from dispatch.cases.lifecycle import VERBS
from tests.small_town import SOUTH_POINT

Headers = Callable[[str], dict[str, str]]
FILTERS = ("state", "grid", "since", "bbox", "limit", "nonsense")
QUIET = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

NASTY = st.sampled_from(
    [
        "",
        " ",
        "\0",
        "\ud800",
        "'; drop table incident; --",
        "%",
        "_",
        "{field}",
        "@faults.no_area",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "𝕏" * 50,
        "NaN",
        "Infinity",
        "1e400",
        "99999999999999999999",
        "-1",
        "true",
        "[]",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-21T08:00:00+08:00",
        "reported",
        "120,30,121,31",
        "nan,nan,nan,nan",
        "1,2,3",
    ]
)
words = NASTY | st.text(max_size=40)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | words
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3))


def checked(answer: httpx.Response) -> httpx.Response:
    """An answer that is a success or an error in the one shape."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        told = answer.json()
        assert told.keys() == {"error"}
        assert {"code", "message", "fields"} <= told["error"].keys()
        assert isinstance(told["error"]["message"], str)
        assert told["error"]["message"]
        assert all(isinstance(field, str) for field in told["error"]["fields"].values())
        assert not told["error"]["message"].startswith(("faults.", "api."))
    return answer


def in_a_path(words: str) -> str:
    return quote(words.encode("utf-8", "replace"), safe="")


def sent(client: httpx.Client, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
    content = json.dumps(body, ensure_ascii=True).encode()
    return checked(client.post(path, content=content, headers=headers | {"Content-Type": "application/json"}))


def a_report(**changes: Any) -> dict[str, Any]:
    lon, lat = SOUTH_POINT
    report = {
        "id": str(uuid4()),
        "source_channel": "phone",
        "description": "x",
        "lon": lon,
        "lat": lat,
        "datum": "wgs84",
    }
    return report | changes


@pytest.fixture(scope="module")
def case_no(address: str, token_of: Headers) -> str:
    answer = httpx.post(f"{address}/api/incidents", json=a_report(), headers=token_of("operator"), timeout=30)
    return answer.json()["case_no"]


@QUIET
@given(name=st.sampled_from([*ReportBody.model_fields, "nonsense"]), value=values)
def test_one_wrong_value_in_a_report(client: httpx.Client, token_of: Headers, name: str, value: Any):
    answer = sent(client, "/api/incidents", a_report(**{name: value}), token_of("operator"))
    assert answer.status_code in (200, 201, 400)


@QUIET
@given(body=values)
def test_any_json_as_a_report(client: httpx.Client, token_of: Headers, body: Any):
    assert sent(client, "/api/incidents", body, token_of("operator")).status_code == 400


@QUIET
@given(body=st.binary(max_size=200))
def test_any_bytes_as_a_report(client: httpx.Client, token_of: Headers, body: bytes):
    for kind in (
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
    ):
        answer = client.post("/api/incidents", content=body, headers=token_of("operator") | {"Content-Type": kind})
        assert checked(answer).status_code == 400


@QUIET
@given(
    verb=st.sampled_from(VERBS) | words,
    body=st.dictionaries(st.sampled_from([*ActBody.model_fields, "nonsense"]), values, max_size=4) | values,
)
def test_any_verb_with_anything(client: httpx.Client, token_of: Headers, case_no: str, verb: str, body: Any):
    sent(client, f"/api/incidents/{case_no}/{in_a_path(verb)}", body, token_of("shift_leader"))


@QUIET
@given(
    asked=st.dictionaries(st.sampled_from(["state", "grid", "since", "bbox", "limit", "nonsense"]), words, max_size=4)
)
def test_any_filter(client: httpx.Client, token_of: Headers, asked: dict[str, str]):
    params = {name: value.encode("utf-8", "replace").decode() for name, value in asked.items()}
    checked(client.get("/api/incidents", params=params, headers=token_of("operator")))


@QUIET
@given(case=words)
def test_any_case_number(client: httpx.Client, token_of: Headers, case: str):
    checked(client.get(f"/api/incidents/{in_a_path(case)}", headers=token_of("operator")))


@QUIET
@given(name=st.sampled_from(["Authorization", "Cookie", "Accept-Language", "Idempotency-Key", "Origin"]), value=words)
def test_any_header(client: httpx.Client, token_of: Headers, name: str, value: str):
    raw = value.encode("utf-8", "replace").replace(b"\0", b"").replace(b"\r", b"").replace(b"\n", b"").strip()
    try:
        answer = client.post("/api/incidents", json=a_report(), headers=token_of("operator") | {name: raw})
    except httpx.ProtocolError:
        return
    if answer.text.startswith("Invalid HTTP"):
        return
    checked(answer)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lon": None}, "lon"),
        ({"lon": "abc"}, "lon"),
        ({"lat": 1e308}, "lat"),
        ({"lon": 30.919, "lat": 120.9455}, "lat"),
        ({"datum": "mars"}, "datum"),
        ({"datum": None}, "datum"),
        ({"description": ""}, "description"),
        ({"description": "a\0"}, "description"),
        ({"type_code": "0000"}, "type_code"),
        ({"priority": "P9"}, "priority"),
        ({"source_channel": "pigeon"}, "source_channel"),
        ({"id": "1"}, "id"),
        ({"worker": 70000}, "worker"),
        ({"reporter": {"phone": "1" * 31}}, "reporter.phone"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_the_field_is_named(client: httpx.Client, token_of: Headers, changes: dict[str, Any], field: str):
    answer = sent(client, "/api/incidents", a_report(**changes), token_of("operator"))
    assert answer.status_code == 400
    assert field in answer.json()["error"]["fields"]


def test_not_a_number_is_no_place(client: httpx.Client, token_of: Headers):
    body = json.dumps(a_report()).replace(str(SOUTH_POINT[0]), "NaN")
    answer = client.post(
        "/api/incidents", content=body, headers=token_of("operator") | {"Content-Type": "application/json"}
    )
    assert checked(answer).status_code == 400


def test_a_key_in_the_header_is_as_good_as_an_id(client: httpx.Client, token_of: Headers):
    report = a_report()
    del report["id"]
    assert sent(client, "/api/incidents", report, token_of("operator")).status_code == 400
    headers = token_of("operator") | {"Idempotency-Key": "来电 42".encode().hex()}
    first, again = (sent(client, "/api/incidents", report, headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["case_no"] == again.json()["case_no"]


def test_a_verb_out_of_turn_over_http(client: httpx.Client, token_of: Headers):
    case_no = sent(client, "/api/incidents", a_report(), token_of("operator")).json()["case_no"]
    answer = sent(client, f"/api/incidents/{case_no}/sign", {}, token_of("operator"))
    assert answer.status_code == 409
    told = answer.json()["error"]
    assert told["code"] == "verb_out_of_turn"
    assert {"verb": "accept", "roles": ["operator", "shift_leader"]} in told["allowed"]
