"""Phones' protocols: real requests, as the reference decoder of Traccar reads them."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.errors import InvalidInput
from mapdata.devices import osmand, owntracks
from mapdata.devices.report import DeviceReport

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


KNOTS_10 = 10 * 1852 / 3600


def query(url: str) -> DeviceReport | None:
    values = {name: given[0] for name, given in parse_qs(urlsplit(url).query).items()}
    return osmand.decode_query(values, NOW)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "/?id=7&lat=30.92&lon=120.95&timestamp=1377177267&speed=10&bearing=90&accuracy=4.5&batt=87.4",
            DeviceReport(
                "7", datetime(2013, 8, 22, 13, 14, 27, tzinfo=UTC), 120.95, 30.92, 4.5, 5.144444444444445, 90, 87
            ),
        ),
        (
            "/?deviceid=7&lat=30.92&lon=120.95&timestamp=1377177267000&mock=true",
            DeviceReport("7", datetime(2013, 8, 22, 13, 14, 27, tzinfo=UTC), 120.95, 30.92, is_mock=True),
        ),
        (
            "/?id=7&location=30.92,120.95&timestamp=2014-06-04+09%3A10%3A11",
            DeviceReport("7", datetime(2014, 6, 4, 9, 10, 11, tzinfo=UTC), 120.95, 30.92),
        ),
        (
            "/?id=7&lat=30.92&lon=120.95&timestamp=2016-01-27T18%3A55%3A47%2B08%3A00&heading=0",
            DeviceReport("7", datetime(2016, 1, 27, 10, 55, 47, tzinfo=UTC), 120.95, 30.92, heading_deg=0),
        ),
        ("/?id=7&lat=30.92&lon=120.95&accuracy=-1&speed=-1", DeviceReport("7", NOW, 120.95, 30.92)),
        ("/?id=7&lat=30.92&lon=120.95&speed=fast&bearing=361&batt=x", DeviceReport("7", NOW, 120.95, 30.92)),
        ("/?id=7&lat=30.92&lon=120.95&speed=10.0&valid=1", DeviceReport("7", NOW, 120.95, 30.92, None, KNOTS_10)),
        ("/?id=7&lat=30.92&lon=120.95&speed=10.0&hdop=4.0", DeviceReport("7", NOW, 120.95, 30.92, None, 10)),
        (
            "/?id=7&lat=30.92&lon=120.95&timestamp=1377177267000&hdop=4.0&altitude=3.0&speed=10.0&bearing=90.0",
            DeviceReport("7", datetime(2013, 8, 22, 13, 14, 27, tzinfo=UTC), 120.95, 30.92, 4, 10, 90),
        ),
        ("/?id=7&timestamp=1377177267&cell=257,02,16,2224", None),
    ],
)
def test_osmand_query(url: str, expected: DeviceReport | None) -> None:
    assert query(url) == expected


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("/?id=7&lat=91&lon=120", "lat"),
        ("/?id=7&lat=nan&lon=120", "lat"),
        ("/?id=7&lat=30&lon=abc", "lon"),
        ("/?id=7&lat=30", "lon"),
        ("/?id=7&lat=30&lon=120&timestamp=yesterday", "timestamp"),
        ("/?id=7&lat=30&lon=120&timestamp=99999999999999999999", "timestamp"),
        ("/?id=7&lat=30,92&lon=120,95", "lon"),
        ("/?id=7&lat=30&lon=120&timestamp=-1", "timestamp"),
        ("/?id=7&lat=30&lon=120&valid=0", "valid"),
    ],
)
def test_osmand_query_that_cannot_be_read_names_the_value(url: str, field: str) -> None:
    with pytest.raises(InvalidInput) as told:
        query(url)
    assert told.value.field == field


def test_osmand_json_holds_one_place_or_many() -> None:
    place = {
        "timestamp": "2025-06-15T13:45:12.862Z",
        "coords": {"latitude": 30.92, "longitude": 120.95, "accuracy": 5, "speed": 1.5, "heading": -1},
        "battery": {"level": 0.5, "is_charging": False},
        "mock": True,
    }
    at = datetime(2025, 6, 15, 13, 45, 12, 862000, tzinfo=UTC)
    expected = DeviceReport("7", at, 120.95, 30.92, 5, 1.5, None, 50, is_mock=True)
    assert osmand.decode_json({"location": place, "device_id": 7}, NOW) == [expected]
    assert osmand.decode_json({"location": [place, place], "device_id": "7"}, NOW) == [expected, expected]


def test_owntracks_location() -> None:
    body = {"_type": "location", "lat": 30.92, "lon": 120.95, "tst": 1551874878, "acc": 15, "vel": 36, "cog": 271}
    at = datetime(2019, 3, 6, 12, 21, 18, tzinfo=UTC)
    report = owntracks.decode_message(body | {"batt": 46, "topic": "owntracks/7/phone", "tid": "7x"}, NOW)
    assert report == DeviceReport("7", at, 120.95, 30.92, 15, 10, 271, 46)
    named = owntracks.decode_message(body | {"tid": "7x"}, NOW, {"user": "12"})
    assert named is not None
    assert named.device_id == "12"


def test_one_place_of_many_that_cannot_be_is_a_fault_beside_the_others() -> None:
    good = {"coords": {"latitude": 30.92, "longitude": 120.95}}
    first, bad, last = osmand.decode_json({"location": [good, {"coords": {"latitude": 95}}, good]}, NOW)
    assert first == last == DeviceReport(None, NOW, 120.95, 30.92)
    assert isinstance(bad, InvalidInput)


def test_what_owntracks_says_is_no_fix_is_none() -> None:
    body = {"_type": "location", "lat": 30.92, "lon": 120.95, "tst": 1551874878}
    for trigger in ("p", "c", "b", "r", "u", "t", "v", "C", "m", "e"):
        assert owntracks.decode_message(body | {"t": trigger}, NOW)
    for trigger in ("l", "L"):
        with pytest.raises(InvalidInput):
            owntracks.decode_message(body | {"t": trigger}, NOW)
    unknown = {"acc": 0, "vel": -1, "cog": "", "batt": 130}
    assert owntracks.decode_message(body | unknown, NOW) == owntracks.decode_message(body, NOW)


@pytest.mark.parametrize("kind", ["transition", "waypoint", "lwt", "card", None])
def test_owntracks_other_messages_tell_no_place(kind: str | None) -> None:
    assert owntracks.decode_message({"_type": kind}, NOW) is None


@pytest.mark.shared
def test_conformance_file(shared_data: Path) -> None:
    """Every real request of the file decodes; those its check names a position for give one."""
    lines = (shared_data / "conformance" / "device_payloads.jsonl").read_text().splitlines()
    cases = [json.loads(line) for line in lines]
    assert len(cases) >= 11
    for case in cases:
        payload, reports = case["payload"], []
        if case["protocol"] == "OwnTracks":
            reports = [owntracks.decode_message(json.loads(payload[-1]), NOW)]
        elif case["http_method"] == "POST":
            reports = osmand.decode_json(json.loads(payload[-1]), NOW)
        else:
            reports = [query(payload[0])]
        assert (reports[0] is not None) == (case["check"] == "verifyPosition"), payload


def _real(shared_data: Path, protocol: str, method: str | None) -> list[list[str]]:
    lines = (shared_data / "conformance" / "device_payloads.jsonl").read_text().splitlines()
    cases = map(json.loads, lines)
    return [c["payload"] for c in cases if (c["protocol"], c["http_method"]) == (protocol, method)]


@pytest.mark.shared
def test_conformance_values(shared_data: Path) -> None:
    """The values of the real requests, read by eye from their text."""
    queries = [query(payload[0]) for payload in _real(shared_data, "OsmAnd", None)]
    assert [None if one is None else (one.device_id, one.lon, one.lat) for one in queries] == [
        None,
        ("902064", -88.23412, 42.06288),
        ("353861053849681", 6.15788, 49.60688),
        ("123456", 30.0, 60.0),
        ("861001000719969", -0.883333, 41.666667),
        ("123456789012345", -74.0061408571, 40.7232948571),
    ]
    last = queries[-1]
    assert last is not None
    assert (last.speed_mps, last.heading_deg) == (pytest.approx(20.5778, abs=1e-4), 7.19889788244)
    posted = [osmand.decode_json(json.loads(p[-1]), NOW)[0] for p in _real(shared_data, "OsmAnd", "POST")]
    assert [(one.device_id, one.is_mock, one.speed_mps, one.heading_deg, one.battery_pct) for one in posted] == [
        ("48241179", False, 0, None, 100),
        ("658765", True, None, None, None),
    ]
    own = [owntracks.decode_message(json.loads(p[-1]), NOW) for p in _real(shared_data, "OwnTracks", "POST")]
    assert [one and (one.device_id, one.battery_pct) for one in own] == [("5t", 46), ("JJ", 67), ("ckrey", None)]
    assert own[1] is not None
    assert own[1].speed_mps == pytest.approx(61 / 3.6)


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(["location", "", "a", "1e999"]), st.just([{}])
)
keys = st.sampled_from(
    ["coords", "_type", "lat", "lon", "latitude", "longitude", "timestamp", "tst", "battery", "topic"]
)
bodies = st.dictionaries(keys, anything | st.dictionaries(keys, anything, max_size=4), max_size=6)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(bodies)
def test_nothing_but_a_named_fault_comes_from_any_json(body: dict) -> None:
    for decode in (
        lambda: osmand.decode_json({"location": body}, NOW),
        lambda: owntracks.decode_message(body | {"_type": "location"}, NOW),
    ):
        with suppress(InvalidInput):
            decode()
