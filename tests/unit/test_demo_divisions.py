"""The demo town's divisions tile, whatever the seed."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from towns.demo.divisions import Divisions
from towns.demo.plan import plan_divisions
from towns.demo.plane import in_degrees
from towns.demo.units import TOWN_CODE, UNITS

few = settings(max_examples=3, deadline=None)
seeds = st.sampled_from([330421, 1, 2**31])
LEVELS = ("town", "village", "grid", "micro_grid")


@lru_cache(maxsize=8)
def divisions_of(seed: int) -> Divisions:
    return plan_divisions(seed)


@given(seeds)
@few
def test_each_level_tiles_the_town(seed: int) -> None:
    divisions = divisions_of(seed)
    town = in_degrees([divisions.level("town")[0].area])[0]
    for level in LEVELS[1:]:
        areas = in_degrees([row.area for row in divisions.level(level)])
        assert shapely.is_valid(np.array(areas, dtype=object)).all()
        union = shapely.unary_union(areas)
        assert abs(union.area - town.area) < 1e-6 * town.area
        assert abs(sum(area.area for area in areas) - town.area) < 1e-6 * town.area, f"{level}s overlap"
        assert union.symmetric_difference(town).area < 1e-6 * town.area


@given(seeds, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=40, max_size=40))
@few
def test_every_point_of_the_town_is_in_one_grid_and_one_micro_grid(
    seed: int, places: list[tuple[float, float]]
) -> None:
    divisions = divisions_of(seed)
    town = divisions.level("town")[0].area
    west, south, east, north = town.bounds
    points = [shapely.Point(west + x * (east - west), south + y * (north - south)) for x, y in places]
    for level in ("grid", "micro_grid"):
        areas = np.array([row.area for row in divisions.level(level)], dtype=object)
        for point in points:
            covering = int(shapely.intersects(areas, point).sum())
            inside = int(shapely.contains_properly(areas, point).sum())
            assert inside <= 1
            assert covering >= 1 if town.covers(point) else covering == 0


@given(seeds)
@few
def test_micro_grids_tile_their_grid_and_codes_are_prefixes(seed: int) -> None:
    divisions = divisions_of(seed)
    micro: dict[str, list[shapely.MultiPolygon]] = {}
    for row in divisions.level("micro_grid"):
        assert len(row.code) == 17
        assert row.parent_code == row.code[:15]
        micro.setdefault(row.code[:15], []).append(row.area)
    for grid in divisions.level("grid"):
        parts = micro[grid.code]
        assert abs(sum(part.area for part in parts) - grid.area.area) < 1e-6 * grid.area.area
        assert shapely.unary_union(parts).symmetric_difference(grid.area).area < 1e-6 * grid.area.area
        assert grid.parent_code == grid.code[:12]
        assert grid.area.contains(grid.label)


@given(seeds)
@few
def test_grids_are_numbered_west_to_east_then_north_to_south(seed: int) -> None:
    divisions = divisions_of(seed)
    for unit in UNITS:
        grids = [row for row in divisions.level("grid") if row.parent_code == unit.code]
        assert [row.code for row in grids] == [f"{unit.code}{number:03d}" for number in range(1, unit.grids + 1)]
        for before, after in itertools.pairwise(grids):
            east = after.area.centroid.x > before.area.centroid.x
            south = after.area.centroid.y < before.area.centroid.y
            assert east or south, f"{after.name} lies west and north of the one before"


def test_counts_names_and_households() -> None:
    divisions = divisions_of(330421)
    assert [len(divisions.level(level)) for level in LEVELS[:3]] == [1, 25, 56]
    assert 270 <= len(divisions.level("micro_grid")) <= 310
    assert divisions.level("town")[0].code == TOWN_CODE
    assert sum(row.households for row in divisions.level("grid")) == 19_832
    assert sum(row.households for row in divisions.level("micro_grid")) == 19_832
    assert "南鹿村第一网格" in {row.name for row in divisions.level("grid")}
    assert {row.kind for row in divisions.level("grid")} == {"general", "dedicated"}
    assert sum(row.kind == "community" for row in divisions.level("village")) == 7


def test_same_seed_same_divisions() -> None:
    again = plan_divisions(330421)
    first = divisions_of(330421)
    assert [(row.code, row.area.wkb) for row in again.rows] == [(row.code, row.area.wkb) for row in first.rows]
