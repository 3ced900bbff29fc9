"""Makes grids where a town has none: villages, grids and micro-grids of about equal households along the roads."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from mapdata.areas import Area, read_area
from mapdata.clock import TOWN_ZONE, Clock, utc_now
from mapdata.database import Database, Transaction
from mapdata.divisions import Division, refill_grid_codes, replace_divisions
from mapdata.errors import Conflict, InvalidInput
from mapdata.gridcut import Blocks, cut_blocks, divide, in_reading_order
from mapdata.progress import Progress, silent
from mapdata.statements import load_statements

__all__ = ["cut_area", "make_grids", "refill_grid_codes"]

SQL = load_statements(Path(__file__).parent / "sql" / "gridmaking.sql")
GROUND = load_statements(Path(__file__).parent / "sql" / "ground.sql")

TARGET_HOUSEHOLDS = 400
"""Households of a grid. Source: Zhejiang 2023 practice, 300 to 500."""
_GREATEST_GRID_KM2 = 4.0
_GRIDS_PER_VILLAGE = 4
_MICRO_PER_GRID = 5
_FIRST_VILLAGE = 201
_MOST_CELLS = 190 * _GRIDS_PER_VILLAGE
_BORDER_KINDS = frozenset(
    [
        "motorway",
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "living_street",
        "pedestrian",
        "road",
    ]
)
_HOME_M2 = {"house": 160.0, "apartments": 22.0}
"""Footprint to a household: a house stands for one or two, flats for six storeys of 130 m2 [D]."""
_SMALLEST_HOME_M2 = 60.0
_HOMES_PER_ROAD_M = 0.02
_DIGITS = "零一二三四五六七八九"


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
    """Cut the area and write its divisions, within a transaction; return the number of grids."""
    ground = _read_ground(transaction, area)
    if not ground.lines:
        raise InvalidInput("area_without_roads", field="--area", area_id=area.area_id)
    wanted = cells or _grids_wanted(ground, target_households)
    progress("grids_cutting", grids=wanted, households=round(float(ground.homes[:, 2].sum())))
    blocks = cut_blocks(ground.outline, ground.borders, ground.homes, wanted * _MICRO_PER_GRID)
    divisions = _divisions(area, ground, blocks, wanted)
    replace_divisions(transaction, area.area_id, divisions, day)
    grids = sum(division.level == "grid" for division in divisions)
    progress("grids_made", grids=grids, micro_grids=sum(division.level == "micro_grid" for division in divisions))
    return grids


@dataclass(frozen=True)
class Ground:
    """What the cutting looks at, in the area's plane in metres; ``homes`` is n x 3: x, y, households."""

    outline: BaseGeometry
    lines: list[BaseGeometry]
    street_names: list[str]
    borders: list[BaseGeometry]
    homes: NDArray[np.float64]
    place_names: list[dict[str, Any]]


def _read_ground(transaction: Transaction, area: Area) -> Ground:
    asked = {"area_id": area.area_id, "srid_m": area.srid_m}
    roads = transaction.execute(SQL["road_lines"], asked).fetchall()
    lines = list(shapely.from_wkb([bytes(road["line"]) for road in roads]))
    dwellings = transaction.execute(SQL["homes"], asked).fetchall()
    homes = _homes(dwellings) if len(dwellings) * 20 > len(lines) else _homes_by_road(roads, lines)
    kinds = [road["kind"].removesuffix("_link") for road in roads]
    return Ground(
        outline=_outline(lines) if lines else shapely.Polygon(),
        lines=lines,
        street_names=[road["name"] for road in roads],
        borders=[line for line, kind in zip(lines, kinds, strict=True) if kind in _BORDER_KINDS],
        homes=homes,
        place_names=transaction.execute(SQL["place_names"], asked).fetchall(),
    )


def _homes(dwellings: Sequence[dict[str, Any]]) -> NDArray[np.float64]:
    rows = [
        (row["x"], row["y"], max(1.0, row["area_m2"] / _HOME_M2[row["kind"]]))
        for row in dwellings
        if row["area_m2"] >= _SMALLEST_HOME_M2
    ]
    return np.array(rows, dtype=float).reshape(-1, 3)


def _homes_by_road(roads: Sequence[dict[str, Any]], lines: Sequence[BaseGeometry]) -> NDArray[np.float64]:
    """Where no buildings are known: people live along streets, so many to a metre."""
    rows = []
    for road, line in zip(roads, lines, strict=True):
        if road["kind"] in ("residential", "living_street", "tertiary", "unclassified", "secondary"):
            middle = line.interpolate(0.5, normalized=True)
            rows.append((middle.x, middle.y, line.length * _HOMES_PER_ROAD_M))
    return np.array(rows, dtype=float).reshape(-1, 3)


