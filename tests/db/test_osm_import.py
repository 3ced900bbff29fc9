"""A town from OpenStreetMap, from a file to rows; and files that cannot be read leave everything as it was."""

import gzip
from itertools import pairwise
from pathlib import Path

import pytest
from pyproj import Geod

from base.database import Database
from base.errors import Conflict, Fault, InvalidInput, NotFound, Unavailable
from mapdata.areas import list_areas
from tests.osm_town import OsmTown, crossing, lat_of, lon_of, small_osm_town
from towns.osm.town import import_osm, import_place

AREA = 990007
TABLES = (
    "area", "road_node", "road_edge", "base_feature", "division", "place", "thing", "camera", "department", "worker",
)  # fmt: skip


def counts(database):
    with database.transaction() as transaction:
        return {table: transaction.execute(f"select count(*) as n from {table}").fetchone()["n"] for table in TABLES}


def rows(database, query, **words):
    with database.transaction() as transaction:
        return transaction.execute(query, words).fetchall()


@pytest.fixture(scope="module")
def town_file(tmp_path_factory) -> Path:
    return small_osm_town().write(tmp_path_factory.mktemp("osm") / "town.osm")


@pytest.fixture(scope="module")
def town(databases, empty_template, town_file):
    """The made-up town, imported once; tests that change it take ``own_town``."""
    with databases.copy(empty_template) as url:
        database = Database(url, size=2)
        import_osm(database, town_file, area_id=AREA, name="小城", demo_workers=12)
        yield database
        database.close()


@pytest.fixture
def own_town(empty_database, town_file):
    import_osm(empty_database, town_file, area_id=AREA, name="小城", demo_workers=12)
    return empty_database


@pytest.fixture(scope="module")
def untouched(databases, empty_template):
    """A database that no test may change."""
    with databases.copy(empty_template) as url:
        database = Database(url, size=2)
        yield database
        database.close()


def test_every_kind_of_file_gives_the_same_town(empty_database, tmp_path):
    made = []
    for number, suffix in enumerate((".osm", ".osm.gz", ".osm.bz2", ".osm.pbf"), start=1):
        file = small_osm_town().write(tmp_path / f"town{suffix}")
        area = import_osm(empty_database, file, area_id=990000 + number, demo_workers=0)
        assert area.name == "town"
        made.append(
            rows(
                empty_database,
                "select kind, name, modes, oneway, is_bridge, round(length_m) as length_m from road_edge"
                " where area_id = %(area_id)s order by 1, 2, 3, 4, 5, 6",
                area_id=area.area_id,
            )
        )
    assert len(made[0]) > 40
    assert made[0] == made[1] == made[2] == made[3]


def test_the_area_says_where_its_data_comes_from(town):
    (area,) = rows(town, "select * from area")
    assert (area["name"], area["srid_m"], area["is_demo"]) == ("小城", 4549, False)
    assert "OpenStreetMap" in area["attribution"]
    assert "ODbL" in area["attribution"]


def test_a_street_is_one_row_a_one_way_street_runs_one_way(town):
    edges = rows(town, "select * from road_edge where name = '一号街'")
    assert len(edges) == 4
    assert not any(edge["oneway"] for edge in edges)
    one_way = rows(
        town,
        "select st_x(st_startpoint(geom)) < st_x(st_endpoint(geom)) as eastward, oneway, kind from road_edge"
        " where name = '五号街'",
    )
    assert len(one_way) == 4
    assert all(edge["oneway"] and edge["eastward"] and edge["kind"] == "primary" for edge in one_way)


def test_lengths_are_those_of_the_ground(town):
    geod = Geod(ellps="WGS84")
    edges = rows(
        town, "select length_m, (select array_agg(array[st_x(p.geom), st_y(p.geom)] order by p.path)"
        " from st_dumppoints(e.geom) p) as points from road_edge e"
    )  # fmt: skip
    for edge in edges:
        line = edge["points"]
        measured = sum(geod.inv(*a, *b)[2] for a, b in pairwise(line))
        assert edge["length_m"] == pytest.approx(measured, rel=1e-5, abs=1e-3)


def test_edges_end_where_their_nodes_are(town):
    (odd,) = rows(
        town,
        "select count(*) as n from road_edge e join road_node f on f.area_id = e.area_id and f.node_id = e.from_node"
        " join road_node t on t.area_id = e.area_id and t.node_id = e.to_node"
        " where not st_equals(st_startpoint(e.geom), f.geom) or not st_equals(st_endpoint(e.geom), t.geom)",
    )
    assert odd["n"] == 0


