"""Villages: rows of houses along lanes and banks, gathered into hamlets with names."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString, Polygon, box

from mapdata.plane import Floats
from towns.demo.blocks import centre_boxes
from towns.demo.buildings import ROAD_HALF_M, Building, slab
from towns.demo.divisions import Divisions
from towns.demo.names import CREEK_FAMILIES, HAMLET_TAILS
from towns.demo.network import Edge, Network

_KINDS_WITH_HOUSES = ("unclassified", "living_street", "tertiary", "residential")
_ROW_M = 16.5


def lane_lines(network: Network) -> list[tuple[str, str, LineString]]:
    """Lanes that houses stand along, as whole lines: name, kind, line; the centres left out."""
    whole: dict[tuple[str, str], list[LineString]] = {}
    for edge in network.edges:
        if edge.kind in _KINDS_WITH_HOUSES:
            whole.setdefault((edge.name, edge.kind), []).append(edge.line)
    centres = shapely.unary_union([area for _, area, _ in centre_boxes()])
    lanes = []
    for (name, kind), lines in sorted(whole.items()):
        merged = shapely.line_merge(shapely.multilinestrings(lines)).difference(centres)
        lanes += [(name, kind, part) for part in shapely.get_parts(merged) if part.length > 60]
    return lanes


def house_candidates(random: np.random.Generator, network: Network) -> list[Building]:
    """More houses than are needed, hamlet by hamlet; those of smaller rank are to be built first."""
    used: dict[str, int] = {}
    houses: list[Building] = []
    for name, kind, line in lane_lines(network):
        at = float(random.uniform(0, 90))
        while at < line.length - 40:
            reach = min(float(random.uniform(110, 430)), line.length - at)
            houses += _hamlet(random, line, kind, at, at + reach, _hamlet_name(random, name, used))
            at += reach + float(random.gamma(2.0, 34))
    return houses


def _hamlet_name(random: np.random.Generator, lane: str, used: dict[str, int]) -> str:
    water = lane.removesuffix("路")
    if water.endswith(("浜", "荡")) and water not in used:
        name = water
    else:
        name = str(random.choice(CREEK_FAMILIES)) + str(random.choice(HAMLET_TAILS))
    used[name] = used.get(name, 0) + 1
    return (
        name
        if used[name] == 1
        else f"{'东西南北前后上下'[(used[name] - 2) % 8]}{name}" + ("新" * ((used[name] - 2) // 8))
    )


def _hamlet(
    random: np.random.Generator, line: LineString, kind: str, start: float, end: float, name: str
) -> list[Building]:
    """Houses on both sides of a stretch, up to three deep; some hamlets keep to one side."""
    rank = float(random.random()) + (0.25 if kind in ("tertiary", "residential") else 0.0)
    deep = random.choice([1, 2, 2, 3], size=2)
    if random.random() < 0.2:
        deep[random.integers(2)] = 0
    lean = float(random.uniform(0, 0.06))
    houses = []
    for side, rows in zip((-1, 1), deep.tolist(), strict=True):
        for row in range(rows):
            setback_m = ROAD_HALF_M[kind] + random.uniform(2.5, 7) + row * _ROW_M
            along = np.arange(start, end, random.uniform(12.2, 15.2))
            along = along[random.random(len(along)) < 0.92 - 0.1 * row]
            shapes = _house_row(random, line, along, side * setback_m, lean) if len(along) else []
            storeys = random.choice([2, 3, 3], size=len(along)).tolist()
            ranks = (rank + 0.04 * row + random.random(len(along)) * 0.02).tolist()
            houses += [
                Building("house", shape, "dwelling", name, floors, 0, place)
                for shape, floors, place in zip(shapes, storeys, ranks, strict=True)
            ]
    return houses


def _house_row(
    random: np.random.Generator, line: LineString, along: Floats, offset_m: float, lean: float
) -> list[Polygon]:
    """Footprints at the places along a line, ``offset_m`` beside it, each a little turned and shifted."""
    here, before, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(line, np.clip(along + step, 0, line.length)))
        for step in (0, -4, 4)
    )
    road = np.arctan2(*(ahead - before).T[::-1])
    size = random.uniform((9.4, 9.8), (11.8, 12.6), (len(along), 2))
    out = np.column_stack([-np.sin(road), np.cos(road)])
    middle = here + out * (offset_m + np.sign(offset_m) * size[:, 1:] / 2) + random.normal(0, 0.5, here.shape)
    turn = road - lean + random.normal(0, 0.03, len(road))
    forward = np.column_stack([np.cos(turn), np.sin(turn)]) * size[:, :1] / 2
    aside = np.column_stack([-np.sin(turn), np.cos(turn)]) * size[:, 1:] / 2
    corners = [middle - forward - aside, middle + forward - aside, middle + forward + aside, middle - forward + aside]
    return list(shapely.polygons(np.stack(corners, axis=1)))


HALL_TRIES = 10


def village_halls(random: np.random.Generator, middles: list[tuple[str, Floats]], network: Network) -> list[Building]:
    """A few candidates for each village's hall, beside the roads nearest to its middle; the first to stand is taken."""
    edges = [
        edge
        for edge in network.edges
        if edge.kind in ("primary", "secondary", "tertiary", "residential", "unclassified")
        and not edge.is_bridge
        and edge.line.length > 40
    ]
    tree = shapely.STRtree([edge.line for edge in edges])
    halls = []
    for name, middle in middles:
        near = tree.query(box(*(middle - 600), *(middle + 600)))
        point = shapely.Point(middle)
        near = sorted(near.tolist(), key=lambda i: (edges[i].line.distance(point), i))[:HALL_TRIES]
        for place, number in enumerate(near):
            at = edges[number].line.length * float(random.uniform(0.3, 0.7))
            halls.append(_hall(f"{name}便民服务中心", edges[number], at, place))
    return halls


