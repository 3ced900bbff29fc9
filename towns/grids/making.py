"""Makes grids where a town has none: villages, grids and micro-grids of about equal households along the roads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace as changed
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from base.clock import TOWN_ZONE, Clock, utc_now
from base.database import Database, Transaction
from base.errors import Conflict, InvalidInput
from base.progress import Progress, silent
from base.statements import load_statements
from mapdata.areas import Area, read_area
from mapdata.plane import to_degrees, to_plane
from towns.grids.cutting import Blocks, cut_blocks, divide, in_reading_order
from towns.grids.divisions import CODE_LENGTHS, Division, refill_grid_codes, replace_divisions
from towns.grids.ground import Ground, read_ground
from towns.grids.names import VillageNames, chinese_number

SQL = load_statements(Path(__file__).parent / "sql" / "grids.sql")
GROUND = load_statements(Path(__file__).parents[1] / "sql" / "ground.sql")

TARGET_HOUSEHOLDS = 400
"""Households of a grid. Source: docs/domain.md, "Sizes of grids"."""
_GREATEST_GRID_KM2 = 4.0
_GRIDS_PER_VILLAGE = 4
_MICRO_PER_GRID = 5
"""Micro-grids of a grid. Source: docs/domain.md, "Sizes of grids"."""
_FIRST_VILLAGE = 201
"""Number of the first village cut: those from 201 on are villages. Source: docs/domain.md, "Division codes"."""
_SIDE_STEP_DEG = 0.001
_MOST_GRIDS = 190 * _GRIDS_PER_VILLAGE
"""Village numbers end at 399; a few are left free."""


def make_grids(
    database: Database,
    area_id: int,
    *,
    target_households: int = TARGET_HOUSEHOLDS,
    cells: int | None = None,
    replace: bool = False,
    progress: Progress = silent,
    clock: Clock = utc_now,
) -> int:
    """Cut an area into grids and write them; return how many grids there are.

    Parameters
    ----------
    target_households
        households a grid is to have; the number of grids follows (and from the size: 4 km2 at most each).
    cells
        number of grids wanted, instead.
    replace
        cut anew where there are grids; the old ones are ended and kept as history.

    Raises
    ------
    NotFound
        when there is no such area.
    Conflict
        when it has grids and they are not to be replaced.
    InvalidInput
        when the number asked for is out of range or the area has no roads.
    """
    if cells is not None and not 1 <= cells <= _MOST_GRIDS:
        raise InvalidInput("cells_out_of_range", field="--cells", given=cells, low=1, high=_MOST_GRIDS)
    if not 10 <= target_households <= 100_000:
        raise InvalidInput("households_out_of_range", field="--households", given=target_households)
    day = clock().astimezone(TOWN_ZONE).date()
    with database.transaction(timeout_s=600) as transaction:
        area = read_area(transaction, area_id)
        existing = transaction.execute(GROUND["count_grids"], {"area_id": area_id}).fetchone()
        if existing and existing["n"] and not replace:
            raise Conflict("grids_exist", field="--area", area_id=area_id, count=existing["n"])
        grid_count = cut_area(transaction, area, target_households, cells, day=day, progress=progress)
        refill_grid_codes(transaction, area_id)
        transaction.execute(SQL["raise_map_version"], {"area_id": area_id})
    return grid_count


def cut_area(
    transaction: Transaction,
    area: Area,
    target_households: int = TARGET_HOUSEHOLDS,
    cells: int | None = None,
    *,
    day: date,
    progress: Progress = silent,
) -> int:
    """Cut the area and write its divisions, within a transaction; return the number of grids.

    Raises
    ------
    InvalidInput
        when the area has no roads to cut along.
    """
    ground = read_ground(transaction, area)
    if not ground.lines:
        raise InvalidInput("area_without_roads", field="--area", area_id=area.area_id)
    grids_wanted = cells or _count_grids_wanted(ground, target_households)
    progress("grids_cutting", grids=grids_wanted, households=round(float(ground.homes[:, 2].sum())))
    # blocks small enough for the micro-grids are small enough for all levels above
    blocks = cut_blocks(ground.outline, ground.borders, ground.homes, grids_wanted * _MICRO_PER_GRID)
    all_blocks = list(range(len(blocks.shapes)))
    groups = _in_code_order(blocks, divide(blocks, all_blocks, math.ceil(grids_wanted / _GRIDS_PER_VILLAGE)))
    names = VillageNames(ground.place_names, ground.lines, ground.street_names)
    town_code = f"{area.area_id}001"
    villages = [
        _Cell(f"{town_code}{number}", names.name_for(_union(blocks, group)), group)
        for number, group in enumerate(groups, start=_FIRST_VILLAGE)
    ]
    cells_of_town = [_Cell(town_code, area.name, all_blocks), *_with_grids(blocks, villages, grids_wanted)]
    divisions = _divisions_in_degrees(area, blocks, cells_of_town)
    replace_divisions(transaction, area.area_id, divisions, day)
    grid_count = sum(division.level == "grid" for division in divisions)
    micro_grid_count = sum(division.level == "micro_grid" for division in divisions)
    progress("grids_made", grids=grid_count, micro_grids=micro_grid_count)
    return grid_count


def cut_villages(transaction: Transaction, area: Area, divisions: Sequence[Division]) -> list[Division]:
    """Cut given villages (``divisions`` holds them and their towns) into grids; return all of them.

    Borders move by a centimetre at most, so that grids, villages and towns share them to the last digit.

    Raises
    ------
    InvalidInput
        when the area has no roads to cut along.
    """
    given_villages = [division for division in divisions if division.level == "village"]
    shapes = np.array([village.shape for village in given_villages], dtype=object)
    # A side straight in degrees is bent in the plane. With a point every hundred metres both neighbours bend it alike,
    # whichever of them has the long side.
    outlines = to_plane(shapely.segmentize(shapes, _SIDE_STEP_DEG), area.srid_m)
    ground = read_ground(transaction, area)
    if not ground.lines:
        raise InvalidInput("area_without_roads", field="--area", area_id=area.area_id)
    ground = changed(ground, outline=shapely.union_all(outlines, grid_size=0.01))
    grids_wanted = max(len(given_villages), _count_grids_wanted(ground, TARGET_HOUSEHOLDS))
    # The whole town is cut at once with the villages' borders among the lines: each village cut by itself would put
    # other corners on the border it shares with its neighbour.
    borders = [*ground.borders, *(outline.boundary for outline in outlines)]
    blocks = cut_blocks(ground.outline, borders, ground.homes, grids_wanted * _MICRO_PER_GRID)
    village_of_block = shapely.STRtree(outlines).nearest(shapely.point_on_surface(blocks.shapes))
    villages = [
        _Cell(village.code, village.name, [int(block) for block in np.flatnonzero(village_of_block == index)])
        for index, village in enumerate(given_villages)
    ]
    towns = [
        _Cell(
            town.code,
            town.name,
            [block for village in villages if village.code.startswith(town.code) for block in village.members],
        )
        for town in divisions
        if town.level == "town"
    ]
    made = _divisions_in_degrees(area, blocks, [*towns, *_with_grids(blocks, villages, grids_wanted)])
    kinds = {division.code: division.kind for division in divisions}
    return [division._replace(kind=kinds.get(division.code, division.kind)) for division in made]


class _Cell:
    """A division to be: code, name and the blocks it is made of."""

    def __init__(self, code: str, name: str, members: list[int]) -> None:
        self.code = code
        self.name = name
        self.members = members


def _count_grids_wanted(ground: Ground, target_households: int) -> int:
    by_households = float(ground.homes[:, 2].sum()) / target_households
    by_size = ground.outline.area / 1e6 / _GREATEST_GRID_KM2
    return int(min(_MOST_GRIDS, max(1, round(by_households), round(by_size))))


def _with_grids(blocks: Blocks, villages: list[_Cell], grids_wanted: int) -> list[_Cell]:
    """The villages, each followed by its grids and micro-grids."""
    cells: list[_Cell] = []
    for village, grid_count in zip(villages, _grids_per_village(blocks, villages, grids_wanted), strict=True):
        cells.append(village)
        grids = _in_code_order(blocks, divide(blocks, village.members, grid_count))
        for grid_number, grid in enumerate(grids, start=1):
            name, code = f"{village.name}第{chinese_number(grid_number)}网格", f"{village.code}{grid_number:03d}"
            cells.append(_Cell(code, name, grid))
            micro_grids = _in_code_order(blocks, divide(blocks, grid, _MICRO_PER_GRID))
            for number, micro_grid in enumerate(micro_grids, start=1):
                cells.append(_Cell(f"{code}{number:02d}", f"{name}{number:02d}微网格", micro_grid))
    return cells


def _grids_per_village(blocks: Blocks, villages: list[_Cell], grids_wanted: int) -> list[int]:
    """Number of grids of each village, by its weight; at least one each, and together as many as wanted.

    Rounded down and the rest given to whoever is furthest below its quota: rounding alone would not add up.
    """
    weights = np.array([blocks.weights[village.members].sum() for village in villages])
    quotas = weights / weights.sum() * max(grids_wanted, len(villages))
    counts = np.maximum(1, np.floor(quotas)).astype(int)
    while counts.sum() < grids_wanted:
        counts[int(np.argmax(quotas - counts))] += 1
    return [int(count) for count in counts]


def _in_code_order(blocks: Blocks, groups: list[list[int]]) -> list[list[int]]:
    centres: NDArray[np.float64] = np.array(
        [shapely.get_coordinates(_union(blocks, group).centroid)[0] for group in groups]
    )
    return [groups[index] for index in in_reading_order(centres)]


def _union(blocks: Blocks, members: Sequence[int]) -> BaseGeometry:
    return shapely.coverage_union_all(blocks.shapes[list(members)])


def _divisions_in_degrees(area: Area, blocks: Blocks, cells: Sequence[_Cell]) -> list[Division]:
    """The cells as divisions in WGS-84.

    The blocks are turned into degrees and then united, not the other way round: a shared side has the same points in
    both blocks, and the same point gives the same degrees.
    """
    shapes = to_degrees(blocks.shapes, area.srid_m)
    levels = {length: level for level, length in CODE_LENGTHS.items()}
    divisions = []
    for cell in cells:
        level = levels[len(cell.code)]
        kind = "village" if level == "village" else "general"
        households = round(float(blocks.households[cell.members].sum()))
        shape = shapely.coverage_union_all(shapes[cell.members])
        divisions.append(Division(cell.code, level, kind, cell.name, households, shape))
    return divisions
