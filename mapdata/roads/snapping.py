"""From a point to the road: the nearest place on an edge that can be reached without crossing water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from mapdata.roads.edges import Floats, Ints, Lines, RoadEdges

_SEARCH_FACTOR = 3.0
_SEARCH_LEAST_M = 150.0
"""On this side of the water an edge is looked for up to three times as far as the nearest one, at least 150 m [D]."""


@dataclass(frozen=True)
class Snaps:
    """Places on edges: ``edge`` (-1: no road at all), ``fraction`` along its line, ``off_m`` metres from the road."""

    edge: Ints
    fraction: Floats
    off_m: Floats


class Snapper:
    """Finds places on the roads that are marked as usable.

    Parameters
    ----------
    edges
        the roads.
    usable
        which edges may be taken, one flag an edge.
    water
        polygons and lines on the edges' plane over which nobody walks to the road.
    """

    def __init__(self, edges: RoadEdges, usable: NDArray[np.bool_], water: Lines | None = None) -> None:
        self._edges = edges
        self._numbers = np.flatnonzero(usable).astype(np.int32)
        self._lines = edges.lines[self._numbers]
        self._tree = shapely.STRtree(self._lines)
        self._water = shapely.STRtree(water) if water is not None and len(water) else None

    def snap(self, metres: Floats) -> Snaps:
        """The place on the road for each point, shape (n, 2) on the plane."""
        count = len(metres)
        if not len(self._numbers) or not count:
            return Snaps(np.full(count, -1, np.int32), np.zeros(count), np.full(count, np.inf))
        points = shapely.points(metres)
        local = self._tree.nearest(points)
        if self._water is not None:
            local = self._dry(points, local)
        lines = self._lines[local]
        fraction = shapely.line_locate_point(lines, points, normalized=True)
        off_m = shapely.distance(lines, points)
        return Snaps(self._numbers[local], np.clip(np.nan_to_num(fraction), 0, 1), off_m)

    def _dry(self, points: Lines, local: NDArray[np.intp]) -> NDArray[np.intp]:
        """Replace edges that lie across water by the nearest one on the point's own side, where there is one."""
        assert self._water is not None
        ways = shapely.shortest_line(points, self._lines[local])
        wet = np.unique(self._water.query(ways, predicate="intersects")[0])
        for row in wet:
            local[row] = self._same_side(points[row], local[row], shapely.length(ways[row]))
        return local

    def _same_side(self, point: shapely.Point, nearest: np.intp, nearest_m: float) -> np.intp:
        assert self._water is not None
        if len(self._water.query(point, predicate="intersects")):
            return nearest
        reach_m = max(nearest_m * _SEARCH_FACTOR, _SEARCH_LEAST_M)
        near = self._tree.query(point, predicate="dwithin", distance=reach_m)
        ways = shapely.shortest_line(point, self._lines[near])
        wet = np.zeros(len(near), bool)
        wet[self._water.query(ways, predicate="intersects")[0]] = True
        if wet.all():
            return nearest
        dry = near[~wet]
        chosen: np.intp = dry[np.argmin(shapely.distance(self._lines[dry], point))]
        return chosen
