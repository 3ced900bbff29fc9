"""Layers: records in, GeoJSON and components out; the wire frame means the same to server, Python and browser."""

import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import shapely
import shapely.geometry
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from api.live.frames import encode_frame
from dispatch.advice.workforce import STATUSES
from layers import cameras, grids, highlight, incidents, routes, sos, style, surroundings, workers
from layers.feature import CameraFeature, GridFeature, HighlightFeature, IncidentFeature, RouteFeature, SosFeature
from layers.legend import incident_legend, load_legend, worker_legend
from layers.map import town_map
from layers.svg import sparkline
from tests.small_town import AREA

BROWSER = Path(__file__).parents[2] / "layers" / "browser"
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}

lons = st.floats(-180, 180, allow_nan=False)
lats = st.floats(-85, 85, allow_nan=False)


# what lies outside


def test_the_outside_is_dark_and_the_town_is_not() -> None:
    hole = {"type": "Polygon", "coordinates": [[[2, 2], [4, 2], [4, 4], [2, 4], [2, 2]]]}
    both = {"type": "MultiPolygon", "coordinates": [hole["coordinates"], [[[6, 6], [7, 6], [7, 7], [6, 6]]]]}
    for outline, inside in ((hole, [(3, 3)]), (both, [(3, 3), (6.8, 6.2)])):
        made = surroundings.surroundings_data(outline)
        parts = {each["properties"]["part"]: shapely.geometry.shape(each["geometry"]) for each in made["features"]}
        outside = parts["outside"]
        assert outside.is_valid
        assert outside.contains(shapely.Point(-120, 60)), "however far the map is zoomed out"
        assert not any(outside.intersects(shapely.Point(place)) for place in inside)
        assert outside.intersects(parts["border"]), "the border is where the dark begins"


def test_an_area_without_grids_is_not_darkened() -> None:
    assert surroundings.surroundings_data(None)["features"] == []


# the look


def test_every_status_of_the_wire_has_its_look_in_the_same_order() -> None:
    assert tuple(look.status for look in style.WORKER_STYLES) == STATUSES


def test_no_two_looks_differ_by_colour_alone_without_being_far_apart() -> None:
    on_duty = [look for look in style.WORKER_STYLES if look.status != "off_duty"]
    assert len({(look.colour, look.shape) for look in on_duty}) == len(on_duty)
    assert len({look.shape for look in on_duty}) == len(on_duty), "a shape of its own for each, seen without colours"


@pytest.mark.parametrize(
    "colour", [look.colour for look in style.WORKER_STYLES[1:]] + [*style.PRIORITY_COLOURS.values()]
)
def test_symbols_stand_out_from_the_map(colour: str) -> None:
    assert style.contrast(colour, style.BACKGROUND) >= 4.5


def test_contrast_of_black_and_white_is_21() -> None:
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert style.contrast("#777777", "#777777") == pytest.approx(1)


@given(st.integers(0, 10_000))
def test_load_classes_rise(open_cases: int) -> None:
    found = style.load_class(open_cases)
    higher = [each for each in style.LOAD_CLASSES if each.least > found.least]
    assert found.least <= open_cases
    assert all(open_cases < each.least for each in higher)


# features


def test_pins_are_drawn_most_urgent_last() -> None:
    cases = [IncidentFeature(f"C{n}", 1, 2, priority, "waiting", "t") for n, priority in enumerate(("P3", "P1", "P2"))]
    data = incidents.incident_data(cases)
    assert [each["properties"]["priority"] for each in data["features"]] == ["P3", "P2", "P1"]
    assert data["features"][0]["geometry"] == {"type": "Point", "coordinates": [1, 2]}


def test_grids_carry_their_fill_and_count() -> None:
    features = [GridFeature("1", "a", SQUARE, 0.5, 0.5, 0), GridFeature("2", "b", SQUARE, 0.5, 0.5, 9)]
    calm, busy = (each["properties"] for each in grids.grid_data(features)["features"])
    assert calm["opacity"] < busy["opacity"]
    assert [each["properties"]["open"] for each in grids.grid_label_data(features)["features"]] == [0, 9]


