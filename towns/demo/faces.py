"""The small faces divisions are put together from: cut by canals, roads and ditches, so that borders follow them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from mapdata.plane import Floats
from towns.demo.blocks import centre_boxes

GRID_M = 0.5
"""Corners of faces lie on this raster, so that neighbours share them exactly."""
CORE_FACE_M2 = 7_000.0
LAND_FACE_M2 = 34_000.0


def make_faces(outline: Polygon, lines: Iterable[LineString]) -> list[Polygon]:
    """Cut the town's polygon along the lines and on, until every face is small; the faces tile the town.

    Parameters
    ----------
    outline
        the town in metres, corners on the raster.
    lines
        middle lines of canals, ditches and roads in metres.
    """
    inside = [line for line in lines if outline.intersects(line)]
    cells = _polygons([*inside, outline.exterior], outline)
    dense = shapely.unary_union([area.buffer(250) for _, area, _ in centre_boxes()])
    small = [piece for cell in cells for piece in _halved(cell, dense)]
    return _polygons([piece.exterior for piece in small] + [outline.exterior], outline)


def _polygons(lines: list[LineString], outline: Polygon) -> list[Polygon]:
    network = shapely.unary_union(np.array(lines, dtype=object), grid_size=GRID_M)
    cells = shapely.get_parts(shapely.polygonize([network]))
    shapely.prepare(outline)
    inner = shapely.contains(outline, shapely.point_on_surface(cells))
    return [cell for cell, is_inner in zip(cells, inner, strict=True) if is_inner]


def _halved(cell: Polygon, dense: BaseGeometry) -> list[Polygon]:
    limit = CORE_FACE_M2 if dense.contains(cell.representative_point()) else LAND_FACE_M2
    done: list[Polygon] = []
    todo = [cell]
    while todo:
        piece = todo.pop()
        if piece.area <= limit:
            done.append(piece)
        else:
            todo += _halves(piece)
    return done


def _halves(piece: Polygon) -> list[Polygon]:
    """The polygon cut across the middle of its longer side."""
    corners = np.array(shapely.minimum_rotated_rectangle(piece).exterior.coords)[:4]
    along, across = corners[1] - corners[0], corners[3] - corners[0]
    if np.hypot(*along) < np.hypot(*across):
        along, across = across, along
    start = corners.mean(axis=0) - across
    # wide enough to hold whatever lies on this side of the middle
    near, far = start - along * 2, start + 2 * across - along * 2
    half = Polygon([start, near, far, start + 2 * across])
    parts = [*_parts(piece.intersection(half)), *_parts(piece.difference(half))]
    return parts if len(parts) > 1 else []


def _parts(shape: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 1.0]


def neighbours(faces: list[Polygon]) -> list[dict[int, float]]:
    """For each face the faces that share a border with it, and the shared length in metres."""
    owners: dict[tuple[float, ...], int] = {}
    shared: list[dict[int, float]] = [defaultdict(float) for _ in faces]
    for number, face in enumerate(faces):
        for ring in (face.exterior, *face.interiors):
            points = np.array(ring.coords)
            for (x0, y0), (x1, y1) in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
                key = (x0, y0, x1, y1) if (x0, y0) < (x1, y1) else (x1, y1, x0, y0)
                other = owners.setdefault(key, number)
                if other != number:
                    length = float(np.hypot(x1 - x0, y1 - y0))
                    shared[number][other] += length
                    shared[other][number] += length
    return shared


def weigh(faces: list[Polygon], points: Floats, weights: Floats) -> Floats:
    """The summed weight of the points (n, 2) in each face, with a trifle for its area so that none weighs nothing."""
    tree = shapely.STRtree(faces)
    point, face = tree.query(shapely.points(points), predicate="intersects")
    total = np.bincount(face, weights=weights[point], minlength=len(faces))
    area = shapely.area(np.array(faces, dtype=object))
    return np.asarray(total + 0.02 * max(float(weights.sum()), 1.0) * area / area.sum())
