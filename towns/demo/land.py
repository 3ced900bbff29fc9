"""Land use between water, roads and houses: paddies, orchards, greenhouses, fishponds, woods, and built-up ground."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import shapely
import shapely.affinity
from shapely import LineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from mapdata.plane import Floats
from towns.demo.blocks import Block, centre_boxes
from towns.demo.buildings import Building, roads_with_width
from towns.demo.curves import Warp
from towns.demo.network import Network
from towns.demo.water import MARGIN_M, Waters

Land = tuple[str, str, BaseGeometry]
"""Kind, name, shape in metres."""


@dataclass(frozen=True)
class Ground:
    """What lies between: land uses, and fishponds."""

    lands: list[Land]
    ponds: list[Polygon]


def _cells(waters: Waters, roads: list[LineString], frame: Polygon) -> list[Polygon]:
    """Fields' big outlines: the ground between canals, old ditches and main roads, a little inside their borders."""
    lines = [channel.line for channel in waters.channels if not channel.is_creek] + waters.dry_ditches + roads
    network = shapely.unary_union(np.array([*lines, frame.exterior], dtype=object), grid_size=0.5)
    cells = shapely.get_parts(shapely.polygonize([network]))
    tree = waters.tree()
    grounds = []
    for cell in cells:
        if not frame.intersects(cell):
            continue
        beds = [waters.beds[i] for i in tree.query(cell, predicate="intersects")]
        ground = cell.buffer(-6)
        if beds:
            ground = ground.difference(shapely.unary_union(beds).buffer(5, quad_segs=2))
        grounds += [part for part in shapely.get_parts(ground) if part.geom_type == "Polygon" and part.area > 2500]
    return grounds


def _fields(random: np.random.Generator, cell: Polygon) -> list[Polygon]:
    """The cell cut into long plots with balks between them."""
    corners = np.array(shapely.minimum_rotated_rectangle(cell).exterior.coords)
    side = corners[1] - corners[0]
    turn = float(np.arctan2(side[1], side[0]))
    flat = shapely.affinity.rotate(cell, -turn, origin=(0, 0), use_radians=True)
    west, south, east, north = flat.bounds
    xs = _marks(random, west, east, (60, 130))
    plots = []
    for left, right in itertools.pairwise(xs):
        ys = _marks(random, south, north, (90, 230))
        plots += [shapely.box(left + 1.6, low + 1.6, right - 1.6, high - 1.6) for low, high in itertools.pairwise(ys)]
    pieces = shapely.get_parts(shapely.intersection(flat, np.array(plots, dtype=object)))
    back = shapely.transform(pieces, lambda points: points @ _turned(turn))
    return [piece for piece in back if piece.geom_type == "Polygon" and piece.area > 500]


def _turned(turn: float) -> Floats:
    return np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])


def _marks(random: np.random.Generator, low: float, high: float, step: tuple[float, float]) -> list[float]:
    marks = [low]
    while marks[-1] + step[1] < high:
        marks.append(marks[-1] + float(random.uniform(*step)))
    return [*marks, high]


def _kind(peach: float, wet: float, draw: float) -> str:
    if wet > 1.05 and draw < 0.55:
        return "pond"
    if peach > 0.85 and draw < 0.8:
        return "orchard"
    if draw < 0.035:
        return "forest"
    if draw > 0.95:
        return "greenhouse"
    return "grass" if draw > 0.93 else "farmland"


