"""Tiles of the base map, read back by GDAL as a browser would read them."""

import warnings

import pyogrio
import pytest
import shapely

from base.database import Database
from base.errors import InvalidInput, NotFound
from mapdata.areas import read_area
from mapdata.basemap import GREATEST_ZOOM, map_version, tile
from mapdata.plane import MERCATOR, points_to_degrees
from tests.osm_town import lat_of, lon_of, small_osm_town
from tests.tiles import tile_of
from towns.osm.town import import_osm

AREA = 990007


@pytest.fixture(scope="module")
def town(databases, empty_template, tmp_path_factory):
    with databases.copy(empty_template) as url:
        database = Database(url, size=2)
        import_osm(database, small_osm_town().write(tmp_path_factory.mktemp("osm") / "town.osm.pbf"), area_id=AREA)
        yield database
        database.close()


def made(database, z, x, y) -> bytes:
    with database.transaction() as transaction:
        return tile(transaction, AREA, z, x, y)


def layers(folder, data: bytes, z, x, y):
    """Each layer's rows (kind, name, geometry in Web Mercator), as GDAL reads the tile."""
    if not data:
        return {}
    file = folder / "tile.mvt"
    file.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = [name for name, _ in pyogrio.list_layers(file) if name]
        return {name: pyogrio.read_dataframe(file, layer=name, X=x, Y=y, Z=z) for name in names}


MIDDLE = (lon_of(2.1), lat_of(1.9))


def test_a_tile_holds_every_layer_with_kinds_and_chinese_names(town, tmp_path):
    asked = tile_of(*MIDDLE, 14)
    found = layers(tmp_path, made(town, *asked), *asked)
    assert set(found) == {"land", "water", "buildings", "roads", "places"}
    assert {"tertiary", "residential", "primary", "bridge"} <= set(found["roads"]["kind"])
    assert {"三号街", "东一弄"} <= set(found["roads"]["name"])
    assert "阳光公寓" in set(found["buildings"]["name"])
    assert "甲村" in set(found["places"]["name"])


def test_a_tile_lies_where_it_should(town, tmp_path):
    asked = tile_of(*MIDDLE, 16)
    found = layers(tmp_path, made(town, *asked), *asked)
    shapes = found["roads"].loc[found["roads"]["name"] == "东三弄"].geometry
    lon, lat = points_to_degrees(shapely.get_coordinates(shapes.iloc[0])[:1], MERCATOR)[0]
    assert lon == pytest.approx(lon_of(2), abs=2e-6)
    assert abs(lat - MIDDLE[1]) < 0.01


def test_farther_out_there_is_less(town, tmp_path):
    far, near = (tile_of(*MIDDLE, z) for z in (11, 15))
    outer = layers(tmp_path, made(town, *far), *far)
    inner = layers(tmp_path, made(town, *near), *near)
    assert "buildings" not in outer
    assert "buildings" in inner
    assert "residential" not in set(outer["roads"]["kind"])
    assert "motorway" in set(outer["roads"]["kind"])


def test_tiles_hold_everything_between_them(town, tmp_path):
    """Every named street is in one of the tiles that cover the town at a zoom."""
    with town.transaction() as transaction:
        area = read_area(transaction, AREA)
        names = {
            row["name"]
            for row in transaction.execute(
                "select distinct name from base_feature where layer = 'roads' and min_zoom <= 14 and name <> ''"
            )
        }
    _, x0, y1 = tile_of(area.west, area.south, 14)
    _, x1, y0 = tile_of(area.east, area.north, 14)
    seen = set()
    for x in range(x0, x1 + 1):
        for y in range(y0, y1 + 1):
            found = layers(tmp_path, made(town, 14, x, y), 14, x, y)
            if "roads" in found:
                seen |= set(found["roads"]["name"])
    assert names <= seen


def test_a_place_is_in_one_tile_only(town, tmp_path):
    z, x, y = tile_of(lon_of(1.5), lat_of(1.5), 16)

    def holds_the_village(column: int, row: int) -> bool:
        places = layers(tmp_path, made(town, z, column, row), z, column, row).get("places")
        return places is not None and "甲村" in set(places["name"])

    around = [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    assert [place for place in around if holds_the_village(*place)] == [(x, y)]


def test_outside_the_town_a_tile_is_empty(town):
    assert made(town, 14, 0, 0) == b""


def test_the_same_tile_is_the_same_bytes(town):
    asked = tile_of(*MIDDLE, 13)
    assert made(town, *asked) == made(town, *asked)


def test_another_towns_map_is_not_shown(town):
    with town.transaction() as transaction:
        assert tile(transaction, 990001, *tile_of(*MIDDLE, 14)) == b""


@pytest.mark.parametrize(
    ("z", "x", "y", "field"),
    [(-1, 0, 0, "z"), (GREATEST_ZOOM + 1, 0, 0, "z"), (3, 8, 0, "x"), (3, 0, 8, "y"), (3, -1, 0, "x")],
)
def test_absurd_tiles_are_refused(town, z, x, y, field):
    with pytest.raises(InvalidInput) as told, town.transaction() as transaction:
        tile(transaction, AREA, z, x, y)
    assert told.value.field == field


def test_the_version_of_a_map_that_is_not_there(town):
    with pytest.raises(NotFound), town.transaction() as transaction:
        map_version(transaction, 990099)
