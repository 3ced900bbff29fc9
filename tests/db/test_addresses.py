"""Addresses resolve to their own place and grid, as written and as people say them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.database import Database
from mapdata.addresses import normalise, resolve
from mapdata.location import place_of

AREA = 330421


@pytest.fixture(scope="module")
def sample(demo_database: Database) -> list[dict[str, Any]]:
    with demo_database.transaction() as transaction:
        return transaction.execute(
            "select *, st_x(geom) lon, st_y(geom) lat from address where address_id % 97 = 3 order by address_id"
        ).fetchall()


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_full_text_resolves_to_its_own_point_and_grid(
    demo_database: Database, sample: list[dict[str, Any]], data: st.DataObject
) -> None:
    row = data.draw(st.sampled_from(sample))
    spoken = data.draw(st.sampled_from(["full", "from village", "spaced"]))
    text = row["full_text"]
    if spoken == "from village":
        text = text.split("姚庄镇", 1)[1]
    elif spoken == "spaced":
        text = f" {text[:12]} {text[12:]} "
    with demo_database.transaction() as transaction:
        best = resolve(transaction, AREA, text)[0]
    assert best.address_id == row["address_id"]
    assert (best.lon, best.lat, best.grid_code) == (row["lon"], row["lat"], row["grid_code"])
    assert best.score == 1.0


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_village_and_door_are_enough(
    demo_database: Database, sample: list[dict[str, Any]], data: st.DataObject
) -> None:
    row = data.draw(st.sampled_from([row for row in sample if row["level"] == "building"]))
    grid = row["full_text"].split("姚庄镇", 1)[1].split("网格")[0]
    short = grid[: grid.index("第")] + row["full_text"].rpartition("网格")[2]
    with demo_database.transaction() as transaction:
        best = resolve(transaction, AREA, short)[0]
    assert best.address_id == row["address_id"]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_nearest_address_of_a_building_is_its_own(
    demo_database: Database, sample: list[dict[str, Any]], data: st.DataObject
) -> None:
    row = data.draw(st.sampled_from([row for row in sample if row["level"] == "building"]))
    with demo_database.transaction() as transaction:
        place = place_of(transaction, AREA, row["lon"], row["lat"])
    assert place.address_text == row["full_text"]


def test_an_unknown_room_gives_its_building_with_a_lower_score(
    demo_database: Database, sample: list[dict[str, Any]]
) -> None:
    house = next(row for row in sample if row["level"] == "building")
    with demo_database.transaction() as transaction:
        hits = resolve(transaction, AREA, house["full_text"] + "9999室")
    assert hits[0].address_id == house["address_id"]
    assert hits[0].score < 1


@pytest.mark.parametrize("text", ["", "   ", "%", "北京市朝阳区某路1号", "\\_", "x" * 500])
def test_what_fits_nothing_gives_nothing(demo_database: Database, text: str) -> None:
    with demo_database.transaction() as transaction:
        assert resolve(transaction, AREA, text) == []


def test_far_from_every_house_there_is_no_address(demo_database: Database) -> None:
    with demo_database.transaction() as transaction:
        assert place_of(transaction, AREA, 120.9535, 31.0140).address_text == ""
        assert place_of(transaction, 110000, 120.955, 30.913).address_text == ""


def test_normalise_writes_numbers_and_buildings_one_way() -> None:
    assert normalise(" 锦绣花苑３栋 2单元 ") == "锦绣花苑3幢2单元"
    assert normalise("何家浜12#") == "何家浜12号"
