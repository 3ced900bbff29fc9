"""One's own grids from a GIS file: taken in any format and datum, refused with every fault told, history kept."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

import geopandas
import numpy as np
import pytest
import shapely

from base.database import Database
from base.errors import Conflict, Faults, InvalidInput, NotFound
from mapdata.datum import from_wgs84
from mapdata.grids import grid_of
from tests.osm_town import lat_of, lon_of, small_osm_town
from towns.grids.file import import_grids
from towns.grids.making import make_grids
from towns.osm.town import import_osm
from words.catalogue import catalogue
from words.faults import fault_text

AREA = 990007
VILLAGES = ("990007100201", "990007100202")
MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)


def on(day: int):
    return lambda: MONDAY + timedelta(days=day)


@pytest.fixture(scope="module")
def template(databases, empty_template, tmp_path_factory):
    """The made-up OSM town, brought in on a Monday."""

    def fill(url):
        file = small_osm_town().write(tmp_path_factory.mktemp("osm") / "town.osm")
        with closing(Database(url, size=1)) as database:
            import_osm(database, file, area_id=AREA, name="小城", demo_workers=6, clock=on(0))

    return databases.template("gridfile", fill, of=empty_template)


@pytest.fixture
def town(databases, template):
    with databases.copy(template) as url, closing(Database(url, size=2)) as database:
        yield database


def rows(database, query, **words):
    with database.transaction() as transaction:
        return transaction.execute(query, words).fetchall()


def divisions(database):
    return rows(database, "select code, level, name, valid_from, valid_to from division order by code, valid_from")


def own_grids() -> list[dict]:
    """Six grids of two villages: three columns between the streets, split where the canal runs."""
    made = []
    for village, (south, north) in zip(VILLAGES, ((-0.5, 2.5), (2.5, 4.5)), strict=True):
        for column, (west, east) in enumerate(((-1, 1), (1, 3), (3, 5)), start=1):
            shape = shapely.box(lon_of(west), lat_of(south), lon_of(east), lat_of(north))
            made.append({"code": f"{village}{column:03d}", "name": f"第{column}网格", "geometry": shape})
    return made


def frame(grids, crs="EPSG:4326"):
    return geopandas.GeoDataFrame(grids, geometry="geometry", crs=crs)


def written(folder, grids, name="grids.geojson"):
    file = folder / name
    frame(grids).to_file(file)
    return file


def shifted(grids, datum):
    def move(points):
        return np.array([from_wgs84(lon, lat, datum) for lon, lat in points])

    return [grid | {"geometry": shapely.transform(grid["geometry"], move)} for grid in grids]


def refused(database, file, **options):
    """The keys of every fault told; the database must be as before."""
    before = divisions(database)
    with pytest.raises(Faults) as told:
        import_grids(database, file, area_id=AREA, clock=on(1), **options)
    assert divisions(database) == before
    assert told.value.key == "grids_faulty"
    for language in ("zh", "en"):
        for fault in told.value.faults:
            assert f"faults.{fault.key}" in catalogue(language)
            said = fault_text(fault, language)
            assert "{" not in said
            assert "@" not in said
    return [fault.key for fault in told.value.faults]


# taken --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["grids.geojson", "grids.gpkg", "grids.shp", "grids.fgb"])
def test_any_format_is_taken(town, tmp_path, name):
    assert import_grids(town, written(tmp_path, own_grids(), name), area_id=AREA, clock=on(1)) == 6
    in_force = [row for row in divisions(town) if row["valid_to"] is None]
    assert [row["code"] for row in in_force if row["level"] == "grid"] == [grid["code"] for grid in own_grids()]
    assert {row["code"] for row in in_force if row["level"] == "village"} == set(VILLAGES)
    assert [row["name"] for row in in_force if row["level"] == "town"] == ["小城"]


def test_a_zipped_shapefile_in_the_plane_is_taken(town, tmp_path):
    import shutil

    frame(own_grids()).to_crs(4549).to_file(tmp_path / "plane.shp")
    folder = tmp_path / "pack"
    folder.mkdir()
    for part in tmp_path.glob("plane.*"):
        part.rename(folder / part.name)
    file = shutil.make_archive(str(tmp_path / "grids"), "zip", folder)
    assert import_grids(town, file, area_id=AREA, clock=on(1)) == 6
    with town.transaction() as transaction:
        hit = grid_of(transaction, AREA, lon_of(2), lat_of(1))
    assert hit is not None
    assert hit.grid_code == own_grids()[1]["code"]


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_another_datum_is_converted_at_the_door(town, tmp_path, datum):
    import_grids(town, written(tmp_path, shifted(own_grids(), datum)), area_id=AREA, datum=datum, clock=on(1))
    (far,) = rows(
        town,
        "select max(st_hausdorffdistance(geom, st_geomfromtext(%(shape)s, 4326))) as deg from division"
        " where code = %(code)s",
        shape=own_grids()[0]["geometry"].wkt,
        code=own_grids()[0]["code"],
    )
    assert far["deg"] < 1e-7


def test_old_grids_stay_as_history_and_everything_moves_to_the_new(town, tmp_path):
    before = {row["code"] for row in divisions(town)}
    import_grids(town, written(tmp_path, own_grids()), area_id=AREA, clock=on(1))
    after = divisions(town)
    ended = {row["code"] for row in after if row["valid_to"] is not None}
    assert ended == before
    assert {row["valid_to"] - row["valid_from"] for row in after if row["valid_to"]} == {timedelta(days=1)}
    codes = {grid["code"] for grid in own_grids()}
    for table in ("place", "thing", "camera", "worker"):
        assert {row["grid_code"] for row in rows(town, f"select grid_code from {table}")} <= codes


def test_bringing_the_same_file_twice_in_a_day_is_bringing_it_once(town, tmp_path):
    file = written(tmp_path, own_grids())
    import_grids(town, file, area_id=AREA, clock=on(1))
    once = divisions(town)
    import_grids(town, file, area_id=AREA, clock=on(1))
    assert divisions(town) == once


def test_running_centres_are_told(town, tmp_path):
    (before,) = rows(town, "select map_version from area")
    import_grids(town, written(tmp_path, own_grids()), area_id=AREA, clock=on(1))
    (after,) = rows(town, "select map_version from area")
    assert after["map_version"] > before["map_version"]


def test_given_villages_are_kept_and_cut_into_grids(town, tmp_path):
    villages = [
        {
            "code": VILLAGES[0],
            "name": "南村",
            "geometry": shapely.box(lon_of(-1), lat_of(-0.5), lon_of(5), lat_of(2.5)),
        },
        {"code": VILLAGES[1], "name": "北村", "geometry": shapely.box(lon_of(-1), lat_of(2.5), lon_of(5), lat_of(4.5))},
    ]
    assert import_grids(town, written(tmp_path, villages), area_id=AREA, level="village", clock=on(1)) == 2
    in_force = rows(
        town,
        "select g.name, g.level, st_area(st_difference(g.geom, v.geom)) / st_area(g.geom) as outside, v.name as village"
        " from division g join division v on v.code = left(g.code, 12) and v.valid_to is null"
        " where g.valid_to is null and g.level in ('grid', 'micro_grid')",
    )
    assert {row["village"] for row in in_force} == {"南村", "北村"}
    assert {row["level"] for row in in_force} == {"grid", "micro_grid"}
    assert all(row["outside"] < 1e-5 for row in in_force)
    assert all(row["name"].startswith(row["village"]) for row in in_force)


# refused ------------------------------------------------------------------------------------------------------------


def test_every_fault_is_told_at_once(town, tmp_path):
    grids = own_grids()
    grids[0]["code"] = ""
    grids[1]["code"] = VILLAGES[0]
    grids[2]["code"] = "330421111201001"
    grids[3]["code"] = grids[4]["code"]
    grids[4]["name"] = ""
    west, south, east, north = grids[5]["geometry"].bounds
    grids[5]["geometry"] = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    keys = refused(town, written(tmp_path, grids))
    assert keys == [
        "grid_code_missing", "grid_code_level", "grid_code_prefix", "grid_name_missing", "grid_code_twice",
        "grid_self_crossing",
    ]  # fmt: skip


def test_a_code_that_is_no_number_or_too_long_is_told(town, tmp_path):
    grids = own_grids()
    grids[0]["code"] = "南村一格"
    grids[1]["code"] += "7"
    assert refused(town, written(tmp_path, grids)) == ["grid_code_not_digits", "grid_code_length"]


def test_overlaps_are_told_with_both_codes_and_the_place(town, tmp_path):
    grids = own_grids()
    grids[0]["geometry"] = shapely.box(lon_of(-1), lat_of(-0.5), lon_of(1.2), lat_of(2.5))
    with pytest.raises(Faults) as told:
        import_grids(town, written(tmp_path, grids), area_id=AREA, clock=on(1))
    (fault,) = told.value.faults
    assert fault.key == "grid_overlap"
    assert {fault.values["code"], fault.values["other"]} == {grids[0]["code"], grids[1]["code"]}
    assert lon_of(1) < float(str(fault.values["lon"])) < lon_of(1.2)


def test_gaps_are_told_whether_enclosed_or_slits(town, tmp_path):
    grids = own_grids()
    grids[1]["geometry"] = shapely.box(lon_of(1), lat_of(-0.5), lon_of(3), lat_of(2.4))
    grids[4]["geometry"] = shapely.union_all([
        grids[4]["geometry"], shapely.box(lon_of(1), lat_of(2.4), lon_of(1.5), lat_of(2.5)),
        shapely.box(lon_of(2), lat_of(2.4), lon_of(3), lat_of(2.5)),
    ])  # fmt: skip
    assert refused(town, written(tmp_path, grids)) == ["grid_gap"]
    grids = own_grids()
    grids[0]["geometry"] = shapely.box(lon_of(-1), lat_of(-0.5), lon_of(1) - 0.00003, lat_of(2.5))
    assert refused(town, written(tmp_path, grids, "slit.geojson")) == ["grid_gap"]


def test_a_hairline_is_not_a_fault(town, tmp_path):
    grids = own_grids()
    grids[0]["geometry"] = shapely.box(lon_of(-1), lat_of(-0.5), lon_of(1) - 0.000002, lat_of(2.5))
    assert import_grids(town, written(tmp_path, grids), area_id=AREA, clock=on(1)) == 6


def test_points_lines_and_nothing_are_told(town, tmp_path):
    grids = own_grids()
    grids[0]["geometry"] = shapely.Point(lon_of(0), lat_of(0))
    grids[1]["geometry"] = None
    assert refused(town, written(tmp_path, grids, "grids.gpkg"))[:2] == ["grid_geometry_kind", "grid_geometry_missing"]


def test_grids_of_another_town_are_told(town, tmp_path):
    grids = own_grids()
    far = [grid | {"geometry": shapely.affinity.translate(grid["geometry"], 0.5, 0.2)} for grid in grids]
    assert refused(town, written(tmp_path, far)).count("grid_outside_area") == 6


@pytest.mark.parametrize("truth", ["gcj02", "bd09"])
def test_a_wrong_datum_is_told_with_the_right_one(town, tmp_path, truth):
    file = written(tmp_path, shifted(own_grids(), truth))
    import_grids(town, written(tmp_path, own_grids(), "right.geojson"), area_id=AREA, clock=on(1))
    with pytest.raises(Faults) as told:
        import_grids(town, file, area_id=AREA, datum="wgs84", clock=on(2))
    (fault,) = [fault for fault in told.value.faults if fault.key == "grid_wrong_datum"]
    assert fault.values["better"] == truth
    assert import_grids(town, file, area_id=AREA, datum=truth, clock=on(2)) == 6


def test_a_wrong_datum_shows_against_the_roads_alone(town, tmp_path):
    """Grids that end at the streets, in an area whose present grids were cut by machine."""
    grids = [
        {
            "code": f"{VILLAGES[0]}{1 + column + 4 * row:03d}",
            "name": "格",
            "geometry": shapely.box(lon_of(column), lat_of(row), lon_of(column + 1), lat_of(row + 1)),
        }
        for row in range(2)
        for column in range(4)
    ]
    assert "grid_wrong_datum" in refused(town, written(tmp_path, shifted(grids, "gcj02")))
    assert import_grids(town, written(tmp_path, grids, "right.geojson"), area_id=AREA, clock=on(1)) == 8


def test_the_fields_of_a_map_provider_give_its_datum_away_unless_trusted(town, tmp_path):
    grids = [grid | {"adcode": "330421"} for grid in own_grids()]
    file = written(tmp_path, grids)
    assert refused(town, file) == ["grid_provider_datum"]
    assert import_grids(town, file, area_id=AREA, trust_datum=True, clock=on(1)) == 6


@pytest.mark.parametrize(
    ("name", "content", "options", "key"),
    [
        ("none.geojson", None, {}, "grids_missing"),
        ("a.geojson", b"", {}, "grids_unreadable"),
        ("a.geojson", b"not json at all", {}, "grids_unreadable"),
        ("a.gpkg", b"SQLite format 3\x00" + bytes(100), {}, "grids_unreadable"),
        ("a.geojson", b'{"type":"FeatureCollection","features":[]}', {}, "grids_empty"),
        ("good", None, {"code_field": "编码"}, "grids_no_field"),
        ("good", None, {"name_field": "no"}, "grids_no_field"),
        ("good", None, {"datum": "nad83"}, "grids_datum"),
        ("good", None, {"level": "county"}, "grids_level"),
    ],
)
def test_what_cannot_be_read_is_told(town, tmp_path, name, content, options, key):
    file = written(tmp_path, own_grids()) if name == "good" else tmp_path / name
    if content is not None:
        file.write_bytes(content)
    before = divisions(town)
    with pytest.raises(InvalidInput) as told:
        import_grids(town, file, area_id=AREA, **options)
    assert told.value.key == key
    assert divisions(town) == before


def test_a_plane_without_its_name_is_told(town, tmp_path):
    projected = frame(own_grids()).to_crs(4549)
    features = json.loads(projected.to_json())
    features.pop("crs", None)
    file = tmp_path / "plane.geojson"
    file.write_text(json.dumps(features))
    with pytest.raises(InvalidInput) as told:
        import_grids(town, file, area_id=AREA)
    assert told.value.key == "grids_no_crs"


def test_an_area_must_be_there_first(town, tmp_path):
    with pytest.raises(NotFound):
        import_grids(town, written(tmp_path, own_grids()), area_id=990099)


# cut by machine -----------------------------------------------------------------------------------------------------


def test_grids_are_not_cut_over_others_unasked_and_old_ones_are_kept(town):
    with pytest.raises(Conflict):
        make_grids(town, AREA, clock=on(1))
    assert make_grids(town, AREA, cells=6, replace=True, clock=on(1)) in (5, 6, 7)
    (ended,) = rows(town, "select count(*) as n from division where valid_to is not null")
    assert ended["n"] > 0


@pytest.mark.parametrize("level", ["village", "grid", "micro_grid"])
def test_every_level_tiles_the_town(town, level):
    make_grids(town, AREA, cells=8, replace=True, clock=on(1))
    (found,) = rows(
        town,
        "select st_area(st_union(d.geom)) as whole, sum(st_area(d.geom)) as parts, count(*) as n,"
        " (select st_area(geom) from division where level = 'town' and valid_to is null) as town"
        " from division d where level = %(level)s and valid_to is null",
        level=level,
    )
    assert found["n"] > 1
    assert found["parts"] == pytest.approx(found["town"], rel=1e-9)
    assert found["whole"] == pytest.approx(found["town"], rel=1e-9)


def test_codes_are_prefixes_of_those_below(town):
    codes = {row["code"] for row in divisions(town)}
    assert all(code[:9] in codes and (len(code) < 12 or code[:12] in codes) for code in codes)
    assert all(code[:15] in codes for code in codes if len(code) == 17)


@pytest.mark.parametrize("options", [{"cells": 0}, {"cells": 10**6}, {"target_households": 1}])
def test_absurd_numbers_are_told(town, options):
    with pytest.raises(InvalidInput):
        make_grids(town, AREA, replace=True, **options)


# real files ---------------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_the_mislabelled_county_is_caught(town, shared_data, tmp_path):
    """A real outline that says EPSG:4326 and is GCJ-02: told by its fields, and by its border where one is known."""
    file = shared_data / "admin" / "liuweiyibai_330421_mislabelled4326.json"
    keys = refused(town, file, code_field="adcode")
    assert "grid_provider_datum" in keys
    assert "grid_code_length" in keys
