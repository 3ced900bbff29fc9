"""Town, communities and villages, grids and micro-grids: faces put together, so that each level tiles the one above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from mapdata.plane import Floats
from towns.demo.faces import neighbours, weigh
from towns.demo.outline import core_point
from towns.demo.plane import metres
from towns.demo.units import TOWN_CODE, TOWN_NAME, UNITS, Unit

HOUSEHOLDS_PER_MICRO_GRID = 68
"""Source: docs/domain.md, "Sizes of grids" (19 832 households in about 290 micro-grids)."""
COLUMNS = {1: (1,), 2: (1, 1), 3: (1, 1, 1), 4: (2, 2), 5: (2, 1, 2)}
"""How many grids stand in each column of a unit, west to east; numbers run so, and north to south in a column."""
FEWEST_FACES = 0.4
"""However the weight lies, a region gets at least this part of the faces an even share would give it."""
ORDINALS = "一二三四五六七八九"

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Division:
    """One division: code, level, kind, name, parent's code, households, area (metres), label point inside it."""

    code: str
    level: str
    kind: str
    name: str
    parent_code: str | None
    households: int
    area: MultiPolygon
    label: Point


@dataclass(frozen=True)
class Divisions:
    """All divisions, and where a point lies."""

    rows: list[Division]
    tree: STRtree
    """The small faces the divisions are put together from."""
    micro_codes: list[str]
    """The micro-grid each face belongs to."""

    def level(self, level: str) -> list[Division]:
        """The divisions of one level, in the order of their codes."""
        return sorted((row for row in self.rows if row.level == level), key=lambda row: row.code)

    def codes_at(self, points: Floats, level: str = "micro_grid") -> list[str]:
        """The code of the division each point (n, 2) in metres lies in; the nearest one's where it lies in none."""
        shapes = shapely.points(np.asarray(points).reshape(-1, 2))
        if not len(shapes):
            return []
        width = {"town": 9, "village": 12, "grid": 15, "micro_grid": 17}[level]
        return [self.micro_codes[number][:width] for number in self.tree.nearest(shapes).tolist()]


class _FaceGraph:
    """The faces with their middles, areas, weights and neighbours, while regions are formed of them."""

    def __init__(self, faces: list[Polygon], points: Floats, weights: Floats) -> None:
        self.faces = np.array(faces, dtype=object)
        inner = shapely.point_on_surface(self.faces)
        self.middles = np.column_stack([shapely.get_x(inner), shapely.get_y(inner)])
        self.areas = shapely.area(self.faces)
        self.weights = weigh(faces, points, weights)
        self.near = neighbours(faces)


def assign_units(graph: _FaceGraph) -> Numbers:
    """The unit of each face: power diagram around the units' middles with the aimed-at areas, each unit in one piece.

    Source: Aurenhammer, Hoffmann, Aronov 1998 (least-squares partition with prescribed sizes), weights found stepwise.
    """
    seeds = metres([(unit.lon, unit.lat) for unit in UNITS])
    aims = np.array([unit.area_km2 for unit in UNITS])
    aims = aims / aims.sum() * graph.areas.sum()
    distance = ((graph.middles[:, None, :] - seeds[None]) ** 2).sum(axis=2)
    power = np.zeros(len(UNITS))
    unit = distance.argmin(axis=1)
    # Each unit's circle grows or shrinks until its area is the aimed-at one; ever smaller steps, or it swings for ever.
    for step in range(160):
        unit = (distance - power).argmin(axis=1)
        areas = np.bincount(unit, weights=graph.areas, minlength=len(UNITS))
        power += np.clip((aims - areas) / aims, -1, 1) * aims * 0.35 * 0.985**step
    return contiguous(graph, unit.astype(np.int64), np.zeros(len(unit), dtype=np.int64))


def contiguous(graph: _FaceGraph, region: Numbers, parent: Numbers) -> Numbers:
    """The regions, with pieces that hang apart given to the neighbour (of the same parent) they touch most."""
    region = region.copy()
    # a piece given away may cut off another one
    for _ in range(6):
        moved = False
        for members in _loose_pieces(graph, region):
            touch: dict[int, float] = {}
            for face in members:
                for other, length in graph.near[face].items():
                    if region[other] != region[face] and parent[other] == parent[face]:
                        touch[int(region[other])] = touch.get(int(region[other]), 0.0) + length
            if touch:
                region[members] = max(sorted(touch), key=lambda number: touch[number])
                moved = True
        if not moved:
            break
    return region


def _loose_pieces(graph: _FaceGraph, region: Numbers) -> list[list[int]]:
    """Connected pieces of regions, all but each region's biggest."""
    seen = np.zeros(len(region), dtype=bool)
    pieces: dict[int, list[list[int]]] = {}
    for start in range(len(region)):
        if seen[start]:
            continue
        seen[start] = True
        piece, todo = [], [start]
        while todo:
            face = todo.pop()
            piece.append(face)
            for other in graph.near[face]:
                if not seen[other] and region[other] == region[face]:
                    seen[other] = True
                    todo.append(other)
        pieces.setdefault(int(region[start]), []).append(piece)
    loose = []
    for of_region in pieces.values():
        biggest = max(of_region, key=lambda piece: float(graph.areas[piece].sum()))
        loose += [piece for piece in of_region if piece is not biggest]
    return loose


