"""The base map of a printed map: paths in the box they are asked for, cut to it, nothing smaller than is seen."""

from __future__ import annotations

import re

from base.database import Database
from mapdata.basefeatures import BasePicture, read_base_picture

AREA = 330421
TOWN = (120.8988, 30.8895, 120.9967, 31.0250)
MIDDLE = (120.955, 30.915, 120.965, 30.920)


def picture(database: Database, bounds: tuple[float, float, float, float], zoom: int) -> BasePicture:
    with database.transaction() as transaction:
        return read_base_picture(transaction, AREA, bounds, zoom)


def starts(path: str) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in re.findall(r"M (-?\d+) (-?\d+)", path)]


def test_the_town_has_land_water_buildings_and_roads_in_one_path_a_kind(demo_database: Database) -> None:
    found = picture(demo_database, TOWN, 13)
    kinds = [(each.layer, each.kind, each.is_area) for each in found.paths]
    assert len(kinds) == len(set(kinds))
    assert {layer for layer, _kind, _is_area in kinds} == {"land", "water", "buildings", "roads"}
    assert ("roads", "primary", False) in kinds
    assert ("water", "river", True) in kinds
    assert sum(len(each.path) for each in found.paths) < 800_000


def test_every_path_begins_within_the_picture(demo_database: Database) -> None:
    found = picture(demo_database, MIDDLE, 16)
    places = [place for each in found.paths for place in starts(each.path)]
    assert len(places) > 50
    assert all(0 <= x <= found.wide and 0 <= y <= found.high for x, y in places)


def test_the_picture_has_the_shape_of_its_bounds(demo_database: Database) -> None:
    found = picture(demo_database, MIDDLE, 16)
    assert found.wide == 16 * 2**16 * 256 * 0.01 // 360 + 1, "a hundredth of a degree in sixteenths of a pixel"
    assert 0.57 < found.high / found.wide < 0.59, "half as many degrees, stretched by 1 / cos 30.9"


def test_where_nothing_is_there_is_no_path(demo_database: Database) -> None:
    assert picture(demo_database, (10.0, 10.0, 10.1, 10.1), 13).paths == ()