def test_the_canal_is_crossed_only_on_bridges(town):
    crossing_edges = rows(
        town,
        "select is_bridge from road_edge where st_crosses(geom, st_makeline(st_makepoint(%(w)s, %(lat)s),"
        " st_makepoint(%(e)s, %(lat)s))::geometry(linestring)) is true"
        .replace("geom, st_makeline", "geom, st_setsrid(st_makeline").replace("::geometry(linestring)", ", 4326)"),
        w=lon_of(-2), e=lon_of(6), lat=lat_of(2.5),
    )  # fmt: skip
    assert len(crossing_edges) == 2
    assert all(edge["is_bridge"] for edge in crossing_edges)


def test_who_may_use_a_road_is_kept(town):
    modes = {
        row["kind"]: row["modes"] for row in rows(town, "select kind, modes from road_edge where kind <> 'service'")
    }
    assert modes["motorway"] == ["car"]
    assert modes["steps"] == ["foot"]
    assert modes["footway"] == ["foot", "ebike"]
    assert modes["residential"] == ["foot", "ebike", "car"]
    assert not rows(town, "select 1 from road_edge where name = '规划路'")


def test_a_way_cut_by_the_extract_is_kept_as_far_as_it_is_known(town):
    (cut,) = rows(town, "select length_m from road_edge where kind = 'service'")
    assert cut["length_m"] == pytest.approx(191, abs=2)


def test_the_base_map_has_every_layer_and_chinese_names(town):
    kinds = {
        (row["layer"], row["kind"], row["name"]) for row in rows(town, "select layer, kind, name from base_feature")
    }
    assert {
        ("roads", "tertiary", "二号街"), ("roads", "residential", "东一弄"), ("roads", "bridge", ""),
        ("water", "canal", "小运河"), ("water", "lake", "白荡"), ("buildings", "school", "实验小学"),
        ("buildings", "apartments", "阳光公寓"), ("land", "residential", ""), ("places", "village", "甲村"),
        ("places", "hamlet", "乙庄"), ("places", "water_name", "白荡"),
    } <= kinds  # fmt: skip


def test_an_island_stays_dry(town):
    (lake,) = rows(
        town,
        "select st_numinteriorrings(st_geometryn(geom, 1)) as islands from base_feature where layer = 'water'"
        " and name = '白荡'",
    )
    assert lake["islands"] == 1


def test_places_and_things_lie_in_a_grid(town):
    places = {row["name"]: row for row in rows(town, "select * from place")}
    assert {"派出所", "惠民超市", "实验小学"} == set(places)
    assert (places["派出所"]["layer"], places["实验小学"]["kind"]) == ("station", "school")
    assert places["惠民超市"]["address_text"] == "二号街8"
    assert all(row["grid_code"] for row in places.values())
    things = rows(town, "select kind, grid_code from thing")
    assert [row["kind"] for row in things] == ["hydrant"] * 3
    assert all(row["grid_code"] for row in things)
    (camera,) = rows(town, "select heading_deg, fov_deg, gb28181_id, grid_code from camera")
    assert camera["heading_deg"] == 45
    assert len(camera["gb28181_id"]) == 20
    assert camera["grid_code"]


def test_it_can_be_used_at_once_with_grids_departments_and_invented_workers(town):
    levels = {row["level"]: row["n"] for row in rows(town, "select level, count(*) as n from division group by level")}
    assert levels["town"] == 1
    assert set(levels) == {"town", "village", "grid", "micro_grid"}
    (departments,) = rows(town, "select count(*) as n from department")
    assert departments["n"] == 21
    workers = rows(town, "select w.*, d.code from worker w left join division d on d.code = w.grid_code")
    assert len(workers) == 12
    assert all("演示" in worker["name"] and worker["code"] and worker["skills"] for worker in workers)
    assert {worker["mode"] for worker in workers} == {"foot", "ebike", "car"}


def test_an_area_is_not_written_over_unasked(town, town_file):
    before = counts(town)
    with pytest.raises(Conflict) as refused:
        import_osm(town, town_file, area_id=AREA)
    assert refused.value.key == "area_exists"
    assert counts(town) == before


