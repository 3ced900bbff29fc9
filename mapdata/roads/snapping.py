"""From a point to the road: the nearest place on an edge that can be reached without crossing water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from mapdata.plane import Floats
from mapdata.roads.edges import Ints, Lines, RoadEdges

_SAME_SIDE_FACTOR = 3.0
_SAME_SIDE_LEAST_M = 150.0
"""An edge on the point's own side of the water is looked for up to three times as far off as the nearest edge, and at
least this far. Source: docs/domain.md, "Travel speeds"."""


@dataclass(frozen=True)
class Snaps:
    """Places on edges, each array one entry a point.

    ``edge`` (-1: no road at all), ``fraction`` along its line, ``off_road_m`` metres from the point to the road.
    """

    edge: Ints
    fraction: Floats
    off_road_m: Floats


class Snapper:
    """Finds the place on the roads for a point; only edges marked as usable are taken.

    A point is put anywhere along an edge, not on the nearer junction: with 600 m between two junctions that would be
    wrong by up to 300 m, four minutes on foot.

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
        self._edge_of_line = np.flatnonzero(usable).astype(np.int32)
        self._lines = edges.lines[self._edge_of_line]
        self._line_tree = shapely.STRtree(self._lines)
        self._water_tree = shapely.STRtree(water) if water is not None and len(water) else None

    def snap(self, points_m: Floats) -> Snaps:
        """The place on the road for each point, shape (n, 2) on the plane in metres."""
        count = len(points_m)
        if not len(self._edge_of_line) or not count:
            return Snaps(np.full(count, -1, np.int32), np.zeros(count), np.full(count, np.inf))
        points = shapely.points(points_m)
        nearest = self._line_tree.nearest(points)
        if self._water_tree is not None:
            nearest = self._without_crossing_water(points, nearest, self._water_tree)
        lines = self._lines[nearest]
        fraction = np.nan_to_num(shapely.line_locate_point(lines, points, normalized=True))
        return Snaps(self._edge_of_line[nearest], np.clip(fraction, 0, 1), shapely.distance(lines, points))

    def _without_crossing_water(
        self, points: Lines, nearest: NDArray[np.intp], water_tree: shapely.STRtree
    ) -> NDArray[np.intp]:
        """Replace lines that lie across water by the nearest one on the point's own side, where there is one."""
        walks = shapely.shortest_line(points, self._lines[nearest])
        # nearly every walk is dry, so only the others are looked at one by one
        for row in np.unique(water_tree.query(walks, predicate="intersects")[0]):
            nearest[row] = self._nearest_on_same_side(points[row], nearest[row], shapely.length(walks[row]), water_tree)
        return nearest

    def _nearest_on_same_side(
        self, point: shapely.Point, nearest: np.intp, nearest_m: float, water_tree: shapely.STRtree
    ) -> np.intp:
        # who is on the water (a boat, a bad fix) has no side: every walk from there crosses it
        if len(water_tree.query(point, predicate="intersects")):
            return nearest
        # Far roads of the same side are not taken: a field between two canals would be put on a road kilometres away in
        # a straight line, and that the map lacks a footbridge is likelier.
        reach_m = max(nearest_m * _SAME_SIDE_FACTOR, _SAME_SIDE_LEAST_M)
        within_reach = self._line_tree.query(point, predicate="dwithin", distance=reach_m)
        walks = shapely.shortest_line(point, self._lines[within_reach])
        crosses_water = np.zeros(len(within_reach), bool)
        crosses_water[water_tree.query(walks, predicate="intersects")[0]] = True
        if crosses_water.all():
            return nearest
        same_side = within_reach[~crosses_water]
        chosen: np.intp = same_side[np.argmin(shapely.distance(self._lines[same_side], point))]
        return chosen
