"""Things of the street: hydrants, valves, manholes, lamps along roads, life rings along water, and a few more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from mapdata.plane import Floats
from towns.demo.buildings import ROAD_HALF_M, Building
from towns.demo.divisions import Divisions
from towns.demo.network import Edge, Network
from towns.demo.water import Waters

_ALONG = (
    ("street_lamp", "路灯", 42.0, frozenset({"primary", "secondary", "tertiary", "residential"})),
    ("manhole", "窨井盖", 75.0, frozenset({"primary", "secondary", "tertiary", "residential"})),
    ("hydrant", "消火栓", 150.0, frozenset({"primary", "secondary", "tertiary", "residential", "service"})),
    ("valve", "供水阀门", 260.0, frozenset({"secondary", "tertiary", "residential", "living_street", "unclassified"})),
    ("loudspeaker", "应急广播", 620.0, frozenset({"unclassified", "living_street", "residential"})),
)
"""Kind, Chinese name, metres from one to the next, kinds of roads that have them."""
_CLASS = {"street_lamp": "0106", "manhole": "0101", "hydrant": "0109", "valve": "0104", "loudspeaker": "0115",
          "life_ring": "0199", "defibrillator": "0198"}  # fmt: skip
"""Class in a thing's 16-digit code (county, class, number). Source: GB/T 30428.2 structure; classes of the demo."""
FAULT_SHARE = 0.012
RING_EVERY_M = 210.0


@dataclass(frozen=True)
class Thing:
    """One row of the table ``thing``; ``at`` is in metres."""

    kind: str
    code: str
    name: str
    state: str
    at: tuple[float, float]


def _beside(random: np.random.Generator, edges: list[Edge], every_m: float) -> Floats:
    """Places at the roadside, one every so many metres, on alternating sides."""
    found = [np.empty((0, 2))]
    carry = float(random.uniform(0, every_m))
    for edge in edges:
        along = np.arange(carry, edge.line.length, every_m)
        carry = float(along[-1] + every_m - edge.line.length) if len(along) else carry - edge.line.length
        if not len(along):
            continue
        here, ahead = (
            shapely.get_coordinates(shapely.line_interpolate_point(edge.line, along + step)) for step in (0, -1.5)
        )
        unit = here - ahead
        unit /= np.maximum(np.hypot(*unit.T), 1e-6)[:, None]
        side = np.where(np.arange(len(along)) % 2, 1, -1)[:, None] * (ROAD_HALF_M[edge.kind] * 0.92)
        found.append(here + np.column_stack([-unit[:, 1], unit[:, 0]]) * side)
    return np.vstack(found)


def _life_ring_places(waters: Waters, outline: Polygon) -> Floats:
    """Places on the banks of rivers, wide canals and lakes inside the town."""
    banks = [channel.bed.buffer(2).exterior for channel in waters.channels if channel.width_m > 17]
    banks += [lake.buffer(2).exterior for _, lake in waters.lakes]
    marks = [bank.interpolate(at) for bank in banks for at in np.arange(60, bank.length, RING_EVERY_M)]
    points = shapely.get_coordinates(np.array(marks, dtype=object))
    shapely.prepare(outline)
    on_land = shapely.contains_xy(outline, points[:, 0], points[:, 1])
    # the bank of one water runs through another where they meet
    in_water = waters.tree().query(shapely.points(points), predicate="dwithin", distance=1)[0]
    on_land[in_water] = False
    return np.asarray(points[on_land])


def _defibrillators(buildings: list[Building]) -> Floats:
    sites = [building for building in buildings if building.use in ("public", "school", "market")]
    first = {building.place: building for building in reversed(sites)}
    shapes = np.array([building.shape for _, building in sorted(first.items())], dtype=object)
    return np.asarray(shapely.get_coordinates(shapely.centroid(shapes)))


def make_things(
    random: np.random.Generator, network: Network, waters: Waters, buildings: list[Building], divisions: Divisions,
    outline: Polygon,
) -> tuple[list[Thing], list[str]]:  # fmt: skip
    """The things and the grid each stands in."""
    shapely.prepare(outline)
    inside = [edge for edge in network.edges if not edge.is_bridge and outline.covers(edge.line)]
    groups: list[tuple[str, str, Floats]] = [
        (kind, name, _beside(random, [edge for edge in inside if edge.kind in kinds], every_m))
        for kind, name, every_m, kinds in _ALONG
    ]
    groups += [
        ("life_ring", "救生圈", _life_ring_places(waters, outline)),
        ("defibrillator", "自动体外除颤器", _defibrillators(buildings)),
    ]
    things = []
    for kind, name, points in groups:
        faulty = random.random(len(points)) < FAULT_SHARE
        for number, (point, fault) in enumerate(zip(points.tolist(), faulty.tolist(), strict=True), start=1):
            code = f"330421{_CLASS[kind]}{number:06d}"
            state = "fault" if fault else "ok"
            things.append(Thing(kind, code, f"{name}{number:04d}", state, (point[0], point[1])))
    return things, divisions.codes_at(np.array([thing.at for thing in things]), "grid")