def test_replacing_writes_the_ground_anew_and_keeps_grids_and_workers(own_town, tmp_path):
    smaller = OsmTown()
    ends = [smaller.node(lon_of(0), lat_of(0)), smaller.node(lon_of(3), lat_of(1))]
    smaller.way(ends, highway="residential", name="唯一的路")
    before = counts(own_town)
    area = import_osm(own_town, smaller.write(tmp_path / "one.osm.pbf"), area_id=AREA, name="小城", replace=True)
    after = counts(own_town)
    assert (after["road_edge"], after["place"], after["camera"]) == (1, 0, 0)
    assert (after["division"], after["worker"]) == (before["division"], before["worker"])
    assert area.map_version == 2


def test_the_demo_town_is_never_written_over(own_town, town_file):
    rows_changed = "update area set is_demo = true where area_id = %(area_id)s returning area_id"
    assert rows(own_town, rows_changed, area_id=AREA)
    with pytest.raises(Conflict) as refused:
        import_osm(own_town, town_file, area_id=AREA, replace=True)
    assert refused.value.key == "area_is_demo"


def test_two_towns_live_side_by_side(own_town, town_file):
    import_osm(own_town, town_file, area_id=990008, name="另一城", demo_workers=0)
    assert [area["area_id"] for area in list_areas_of(own_town)] == [AREA, 990008]
    edges = rows(own_town, "select area_id, count(*) as n from road_edge group by area_id")
    assert len({row["n"] for row in edges}) == 1


def list_areas_of(database):
    with database.transaction() as transaction:
        return list_areas(transaction)


def test_roads_that_do_not_hang_together_are_told(empty_database, town_file):
    said = {}
    import_osm(empty_database, town_file, area_id=AREA, progress=lambda key, **words: said.update({key: words}))
    assert said["osm_isolated"]["pieces"] == 1
    assert {"osm_reading", "osm_graph", "osm_writing", "grids_cutting", "osm_done"} <= set(said)


# what cannot be read ------------------------------------------------------------------------------------------------


