"""Just enough geometry to walk: metres, ways, points in a polygon. Degrees are WGS-84."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Sequence

from pyproj import Geod

Point = tuple[float, float]
"""Longitude and latitude in degrees."""

_EARTH = Geod(ellps="WGS84")


def distance_m(a: Point, b: Point) -> float:
    """Metres between two points."""
    return float(_EARTH.inv(*a, *b)[2])


def moved(point: Point, east_m: float, north_m: float) -> Point:
    """The point so many metres to the east and north."""
    bearing_deg = math.degrees(math.atan2(east_m, north_m))
    lon, lat, _back_deg = _EARTH.fwd(*point, bearing_deg, math.hypot(east_m, north_m))
    return float(lon), float(lat)


class Way:
    """A line to walk along."""

    def __init__(self, points: Sequence[Point], eta_s: float | None = None) -> None:
        self.points = list(points)
        self.marks_m = [0.0]
        for a, b in zip(self.points, self.points[1:], strict=False):
            self.marks_m.append(self.marks_m[-1] + distance_m(a, b))
        self.length_m = self.marks_m[-1]
        self.eta_s = eta_s

    def at(self, walked_m: float) -> Point:
        """The point after so many metres; the ends when before or behind them."""
        if walked_m <= 0 or len(self.points) == 1:
            return self.points[0]
        if walked_m >= self.length_m:
            return self.points[-1]
        index = bisect_right(self.marks_m, walked_m) - 1
        a, b = self.points[index], self.points[index + 1]
        share = (walked_m - self.marks_m[index]) / (self.marks_m[index + 1] - self.marks_m[index])
        return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share

    def heading_deg(self, walked_m: float) -> float:
        """Direction of walking there, clockwise from north."""
        a, b = self.at(walked_m - 1.0), self.at(walked_m + 1.0)
        return float(_EARTH.inv(*a, *b)[0]) % 360.0


def is_inside(point: Point, ring: Sequence[Point]) -> bool:
    """Whether the point lies in the ring (even-odd rule)."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def point_inside(ring: Sequence[Point], chance: random.Random) -> Point:
    """A random point of the ring; its first corner should the ring be a sliver no try falls into."""
    lons, lats = [p[0] for p in ring], [p[1] for p in ring]
    for _ in range(200):
        point = chance.uniform(min(lons), max(lons)), chance.uniform(min(lats), max(lats))
        if is_inside(point, ring):
            return point
    return ring[0]
