"""Where a point is: one statement; both owners at a border, whichever side it lies on, in whatever order rows come."""

from __future__ import annotations

import json
import random
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from base.database import Database
from mapdata.areas import read_area
from mapdata.location import BORDER_TOLERANCE_M, Place, locate, place_of
from mapdata.plane import distance_m, moved
from tests.small_town import AREA_ID, NORTH_EAST, NORTH_WEST, SOUTH_EAST, SOUTH_POINT, SOUTH_WEST
from towns.grids.divisions import refill_grid_codes

TABLE = json.loads((Path(__file__).parents[1] / "js" / "metres.json").read_text(encoding="utf-8"))
MIDDLE_LON, MIDDLE_LAT = 120.950, 30.920
"""Where the four grids of the small town meet."""
SIDES = {(False, False): SOUTH_WEST, (True, False): SOUTH_EAST, (False, True): NORTH_WEST, (True, True): NORTH_EAST}
"""The grid by whether a point lies east and north of the middle."""
shared = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def shuffled(databases, small_template):
    """The small town with its divisions written in another order."""
    with databases.copy(small_template) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            rows = [row[0] for row in connection.execute("select code from division order by code").fetchall()]
            random.Random(7).shuffle(rows)
            connection.execute("create temp table old as select * from division")
            connection.execute("delete from division")
            for code in rows:
                connection.execute("insert into division select * from old where code = %s", [code])
        with closing(Database(url, size=2)) as database:
            yield database


def at(database: Database, lon: float, lat: float) -> Place:
    with database.transaction() as transaction:
        return place_of(transaction, AREA_ID, lon, lat)


def test_metres_in_the_database_are_those_of_the_table(empty_database: Database) -> None:
    with empty_database.transaction() as transaction:
        for row in TABLE:
            found = transaction.execute(
                "select metres_between_v1(%(lon)s, %(lat)s, %(other_lon)s, %(other_lat)s) as near_m,"
                " metres_to_shape_v1(st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326),"
                " st_setsrid(st_makepoint(%(other_lon)s, %(other_lat)s), 4326)) as shape_m",
                row,
            ).fetchone()
            assert found["near_m"] == pytest.approx(row["geodesic_m"], rel=1e-5)
            assert found["near_m"] == pytest.approx(distance_m(*list(row.values())[:4]), rel=1e-9)
            assert found["shape_m"] == pytest.approx(row["geodesic_m"], rel=1e-6, abs=1e-5)


@given(st.floats(-170, 170), st.floats(-60, 60), st.floats(0, 360), st.floats(0.1, 20_000))
@shared
def test_metres_in_the_database_are_geodesic(
    shared_small_database: Database, lon: float, lat: float, bearing: float, far_m: float
) -> None:
    other_lon, other_lat, _ = Geod(ellps="WGS84").fwd(lon, lat, bearing, far_m)
    with shared_small_database.transaction() as transaction:
        asked = "select metres_between_v1(%s::float8, %s::float8, %s::float8, %s::float8) as m"
        found = transaction.execute(asked, [lon, lat, other_lon, other_lat]).fetchone()
    assert found["m"] == pytest.approx(far_m, rel=1e-5, abs=1e-6)


@given(st.floats(-19.9, 19.9), st.floats(60, 600), st.booleans(), st.booleans())
@shared
def test_near_a_border_there_are_two_owners_whichever_side(
    shared_small_database: Database, across_m: float, along_m: float, upright: bool, first: bool
) -> None:
    """Beside one of the four inner borders, away from where they meet."""
    along_m = along_m if first else -along_m
    east_m, north_m = (across_m, along_m) if upright else (along_m, across_m)
    lon, lat = moved(MIDDLE_LON, MIDDLE_LAT, east_m, north_m)
    place = at(shared_small_database, lon, lat)
    here = SIDES[lon > MIDDLE_LON, lat > MIDDLE_LAT]
    there = SIDES[(lon > MIDDLE_LON) != upright, (lat > MIDDLE_LAT) != (not upright)]
    assert {place.grid_code, place.neighbour_code} == {here, there}
    if abs(across_m) > 0.01:
        assert (place.grid_code, place.neighbour_code) == (here, there)
    assert place.outside_m == 0


@given(st.floats(-900, 900), st.floats(-850, 850))
@shared
def test_deep_inside_there_is_one(shared_small_database: Database, east_m: float, north_m: float) -> None:
    if min(abs(east_m), abs(north_m)) < BORDER_TOLERANCE_M + 0.1:
        return
    place = at(shared_small_database, *moved(MIDDLE_LON, MIDDLE_LAT, east_m, north_m))
    assert (place.neighbour_code, place.neighbour_name, place.neighbour_village_name) == (None, None, None)
    assert place.grid_code is not None
    assert place.micro_grid_code is not None
    assert place.micro_grid_code.startswith(place.grid_code)


@given(st.floats(-60, 60), st.floats(-60, 60), st.booleans())
@shared
def test_the_order_of_the_rows_decides_nothing(
    shared_small_database: Database, shuffled: Database, east_m: float, north_m: float, on_the_border: bool
) -> None:
    lon, lat = moved(MIDDLE_LON, MIDDLE_LAT, 0 if on_the_border else east_m, north_m)
    assert at(shared_small_database, lon, lat) == at(shuffled, lon, lat)


def test_outside_by_less_than_the_tolerance_there_is_an_owner_and_no_town_is_measured(
    shared_small_database: Database,
) -> None:
    place = at(shared_small_database, *moved(120.945, 30.912, 0, -12))
    assert (place.grid_code, place.neighbour_code) == (SOUTH_WEST, None)
    assert place.outside_m == pytest.approx(12, abs=0.1)


def test_a_report_asks_once(shared_small_database: Database) -> None:
    """The ordinary case is one statement; only a point that is refused costs more."""

    class Counted:
        def __init__(self, transaction) -> None:
            self.transaction, self.statements = transaction, 0

        def execute(self, *given):
            self.statements += 1
            return self.transaction.execute(*given)

    with shared_small_database.transaction() as transaction:
        area = read_area(transaction, AREA_ID)
        for point in (SOUTH_POINT, (120.9700, 30.9200)):
            counted = Counted(transaction)
            locate(counted, area, *point, "wgs84")
            assert counted.statements == 1


def test_in_bulk_the_same_grid_is_found(small_database: Database) -> None:
    with small_database.transaction() as transaction:
        lon, lat = MIDDLE_LON, 30.915
        transaction.execute(
            "insert into address (area_id, address_id, level, name, full_text, grid_code, micro_grid_code, geom)"
            " select %s, 900000 + n, 'building', n || '号', '界上' || n || '号', '', '', st_setsrid("
            " st_makepoint(%s + (n - 3) * 0.00005, %s), 4326) from generate_series(1, 5) n",
            [AREA_ID, lon, lat],
        )
        refill_grid_codes(transaction, AREA_ID)
        for table in ("address", "place", "thing", "camera"):
            micro = "micro_grid_code" if table == "address" else "null as micro_grid_code"
            asked = f"select grid_code, {micro}, st_x(geom) as lon, st_y(geom) as lat from {table} where area_id = %s"
            for row in transaction.execute(asked, [AREA_ID]).fetchall():
                place = place_of(transaction, AREA_ID, row["lon"], row["lat"])
                assert row["grid_code"] == place.grid_code
                assert row["micro_grid_code"] in (None, place.micro_grid_code)
