"""The roads as arrays: nodes, edges, and their lines on a plane of metres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from mapdata.roads.modes import MODES, Mode, speeds_mps

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Lines = NDArray[np.object_]


@dataclass(frozen=True)
class Plane:
    """A plane of metres round one latitude (equirectangular on WGS-84), good to 0.1 % within a county.

    Source: radii of curvature of the WGS-84 ellipsoid in the meridian (M) and the prime vertical (N).
    """

    lon: float
    lat: float

    @cached_property
    def metres_per_degree(self) -> tuple[float, float]:
        """Length of one degree of longitude and of latitude here, in metres."""
        axis_m, eccentricity2 = 6378137.0, 6.69437999014e-3
        phi = math.radians(self.lat)
        bend = 1 - eccentricity2 * math.sin(phi) ** 2
        return (
            math.radians(axis_m / math.sqrt(bend) * math.cos(phi)),
            math.radians(axis_m * (1 - eccentricity2) / bend**1.5),
        )

    def to_metres(self, lon_lat: Floats) -> Floats:
        """Degrees, shape (n, 2) as lon, lat, to metres east and north of the plane's origin."""
        return (lon_lat - (self.lon, self.lat)) * self.metres_per_degree

    def distance_m(self, lon: float, lat: float, other_lon: float, other_lat: float) -> float:
        """Straight distance of two points in metres."""
        east, north = self.metres_per_degree
        return math.hypot((other_lon - lon) * east, (other_lat - lat) * north)


@dataclass(frozen=True)
class RoadEdges:
    """Edges of a road network, each array one entry an edge.

    ``from_node`` and ``to_node`` count from 0; ``oneway`` binds wheels only; ``pushable`` says where a bicycle may be
    pushed; ``seconds`` holds, a mode, the travel time along the whole edge (infinite where closed); the lines' vertices
    are ``lon_lat[first[e]:first[e + 1]]``, running from ``from_node`` to ``to_node``.
    """

    from_node: Ints
    to_node: Ints
    length_m: Floats
    oneway: NDArray[np.bool_]
    is_bridge: NDArray[np.bool_]
    pushable: NDArray[np.bool_]
    seconds: dict[Mode, Floats]
    lon_lat: Floats
    first: NDArray[np.int64]
    plane: Plane

    @property
    def count(self) -> int:
        """Number of edges."""
        return len(self.from_node)

    @cached_property
    def node_count(self) -> int:
        """One more than the highest node."""
        return int(max(self.from_node.max(initial=-1), self.to_node.max(initial=-1))) + 1

    @cached_property
    def metres(self) -> Floats:
        """Every vertex of every line on the plane."""
        return self.plane.to_metres(self.lon_lat)

    @cached_property
    def along(self) -> Floats:
        """Way along its line of every vertex, as a fraction 0 to 1 of the line's length."""
        metres, starts = self.metres, self.first[:-1]
        steps = np.zeros(len(metres))
        steps[1:] = np.hypot(*np.diff(metres, axis=0).T)
        steps[starts] = 0
        way = np.cumsum(steps)
        way -= np.repeat(way[starts], np.diff(self.first))
        total = np.repeat(way[self.first[1:] - 1], np.diff(self.first))
        fractions: Floats = np.divide(way, total, out=np.zeros_like(way), where=total > 0)
        fractions[self.first[1:] - 1] = 1.0
        return fractions

    @cached_property
    def drawn_m(self) -> Floats:
        """Length of each line on the plane in metres."""
        metres = self.metres
        steps = np.zeros(len(metres))
        steps[1:] = np.hypot(*np.diff(metres, axis=0).T)
        steps[self.first[:-1]] = 0
        return np.add.reduceat(steps, self.first[:-1]) if self.count else np.zeros(0)

    @cached_property
    def lines(self) -> Lines:
        """The lines on the plane as shapely objects."""
        owner = np.repeat(np.arange(self.count), np.diff(self.first))
        made: Lines = shapely.linestrings(self.metres, indices=owner)
        return made

    def part(self, edge: int, start: float, end: float) -> Floats:
        """Vertices (lon, lat) of an edge between two fractions of its length, running from ``start`` to ``end``."""
        rows = slice(int(self.first[edge]), int(self.first[edge + 1]))
        along, vertices = self.along[rows], self.lon_lat[rows]
        low, high = min(start, end), max(start, end)
        inner = vertices[(along > low) & (along < high)]
        ends = np.column_stack([np.interp((low, high), along, vertices[:, axis]) for axis in (0, 1)])
        points = np.concatenate([ends[:1], inner, ends[1:]])
        return points if start <= end else points[::-1]


def make_edges(
    from_node: Sequence[int] | Ints,
    to_node: Sequence[int] | Ints,
    length_m: Sequence[float] | Floats,
    kind: Sequence[str],
    lines: Any,
    *,
    oneway: Sequence[bool] | NDArray[np.bool_] | None = None,
    is_bridge: Sequence[bool] | NDArray[np.bool_] | None = None,
    modes: NDArray[np.bool_] | None = None,
) -> RoadEdges:
    """Bring edges from elsewhere into arrays.

    Parameters
    ----------
    from_node, to_node
        ends of each edge, counted from 0.
    length_m
        true length of each edge, which decides its travel time; the line's drawn length does not.
    kind
        OSM highway value of each edge; closes motorways to people on foot, steps to wheels, ...
    lines
        shapely LineStrings in degrees (EPSG:4326), from the first node to the second.
    oneway, is_bridge
        default: none.
    modes
        shape (edges, 3), which of foot, ebike, car may use the edge; default: all its kind allows.
    """
    count = len(from_node)
    lengths = np.asarray(length_m, np.float64)
    lon_lat, owner = shapely.get_coordinates(lines, return_index=True)
    first = np.concatenate([np.flatnonzero(np.diff(owner, prepend=-1)), [len(owner)]]) if count else np.zeros(1, int)
    allowed = np.ones((count, len(MODES)), bool) if modes is None else modes
    seconds: dict[Mode, Floats] = {}
    for column, mode in enumerate(MODES):
        speed = np.where(allowed[:, column], speeds_mps(kind, mode), 0.0)
        seconds[mode] = np.divide(lengths, speed, out=np.full(count, np.inf), where=speed > 0)
    steps = np.fromiter((name == "steps" for name in kind), bool, count)
    middle = lon_lat.mean(axis=0) if count else np.zeros(2)
    return RoadEdges(
        from_node=np.asarray(from_node, np.int32),
        to_node=np.asarray(to_node, np.int32),
        length_m=lengths,
        oneway=np.zeros(count, bool) if oneway is None else np.asarray(oneway, bool),
        is_bridge=np.zeros(count, bool) if is_bridge is None else np.asarray(is_bridge, bool),
        pushable=np.isfinite(seconds["foot"]) & ~steps,
        seconds=seconds,
        lon_lat=lon_lat,
        first=first.astype(np.int64),
        plane=Plane(float(middle[0]), float(middle[1])),
    )
