"""What grids are cut from: outline, roads, homes and place names of an area, in its plane in metres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from base.database import Transaction
from base.statements import load_statements
from mapdata.areas import Area

SQL = load_statements(Path(__file__).parent / "sql" / "grids.sql")

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
"""Footprint to a household: a house stands for one or two, flats for six storeys of 130 m2.

Source: docs/domain.md, "Sizes of grids".
"""
_SMALLEST_HOME_M2 = 60.0
_HOUSEHOLDS_PER_ROAD_M = 0.02
_HOMES_STEP_M = 60.0
_OUTLINE_STEP_M, _OUTLINE_CLOSENESS = 200.0, 0.12
_OUTLINE_GROW_M, _OUTLINE_SHRINK_M, _OUTLINE_TOLERANCE_M = 600.0, 400.0, 20.0


@dataclass(frozen=True)
class Ground:
    """What grids are cut from, in the area's plane in metres; ``homes`` is n x 3: x, y, households.

    ``lines`` are all roads, ``borders`` those that a grid may end at.
    """

    outline: BaseGeometry
    lines: list[BaseGeometry]
    street_names: list[str]
    borders: list[BaseGeometry]
    homes: NDArray[np.float64]
    place_names: list[dict[str, Any]]


def read_ground(transaction: Transaction, area: Area) -> Ground:
    """Read an area's roads, homes and place names; the outline is empty where there are no roads."""
    parameters = {"area_id": area.area_id, "srid_m": area.srid_m}
    roads = transaction.execute(SQL["road_lines"], parameters).fetchall()
    lines = list(shapely.from_wkb([bytes(road["line"]) for road in roads]))
    dwellings = transaction.execute(SQL["homes"], parameters).fetchall()
    # a map with next to no houses is a map whose houses nobody has drawn, not a town without people
    has_houses = len(dwellings) * 20 > len(lines)
    homes = _homes_by_dwelling(dwellings) if has_houses else _homes_by_road(roads, lines)
    # footpaths and lanes are no borders: they move, and houses on both sides belong together
    kinds = [road["kind"].removesuffix("_link") for road in roads]
    return Ground(
        outline=_outline(lines) if lines else shapely.Polygon(),
        lines=lines,
        street_names=[road["name"] for road in roads],
        borders=[line for line, kind in zip(lines, kinds, strict=True) if kind in _BORDER_KINDS],
        homes=homes,
        place_names=transaction.execute(SQL["place_names"], parameters).fetchall(),
    )


def _homes_by_dwelling(dwellings: Sequence[dict[str, Any]]) -> NDArray[np.float64]:
    rows = [
        (row["x"], row["y"], max(1.0, row["area_m2"] / _HOME_M2[row["kind"]]))
        for row in dwellings
        if row["area_m2"] >= _SMALLEST_HOME_M2
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _homes_by_road(roads: Sequence[dict[str, Any]], lines: Sequence[BaseGeometry]) -> NDArray[np.float64]:
    """Where no buildings are known: people live along streets, so many to a metre."""
    rows: list[tuple[float, float, float]] = []
    for road, line in zip(roads, lines, strict=True):
        if road["kind"] in ("residential", "living_street", "tertiary", "unclassified", "secondary"):
            steps = math.ceil(line.length / _HOMES_STEP_M)
            along = line.interpolate([(step + 0.5) / steps for step in range(steps)], normalized=True)
            rows.extend((point.x, point.y, line.length / steps * _HOUSEHOLDS_PER_ROAD_M) for point in along)
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _outline(lines: Sequence[BaseGeometry]) -> BaseGeometry:
    """The town's outline where none is known: a close hull around its roads, with some ground beside them."""
    # points along the roads too: between the bends of a long straight one the hull would cut inwards
    points = shapely.get_coordinates(shapely.segmentize(lines, _OUTLINE_STEP_M))
    hull = shapely.concave_hull(shapely.multipoints(points), ratio=_OUTLINE_CLOSENESS)
    # grown far and shrunk less: the fields beside the last road belong to the town, and narrow bays are closed
    grown = hull.buffer(_OUTLINE_GROW_M).buffer(-_OUTLINE_SHRINK_M)
    parts = shapely.get_parts(shapely.simplify(grown, _OUTLINE_TOLERANCE_M))
    return shapely.Polygon(max(parts, key=lambda part: float(part.area)).exterior)
