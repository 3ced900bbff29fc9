"""The small town of the tests is what its picture says."""

import pytest

from base.clock import utc_now
from base.database import Database
from mapdata.areas import read_area
from tests.small_town import AREA, put_on_duty


def test_the_small_town_is_served_and_workers_can_come_on_duty(small_database: Database):
    put_on_duty(small_database, 1, utc_now())
    with small_database.transaction() as transaction:
        assert read_area(transaction, None).name == AREA.name


@pytest.mark.parametrize(("lon", "lat"), [(120.95, 30.93), (120.99, 30.90), (121.05, 31.02), (11.6, 49.9)])
def test_metres_are_those_of_the_sphere(empty_database: Database, lon: float, lat: float):
    asked = """
        select metres_to_v1(at, %(lon)s, %(lat)s) as ours,
               st_distancesphere(at, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326)) as theirs
        from st_setsrid(st_makepoint(%(lon)s + 0.02, %(lat)s - 0.015), 4326) as at"""
    with empty_database.transaction() as transaction:
        row = transaction.execute(asked, {"lon": lon, "lat": lat}).fetchone()
    assert row["ours"] == pytest.approx(row["theirs"], rel=1e-3)
