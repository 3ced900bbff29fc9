"""Several towns in one database, of which one is served."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from shapely import union_all
from shapely.geometry import shape

from base.clock import utc_now
from base.database import Database
from base.errors import NotFound
from mapdata.areas import list_areas, read_area, serve_area, write_area
from mapdata.grids import list_grids
from tests.small_town import AREA


def served(database: Database) -> list[object]:
    with database.transaction() as transaction:
        return [row["area_id"] for row in list_areas(transaction) if row["is_served"]]


def test_any_town_can_be_chosen_after_any_other(empty_database: Database) -> None:
    numbers = (990001, 990002, 990003)
    with empty_database.transaction() as transaction:
        for number in numbers:
            write_area(transaction, replace(AREA, area_id=number), utc_now())
    for order in permutations(numbers):
        for number in order:
            with empty_database.transaction() as transaction:
                serve_area(transaction, number)
            assert served(empty_database) == [number]
            with empty_database.transaction() as transaction:
                assert read_area(transaction, None).area_id == number


def test_a_town_that_is_not_there_cannot_be_chosen(empty_database: Database) -> None:
    with pytest.raises(NotFound), empty_database.transaction() as transaction:
        serve_area(transaction, 990009)


def test_the_outline_is_what_the_grids_cover(small_database: Database, empty_database: Database) -> None:
    with small_database.transaction() as transaction:
        area = read_area(transaction, AREA.area_id)
        grids = [shape(grid.outline) for grid in list_grids(transaction, AREA.area_id)]
    assert area.outline is not None
    assert shape(area.outline).symmetric_difference(union_all(grids)).area < 1e-3 * union_all(grids).area
    with empty_database.transaction() as transaction:
        write_area(transaction, AREA, utc_now())
        assert read_area(transaction, AREA.area_id).outline is None
