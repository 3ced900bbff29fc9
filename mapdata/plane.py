"""What a metre is: lengths, bearings and boxes in degrees, and the planes on which shapes are laid out and tiles drawn.

Degrees are WGS-84 (EPSG:4326), longitude first. Nothing here is meant for lines across the 180th meridian.

Source of every length: docs/domain.md, "Metres" (radii of curvature of the WGS-84 ellipsoid). The database's twin is
``metres_between_v1``, the browser's ``layers/browser/plane.js``; tests hold all three against ``pyproj.Geod``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_AXIS_M = 6378137.0
"""Half the axis of the equator. Source: WGS-84, EPSG:7030."""
_ECCENTRICITY2 = 6.69437999014e-3
"""The ellipsoid's first eccentricity, squared. Source: as :data:`_AXIS_M`."""

MERCATOR = 3857
"""Web Mercator, the plane of the tiles. Its units are metres at the equator only: see :func:`mercator_stretch`."""
MERCATOR_PIXEL = 2 * math.pi * _AXIS_M / 256
"""Units of Web Mercator to a pixel of a 256-pixel tile at zoom 0."""


# lengths ------------------------------------------------------------------------------------------------------------


def _degree_m(cosine: Any) -> tuple[Any, Any]:
    """Metres in a degree of longitude and in one of latitude, where ``cosine`` is that of twice the latitude."""
    flattening = 1 - _ECCENTRICITY2 * (1 - cosine) / 2
    degree_m = math.radians(_AXIS_M)
    return degree_m * ((1 + cosine) / 2 / flattening) ** 0.5, degree_m * (1 - _ECCENTRICITY2) / flattening**1.5


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres between two points, on the plane that touches the earth half-way between them.

    Off by less than 0.001 % within 20 km and 0.05 % within 300 km, from the equator to 60 degrees.
    """
    # the sum of the latitudes is twice the one half-way
    east_m, north_m = _degree_m(math.cos(math.radians(lat + other_lat)))
    return math.hypot((other_lon - lon) * east_m, (other_lat - lat) * north_m)


def distances_m(lon: Any, lat: Any, other_lon: Any, other_lat: Any) -> Floats:
    """As :func:`distance_m` for arrays of any shapes that numpy brings together: each to each, or one to many."""
    east_m, north_m = _degree_m(np.cos(np.radians(np.add(lat, other_lat))))
    return np.asarray(np.hypot(np.subtract(other_lon, lon) * east_m, np.subtract(other_lat, lat) * north_m))


def steps_m(lon: Floats, lat: Floats) -> Floats:
    """Metres from each vertex of a line to the next, one fewer than vertices; their sum is the line's length."""
    return distances_m(lon[:-1], lat[:-1], lon[1:], lat[1:])


def line_length_m(line: Any) -> float:
    """Metres along a shapely line in degrees."""
    return float(steps_m(*shapely.get_coordinates(line).T).sum())


def bearing_deg(lon: float, lat: float, other_lon: float, other_lat: float) -> float | None:
    """Direction from one point to another, degrees clockwise from north; None when they are one point.

    It is that of half-way: within 20 km less than 0.2 degrees from the one at the start, up to 60 degrees of latitude.
    """
    if (lon, lat) == (other_lon, other_lat):
        return None
    east_m, north_m = _degree_m(math.cos(math.radians(lat + other_lat)))
    return math.degrees(math.atan2((other_lon - lon) * east_m, (other_lat - lat) * north_m)) % 360


def moved(lon: float, lat: float, east_m: float, north_m: float) -> tuple[float, float]:
    """The point (lon, lat) so many metres to the east and north of another; as exact as :func:`distance_m`."""
    to_lat = lat + north_m / _degree_m(math.cos(math.radians(2 * lat)))[1]
    return lon + east_m / _degree_m(math.cos(math.radians(lat + to_lat)))[0], to_lat


class Box(NamedTuple):
    """Bounds in degrees."""

    west: float
    south: float
    east: float
    north: float


def box_around(lon: float, lat: float, radius_m: float) -> Box:
    """The box that holds the circle of so many metres round a point, little greater than it."""
    # searched by an index before the circle is measured: a box too small would lose what touches its side
    reach_m = radius_m * 1.001
    north = reach_m / _degree_m(math.cos(math.radians(2 * lat)))[1]
    # measured where the circle comes nearest to a pole; beside one it may hold every longitude
    shortest = abs(lat) + north
    east = 180.0 if shortest > 89 else min(reach_m / _degree_m(math.cos(math.radians(2 * shortest)))[0], 180.0)
    return Box(lon - east, lat - north, lon + east, lat + north)


@dataclass(frozen=True)
class Plane:
    """One plane of metres for everything round a point, where many shapes must lie on the same.

    Its degrees of longitude are as long as at its origin everywhere, so a length towards the east is off by the
    distance to the origin's latitude (as a part of the earth's radius) times the tangent of the latitude: at 31 degrees
    0.1 % for 10 km to the north. Two points alone are measured better by :func:`distance_m`.
    """

    lon: float
    lat: float

    @cached_property
    def metres_per_degree(self) -> tuple[float, float]:
        """Length of one degree of longitude and of latitude at the origin, in metres."""
        east_m, north_m = _degree_m(math.cos(math.radians(2 * self.lat)))
        return float(east_m), float(north_m)

    def to_metres(self, lon_lat: Floats) -> Floats:
        """Degrees, shape (n, 2) as lon, lat, to metres east and north of the plane's origin."""
        return (lon_lat - (self.lon, self.lat)) * self.metres_per_degree


# planes of a projection ---------------------------------------------------------------------------------------------


# kept: to make one, the library searches its database of projections
@cache
def _transformer(srid: int) -> Any:
    # loaded here: most of what runs the centre never leaves degrees, and the library takes a while to load
    import pyproj

    return pyproj.Transformer.from_crs(4326, srid, always_xy=True)


def points_to_plane(points: Floats, srid: int) -> Floats:
    """Take n x 2 longitudes and latitudes (EPSG:4326) as x, y of the plane ``srid``."""
    return np.column_stack(_transformer(srid).transform(points[:, 0], points[:, 1]))


def points_to_degrees(points: Floats, srid: int) -> Floats:
    """Take n x 2 coordinates x, y of the plane ``srid`` as longitudes and latitudes (EPSG:4326)."""
    return np.column_stack(_transformer(srid).transform(points[:, 0], points[:, 1], direction="INVERSE"))


def to_plane(shapes: Any, srid: int) -> Any:
    """A shape, or an array of them, from degrees (EPSG:4326) to the plane ``srid``.

    Point by point, so that what shares a side goes on sharing it.
    """
    return shapely.transform(shapes, lambda points: points_to_plane(points, srid))


def to_degrees(shapes: Any, srid: int) -> Any:
    """A shape, or an array of them, from the plane ``srid`` to degrees (EPSG:4326), point by point."""
    return shapely.transform(shapes, lambda points: points_to_degrees(points, srid))


def mercator_stretch(lat: float) -> float:
    """How much longer Web Mercator draws things at a latitude than at the equator.

    It is also how many times as high a degree of latitude is drawn there as a degree of longitude is wide.
    Source: EPSG method 1024, which takes the earth for a sphere.
    """
    return 1 / math.cos(math.radians(lat))
