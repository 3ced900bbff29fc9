"""Tracks over HTTP: in each form, of those asked for, and never without a line in the audit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from xml.etree import ElementTree

import httpx
import pytest

from base.clock import utc_now
from dispatch.centre import Centre
from mapdata.trackfiles import from_trk1
from tests.small_town import AREA_ID

Headers = Callable[[str], dict[str, str]]
BEGAN = utc_now().replace(microsecond=0) - timedelta(minutes=40)
GPX = {"g": "http://www.topografix.com/GPX/1/1"}


@pytest.fixture(scope="module")
def walked(address: str, token_of: Headers) -> list[tuple[float, float]]:
    """Worker 2 walked for a minute, was not heard of for ten, and walked for another minute."""
    seconds = [0, 15, 30, 45, 60, 660, 675, 690, 705, 720]
    places = [(120.9430 + n * 0.0002, 30.9190) for n in range(len(seconds))]
    fixes = [
        {"recorded_at": (BEGAN + timedelta(seconds=s)).isoformat(), "lon": lon, "lat": lat, "accuracy_m": 5}
        for s, (lon, lat) in zip(seconds, places, strict=True)
    ]
    bad = {
        "recorded_at": (BEGAN + timedelta(seconds=20)).isoformat(),
        "lon": 120.9431,
        "lat": 30.919,
        "accuracy_m": 900,
    }
    body = {"worker": 2, "datum": "wgs84", "fixes": [*fixes, bad]}
    with httpx.Client(base_url=address) as phone:
        told = phone.post("/api/positions", json=body, headers=token_of("gateway")).json()
    assert (told["accepted"], told["flagged"]) == (11, 1)
    return places


@pytest.fixture(scope="module", autouse=True)
def on_duty_for_an_hour(small_centre: Centre) -> None:
    with small_centre.database.transaction() as transaction:
        transaction.execute(
            "update duty set started_at = %s where area_id = %s", [BEGAN - timedelta(minutes=20), AREA_ID]
        )


def ask(client: httpx.Client, headers: dict[str, str], **changes: object) -> httpx.Response:
    asked = {
        "from": BEGAN.isoformat(),
        "to": (BEGAN + timedelta(minutes=25)).isoformat(),
        "worker": 2,
        "reason": "复盘",
    }
    given = {name: value for name, value in (asked | changes).items() if value is not None}
    return client.get("/api/tracks", params=given, headers=headers)  # type: ignore[arg-type]


@pytest.mark.usefixtures("walked")
def test_columns_hold_every_believed_fix_and_break_at_the_silence(
    client: httpx.Client, token_of: Headers, walked: list[tuple[float, float]]
) -> None:
    answer = ask(client, token_of("reviewer"), format="trk1")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.gridcommand.trk1"
    pieces = from_trk1(answer.content)
    assert [(worker, len(lon)) for worker, lon, _, _ in pieces] == [(2, 5), (2, 5)]
    lons = [float(lon) for _, column, _, _ in pieces for lon in column]
    assert lons == pytest.approx([lon for lon, _ in walked], abs=1e-6)
    assert pieces[1][3][0] - pieces[0][3][-1] == pytest.approx(600, abs=0.1)


@pytest.mark.usefixtures("walked")
def test_geojson_has_a_line_a_piece_with_its_times(client: httpx.Client, token_of: Headers) -> None:
    lines = ask(client, token_of("shift_leader")).json()["features"]
    assert [line["geometry"]["type"] for line in lines] == ["LineString", "LineString"]
    for line in lines:
        assert len(line["properties"]["times"]) == len(line["geometry"]["coordinates"]) == 5
    assert datetime.fromisoformat(lines[0]["properties"]["times"][0]) == BEGAN


@pytest.mark.usefixtures("walked")
def test_gpx_is_read_by_its_schema(client: httpx.Client, token_of: Headers) -> None:
    root = ElementTree.fromstring(ask(client, token_of("reviewer"), format="gpx").content)
    assert root.tag == f"{{{GPX['g']}}}gpx"
    assert [len(each) for each in root.findall(".//g:trkseg", GPX)] == [5, 5]
    first = root.find(".//g:trkpt", GPX)
    assert first is not None
    assert (first.get("lat"), first.get("lon")) == ("30.919000", "120.943000")


@pytest.mark.parametrize("form", ["trk1", "geojson", "gpx"])
def test_a_time_nobody_was_seen_is_an_empty_answer(client: httpx.Client, token_of: Headers, form: str) -> None:
    long_ago = {"from": (BEGAN - timedelta(days=9)).isoformat(), "to": (BEGAN - timedelta(days=8)).isoformat()}
    answer = ask(client, token_of("reviewer"), format=form, **long_ago)
    assert answer.status_code == 200
    if form == "trk1":
        assert from_trk1(answer.content) == []
    else:
        assert "coordinates" not in answer.text
        assert "trkpt" not in answer.text


def test_a_worker_nobody_knows_went_nowhere(client: httpx.Client, token_of: Headers) -> None:
    assert ask(client, token_of("reviewer"), worker=4711).json() == {"type": "FeatureCollection", "features": []}


def test_swapped_times_and_too_long_ones_are_named(client: httpx.Client, token_of: Headers) -> None:
    for until in (BEGAN, BEGAN - timedelta(hours=1), BEGAN + timedelta(days=40)):
        answer = ask(client, token_of("reviewer"), to=until.isoformat())
        assert answer.status_code == 400, answer.text
        assert "to" in answer.json()["error"]["fields"]


@pytest.mark.parametrize(
    "changes", [{"from": None}, {"to": "昨天"}, {"format": "kml"}, {"worker": "二"}, {"reason": None}, {"reason": " "}]
)
def test_what_cannot_be_read_is_named(client: httpx.Client, token_of: Headers, changes: dict[str, object]) -> None:
    answer = ask(client, token_of("reviewer"), **changes)
    assert answer.status_code == 400
    assert {name.partition(".")[0] for name in answer.json()["error"]["fields"]} == changes.keys()


def test_every_look_is_in_the_audit_with_its_reason(
    client: httpx.Client, token_of: Headers, small_centre: Centre
) -> None:
    ask(client, token_of("reviewer"), reason="投诉复核 4711")
    with small_centre.database.transaction() as transaction:
        rows = transaction.execute(
            "select actor, role, details from audit where area_id = %s and action = 'track.read'", [AREA_ID]
        ).fetchall()
    looks = [row for row in rows if row["details"]["reason"] == "投诉复核 4711"]
    assert [(row["role"], row["details"]["workers"]) for row in looks] == [("reviewer", [2])]


@pytest.mark.parametrize("role", ["operator", "display", "grid_worker", "gateway", "verifier"])
def test_tracks_are_for_those_who_review(client: httpx.Client, token_of: Headers, role: str) -> None:
    assert ask(client, token_of(role)).status_code == 403
