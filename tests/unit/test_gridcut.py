"""Grids cut by machine: they tile the town, hang together, are about equally full, and are numbered as one reads."""

import math

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate

from towns.grids.cutting import cut_blocks, divide, in_reading_order
from towns.grids.names import VillageNames, chinese_number

coordinate = st.integers(0, 4000).map(float)
point = st.tuples(coordinate, coordinate)


@st.composite
def towns(draw):
    """An outline (any simple shape in one piece), roads across it and homes in it."""
    width, height = draw(st.integers(800, 4000)), draw(st.integers(800, 4000))
    outline = rotate(shapely.box(0, 0, width, height), draw(st.integers(0, 90)))
    if draw(st.booleans()):
        rest = outline.difference(shapely.box(0, 0, width / 2, height / 2))
        outline = max(shapely.get_parts(rest), key=shapely.area)
    roads = [
        shapely.LineString(ends) for ends in draw(st.lists(st.tuples(point, point), max_size=12)) if ends[0] != ends[1]
    ]
    homes = [(x, y, draw(st.integers(1, 60))) for x, y in draw(st.lists(point, max_size=40))]
    return outline, roads, np.array(homes, dtype=float).reshape(-1, 3)


@settings(max_examples=40, deadline=None)
@given(towns(), st.integers(1, 12))
def test_any_town_is_tiled_without_gap_or_overlap(town, cells):
    outline, roads, homes = town
    blocks = cut_blocks(outline, roads, homes, cells)
    groups = divide(blocks, range(len(blocks.shapes)), cells)
    assert 1 <= len(groups) <= cells
    assert sorted(block for group in groups for block in group) == list(range(len(blocks.shapes)))
    shapes = [shapely.coverage_union_all(blocks.shapes[group]) for group in groups]
    assert shapely.coverage_is_valid(np.array(shapes, dtype=object))
    assert math.isclose(sum(shape.area for shape in shapes), outline.area, rel_tol=1e-4)
    assert all(shape.is_valid for shape in shapes)


@settings(max_examples=40, deadline=None)
@given(towns(), st.integers(1, 12))
def test_every_cell_hangs_together(town, cells):
    outline, roads, homes = town
    blocks = cut_blocks(outline, roads, homes, cells)
    for group in divide(blocks, range(len(blocks.shapes)), cells):
        assert shapely.coverage_union_all(blocks.shapes[group]).geom_type == "Polygon"


def test_cells_are_about_equally_full():
    rng = np.random.default_rng(7)
    outline = shapely.box(0, 0, 3000, 2000)
    roads = [shapely.LineString([(x, 0), (x, 2000)]) for x in range(150, 3000, 150)]
    roads += [shapely.LineString([(0, y), (3000, y)]) for y in range(170, 2000, 170)]
    crowd = np.column_stack([rng.normal(900, 300, 900), rng.normal(1200, 300, 900), np.full(900, 4.0)])
    homes = crowd[(crowd[:, :2] > 0).all(1) & (crowd[:, 0] < 3000) & (crowd[:, 1] < 2000)]
    blocks = cut_blocks(outline, roads, homes, 9 * 5)
    households = [blocks.households[group].sum() for group in divide(blocks, range(len(blocks.shapes)), 9)]
    assert len(households) == 9
    assert math.isclose(sum(households), homes[:, 2].sum(), rel_tol=0.001)
    assert max(households) < 2.5 * min(households)


def test_borders_follow_the_roads_where_there_are_enough():
    outline = shapely.box(0, 0, 1000, 1000)
    roads = [shapely.LineString([(x, 0), (x, 1000)]) for x in range(100, 1000, 100)]
    roads += [shapely.LineString([(0, y), (1000, y)]) for y in range(100, 1000, 100)]
    homes = np.array([(x + 50, y + 50, 10) for x in range(0, 1000, 100) for y in range(0, 1000, 100)], dtype=float)
    blocks = cut_blocks(outline, roads, homes, 10)
    lines = shapely.union_all([outline.boundary, *roads]).buffer(0.1)
    for group in divide(blocks, range(len(blocks.shapes)), 4):
        assert lines.covers(shapely.coverage_union_all(blocks.shapes[group]).boundary)


def test_a_home_on_a_border_counts_once():
    outline = shapely.box(0, 0, 1000, 1000)
    roads = [shapely.LineString([(500, 0), (500, 1000)])]
    blocks = cut_blocks(outline, roads, np.array([(500.0, 400.0, 3.0)]), 1)
    assert blocks.households.sum() == 3


def test_codes_run_from_west_to_east_then_from_north_to_south():
    centres = np.array([(x, y) for y in (0.0, 10.0, 20.0) for x in (0.0, 10.0, 20.0)])
    assert in_reading_order(centres) == [6, 7, 8, 3, 4, 5, 0, 1, 2]


def test_numbers_in_chinese():
    assert [chinese_number(n) for n in (1, 9, 10, 11, 20, 35, 99, 100)] == [
        "一", "九", "十", "十一", "二十", "三十五", "九十九", "100",
    ]  # fmt: skip


def test_a_village_is_named_after_a_place_else_a_street_people_live_on():
    lines = [shapely.LineString([(0, 5), (20, 5)]), shapely.LineString([(0, 6), (30, 6)])]
    names = VillageNames([{"name": "甲村", "x": 5.0, "y": 5.0}], lines, ["和平路", "越江隧道"])
    west, east = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 30, 10)
    assert names.name_for(west) == "甲村"
    assert names.name_for(east) == "和平路片区"
    assert names.name_for(west) == "甲村二片"
    assert names.name_for(shapely.box(90, 90, 91, 91)) == "片区"