def _cut_along(graph: _FaceGraph, faces: Numbers, shares: tuple[int, ...], axis: int) -> list[Numbers]:
    """The faces in order along an axis (0 eastwards, 1 southwards), cut where the weight reaches each share."""
    along = graph.middles[faces, 0] if axis == 0 else -graph.middles[faces, 1]
    faces = faces[np.argsort(along, kind="stable")]
    weight = graph.weights[faces]
    level = (np.cumsum(weight) - weight / 2) / weight.sum()
    marks = np.cumsum(shares)[:-1]
    places = np.searchsorted(level, marks / sum(shares))
    least = max(1.0, FEWEST_FACES * len(faces) / sum(shares))
    low, high = np.ceil(marks * least), np.floor(len(faces) - (sum(shares) - marks) * least)
    return np.split(faces, np.clip(places, low, high).astype(int))


def _grids(graph: _FaceGraph, faces: Numbers, count: int) -> list[Numbers]:
    columns = COLUMNS[count]
    return [
        part
        for column, stack in zip(_cut_along(graph, faces, columns, 0), columns, strict=True)
        for part in _cut_along(graph, column, (1,) * stack, 1)
    ]


def _micro_grids(graph: _FaceGraph, faces: Numbers, count: int) -> list[Numbers]:
    count = min(count, len(faces))
    if count == 1:
        return [faces]
    first = count // 2
    width, height = np.ptp(graph.middles[faces], axis=0)
    halves = _cut_along(graph, faces, (first, count - first), 0 if width >= height else 1)
    return _micro_grids(graph, halves[0], first) + _micro_grids(graph, halves[1], count - first)


def _form_regions(
    graph: _FaceGraph, parents: Numbers, counts: list[int], cut: Callable[[_FaceGraph, Numbers, int], list[Numbers]]
) -> tuple[Numbers, Numbers]:
    """Regions inside each parent: the region of each face, and the parent of each region."""
    region = np.zeros(len(parents), dtype=np.int64)
    owner: list[int] = []
    for parent, count in enumerate(counts):
        for part in cut(graph, np.flatnonzero(parents == parent), count):
            region[part] = len(owner)
            owner.append(parent)
    return contiguous(graph, region, parents), np.array(owner, dtype=np.int64)


def _grid_households(unit: Unit) -> list[int]:
    base, rest = divmod(unit.households, unit.grids)
    return [base + (number < rest) for number in range(unit.grids)]


def make_divisions(faces: list[Polygon], points: Floats, weights: Floats) -> Divisions:
    """Form every division of the town.

    Parameters
    ----------
    faces
        faces that tile it (see :func:`towns.demo.faces.make_faces`).
    points, weights
        where households live (n, 2) in metres, and how many; grids of a unit get equal shares of them.
    """
    graph = _FaceGraph(faces, points, weights)
    unit = assign_units(graph)
    grid, unit_of_grid = _form_regions(graph, unit, [entry.grids for entry in UNITS], _grids)
    households = [number for entry in UNITS for number in _grid_households(entry)]
    counts = [max(2, round(number / HOUSEHOLDS_PER_MICRO_GRID)) for number in households]
    micro, grid_of_micro = _form_regions(graph, grid, counts, _micro_grids)
    rows = [_division(TOWN_CODE, "town", "general", TOWN_NAME, None, sum(households), graph.faces)]
    for number, entry in enumerate(UNITS):
        kind = "community" if entry.is_community else "village"
        rows.append(
            _division(entry.code, "village", kind, entry.name, TOWN_CODE, entry.households, graph.faces[unit == number])
        )
    rows += _grid_rows(graph, grid, unit_of_grid, households)
    micro_rows = _micro_rows(graph, micro, grid_of_micro, rows[1 + len(UNITS) :])
    return Divisions(rows + micro_rows, STRtree(graph.faces), [micro_rows[number].code for number in micro.tolist()])


def _grid_rows(graph: _FaceGraph, grid: Numbers, unit_of_grid: Numbers, households: list[int]) -> list[Division]:
    rows = []
    for number, owner in enumerate(unit_of_grid.tolist()):
        unit = UNITS[owner]
        place = number - int(np.flatnonzero(unit_of_grid == owner)[0])
        code, name = f"{unit.code}{place + 1:03d}", f"{unit.name}第{ORDINALS[place]}网格"
        kind = DEDICATED.get(code, "general")
        rows.append(_division(code, "grid", kind, name, unit.code, households[number], graph.faces[grid == number]))
    return rows


DEDICATED = {"330421111207001": "dedicated", "330421111006002": "dedicated", "330421111001002": "dedicated"}
"""Grids of their own kind (专属网格): industrial zone, school quarter, market."""


def _micro_rows(graph: _FaceGraph, micro: Numbers, grid_of_micro: Numbers, grids: list[Division]) -> list[Division]:
    rows = []
    for number, owner in enumerate(grid_of_micro.tolist()):
        members = np.flatnonzero(grid_of_micro == owner)
        place = number - int(members[0]) + 1
        base, rest = divmod(grids[owner].households, len(members))
        name = f"{grids[owner].name}{place:02d}微网格"
        share = base + (place <= rest)
        code = f"{grids[owner].code}{place:02d}"
        rows.append(
            _division(code, "micro_grid", "general", name, grids[owner].code, share, graph.faces[micro == number])
        )
    return rows


def _division(
    code: str, level: str, kind: str, name: str, parent: str | None, households: int, faces: NDArray[np.object_]
) -> Division:
    area = shapely.coverage_union_all(faces)
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    whole = MultiPolygon(parts)
    return Division(code, level, kind, name, parent, households, whole, _label(whole))


def _label(area: MultiPolygon) -> Point:
    """A point well inside the biggest part."""
    biggest: BaseGeometry = max(area.geoms, key=lambda part: part.area)
    centre = shapely.maximum_inscribed_circle(biggest, tolerance=40.0)
    return Point(centre.coords[0])


def is_core(point: Floats) -> bool:
    """Whether a point (2,) in metres lies within 1.1 km of the middle of the town core."""
    return bool(np.hypot(*(point - core_point())) < 1100)
