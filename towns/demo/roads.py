"""Lanes on the banks and tracks between the fields, and how roads keep apart that only run side by side."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from towns.demo.main_roads import RoadLine
from towns.demo.water import Waters, in_centres


def bank_lines(random: np.random.Generator, waters: Waters, outline: Polygon) -> list[RoadLine]:
    """Lanes that follow the banks of canals and creeks, named after the water they follow."""
    lanes: list[RoadLine] = []
    for channel in waters.channels:
        if not outline.intersects(channel.line) or channel.name == "太浦河":
            continue
        sides = random.permutation([-1, 1])[: 2 if channel.width_m > 80 else 1]
        if random.random() > (0.9 if channel.is_creek else 0.97):
            continue
        for side in sides:
            away_m = channel.width_m / 2 + random.uniform(9, 13 if channel.is_creek else 24)
            lanes += _lane(
                channel.name, channel.line.offset_curve(side * away_m, quad_segs=4), channel.is_creek, outline
            )
    return lanes


def _lane(water: str, line: BaseGeometry, is_creek: bool, outline: Polygon) -> list[RoadLine]:
    kind = "living_street" if is_creek else "unclassified"
    inside = line.simplify(1.5).intersection(outline)
    name = f"{water}路"
    return [
        RoadLine(name, kind, part)
        for part in shapely.get_parts(inside)
        if part.geom_type == "LineString" and part.length > 90
    ]


def track_lines(random: np.random.Generator, waters: Waters, outline: Polygon) -> list[RoadLine]:
    """Tracks between the fields, along some of the old ditches."""
    tracks = []
    inner = outline.buffer(-60)
    for ditch in waters.dry_ditches:
        if not in_centres(np.array(ditch.interpolate(0.5, normalized=True).coords[0])) and random.random() < 0.55:
            parts = shapely.get_parts(ditch.intersection(inner))
            tracks += [
                RoadLine("", "track", part) for part in parts if part.geom_type == "LineString" and part.length > 120
            ]
    return tracks


_CLEARANCE_M = {"track": 60.0, "unclassified": 34.0, "living_street": 20.0}
"""How far a lane must stay from an earlier road it runs beside."""


def without_doubles(lines: list[RoadLine]) -> list[RoadLine]:
    """The roads in the same order, without stretches that only run beside an earlier road."""
    kept: list[RoadLine] = []
    for road in lines:
        clearance_m = _CLEARANCE_M.get(road.kind, 0)
        if clearance_m == 0:
            kept.append(road)
            continue
        tree = STRtree([other.line for other in kept])
        near = [kept[i].line for i in tree.query(road.line, predicate="dwithin", distance=clearance_m)]
        kept += _apart(road, near, clearance_m)
    return kept


def _apart(road: RoadLine, near: list[LineString], clearance_m: float) -> list[RoadLine]:
    beside = road.line.intersection(shapely.unary_union(near).buffer(clearance_m, quad_segs=2)) if near else None
    if beside is None or beside.is_empty:
        return [road]
    doubled = [part for part in shapely.get_parts(beside) if part.length > 3.2 * clearance_m]
    if not doubled:
        return [road]
    rest = road.line.difference(shapely.unary_union(doubled).buffer(0.5))
    return [RoadLine(road.name, road.kind, part) for part in shapely.get_parts(rest) if part.length > 70]