def _outline(lines: Sequence[BaseGeometry]) -> BaseGeometry:
    """The town's outline where none is known: a close hull around its roads, with some ground beside them."""
    points = shapely.get_coordinates(shapely.segmentize(lines, 200.0))
    hull = shapely.concave_hull(shapely.multipoints(points), ratio=0.12)
    grown = shapely.simplify(shapely.buffer(hull, 200.0), 20.0)
    greatest = max(shapely.get_parts(grown), key=lambda part: float(part.area))
    return shapely.Polygon(greatest.exterior)


def _grids_wanted(ground: Ground, target_households: int) -> int:
    by_people = float(ground.homes[:, 2].sum()) / target_households
    by_size = ground.outline.area / 1e6 / _GREATEST_GRID_KM2
    return int(min(_MOST_CELLS, max(1, round(by_people), round(by_size))))


def _divisions(area: Area, ground: Ground, blocks: Blocks, wanted: int) -> list[Division]:
    town = f"{area.area_id}001"
    everything = list(range(len(blocks.shapes)))
    villages = _ordered(blocks, divide(blocks, everything, math.ceil(wanted / _GRIDS_PER_VILLAGE)))
    shares = _shares(blocks, villages, wanted)
    namer = _Names(ground)
    cells: list[tuple[str, str, list[int]]] = []
    for v, (village, share) in enumerate(zip(villages, shares, strict=True), start=_FIRST_VILLAGE):
        village_name = namer.village(_union(blocks, village))
        cells.append((f"{town}{v}", village_name, village))
        for g, grid in enumerate(_ordered(blocks, divide(blocks, village, share)), start=1):
            grid_name = f"{village_name}第{chinese_number(g)}网格"
            cells.append((f"{town}{v}{g:03d}", grid_name, grid))
            for m, micro in enumerate(_ordered(blocks, divide(blocks, grid, _MICRO_PER_GRID)), start=1):
                cells.append((f"{town}{v}{g:03d}{m:02d}", f"{grid_name}{m:02d}微网格", micro))
    return _in_degrees(area, blocks, [(town, area.name, everything), *cells])


def _shares(blocks: Blocks, villages: list[list[int]], wanted: int) -> list[int]:
    """Grids of each village, by its weight; at least one each."""
    weights = np.array([blocks.weights[village].sum() for village in villages])
    return [max(1, round(float(weight) * wanted)) for weight in weights / weights.sum()]


def _ordered(blocks: Blocks, groups: list[list[int]]) -> list[list[int]]:
    centres = np.array([shapely.get_coordinates(_union(blocks, group).centroid)[0] for group in groups])
    return [groups[index] for index in in_reading_order(centres)]


def _union(blocks: Blocks, members: Sequence[int]) -> BaseGeometry:
    return shapely.coverage_union_all(blocks.shapes[list(members)])


def _in_degrees(area: Area, blocks: Blocks, cells: list[tuple[str, str, list[int]]]) -> list[Division]:
    """The cells in WGS-84: blocks are turned point by point, so that shared sides stay shared."""
    import pyproj

    turn = pyproj.Transformer.from_crs(area.srid_m, 4326, always_xy=True)
    shapes = shapely.transform(
        blocks.shapes, lambda points: np.column_stack(turn.transform(points[:, 0], points[:, 1]))
    )
    levels = {9: "town", 12: "village", 15: "grid", 17: "micro_grid"}
    divisions = []
    for code, name, members in cells:
        level: Any = levels[len(code)]
        kind = "village" if level == "village" else "general"
        households = round(float(blocks.households[members].sum()))
        divisions.append(Division(code, level, kind, name, households, shapely.coverage_union_all(shapes[members])))
    return divisions


class _Names:
    """Names for villages: the greatest place inside that gave none yet, else the longest street inside."""

    def __init__(self, ground: Ground) -> None:
        self._places = ground.place_names
        self._points = shapely.points([(place["x"], place["y"]) for place in self._places]) if self._places else []
        self._streets = shapely.STRtree(ground.lines)
        self._lines = ground.lines
        self._street_names = ground.street_names
        self._given: dict[str, int] = defaultdict(int)

    def village(self, shape: BaseGeometry) -> str:
        name = self._place(shape) or self._street(shape) or "片区"
        self._given[name] += 1
        return name if self._given[name] == 1 else f"{name}{chinese_number(self._given[name])}片"

    def _place(self, shape: BaseGeometry) -> str | None:
        inside = shapely.intersects(shape, self._points) if self._places else []
        names = [place["name"] for place, is_inside in zip(self._places, inside, strict=True) if is_inside]
        return next((name for name in names if name not in self._given), names[0] if names else None)

    def _street(self, shape: BaseGeometry) -> str | None:
        lengths: dict[str, float] = defaultdict(float)
        for index in self._streets.query(shape, predicate="intersects"):
            name = self._street_names[index]
            if name and f"{name}片区" not in self._given:
                lengths[name] += shape.intersection(self._lines[index]).length
        return f"{max(lengths, key=lambda name: lengths[name])}片区" if lengths else None


def chinese_number(number: int) -> str:
    """A number from 1 to 99 in Chinese: 一, 十, 十二, 三十."""
    tens, ones = divmod(number, 10)
    text = ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
    return text if number < 100 else str(number)
