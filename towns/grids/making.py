"""Makes grids where a town has none: villages, grids and micro-grids of about equal households along the roads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace as changed
from datetime import date
from pathlib import Path
from typing import Any

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
from towns.grids.divisions import Division, refill_grid_codes, replace_divisions
from towns.grids.ground import Ground, read_ground
from towns.grids.names import VillageNames, chinese_number

SQL = load_statements(Path(__file__).parent / "sql" / "grids.sql")
GROUND = load_statements(Path(__file__).parents[1] / "sql" / "ground.sql")

TARGET_HOUSEHOLDS = 400
"""Households of a grid. Source: Zhejiang 2023 practice, 300 to 500."""
_GREATEST_GRID_KM2 = 4.0
_GRIDS_PER_VILLAGE = 4
_MICRO_PER_GRID = 5
"""Micro-grids of a grid. Source: Zhejiang 2022, 450,000 micro-grids in 85,000 grids."""
_FIRST_VILLAGE = 201
_STRAIGHT_DEG = 0.001
_MOST_CELLS = 190 * _GRIDS_PER_VILLAGE


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
    if cells is not None and not 1 <= cells <= _MOST_CELLS:
        raise InvalidInput("cells_out_of_range", field="--cells", given=cells, low=1, high=_MOST_CELLS)
    if not 10 <= target_households <= 100_000:
        raise InvalidInput("households_out_of_range", field="--households", given=target_households)
    day = clock().astimezone(TOWN_ZONE).date()
    with database.transaction(timeout_s=600) as transaction:
        area = read_area(transaction, area_id)
        there = transaction.execute(GROUND["count_grids"], {"area_id": area_id}).fetchone()
        if there and there["n"] and not replace:
            raise Conflict("grids_exist", field="--area", area_id=area_id, count=there["n"])
        made = cut_area(transaction, area, target_households, cells, day=day, progress=progress)
        refill_grid_codes(transaction, area_id)
        transaction.execute(SQL["raise_map_version"], {"area_id": area_id})
    return made


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
    wanted = cells or _grids_wanted(ground, target_households)
    progress("grids_cutting", grids=wanted, households=round(float(ground.homes[:, 2].sum())))
    blocks = cut_blocks(ground.outline, ground.borders, ground.homes, wanted * _MICRO_PER_GRID)
    everything = list(range(len(blocks.shapes)))
    villages = _ordered(blocks, divide(blocks, everything, math.ceil(wanted / _GRIDS_PER_VILLAGE)))
    names = VillageNames(ground.place_names, ground.lines, ground.street_names)
    town = f"{area.area_id}001"
    named = [
        _Cell(f"{town}{number}", names.give(_union(blocks, village)), village)
        for number, village in enumerate(villages, start=_FIRST_VILLAGE)
    ]
    tree = [_Cell(town, area.name, everything), *_cut_inside(blocks, named, wanted)]
    divisions = _in_degrees(area, blocks, tree)
    replace_divisions(transaction, area.area_id, divisions, day)
    grids = sum(division.level == "grid" for division in divisions)
    progress("grids_made", grids=grids, micro_grids=sum(division.level == "micro_grid" for division in divisions))
    return grids


def cut_villages(transaction: Transaction, area: Area, divisions: Sequence[Division]) -> list[Division]:
    """Cut given villages (``divisions`` holds them and their towns) into grids; return all of them.

    Borders move by a centimetre at most, so that grids, villages and towns share them to the last digit.

    Raises
    ------
    InvalidInput
        when the area has no roads to cut along.
    """
    villages = [division for division in divisions if division.level == "village"]
    given = np.array([village.shape for village in villages], dtype=object)
    outlines = to_plane(shapely.segmentize(given, _STRAIGHT_DEG), area.srid_m)
    ground = read_ground(transaction, area)
    if not ground.lines:
        raise InvalidInput("area_without_roads", field="--area", area_id=area.area_id)
    ground = changed(ground, outline=shapely.union_all(outlines, grid_size=0.01))
    wanted = max(len(villages), _grids_wanted(ground, TARGET_HOUSEHOLDS))
    borders = [*ground.borders, *(outline.boundary for outline in outlines)]
    blocks = cut_blocks(ground.outline, borders, ground.homes, wanted * _MICRO_PER_GRID)
    owner = shapely.STRtree(outlines).nearest(shapely.point_on_surface(blocks.shapes))
    named = [
        _Cell(village.code, village.name, [int(block) for block in np.flatnonzero(owner == index)])
        for index, village in enumerate(villages)
    ]
    towns = [
        _Cell(
            town.code, town.name, [block for cell in named if cell.code.startswith(town.code) for block in cell.members]
        )
        for town in divisions
        if town.level == "town"
    ]
    cut = _in_degrees(area, blocks, [*towns, *_cut_inside(blocks, named, wanted)])
    kinds = {division.code: division.kind for division in divisions}
    return [division._replace(kind=kinds.get(division.code, division.kind)) for division in cut]


class _Cell:
    """A division to be: code, name and the blocks it is made of."""

    def __init__(self, code: str, name: str, members: list[int]) -> None:
        self.code = code
        self.name = name
        self.members = members


def _grids_wanted(ground: Ground, target_households: int) -> int:
    by_people = float(ground.homes[:, 2].sum()) / target_households
    by_size = ground.outline.area / 1e6 / _GREATEST_GRID_KM2
    return int(min(_MOST_CELLS, max(1, round(by_people), round(by_size))))


def _cut_inside(blocks: Blocks, villages: list[_Cell], wanted: int) -> list[_Cell]:
    """The villages with their grids and micro-grids."""
    cells: list[_Cell] = []
    for village, share in zip(villages, _shares(blocks, villages, wanted), strict=True):
        cells.append(village)
        for g, grid in enumerate(_ordered(blocks, divide(blocks, village.members, share)), start=1):
            name = f"{village.name}第{chinese_number(g)}网格"
            cells.append(_Cell(f"{village.code}{g:03d}", name, grid))
            for m, micro in enumerate(_ordered(blocks, divide(blocks, grid, _MICRO_PER_GRID)), start=1):
                cells.append(_Cell(f"{village.code}{g:03d}{m:02d}", f"{name}{m:02d}微网格", micro))
    return cells


def _shares(blocks: Blocks, villages: list[_Cell], wanted: int) -> list[int]:
    """Grids of each village, by its weight; at least one each, and together as many as wanted."""
    weights = np.array([blocks.weights[village.members].sum() for village in villages])
    quotas = weights / weights.sum() * max(wanted, len(villages))
    shares = np.maximum(1, np.floor(quotas)).astype(int)
    while shares.sum() < wanted:
        shares[int(np.argmax(quotas - shares))] += 1
    return [int(share) for share in shares]


def _ordered(blocks: Blocks, groups: list[list[int]]) -> list[list[int]]:
    centres: NDArray[np.float64] = np.array(
        [shapely.get_coordinates(_union(blocks, group).centroid)[0] for group in groups]
    )
    return [groups[index] for index in in_reading_order(centres)]


def _union(blocks: Blocks, members: Sequence[int]) -> BaseGeometry:
    return shapely.coverage_union_all(blocks.shapes[list(members)])


def _in_degrees(area: Area, blocks: Blocks, cells: Sequence[_Cell]) -> list[Division]:
    """The cells in WGS-84: blocks are turned point by point, so that shared sides stay shared."""
    shapes = to_degrees(blocks.shapes, area.srid_m)
    levels = {9: "town", 12: "village", 15: "grid", 17: "micro_grid"}
    divisions = []
    for cell in cells:
        level: Any = levels[len(cell.code)]
        kind = "village" if level == "village" else "general"
        households = round(float(blocks.households[cell.members].sum()))
        shape = shapely.coverage_union_all(shapes[cell.members])
        divisions.append(Division(cell.code, level, kind, cell.name, households, shape))
    return divisions
