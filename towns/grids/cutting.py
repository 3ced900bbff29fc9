"""Cuts a town into balanced, connected cells along its roads. Pure geometry, in metres.

First the outline and the roads cut the town into blocks, the smallest pieces; no through road runs inside one. Then
blocks are grouped into cells, by halving the town again and again. Cells of one level are groups of the blocks of the
cell above, so every level tiles the one above without gap or overlap.
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
"""Corners are put on a lattice this fine, so that lines which meet to the eye meet in the numbers."""
_OVERSHOOT_M = 0.05
"""How far a cut reaches beyond the block's side: more than the lattice can move the side away."""
_CUT_ROUNDS = 10
_BORDER_PASSES = 4
_MOST_PIECES = 6
"""Pieces a block is cut into in one round; what is still too big is cut in the next, across its own longer side."""
_BALANCE_SLACK = 0.02
"""Share of the weight by which two halves may differ from what was wanted, to have a shorter border."""
_AREA_WEIGHT = 0.15
"""Share of a cell's weight that is its area and not its households, so that empty land is cut as well."""


@dataclass(frozen=True)
class Blocks:
    """The smallest pieces of a town, each sequence one entry a block.

    ``shapes`` tile the outline; ``weights`` mix households and area; ``centres`` is n x 2, a point inside
    each; ``neighbours`` gives the blocks beside each with the metres of the side they share.
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
    home_tree = shapely.STRtree(shapely.points(homes[:, :2])) if len(homes) else None
    roads_inside = shapely.intersection(list(roads), outline.buffer(1)) if len(roads) else []
    lines: list[BaseGeometry] = [outline.boundary, *roads_inside]
    # A block cannot be shared by two cells. With at least three blocks to a cell (by area; two or three by households)
    # the cells can be made about equal.
    most_area_m2 = outline.area / (cells * 3)
    most_households = max(1.0, float(homes[:, 2].sum())) / (cells * 2.5)
    for _ in range(_CUT_ROUNDS):
        faces = _faces(outline, lines)
        households = _households_in(faces, homes, home_tree)
        cuts = [
            cut
            for face, count in zip(faces, households, strict=True)
            for cut in _cuts_across(face, float(count), most_area_m2, most_households)
        ]
        if not cuts:
            break
        lines.extend(cuts)
    return _blocks(faces, households)


def _faces(outline: BaseGeometry, lines: list[BaseGeometry]) -> NDArray[Any]:
    """The faces that the lines bound inside the outline; ends that lead nowhere bound none and are left out."""
    noded = shapely.union_all(lines, grid_size=_SNAP_M)
    faces = np.array(list(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))), dtype=object)
    # roads just outside the outline may bound faces as well, and so does a hole of the outline
    inside: NDArray[Any] = faces[shapely.within(shapely.point_on_surface(faces), outline)]
    return inside


def _households_in(faces: NDArray[Any], homes: NDArray[np.float64], home_tree: Any) -> NDArray[np.float64]:
    if home_tree is None:
        return np.zeros(len(faces))
    face, home = home_tree.query(faces, predicate="intersects")
    # a home on the border lies in both faces: it is counted in the first
    _, first = np.unique(home, return_index=True)
    return np.asarray(np.bincount(face[first], weights=homes[home[first], 2], minlength=len(faces)), dtype=np.float64)


def _cuts_across(
    face: BaseGeometry, households: float, most_area_m2: float, most_households: float
) -> list[BaseGeometry]:
    """Lines across a block that is too big, square to its longer side and evenly along it, wherever they run inside."""
    excess = face.area / most_area_m2
    # a single tower block may hold more households than a cell should: ever thinner slices of it would help nobody
    if face.area > most_area_m2 / 30:
        excess = max(excess, households / most_households)
    if excess <= 1:
        return []
    a, b, c, d, _ = shapely.get_coordinates(shapely.minimum_rotated_rectangle(face))
    if math.dist(a, b) < math.dist(b, c):
        a, b, c, d = b, c, d, a
    pieces = min(_MOST_PIECES, math.ceil(excess))
    fractions = [step / pieces for step in range(1, pieces)]
    lines = [shapely.LineString([a + (b - a) * fraction, d + (c - d) * fraction]) for fraction in fractions]
    inside = shapely.get_parts(shapely.intersection(face, lines))
    return [_overshoot(part) for part in inside if part.geom_type == "LineString" and part.length > _OVERSHOOT_M]


def _overshoot(line: BaseGeometry) -> BaseGeometry:
    """The line a little longer at both ends, so that it surely meets what it is to end at."""
    start, end = shapely.get_coordinates(line)[[0, -1]]
    step = (end - start) / max(line.length, 1e-9) * _OVERSHOOT_M
    return shapely.LineString([start - step, end + step])


def _blocks(faces: NDArray[Any], households: NDArray[np.float64]) -> Blocks:
    areas = shapely.area(faces)
    all_households = max(1e-9, float(households.sum()))
    weights = (1 - _AREA_WEIGHT) * households / all_households + _AREA_WEIGHT * areas / areas.sum()
    centres = shapely.get_coordinates(shapely.point_on_surface(faces))
    return Blocks(faces, households, weights, centres, _neighbours(faces))


def _neighbours(faces: NDArray[Any]) -> list[dict[int, float]]:
    """Blocks that share a side, and how much of it; sides of a noded tiling are equal point for point."""
    faces_of_side: dict[tuple[float, ...], list[int]] = defaultdict(list)
    for index, face in enumerate(faces):
        for ring in (face.exterior, *face.interiors):
            points = shapely.get_coordinates(ring).tolist()
            for start, end in itertools.pairwise(points):
                # the two blocks beside a side run along it in opposite directions
                faces_of_side[tuple(min(start, end) + max(start, end))].append(index)
    neighbours: list[dict[int, float]] = [{} for _ in faces]
    for (x0, y0, x1, y1), shared in faces_of_side.items():
        for index, other in itertools.permutations(shared, 2):
            neighbours[index][other] = neighbours[index].get(other, 0.0) + math.hypot(x1 - x0, y1 - y0)
    return neighbours


def divide(blocks: Blocks, members: Sequence[int], parts: int) -> list[list[int]]:
    """Group blocks into about equally heavy, connected parts (fewer when there are fewer blocks).

    Halved and halved again, not grown one part after the other: what would be left over for the last part lies
    scattered over the town.
    """
    parts = min(parts, len(members))
    if parts <= 1:
        return [list(members)]
    first, second = _split(blocks, set(members), (parts // 2) / parts)
    # a side of few heavy blocks cannot make as many parts as its weight is worth: the other side makes them
    second_parts = max(min(parts - parts // 2, len(second)), parts - len(first))
    first_groups = divide(blocks, first, parts - second_parts)
    return first_groups + (divide(blocks, second, second_parts) if second else [])


def _split(blocks: Blocks, members: set[int], share: float) -> tuple[list[int], list[int]]:
    """Split blocks in two connected sides, the first of about this share of the weight.

    Swept across the longer side, so that the border runs across the shorter one and the sides come out compact.
    """
    order = sorted(members)
    spread = np.ptp(blocks.centres[order], axis=0)
    axis = 0 if spread[0] >= spread[1] else 1
    # from west to east, or from north to south
    sweep_position = {index: (1 - 2 * axis) * float(blocks.centres[index, axis]) for index in order}
    wanted = share * _weight_of(blocks, members)
    swept = _sweep(blocks, members, sweep_position, wanted)
    # The swept side is connected, since it grew from one block; what it left behind may not be. Its greatest piece is
    # the other side, and the smaller pieces, which touch only the swept one, join that.
    rest = max(_connected_pieces(blocks, members - swept), key=lambda piece: _weight_of(blocks, piece), default=set())
    swept = members - rest
    if rest:
        _shorten_border(blocks, swept, rest, wanted)
    return sorted(swept), sorted(rest)


def _weight_of(blocks: Blocks, members: set[int]) -> float:
    # sorted: the order of a sum of floats decides its last digit, and the same town is to be cut the same way
    return float(blocks.weights[sorted(members)].sum())


def _sweep(blocks: Blocks, members: set[int], sweep_position: dict[int, float], wanted: float) -> set[int]:
    """Grow a connected side from the first block on, always by the neighbour that the sweep meets first."""
    start = min(members, key=lambda index: (sweep_position[index], index))
    swept: set[int] = set()
    heap, seen, weight = [(sweep_position[start], start)], {start}, 0.0
    while heap and len(swept) < len(members) - 1:
        _, index = heapq.heappop(heap)
        gain = float(blocks.weights[index])
        # stop where less than half of the block would be too much: above or below, whichever is nearer
        if swept and weight + gain / 2 > wanted:
            break
        swept.add(index)
        weight += gain
        for other in blocks.neighbours[index].keys() & members - seen:
            seen.add(other)
            heapq.heappush(heap, (sweep_position[other], other))
    return swept


def _shorten_border(blocks: Blocks, first: set[int], second: set[int], wanted: float) -> None:
    """Hand blocks across the border where that makes it shorter and neither side loses its balance or falls apart."""
    slack = _BALANCE_SLACK * (wanted + _weight_of(blocks, second))
    weight = _weight_of(blocks, first)
    for _ in range(_BORDER_PASSES):
        moved = 0
        for index in sorted(first | second):
            own, opposite, sign = (first, second, -1) if index in first else (second, first, 1)
            new_weight = weight + sign * float(blocks.weights[index])
            is_balanced = abs(new_weight - wanted) <= max(slack, abs(weight - wanted))
            if is_balanced and _may_cross(blocks, index, own, opposite):
                own.remove(index)
                opposite.add(index)
                weight, moved = new_weight, moved + 1
        if not moved:
            return


def _may_cross(blocks: Blocks, index: int, own: set[int], opposite: set[int]) -> bool:
    """Whether the border is shorter with a block on the opposite side, and its own side stays connected without it."""
    sides = blocks.neighbours[index]
    saved_m = sum(
        length if other in opposite else -length for other, length in sides.items() if other in own or other in opposite
    )
    if saved_m <= 0 or len(own) < 2:
        return False
    return _stays_connected(blocks, own, index)


def _stays_connected(blocks: Blocks, own: set[int], index: int) -> bool:
    """Whether the neighbours of a block on its own side still reach each other without it.

    That is enough for the whole side, and the search ends as soon as it has met them all: mostly after a few blocks.
    """
    to_reach = blocks.neighbours[index].keys() & own
    seen, frontier = {index}, deque(sorted(to_reach)[:1])
    while frontier and to_reach:
        here = frontier.popleft()
        if here in seen:
            continue
        seen.add(here)
        to_reach = to_reach - {here}
        frontier.extend(other for other in blocks.neighbours[here] if other in own and other not in seen)
    return not to_reach


def _connected_pieces(blocks: Blocks, members: set[int]) -> list[set[int]]:
    pieces, left = [], set(members)
    while left:
        start = min(left)
        piece, frontier = {start}, [start]
        while frontier:
            new = blocks.neighbours[frontier.pop()].keys() & left - piece
            piece |= new
            frontier.extend(new)
        left -= piece
        pieces.append(piece)
    return pieces


def in_reading_order(centres: NDArray[np.float64]) -> list[int]:
    """Positions in the order codes are given: rows from north to south, in a row from west to east.

    Source: docs/domain.md, "Grid codes" (GB/T 30428.1 as quoted by DB11 单元网格划分).
    """
    count = len(centres)
    # grids stand in no real rows: as many rows as columns are made, of equal length
    rows = max(1, round(math.sqrt(count)))
    row_length = math.ceil(count / rows)
    by_north = sorted(range(count), key=lambda i: (-centres[i][1], centres[i][0]))
    return [
        index
        for start in range(0, count, row_length)
        for index in sorted(by_north[start : start + row_length], key=lambda i: (centres[i][0], -centres[i][1]))
    ]
