"""The plane the town is laid out in (metres, EPSG:4549), and the way to degrees and to the map's tiles."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapdata.plane import MERCATOR, Floats, points_to_degrees, points_to_plane

PLANE_SRID = 4549
"""CGCS2000 / 3-degree Gauss-Krueger, central meridian 120 E; taken as equal to WGS 84 (they differ by decimetres)."""
DEGREE_DIGITS = 7
"""Degrees are kept to 1e-7 (a centimetre), so that a corner shared by two polygons is the same number in both."""


def metres(degrees: list[tuple[float, float]] | Floats) -> Floats:
    """Points given as (lon, lat) in EPSG:4326, as (east, north) in metres."""
    return points_to_plane(np.asarray(degrees, dtype=float), PLANE_SRID)


def degrees(points: Floats) -> Floats:
    """Points given as (east, north) in metres, as (lon, lat) in EPSG:4326 rounded to 1e-7 degree."""
    return points_to_degrees(np.asarray(points, dtype=float), PLANE_SRID).round(DEGREE_DIGITS)


def in_degrees(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    """Shapes in metres as shapes in EPSG:4326, corner by corner, rounded to 1e-7 degree."""
    return list(shapely.transform(np.asarray(shapes, dtype=object), degrees)) if shapes else []


def in_tiles(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    """Shapes in metres as shapes in EPSG:3857 (web mercator), rounded to a centimetre."""
    if not shapes:
        return []
    moved = shapely.transform(np.asarray(shapes, dtype=object), lambda points: _mercator(degrees(points)))
    return list(moved)


def _mercator(points: Floats) -> Floats:
    return points_to_plane(points, MERCATOR).round(2)
