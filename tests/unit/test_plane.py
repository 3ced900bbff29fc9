"""Metres are those of the ellipsoid: every length, offset and bearing held against pyproj's geodesics."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from mapdata.plane import (
    MERCATOR,
    Plane,
    bearing_deg,
    box_around,
    distance_m,
    distances_m,
    line_length_m,
    mercator_stretch,
    moved,
    points_to_plane,
    steps_m,
)
from simulator import ground

EARTH = Geod(ellps="WGS84")
TABLE = json.loads((Path(__file__).parents[1] / "js" / "metres.json").read_text(encoding="utf-8"))
"""Pairs of points with the geodesic between them: what Python, the browser and the database are all held against."""

lons, lats = st.floats(-170, 170), st.floats(-60, 60)
bearings, near_m = st.floats(0, 359.99), st.floats(0.01, 20_000)


@given(lons, lats, bearings, near_m)
def test_within_twenty_kilometres_a_metre_is_a_metre(lon: float, lat: float, bearing: float, far_m: float) -> None:
    other_lon, other_lat, _ = EARTH.fwd(lon, lat, bearing, far_m)
    assert distance_m(lon, lat, other_lon, other_lat) == pytest.approx(far_m, rel=1e-5, abs=1e-6)
    assert distance_m(other_lon, other_lat, lon, lat) == distance_m(lon, lat, other_lon, other_lat)
    found_deg = bearing_deg(lon, lat, other_lon, other_lat)
    assert found_deg is not None
    assert abs((found_deg - bearing + 180) % 360 - 180) < 0.2


@given(lons, lats, bearings, st.floats(20_000, 300_000))
def test_farther_it_is_less_exact_and_says_how_much(lon: float, lat: float, bearing: float, far_m: float) -> None:
    other_lon, other_lat, _ = EARTH.fwd(lon, lat, bearing, far_m)
    if abs(other_lat) <= 60:
        assert distance_m(lon, lat, other_lon, other_lat) == pytest.approx(far_m, rel=5e-4)


@given(lons, lats, st.floats(-14_000, 14_000), st.floats(-14_000, 14_000))
def test_moved_goes_as_far_as_it_says(lon: float, lat: float, east_m: float, north_m: float) -> None:
    there = moved(lon, lat, east_m, north_m)
    assert EARTH.inv(lon, lat, *there)[2] == pytest.approx(np.hypot(east_m, north_m), rel=1e-4, abs=1e-6)
    assert ground.moved((lon, lat), east_m, north_m) == pytest.approx(there, abs=1e-3)


@given(st.lists(st.tuples(st.floats(-0.1, 0.1), st.floats(-0.1, 0.1)), min_size=2, max_size=20), lons, lats)
def test_a_line_is_as_long_as_its_steps(offsets: list[tuple[float, float]], lon: float, lat: float) -> None:
    points = np.add(offsets, (lon, lat))
    each = [distance_m(*one, *other) for one, other in pairwise(points)]
    assert steps_m(*points.T) == pytest.approx(each, abs=1e-9)
    assert line_length_m(shapely.LineString(points)) == pytest.approx(sum(each))
    assert sum(each) == pytest.approx(EARTH.line_length(*points.T), rel=1e-5, abs=1e-6)
    assert distances_m(*points[0], *points.T)[1:] == pytest.approx([distance_m(*points[0], *p) for p in points[1:]])


@given(lons, st.floats(-89.99, 89.99), st.floats(1, 50_000), bearings)
def test_the_box_holds_the_circle(lon: float, lat: float, radius_m: float, bearing: float) -> None:
    box = box_around(lon, lat, radius_m)
    east, north, _ = EARTH.fwd(lon, lat, bearing, radius_m)
    assert box.south <= north <= box.north
    assert box.west <= lon + (east - lon + 180) % 360 - 180 <= box.east
    if abs(lat) < 60 and radius_m < 20_000:
        assert distance_m(lon, lat, lon, box.north) < radius_m * 1.002, "little greater than it"


@given(lons, lats, st.floats(-20_000, 20_000), st.floats(-20_000, 20_000), st.floats(-1000, 1000))
def test_a_plane_errs_by_its_distance_from_the_origins_latitude(
    lon: float, lat: float, east_m: float, north_m: float, step_m: float
) -> None:
    one = moved(lon, lat, east_m, north_m)
    other = moved(*one, step_m, 0)
    laid = Plane(lon, lat).to_metres(np.array([one, other]))
    error = abs(np.hypot(*(laid[1] - laid[0])) - abs(step_m))
    apart, steepest = np.radians(abs(one[1] - lat)), np.tan(np.radians(max(abs(lat), abs(one[1]))))
    assert error <= abs(step_m) * (apart * steepest + 1e-4) + 1e-6


def test_one_point_is_no_way() -> None:
    assert bearing_deg(120.95, 30.91, 120.95, 30.91) is None
    assert distance_m(120.95, 30.91, 120.95, 30.91) == 0


def test_the_table_is_of_geodesics_and_the_formula_gives_it() -> None:
    assert len(TABLE) >= 40
    for row in TABLE:
        points = row["lon"], row["lat"], row["other_lon"], row["other_lat"]
        assert EARTH.inv(*points)[2] == pytest.approx(row["geodesic_m"], abs=2e-6)
        assert distance_m(*points) == pytest.approx(row["geodesic_m"], rel=1e-5)
        assert ground.distance_m(points[:2], points[2:]) == pytest.approx(row["geodesic_m"], abs=2e-6)


@given(lons, lats)
def test_mercator_draws_a_degree_of_latitude_higher_than_one_of_longitude_is_wide(lon: float, lat: float) -> None:
    at = np.array([[lon, lat], [lon + 1e-4, lat], [lon, lat + 1e-4]])
    corner, east, north = points_to_plane(at, MERCATOR)
    assert (north[1] - corner[1]) / (east[0] - corner[0]) == pytest.approx(mercator_stretch(lat), rel=1e-4)
