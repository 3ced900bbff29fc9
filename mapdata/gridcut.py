"""Cuts a town into balanced, connected cells along its roads. Pure geometry, in metres.

The outline and the roads make blocks (a block never has a through road inside); blocks are grouped by sweeping, so
that the groups of every level tile the one above without gap or overlap.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_SNAP_M = 0.01
_OVERSHOOT_M = 0.05
_ROUNDS = 12
_AREA_WEIGHT = 0.15
"""Share of a cell's weight that is its area and not its households, so that empty land is cut as well."""


@dataclass(frozen=True)
class Blocks:
    """The smallest pieces: ``shapes`` tile the outline; ``households`` of each; ``neighbours`` across a shared side."""

    shapes: NDArray[Any]
    households: NDArray[np.float64]
    weights: NDArray[np.float64]
    centres: NDArray[np.float64]
    neighbours: list[set[int]]


def cut_blocks(outline: BaseGeometry, roads: Sequence[BaseGeometry], homes: NDArray[np.float64], cells: int) -> Blocks:
    """Cut the outline along the roads, and further where a block is too big for the number of cells wanted.

    Parameters
    ----------
    outline
        polygon of the town, in a plane in metres, like all that follows.
    roads
        lines that cells may end at.
    homes
        n x 3 array: x, y, households there.
    cells
        number of cells the blocks must be able to make.
    """
    tree = shapely.STRtree(shapely.points(homes[:, :2])) if len(homes) else None
    lines: list[BaseGeometry] = [outline.boundary, *roads]
    limits = (outline.area / (cells * 3), max(1.0, float(homes[:, 2].sum())) / (cells * 2.5))
    for _ in range(_ROUNDS):
        faces = _faces(outline, lines)
        households = _count(faces, homes, tree)
        cuts = [cut for face, n in zip(faces, households, strict=True) if (cut := _cut(face, float(n), limits))]
        if not cuts:
            break
        lines.extend(cuts)
    return _blocks(faces, households)


def _faces(outline: BaseGeometry, lines: list[BaseGeometry]) -> NDArray[Any]:
    noded = shapely.union_all(shapely.intersection(lines, outline.buffer(1)), grid_size=_SNAP_M)
    faces = np.array(list(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))), dtype=object)
    inside = shapely.within(shapely.point_on_surface(faces), outline)
    kept: NDArray[Any] = faces[inside]
    return kept


def _count(faces: NDArray[Any], homes: NDArray[np.float64], tree: Any) -> NDArray[np.float64]:
    if tree is None:
        return np.zeros(len(faces))
    face, home = tree.query(faces, predicate="intersects")
    _, first = np.unique(home, return_index=True)
    counted: NDArray[np.float64] = np.bincount(face[first], weights=homes[home[first], 2], minlength=len(faces))
    return counted.astype(float)


def _cut(face: BaseGeometry, households: float, limits: tuple[float, float]) -> BaseGeometry | None:
    """A line across the middle of a block that is too big, square to its longer side; else nothing."""
    is_too_full = households > limits[1] and face.area > 2_000
    if face.area <= limits[0] and not is_too_full:
        return None
    box = shapely.minimum_rotated_rectangle(face)
    a, b, c, _, _ = shapely.get_coordinates(box)
    long, short = (b - a, c - b) if math.dist(a, b) >= math.dist(b, c) else (c - b, b - a)
    middle = (a + c) / 2
    across = short * 0.6
    line = shapely.LineString([middle - across, middle + across])
    inside = [part for part in shapely.get_parts(face.intersection(line)) if part.geom_type == "LineString"]
    if not inside or not long.any():
        return None
    return _overshoot(max(inside, key=lambda part: part.length))


def _overshoot(line: BaseGeometry) -> BaseGeometry:
    """The line a little longer at both ends, so that it surely meets what it is to end at."""
    start, end = shapely.get_coordinates(line)[[0, -1]]
    step = (end - start) / max(line.length, 1e-9) * _OVERSHOOT_M
    return shapely.LineString([start - step, end + step])


