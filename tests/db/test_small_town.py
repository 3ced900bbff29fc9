"""The small town of the tests is what its picture says."""

from base.clock import utc_now
from base.database import Database
from mapdata.areas import read_area
from tests.small_town import AREA, put_on_duty


def test_the_small_town_is_served_and_workers_can_come_on_duty(small_database: Database):
    put_on_duty(small_database, 1, utc_now())
    with small_database.transaction() as transaction:
        assert read_area(transaction, None).name == AREA.name
