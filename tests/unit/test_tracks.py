"""Tracks: what is drawn is what is known, in every file form."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdata.trackfiles import from_trk1, to_geojson, to_gpx, to_trk1
from mapdata.tracks import GAP_S, Track, segments, stops, summarise

START = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def track(points, worker=7):
    t, lon, lat = (np.array(column, dtype=float) for column in zip(*points, strict=True))
    return Track(worker, "张伟", None, t + START.timestamp(), lon, lat)


pauses = st.one_of(st.integers(1, 60), st.integers(301, 4000))
steps = st.tuples(pauses, st.floats(-0.02, 0.02), st.floats(-0.02, 0.02))


@st.composite
def walks(draw):
    t, lon, lat, points = 0.0, 120.95, 30.93, []
    for pause, dx, dy in draw(st.lists(steps, min_size=1, max_size=40)):
        t, lon, lat = t + pause, lon + dx, lat + dy
        points.append((t, lon, lat))
    return track(points)


@given(walks())
def test_trk1_gives_back_every_fix_within_a_tenth_of_a_metre(walk):
    pieces = from_trk1(to_trk1([walk], START))
    lon, lat, t_s = (np.concatenate([piece[axis] for piece in pieces]) for axis in (1, 2, 3))
    assert np.allclose(lon, walk.lon, atol=1e-6)
    assert np.allclose(lat, walk.lat, atol=1e-6)
    assert np.allclose(t_s, walk.t_s, atol=0.051)
    assert all(np.diff(piece[3]).max(initial=0) <= GAP_S + 1 for piece in pieces)


@given(walks())
def test_pieces_cover_the_track_once_and_break_at_every_gap(walk):
    pieces = list(segments(walk))
    assert [i for piece in pieces for i in range(piece.start, piece.stop)] == list(range(len(walk)))
    assert len(pieces) == 1 + int((np.diff(walk.t_s) > GAP_S).sum())


def test_a_shift_faster_than_life_keeps_tenths_of_a_second():
    walk = track([(0.0, 120.0, 30.0), (0.3, 120.001, 30.0), (0.5, 120.002, 30.0)])
    (piece,) = from_trk1(to_trk1([walk], START))
    assert np.allclose(np.diff(piece[3]), [0.3, 0.2])


def test_no_track_is_a_file_too_and_garbage_is_not():
    assert from_trk1(to_trk1([], START)) == []
    with pytest.raises(ValueError, match="not TRK1"):
        from_trk1(b"PK\x03\x04 something else entirely, long enough")


def test_a_stop_is_five_minutes_within_fifty_metres():
    walking = [(i * 15.0, 120.9 + i * 0.0003, 30.9) for i in range(10)]
    x = walking[-1][1] + 0.0006
    resting = [(150 + i * 15.0, x + (i % 2) * 0.0001, 30.9) for i in range(30)]
    (stop,) = stops(track(walking + resting))
    assert stop.until_s - stop.from_s == pytest.approx(29 * 15)
    assert stop.lon == pytest.approx(x, abs=0.0001)
    assert list(stops(track(walking))) == []


def test_a_gap_is_neither_way_nor_time_seen():
    walk = track([(0, 120.0, 30.0), (15, 120.0001, 30.0), (2000, 120.1, 30.0), (2015, 120.1001, 30.0)])
    summary = summarise(walk)
    assert summary.distance_m == pytest.approx(2 * 9.63, rel=0.01)
    assert (summary.seen_s, summary.gap_s, summary.gaps) == (30, 1985, 1)


def test_geojson_and_gpx_hold_the_same_pieces():
    walk = track([(0, 120.0, 30.0), (15, 120.0001, 30.0), (2000, 120.1, 30.0)])
    shapes = [feature["geometry"]["type"] for feature in to_geojson([walk])["features"]]
    assert shapes == ["LineString", "Point"]
    root = ET.fromstring(to_gpx([walk]))
    spaces = {"g": "http://www.topografix.com/GPX/1/1"}
    assert [len(piece) for piece in root.findall(".//g:trkseg", spaces)] == [2, 1]
    assert root.find(".//g:time", spaces).text == "2026-11-21T00:00:00.000Z"


def test_one_name_does_not_spoil_the_whole_file():
    walk = replace(track([(0, 120.0, 30.0)]), name="甲\x01\x0b\ufffe<乙>")
    names = ET.fromstring(to_gpx([walk, walk])).findall(".//{*}name")
    assert [name.text for name in names] == [f"甲<乙> {walk.worker_id}"] * 2