def test_of_many_grids_only_those_with_cases_are_labelled() -> None:
    many = [GridFeature(str(n), "g", SQUARE, 0, 0, int(n == 3)) for n in range(grids.LABELLED_AT_MOST + 1)]
    assert [each["properties"]["code"] for each in grids.grid_label_data(many)["features"]] == ["3"]
    assert len(grids.grid_data(many)["features"]) == len(many)


@given(lons, st.floats(-60, 60), st.floats(0, 359.9), st.floats(1, 360), st.floats(5, 300))
def test_a_camera_sees_as_far_as_its_range_in_its_sector(
    lon: float, lat: float, heading: float, fov: float, range_m: float
) -> None:
    ring = cameras.sector(CameraFeature(1, "c", lon, lat, heading, fov, range_m))["coordinates"][0]
    assert ring[0] == ring[-1] == [lon, lat]
    for place in ring[1:-1]:
        bearing, _, distance_m = Geod(ellps="WGS84").inv(lon, lat, *place)
        assert distance_m == pytest.approx(range_m, rel=0.02, abs=0.3)
        off_axis = abs((bearing - heading + 180) % 360 - 180)
        assert off_axis <= fov / 2 + 3


def test_routes_put_the_best_on_top_and_leave_out_what_is_no_line() -> None:
    line = ((120.0, 30.0), (120.1, 30.1))
    data = routes.route_data([RouteFeature(1, line, "4 min"), RouteFeature(2, line), RouteFeature(3, line[:1])])
    assert [each["properties"]["rank"] for each in data["features"]] == [2, 1]
    assert data["features"][0]["geometry"]["coordinates"] == [[120.0, 30.0], [120.1, 30.1]]


def test_a_highlight_keeps_its_kind_and_radius() -> None:
    data = highlight.highlight_data([HighlightFeature("circle", 1, 2, radius_m=300.0)])
    assert data["features"][0]["properties"] == {"kind": "circle", "label": "", "radius_m": 300.0}


def test_who_calls_for_help_is_a_mark_with_the_pieces_of_his_way() -> None:
    way = (((120.0, 30.0), (120.1, 30.1)), ((120.2, 30.2),))
    data = sos.sos_data([SosFeature("a", 120.3, 30.3, "SOS 甲", pieces=way)])
    kinds = [each["geometry"]["type"] for each in data["features"]]
    assert kinds == ["LineString", "Point"], "a single place is no line, and the mark is on top"
    assert data["features"][1]["properties"] == {"key": "a", "label": "SOS 甲", "is_acknowledged": False}


# components


def test_the_browser_knows_every_function_python_names() -> None:
    layers = [
        grids.grid_layer("a"), grids.grid_label_layer("b"), incidents.incident_layer("c"), cameras.camera_layer("d"),
        routes.route_layer("e"), highlight.highlight_layer("f"), sos.sos_layer("g"),
    ]  # fmt: skip
    told = json.dumps([layer.to_plotly_json() for layer in layers])
    named = {part.split('"')[0] for part in told.split("gridcommand.layers.")[1:]}
    symbols = (BROWSER / "symbols.js").read_text(encoding="utf-8")
    exported = symbols.rsplit("window.gridcommand.layers || {}, {", 1)[1].split("}")[0].replace("\n", " ")
    assert named <= {name.strip() for name in exported.split(",")}
    assert {layer.pane for layer in layers} <= set(style.PANES)


def test_the_browser_makes_every_pane() -> None:
    maps = (BROWSER / "maps.js").read_text(encoding="utf-8")
    assert all(f"{pane}:" in maps for pane in style.PANES)


def test_the_map_tells_the_browser_its_extent_and_look() -> None:
    box = town_map(AREA, id="m", layers=[], follow="pins").to_plotly_json()["props"]
    assert json.loads(box["data-extent"]) == [AREA.west, AREA.south, AREA.east, AREA.north]
    assert box["data-tiles"] == "/tiles/{z}/{x}/{y}.mvt?v=990001.1"
    assert box["data-follow"] == "pins"
    assert [each[0] for each in json.loads(box["data-style"])["workers"]] == list(STATUSES)
    assert town_map(AREA, id="m", layers=[], live=False).to_plotly_json()["props"]["data-live"] == ""


