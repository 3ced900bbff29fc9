"""What a camera sees, and what is wanted first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from dispatch.advice.nearby import use_for
from mapdata.resources import Circle, sees


def _camera(heading, fov, bearing, distance=50.0, reach=100.0):
    return {"heading_deg": heading, "fov_deg": fov, "range_m": reach, "bearing_deg": bearing, "distance_m": distance}


@given(st.floats(0, 359.99), st.floats(1, 360), st.floats(-1, 1), st.integers(-2, 2))
def test_a_sector_knows_no_north(heading, fov, share, turns):
    inside = (heading + share * fov / 2 * 0.999 + 360 * turns) % 360
    assert sees(_camera(heading, fov, inside))
    if fov < 350:
        assert not sees(_camera(heading, fov, (heading + 180) % 360))


def test_range_and_the_foot_of_the_pole():
    assert not sees(_camera(0, 60, 0, distance=101.0))
    assert sees(_camera(0, 60, None, distance=0.0))
    assert sees(_camera(350, 40, 5))
    assert not sees(_camera(350, 40, 15))


def test_what_is_wanted_first():
    assert use_for("0301").first[0] == "hydrant"
    assert use_for("1209").first[0] == "life_ring"
    assert use_for("0701").first[0] == "manhole"
    assert use_for("1202").vulnerable
    assert use_for("1101").first == ()


@given(st.floats(100, 140), st.floats(-60, 60), st.floats(50, 2000))
def test_the_box_holds_the_circle(lon, lat, radius_m):
    box = Circle(lon, lat, radius_m).box()
    for bearing in range(0, 360, 15):
        east, north, _ = Geod(ellps="WGS84").fwd(lon, lat, bearing, radius_m)
        assert box["west"] <= east <= box["east"]
        assert box["south"] <= north <= box["north"]