def _greenhouses(field: Polygon) -> list[Polygon]:
    """Strips eight metres wide along the field's longer side."""
    corners = np.array(shapely.minimum_rotated_rectangle(field).exterior.coords)
    along, across = corners[1] - corners[0], corners[2] - corners[1]
    if np.hypot(*along) < np.hypot(*across):
        along, across, corners = across, -along, corners[1:]
    count = int(np.hypot(*across) // 10)
    step = across / max(count, 1)
    unit = step / 10
    strips = [
        Polygon([corners[0] + step * i + unit, corners[0] + step * i + unit + along,
                 corners[0] + step * i + unit * 9 + along,
                 corners[0] + step * i + unit * 9])
        for i in range(count)
    ]  # fmt: skip
    inner = field.buffer(-2)
    cut = [strip.intersection(inner) for strip in strips]
    return [
        part for strip in cut for part in shapely.get_parts(strip) if part.geom_type == "Polygon" and part.area > 150
    ]


def _built_up(buildings: list[Building], blocks: list[Block]) -> list[BaseGeometry]:
    """Hamlets' ground: the houses' surroundings grown together."""
    houses = [building.shape for building in buildings if building.kind in ("house", "public")]
    grown = shapely.unary_union(shapely.buffer(np.array(houses, dtype=object), 15, quad_segs=1))
    covered = shapely.unary_union([block.ground.buffer(8) for block in blocks])
    smooth = grown.buffer(-6, quad_segs=2).difference(covered).simplify(1.5)
    return [part for part in shapely.get_parts(smooth) if part.geom_type == "Polygon" and part.area > 150]


_BLOCK_LAND = {"park": "park", "industry": "industrial", "utility": "industrial"}


def make_ground(
    random: np.random.Generator, waters: Waters, network: Network, roads: list[LineString], buildings: list[Building],
    blocks: list[Block], outline: Polygon,
) -> Ground:  # fmt: skip
    """Land use over the town and a margin around it; fishponds only where nothing stands and no road runs."""
    frame = outline.buffer(MARGIN_M)
    peach, wet = Warp(random, 1.0, 2600), Warp(random, 1.0, 3600)
    built = _built_up(buildings, blocks)
    lands: list[Land] = [("residential", "", shape) for shape in built]
    lands += [(_BLOCK_LAND.get(block.use, "residential"), block.name, block.ground.buffer(6)) for block in blocks]
    taken = STRtree(
        built + [area for name, area, _ in centre_boxes() if name != "industry"] + [b.ground for b in blocks]
    )
    fields = [field for cell in _cells(waters, roads, frame) for field in _fields(random, cell)]
    middles = shapely.get_coordinates(shapely.centroid(np.array(fields, dtype=object)))
    north = (middles[:, 1] - outline.bounds[1]) / (outline.bounds[3] - outline.bounds[1])
    nature = zip(peach.value(middles), wet.value(middles) + north - 0.35, random.random(len(fields)), strict=True)
    kinds = [_kind(*map(float, values)) for values in nature]
    farmed, ponds = _laid(fields, kinds, taken, STRtree(roads_with_width(network)))
    return Ground(lands + farmed, ponds)


def _hits(fields: list[Polygon], tree: STRtree, distance_m: float) -> dict[int, list[int]]:
    """For each field the members of the tree within a distance."""
    found: dict[int, list[int]] = {}
    pairs = tree.query(np.array(fields, dtype=object), predicate="dwithin", distance=distance_m)
    for field, other in pairs.T.tolist():
        found.setdefault(field, []).append(other)
    return found


def _laid(
    fields: list[Polygon], kinds: list[str], taken: STRtree, roadway: STRtree
) -> tuple[list[Land], list[Polygon]]:
    """The fields as what they are; ponds and greenhouses only on ground that is free, others cut where it is taken."""
    on, by_road = _hits(fields, taken, 0.0), _hits(fields, roadway, 3.0)
    lands: list[Land] = []
    ponds: list[Polygon] = []
    for number, (field, kind) in enumerate(zip(fields, kinds, strict=True)):
        is_free = number not in on and number not in by_road
        if kind == "pond" and is_free:
            ponds += _parts(field.buffer(-3).buffer(-4).buffer(4, quad_segs=3))
        elif kind == "greenhouse" and is_free:
            lands += [("greenhouse", "", strip) for strip in _greenhouses(field)]
        else:
            use = "farmland" if kind in ("pond", "greenhouse") else kind
            built = [taken.geometries[i] for i in on.get(number, ())]
            rest = field.difference(shapely.unary_union(built).buffer(2, quad_segs=1)) if built else field
            lands += [(use, "", part) for part in _parts(rest) if part.area > 400]
    return lands, ponds


def _parts(shape: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
