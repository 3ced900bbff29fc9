"""The plane the town is laid out in (metres, EPSG:4549), and the way to degrees and to the map's tiles."""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

PLANE_SRID = 4549
"""CGCS2000 / 3-degree Gauss-Krueger, central meridian 120 E; taken as equal to WGS 84 (they differ by decimetres)."""
DEGREE_DIGITS = 7
"""Degrees are kept to 1e-7 (a centimetre), so that a corner shared by two polygons is the same number in both."""

Floats = NDArray[np.float64]


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _moved(points: Floats, source: int, target: int) -> Floats:
    x, y = _transformer(source, target).transform(points[:, 0], points[:, 1])
    return np.column_stack([x, y])


def metres(degrees: list[tuple[float, float]] | Floats) -> Floats:
    """Points given as (lon, lat) in EPSG:4326, as (east, north) in metres."""
    return _moved(np.asarray(degrees, dtype=float), 4326, PLANE_SRID)


def degrees(points: Floats) -> Floats:
    """Points given as (east, north) in metres, as (lon, lat) in EPSG:4326 rounded to 1e-7 degree."""
    return _moved(np.asarray(points, dtype=float), PLANE_SRID, 4326).round(DEGREE_DIGITS)


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
    return _moved(points, 4326, 3857).round(2)