def _hall(name: str, edge: Edge, at: float, place: int) -> Building:
    here, ahead = (np.array(edge.line.interpolate(at + step).coords[0]) for step in (0, 2))
    turn = float(np.arctan2(*(ahead - here)[::-1]))
    out = np.array([-np.sin(turn), np.cos(turn)]) * (1 if place % 2 else -1) * (ROAD_HALF_M[edge.kind] + 14)
    return Building("public", slab(here + out, 28, 14, turn), "public", name, 2, 0, -10 + place / 100)


HOUSES_PER_HOUSEHOLD = 1.06
"""Village houses built for each household, some stand empty or are let."""


def buildings_needed(buildings: list[Building], divisions: Divisions) -> list[Building]:
    """The buildings that are built: all of the centres, of the villages as many houses as households need.

    Hamlets are built in the order of their rank, so that some grow full and others are left out; of the candidates for
    a village's hall the first stays.
    """
    middles = shapely.get_coordinates(
        shapely.centroid(np.array([building.shape for building in buildings], dtype=object))
    )
    codes = divisions.codes_at(middles, "grid")
    central = shapely.contains_xy(shapely.unary_union([area for _, area, _ in centre_boxes()]), *middles.T).tolist()
    need = {row.code: row.households * HOUSES_PER_HOUSEHOLD for row in divisions.level("grid")}
    for building, code in zip(buildings, codes, strict=True):
        if building.kind == "apartments":
            need[code] -= building.dwellings
    kept: list[Building] = []
    halls: set[str] = set()
    for building, code, is_central in zip(buildings, codes, central, strict=True):
        if building.rank < -5:
            if building.place not in halls:
                halls.add(building.place)
                kept.append(building)
        elif building.kind != "house" or is_central:
            kept.append(building)
        elif need[code] > 0:
            need[code] -= 1
            kept.append(building)
    return kept