def test_legends_explain_everything_that_is_drawn() -> None:
    said: list[str] = []

    def say(key: str) -> str:
        said.append(key)
        return key

    worker_legend(say)
    incident_legend(say)
    load_legend(say)
    statuses = {f"status.{status}" for status in STATUSES if status != "off_duty"}
    assert statuses | {f"priority.{name}" for name in style.PRIORITY_COLOURS} <= set(said)
    assert {f"phase.{phase}" for phase in style.PHASES} <= set(said)


@given(st.lists(st.floats(0, 1e6), min_size=0, max_size=30))
def test_a_sparkline_stays_in_its_box(values: list[float]) -> None:
    body = unquote(sparkline(values, "#ffffff", width=120, height=40).src)
    line = re.search(r'<polyline points="([^"]+)"', body)
    assert line is not None
    places = [tuple(map(float, each.split(","))) for each in line[1].split()]
    assert len(places) >= 2
    assert all(0 <= x <= 120 and 0 <= y <= 40 for x, y in places)


# the wire


def rows(count: int) -> list[tuple[object, ...]]:
    """Workers as the feed has them, of every status and age."""
    now = datetime(2026, 11, 21, 4, 0, tzinfo=UTC).timestamp()
    duty = ("on_duty_idle", "patrolling", "break", "sos")
    return [
        (n + 1, 120_900_000 + n * 37, 30_900_000 - n * 11, None if n % 5 == 0 else (n * 23.7) % 360,
         now - (n * 13) % 400, duty[n % 4], n % 7 == 0, n % 14 == 0)
        for n in range(count)
    ]  # fmt: skip


AT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def test_a_frame_of_the_server_is_read_in_python() -> None:
    frame = workers.decode(encode_frame(7, AT, rows(40)))
    assert (frame.tick, frame.at_ms, len(frame.records)) == (7, AT.timestamp() * 1000, 40)
    assert [int(each) for each in frame.records["worker"]] == list(range(1, 41))
    assert frame.records["lon"][3] == 120_900_111
    assert workers.encode(7, frame.at_ms, frame.records) == encode_frame(7, AT, rows(40))


def test_twelve_bytes_a_worker() -> None:
    assert workers.RECORD.itemsize == 12
    assert len(encode_frame(1, AT, rows(1000))) == 16 + 12_000


def test_a_frame_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="40 workers"):
        workers.decode(encode_frame(7, AT, rows(40))[:-1])


def test_a_frame_of_the_server_is_read_the_same_in_the_browser() -> None:
    message = encode_frame(9, AT + timedelta(milliseconds=250), rows(300))
    script = (
        "const fs=require('fs');globalThis.window=globalThis;"
        f"eval(fs.readFileSync({json.dumps(str(BROWSER / 'live.js'))},'utf8'));"
        "const b=fs.readFileSync(0);"
        "const f=gridcommand.live.decodeFrame(b.buffer.slice(b.byteOffset,b.byteOffset+b.length));"
        "const a=x=>Array.from(x);"
        "console.log(JSON.stringify({tick:f.tick,n:f.n,at:f.at,lon:a(f.lon),lat:a(f.lat),heading:a(f.heading),"
        "status:a(f.status),age:a(f.ageS),worker:a(f.worker)}))"
    )
    answer = subprocess.run(["node", "-e", script], input=message, capture_output=True, check=True)
    seen = json.loads(answer.stdout)
    frame = workers.decode(message)
    assert (seen["tick"], seen["n"], seen["at"]) == (frame.tick, 300, frame.at_ms)
    assert np.array_equal(np.round(np.array(seen["lon"]) * 1e6).astype(int), frame.records["lon"])
    assert np.array_equal(np.round(np.array(seen["lat"]) * 1e6).astype(int), frame.records["lat"])
    assert np.array_equal(seen["heading"], frame.records["heading"])
    assert np.array_equal(seen["status"], frame.records["state"] & 15)
    assert np.array_equal(seen["age"], (frame.records["state"] >> 4) * 15)
    assert np.array_equal(seen["worker"], frame.records["worker"])
    assert len(set(seen["status"])) == 7, "every status of the wire was in the frame"
