"""Cuts a town into balanced, connected cells along its roads. Pure geometry, in metres.

The outline and the roads make blocks (a block never has a through road inside); blocks are grouped by sweeping, so
that the groups of every level tile the one above without gap or overlap.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_SNAP_M = 0.01
_OVERSHOOT_M = 0.05
_ROUNDS = 10
_PASSES = 4
_MOST_PIECES = 6
_SLACK = 0.02
_AREA_WEIGHT = 0.15
"""Share of a cell's weight that is its area and not its households, so that empty land is cut as well."""


@dataclass(frozen=True)
class Blocks:
    """The smallest pieces: ``shapes`` tile the outline; ``households`` of each; ``neighbours`` of each
    with the length of the side they share.
    """

    shapes: NDArray[Any]
    households: NDArray[np.float64]
    weights: NDArray[np.float64]
    centres: NDArray[np.float64]
    neighbours: list[dict[int, float]]


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
    near = shapely.intersection(list(roads), outline.buffer(1)) if len(roads) else []
    lines: list[BaseGeometry] = [outline.boundary, *near]
    limits = (outline.area / (cells * 3), max(1.0, float(homes[:, 2].sum())) / (cells * 2.5))
    for _ in range(_ROUNDS):
        faces = _faces(outline, lines)
        households = _count(faces, homes, tree)
        cuts = [cut for face, n in zip(faces, households, strict=True) for cut in _cuts(face, float(n), limits)]
        if not cuts:
            break
        lines.extend(cuts)
    return _blocks(faces, households)


def _faces(outline: BaseGeometry, lines: list[BaseGeometry]) -> NDArray[Any]:
    noded = shapely.union_all(lines, grid_size=_SNAP_M)
    faces = np.array(list(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))), dtype=object)
    inside = shapely.within(shapely.point_on_surface(faces), outline)
    kept: NDArray[Any] = faces[inside]
    return kept


def _count(faces: NDArray[Any], homes: NDArray[np.float64], tree: Any) -> NDArray[np.float64]:
    if tree is None:
        return np.zeros(len(faces))
    face, home = tree.query(faces, predicate="intersects")
    _, first = np.unique(home, return_index=True)
    return np.asarray(np.bincount(face[first], weights=homes[home[first], 2], minlength=len(faces)), dtype=np.float64)


def _cuts(face: BaseGeometry, households: float, limits: tuple[float, float]) -> list[BaseGeometry]:
    """Lines across a block that is too big, square to its longer side and evenly along it, wherever they run inside."""
    excess = face.area / limits[0]
    if face.area > limits[0] / 30:
        excess = max(excess, households / limits[1])
    if excess <= 1:
        return []
    a, b, c, d, _ = shapely.get_coordinates(shapely.minimum_rotated_rectangle(face))
    if math.dist(a, b) < math.dist(b, c):
        a, b, c, d = b, c, d, a
    pieces = min(_MOST_PIECES, math.ceil(excess))
    steps = [step / pieces for step in range(1, pieces)]
    lines = [shapely.LineString([a + (b - a) * step, d + (c - d) * step]) for step in steps]
    inside = shapely.get_parts(shapely.intersection(face, lines))
    return [_overshoot(part) for part in inside if part.geom_type == "LineString" and part.length > _OVERSHOOT_M]


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


def _neighbours(faces: NDArray[Any]) -> list[dict[int, float]]:
    """Blocks that share a side, and how much of it; sides of a noded tiling are equal point for point."""
    sides: dict[tuple[float, ...], list[int]] = defaultdict(list)
    for index, face in enumerate(faces):
        for ring in (face.exterior, *face.interiors):
            points = shapely.get_coordinates(ring).tolist()
            for one, other in itertools.pairwise(points):
                sides[tuple(min(one, other) + max(one, other))].append(index)
    neighbours: list[dict[int, float]] = [{} for _ in faces]
    for (x0, y0, x1, y1), shared in sides.items():
        for index, other in itertools.permutations(shared, 2):
            neighbours[index][other] = neighbours[index].get(other, 0.0) + math.hypot(x1 - x0, y1 - y0)
    return neighbours


def divide(blocks: Blocks, members: Sequence[int], parts: int) -> list[list[int]]:
    """Group blocks into about equally heavy, connected parts (fewer when there are fewer blocks)."""
    parts = min(parts, len(members))
    if parts <= 1:
        return [list(members)]
    left = parts // 2
    first, second = _halve(blocks, set(members), left / parts)
    right = max(min(parts - left, len(second)), parts - len(first))
    return divide(blocks, first, parts - right) + (divide(blocks, second, right) if second else [])


def _halve(blocks: Blocks, members: set[int], share: float) -> tuple[list[int], list[int]]:
    """Sweep across the longer side until the share is reached; what is cut off behind the sweep joins it."""
    order = sorted(members)
    spread = np.ptp(blocks.centres[order], axis=0)
    axis = 0 if spread[0] >= spread[1] else 1
    reach = {index: (1 - 2 * axis) * float(blocks.centres[index, axis]) for index in order}
    weight = float(blocks.weights[order].sum())
    swept = _sweep(blocks, members, reach, share * weight)
    pieces = _connected(blocks, members - swept)
    rest = max(pieces, key=lambda piece: _weigh(blocks, piece), default=set())
    swept = members - rest
    if rest:
        _straighten(blocks, swept, rest, share * weight)
    return sorted(swept), sorted(rest)


def _weigh(blocks: Blocks, members: set[int]) -> float:
    return float(blocks.weights[sorted(members)].sum())


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
        for other in blocks.neighbours[index].keys() & members - seen:
            seen.add(other)
            heapq.heappush(heap, (reach[other], other))
    return swept


def _straighten(blocks: Blocks, one: set[int], other: set[int], wanted: float) -> None:
    """Hand blocks across the border where that makes it shorter and neither side loses its balance or falls apart."""
    slack = _SLACK * (wanted + _weigh(blocks, other))
    weight = _weigh(blocks, one)
    for _ in range(_PASSES):
        moved = 0
        for index in sorted(one | other):
            mine, theirs, sign = (one, other, -1) if index in one else (other, one, 1)
            changed = weight + sign * float(blocks.weights[index])
            is_balanced = abs(changed - wanted) <= max(slack, abs(weight - wanted))
            if is_balanced and _is_better_across(blocks, index, mine, theirs):
                mine.remove(index)
                theirs.add(index)
                weight, moved = changed, moved + 1
        if not moved:
            return


def _is_better_across(blocks: Blocks, index: int, mine: set[int], theirs: set[int]) -> bool:
    sides = blocks.neighbours[index]
    gain = sum(
        length if other in theirs else -length for other, length in sides.items() if other in mine or other in theirs
    )
    if gain <= 0 or len(mine) < 2:
        return False
    return _stays_whole(blocks, mine, index)


def _stays_whole(blocks: Blocks, mine: set[int], index: int) -> bool:
    """Whether the neighbours of a block on its own side still reach each other without it."""
    wanted = blocks.neighbours[index].keys() & mine
    seen, edge = {index}, deque(sorted(wanted)[:1])
    while edge and wanted:
        here = edge.popleft()
        if here in seen:
            continue
        seen.add(here)
        wanted = wanted - {here}
        edge.extend(other for other in blocks.neighbours[here] if other in mine and other not in seen)
    return not wanted


def _connected(blocks: Blocks, members: set[int]) -> list[set[int]]:
    pieces, left = [], set(members)
    while left:
        start = min(left)
        piece, edge = {start}, [start]
        while edge:
            new = blocks.neighbours[edge.pop()].keys() & left - piece
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