def truncated_pbf(folder: Path) -> Path:
    whole = small_osm_town().write(folder / "whole.osm.pbf").read_bytes()
    file = folder / "cut.osm.pbf"
    file.write_bytes(whole[: len(whole) // 2])
    return file


def truncated_gz(folder: Path) -> Path:
    whole = small_osm_town().write(folder / "whole.osm.gz").read_bytes()
    file = folder / "cut.osm.gz"
    file.write_bytes(whole[: len(whole) - 40])
    return file


def truncated_xml(folder: Path) -> Path:
    whole = small_osm_town().write(folder / "whole.osm").read_text()
    file = folder / "cut.osm"
    file.write_text(whole[: len(whole) // 2])
    return file


def written(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def without_roads(folder: Path) -> Path:
    town = OsmTown()
    town.area(lon_of(0), lat_of(0), 0.001, building="yes")
    return town.write(folder / "houses.osm")


def roads_without_points(folder: Path) -> Path:
    town = OsmTown()
    town.way([crossing(0, 0), crossing(1, 0)], highway="residential")
    return town.write(folder / "lines.osm")


BAD_FILES = {
    "cut pbf": (truncated_pbf, "osm_broken"),
    "cut gz": (truncated_gz, "osm_broken"),
    "cut xml": (truncated_xml, "osm_broken"),
    "empty": (lambda folder: written(folder, "a.osm", b""), "osm_empty"),
    "empty gz": (lambda folder: written(folder, "a.osm.gz", gzip.compress(b"")), "osm_broken"),
    "blank": (lambda folder: written(folder, "a.osm", b"<osm version='0.6'/>"), "osm_no_roads"),
    "a web page": (lambda folder: written(folder, "a.osm", b"<html><body>429 Too Many</body></html>"), "osm_broken"),
    "a picture": (lambda folder: written(folder, "a.osm.pbf", b"\x89PNG\r\n\x1a\n" + bytes(200)), "osm_broken"),
    "absurd coordinates": (
        lambda folder: written(
            folder, "a.osm", b"<osm version='0.6'><node id='1' version='1' lat='x' lon='500'/></osm>"
        ),
        "osm_broken",
    ),
    "wrong suffix": (lambda folder: written(folder, "town.txt", b"<osm/>"), "osm_wrong_suffix"),
    "missing": (lambda folder: folder / "none.osm", "osm_missing"),
    "a folder": (lambda folder: folder, "osm_not_a_file"),
    "no roads": (without_roads, "osm_no_roads"),
    "roads without points": (roads_without_points, "osm_no_roads"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_told_and_nothing_is_written(untouched, tmp_path, case):
    make, key = BAD_FILES[case]
    before = counts(untouched)
    with pytest.raises(InvalidInput) as told:
        import_osm(untouched, make(tmp_path), area_id=AREA)
    assert told.value.key == key
    assert told.value.field == "FILE"
    assert counts(untouched) == before


def test_a_fault_half_way_leaves_nothing(untouched, town_file, monkeypatch):
    def full(*_: object) -> None:
        raise Unavailable("disk_full")

    monkeypatch.setattr("towns.osm.town.write_demo_workers", full)
    before = counts(untouched)
    with pytest.raises(Unavailable):
        import_osm(untouched, town_file, area_id=AREA)
    assert counts(untouched) == before


def test_an_area_number_has_six_digits(untouched, town_file):
    with pytest.raises(InvalidInput):
        import_osm(untouched, town_file, area_id=7)


# by name ------------------------------------------------------------------------------------------------------------


def test_without_internet_it_says_so(untouched, monkeypatch):
    import requests

    def refused(*_: object, **__: object) -> None:
        raise requests.exceptions.ConnectionError

    monkeypatch.setattr("osmnx.graph_from_place", refused)
    with pytest.raises(Unavailable) as told:
        import_place(untouched, "姚庄镇, 嘉善县", area_id=AREA)
    assert told.value.key == "no_internet"
    assert counts(untouched)["area"] == 0


def test_an_unknown_place_is_told(untouched, monkeypatch):
    def unknown(*_: object, **__: object) -> None:
        raise TypeError("Nominatim did not geocode query to a geometry of type (Multi)Polygon.")

    monkeypatch.setattr("osmnx.graph_from_place", unknown)
    with pytest.raises(NotFound):
        import_place(untouched, "无此地", area_id=AREA)


def test_what_the_servers_answer_becomes_a_town(empty_database, tmp_path, monkeypatch):
    """osmnx's two answers, as it makes them from a file that is not cut: the graph and the table of features."""
    import osmnx

    whole = small_osm_town()
    whole.node(lon_of(-1.5), lat_of(1), 999_999)
    town_file = whole.write(tmp_path / "whole.osm")
    seen = []

    def graph(query: str, **options: object) -> object:
        seen.append(query)
        return osmnx.graph_from_xml(town_file, simplify=False, retain_all=True)

    monkeypatch.setattr("osmnx.graph_from_place", graph)
    monkeypatch.setattr("osmnx.features_from_place", lambda query, tags: osmnx.features_from_xml(town_file, tags=tags))
    area = import_place(empty_database, "小城, 某县", area_id=AREA, demo_workers=0)
    assert (area.name, seen) == ("小城", ["小城, 某县"])
    layers = {row["layer"] for row in rows(empty_database, "select distinct layer from base_feature")}
    assert layers == {"land", "water", "buildings", "roads", "places"}
    assert len(rows(empty_database, "select 1 from place")) == 3


# real files ---------------------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "edges", "street", "places"),
    [("north-bayreuth.osm.gz", 3000, "Hauptstraße", 50), ("shanghai_center.osm", 6000, "南京西路", 0)],
)
def test_a_real_town_is_usable(empty_database, shared_data, name, edges, street, places):
    area = import_osm(empty_database, shared_data / "osm" / name, area_id=AREA)
    found = counts(empty_database)
    assert found["road_edge"] > edges
    assert found["place"] >= places
    assert found["worker"] == 40
    assert rows(empty_database, "select 1 from base_feature where layer = 'roads' and name = %(name)s", name=street)
    (grids,) = rows(
        empty_database,
        "select count(*) as n, min(households) as least, max(households) as most from division where level = 'grid'",
    )
    assert grids["n"] > 10
    assert grids["most"] < 3 * grids["least"]
    assert area.west < area.centre_lon < area.east


def test_faults_can_be_said_in_both_languages():
    from words.catalogue import catalogue

    for language in ("zh", "en"):
        known = catalogue(language)
        assert all(f"faults.{key}" in known for _, key in BAD_FILES.values())
    assert issubclass(InvalidInput, Fault)