def _blocks(faces: NDArray[Any], households: NDArray[np.float64]) -> Blocks:
    areas = shapely.area(faces)
    homes = max(1e-9, float(households.sum()))
    weights = (1 - _AREA_WEIGHT) * households / homes + _AREA_WEIGHT * areas / areas.sum()
    centres = shapely.get_coordinates(shapely.point_on_surface(faces))
    return Blocks(faces, households, weights, centres, _neighbours(faces))


def _neighbours(faces: NDArray[Any]) -> list[set[int]]:
    """Blocks that share a side; sides of a noded tiling are equal point for point."""
    sides: dict[tuple[float, ...], list[int]] = defaultdict(list)
    for index, face in enumerate(faces):
        for ring in (face.exterior, *face.interiors):
            points = shapely.get_coordinates(ring).tolist()
            for one, other in itertools.pairwise(points):
                sides[tuple(min(one, other) + max(one, other))].append(index)
    neighbours: list[set[int]] = [set() for _ in faces]
    for shared in sides.values():
        for index in shared:
            neighbours[index].update(other for other in shared if other != index)
    return neighbours


def divide(blocks: Blocks, members: Sequence[int], parts: int) -> list[list[int]]:
    """Group blocks into about equally heavy, connected parts (fewer when there are fewer blocks)."""
    parts = min(parts, len(members))
    if parts <= 1:
        return [list(members)]
    left = parts // 2
    first, second = _halve(blocks, set(members), left / parts)
    if not second:
        return [first]
    return divide(blocks, first, left) + divide(blocks, second, parts - left)


def _halve(blocks: Blocks, members: set[int], share: float) -> tuple[list[int], list[int]]:
    """Sweep across the longer side until the share is reached; what is cut off behind the sweep joins it."""
    order = sorted(members)
    spread = np.ptp(blocks.centres[order], axis=0)
    axis, sign = (0, 1.0) if spread[0] >= spread[1] else (1, -1.0)
    reach = {index: sign * float(blocks.centres[index, axis]) for index in order}
    wanted = share * float(blocks.weights[order].sum())
    swept = _sweep(blocks, members, reach, wanted)
    pieces = _connected(blocks, members - swept)
    rest = max(pieces, key=lambda piece: float(blocks.weights[sorted(piece)].sum()), default=set())
    return sorted(members - rest), sorted(rest)


def _sweep(blocks: Blocks, members: set[int], reach: dict[int, float], wanted: float) -> set[int]:
    start = min(members, key=lambda index: (reach[index], index))
    swept: set[int] = set()
    heap, seen, weight = [(reach[start], start)], {start}, 0.0
    while heap and len(swept) < len(members) - 1:
        _, index = heapq.heappop(heap)
        gain = float(blocks.weights[index])
        if swept and weight + gain / 2 > wanted:
            break
        swept.add(index)
        weight += gain
        for other in blocks.neighbours[index] & members - seen:
            seen.add(other)
            heapq.heappush(heap, (reach[other], other))
    return swept


def _connected(blocks: Blocks, members: set[int]) -> list[set[int]]:
    pieces, left = [], set(members)
    while left:
        start = min(left)
        piece, edge = {start}, [start]
        while edge:
            new = blocks.neighbours[edge.pop()] & left - piece
            piece |= new
            edge.extend(new)
        left -= piece
        pieces.append(piece)
    return pieces


def in_reading_order(centres: NDArray[np.float64]) -> list[int]:
    """Positions in the order codes are given: rows from north to south, in a row from west to east.

    Source: GB/T 30428.1 as quoted by DB11 单元网格划分: sequence west to east, north to south.
    """
    count = len(centres)
    rows = max(1, round(math.sqrt(count)))
    size = math.ceil(count / rows)
    by_north = sorted(range(count), key=lambda i: (-centres[i][1], centres[i][0]))
    return [
        index
        for start in range(0, count, size)
        for index in sorted(by_north[start : start + size], key=lambda i: (centres[i][0], -centres[i][1]))
    ]
