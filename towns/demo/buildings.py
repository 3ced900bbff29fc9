"""Buildings: what they are, and which of them have room, clear of water, roads and each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from mapdata.plane import Floats
from towns.demo.network import Network
from towns.demo.water import Waters

ROAD_HALF_M = {"motorway": 17.0, "motorway_link": 8.0, "primary": 13.0, "secondary": 10.0, "tertiary": 7.5,
               "residential": 5.0, "unclassified": 4.5, "living_street": 3.5, "service": 4.0, "track": 3.0,
               "footway": 2.0, "path": 2.0}  # fmt: skip
WATER_CLEAR_M = 4.0
LEAST_GAP_M = 1.2


@dataclass(frozen=True)
class Building:
    """One building: kind on the map, footprint in metres, use, place it belongs to, storeys, stairways, rank.

    ``place`` is the hamlet, estate, works or institution; buildings of one place are numbered together.
    ``rank`` orders candidates: smaller ones are built first.
    """

    kind: str
    shape: Polygon
    use: str
    place: str
    storeys: int
    stairways: int = 0
    rank: float = 0.0

    @property
    def dwellings(self) -> int:
        """How many households it has room for: two a storey and stairway, one in a house."""
        if self.use == "dormitory":
            return 0
        return 2 * self.storeys * self.stairways if self.stairways else int(self.kind == "house")


def slab(middle: Floats, length_m: float, depth_m: float, turn: float) -> Polygon:
    """A rectangle around a point (2,), its length turned by ``turn`` radians from east."""
    along = np.array([np.cos(turn), np.sin(turn)]) * length_m / 2
    across = np.array([-np.sin(turn), np.cos(turn)]) * depth_m / 2
    return Polygon([middle - along - across, middle + along - across, middle + along + across, middle - along + across])


def roads_with_width(network: Network) -> list[BaseGeometry]:
    """Each edge as wide as its road is, so that nothing is built on it."""
    lines = np.array([edge.line for edge in network.edges], dtype=object)
    return list(
        shapely.buffer(lines, [ROAD_HALF_M[edge.kind] for edge in network.edges], cap_style="flat", quad_segs=2)
    )


def buildings_that_fit(
    candidates: list[Building], network: Network, waters: Waters, outline: Polygon
) -> list[Building]:
    """The candidates that have room: inside the town, clear of water, roads and what was built before them."""
    shapes = np.array([building.shape for building in candidates], dtype=object)
    shapely.prepare(outline)
    free = shapely.contains_properly(outline, shapes)
    for tree, distance in ((waters.tree(), WATER_CLEAR_M), (STRtree(roads_with_width(network)), 0.5)):
        free[tree.query(shapes, predicate="dwithin", distance=distance)[0]] = False
    order = np.flatnonzero(free)
    order = order[np.argsort([candidates[i].rank for i in order], kind="stable")]
    return [candidates[i] for i in _with_gaps(shapes, order)]


def _with_gaps(shapes: NDArray[np.object_], order: NDArray[np.signedinteger]) -> list[int]:
    """The numbers, in order, of shapes that keep ``LEAST_GAP_M`` from every shape taken before."""
    tree = STRtree(shapes[order])
    first, second = tree.query(shapes[order], predicate="dwithin", distance=LEAST_GAP_M)
    near: dict[int, list[int]] = {}
    for later, earlier in zip(first.tolist(), second.tolist(), strict=True):
        if earlier < later:
            near.setdefault(later, []).append(earlier)
    taken = np.zeros(len(order), dtype=bool)
    for place in range(len(order)):
        taken[place] = not any(taken[other] for other in near.get(place, ()))
    return [int(number) for number in order[taken]]
