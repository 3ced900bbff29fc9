"""What the cutting of grids looks at: roads, homes and names of an area, in its plane in metres."""

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
"""Footprint to a household: a house stands for one or two, flats for six storeys of 130 m2 [D]."""
_SMALLEST_HOME_M2 = 60.0
_HOMES_PER_ROAD_M = 0.02
_HOMES_STEP_M = 60.0


@dataclass(frozen=True)
class Ground:
    """What the cutting looks at, in the area's plane in metres; ``homes`` is n x 3: x, y, households."""

    outline: BaseGeometry
    lines: list[BaseGeometry]
    street_names: list[str]
    borders: list[BaseGeometry]
    homes: NDArray[np.float64]
    place_names: list[dict[str, Any]]


def read_ground(transaction: Transaction, area: Area) -> Ground:
    """Read an area's roads, homes and place names; the outline is empty where there are no roads."""
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
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _homes_by_road(roads: Sequence[dict[str, Any]], lines: Sequence[BaseGeometry]) -> NDArray[np.float64]:
    """Where no buildings are known: people live along streets, so many to a metre."""
    rows: list[tuple[float, float, float]] = []
    for road, line in zip(roads, lines, strict=True):
        if road["kind"] in ("residential", "living_street", "tertiary", "unclassified", "secondary"):
            steps = math.ceil(line.length / _HOMES_STEP_M)
            along = line.interpolate([(step + 0.5) / steps for step in range(steps)], normalized=True)
            rows.extend((point.x, point.y, line.length / steps * _HOMES_PER_ROAD_M) for point in along)
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _outline(lines: Sequence[BaseGeometry]) -> BaseGeometry:
    """The town's outline where none is known: a close hull around its roads, with some ground beside them."""
    points = shapely.get_coordinates(shapely.segmentize(lines, 200.0))
    hull = shapely.concave_hull(shapely.multipoints(points), ratio=0.12)
    grown = shapely.simplify(hull.buffer(600.0).buffer(-400.0), 20.0)
    greatest = max(shapely.get_parts(grown), key=lambda part: float(part.area))
    return shapely.Polygon(greatest.exterior)
