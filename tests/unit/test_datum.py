"""Datum conversion against vectors of three independent sources, and there and back again."""

import json
from math import inf, nan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import InvalidInput
from mapdata.datum import DATUMS, from_wgs84, to_wgs84
from mapdata.plane import distance_m

VECTORS = [
    ((116.397428, 39.909230), (116.4036716260, 39.9106335064), (116.4100441017, 39.9169728561)),
    ((120.960000, 30.920000), (120.9642207895, 30.9176891272), (120.9706148029, 30.9240392348)),
    ((120.925300, 30.831100), (120.9294379443, 30.8286761924), (120.9359298365, 30.8346627567)),
    ((120.755500, 30.746100), (120.7598194483, 30.7437999839), (120.7663831761, 30.7496264948)),
    ((121.473700, 31.230400), (121.4782230593, 31.2284577376), (121.4847814685, 31.2343105937)),
    ((87.616800, 43.825600), (87.6196499495, 43.8268053931), (87.6260997708, 43.8329497948)),
    ((109.511900, 18.252800), (109.5159842948, 18.2510947917), (109.5225317917, 18.2568765538)),
]
"""WGS-84, GCJ-02, BD-09, as in docs/domain.md, "Datum test vectors" (computed with prcoords 1.0.2)."""


@pytest.mark.parametrize(("wgs84", "gcj02", "bd09"), VECTORS)
def test_the_reference_vectors(wgs84, gcj02, bd09):
    assert from_wgs84(*wgs84, "gcj02") == pytest.approx(gcj02, abs=1e-6)
    assert from_wgs84(*wgs84, "bd09") == pytest.approx(bd09, abs=1e-6)
    assert to_wgs84(*gcj02, "gcj02") == pytest.approx(wgs84, abs=1e-8)
    assert to_wgs84(*bd09, "bd09") == pytest.approx(wgs84, abs=1e-7)


def test_outside_china_gcj02_is_wgs84():
    assert from_wgs84(139.6917, 35.6895, "gcj02") == (139.6917, 35.6895)


def test_cgcs2000_is_taken_as_equal():
    assert to_wgs84(120.96, 30.92, "cgcs2000") == (120.96, 30.92)


@given(lon=st.floats(80, 130), lat=st.floats(10, 50), datum=st.sampled_from(DATUMS))
def test_there_and_back_again(lon: float, lat: float, datum: str):
    assert distance_m(*to_wgs84(*from_wgs84(lon, lat, datum), datum), lon, lat) < 0.01


@given(lon=st.floats(119.6, 122), lat=st.floats(30, 31.5))
def test_the_offset_here_is_hundreds_of_metres(lon: float, lat: float):
    assert 300 < distance_m(*from_wgs84(lon, lat, "gcj02"), lon, lat) < 700


@pytest.mark.parametrize(
    ("lon", "lat", "datum", "field"),
    [
        (nan, 30, "wgs84", "lon"),
        (120, inf, "wgs84", "lat"),
        (181, 30, "gcj02", "lon"),
        (120, -91, "bd09", "lat"),
        (120, 30, "mars", "datum"),
    ],
)
def test_what_is_not_on_the_earth_is_refused_by_name(lon, lat, datum, field):
    with pytest.raises(InvalidInput) as fault:
        to_wgs84(lon, lat, datum)
    assert fault.value.field == field


@pytest.mark.shared
def test_the_vectors_of_other_programmes(shared_data: Path):
    known = json.loads((shared_data / "conformance" / "coord_transform_vectors.json").read_text(encoding="utf-8"))
    for row in known["eviltransform_wgs_gcj"]:
        lat, lon = row["wgs"]
        assert from_wgs84(lon, lat, "gcj02") == pytest.approx(row["gcj"][::-1], abs=1e-6)
    for row in known["eviltransform_bd_wgs"]:
        lat, lon = row["bd"]
        assert from_wgs84(*to_wgs84(lon, lat, "bd09"), "bd09") == pytest.approx((lon, lat), abs=1e-9)
        assert distance_m(*to_wgs84(lon, lat, "bd09"), *row["wgs"][::-1]) < 50, "its rows are off by up to 42 m"
    point = known["coordtransform_lonlat"]
    assert from_wgs84(*point["input"], "gcj02") == pytest.approx(point["wgs84togcj02"], abs=1e-6)
    assert distance_m(*to_wgs84(*point["input"], "gcj02"), *point["gcj02towgs84"]) < 3


@pytest.mark.shared
def test_hundreds_of_cities(shared_data: Path):
    cities = json.loads((shared_data / "conformance" / "gcoord_china-cities.json").read_text(encoding="utf-8"))
    off = [
        distance_m(*from_wgs84(*city["coords"]["WGS84"], datum), *city["coords"][name])
        for city in cities
        for datum, name in (("gcj02", "GCJ02"), ("bd09", "BD09"))
    ]
    assert len(off) > 1000
    assert sorted(off)[int(len(off) * 0.99)] < 2
