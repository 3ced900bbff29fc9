"""The roads as arrays: nodes, edges, and their lines on a plane of metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from mapdata.plane import Floats, Plane
from mapdata.roads.modes import MODES, Mode, speeds_mps

Ints = NDArray[np.int32]
Lines = NDArray[np.object_]


@dataclass(frozen=True)
class RoadEdges:
    """Edges of a road network, each array one entry an edge.

    ``from_node`` and ``to_node`` count from 0; ``oneway`` binds wheels only; ``pushable`` says where a bicycle may be
    pushed; ``seconds`` holds, for each mode, the travel time along the whole edge (infinite where closed); an edge's
    line has the vertices ``lon_lat[first_vertex[e]:first_vertex[e + 1]]``, from ``from_node`` to ``to_node``.
    """

    from_node: Ints
    to_node: Ints
    length_m: Floats
    oneway: NDArray[np.bool_]
    is_bridge: NDArray[np.bool_]
    pushable: NDArray[np.bool_]
    seconds: dict[Mode, Floats]
    lon_lat: Floats
    first_vertex: NDArray[np.int64]
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
    def vertices_m(self) -> Floats:
        """Every vertex of every line on the plane, shape (n, 2) in metres."""
        return self.plane.to_metres(self.lon_lat)

    @cached_property
    def _step_m(self) -> Floats:
        """Metres from the vertex before to each vertex of a line; 0 at a line's first vertex."""
        step_m = np.zeros(len(self.vertices_m))
        step_m[1:] = np.hypot(*np.diff(self.vertices_m, axis=0).T)
        # all lines lie in one array: the step from one line's end to the next one's start is no road
        step_m[self.first_vertex[:-1]] = 0
        return step_m

    @cached_property
    def fraction_of_vertex(self) -> Floats:
        """How far along its line each vertex lies, as a fraction 0 to 1 of the line's length."""
        vertices = np.diff(self.first_vertex)
        way_m = np.cumsum(self._step_m)
        way_m -= np.repeat(way_m[self.first_vertex[:-1]], vertices)
        total_m = np.repeat(way_m[self.first_vertex[1:] - 1], vertices)
        fractions: Floats = np.divide(way_m, total_m, out=np.zeros_like(way_m), where=total_m > 0)
        # a line of no length has its two ends all the same, and 1 is written exactly
        fractions[self.first_vertex[1:] - 1] = 1.0
        return fractions

    @cached_property
    def drawn_length_m(self) -> Floats:
        """Length of each line on the plane in metres."""
        return np.add.reduceat(self._step_m, self.first_vertex[:-1]) if self.count else np.zeros(0)

    @cached_property
    def lines(self) -> Lines:
        """The lines on the plane as shapely objects."""
        edge_of_vertex = np.repeat(np.arange(self.count), np.diff(self.first_vertex))
        lines: Lines = shapely.linestrings(self.vertices_m, indices=edge_of_vertex)
        return lines

    def piece(self, edge: int, start: float, end: float) -> Floats:
        """Vertices (lon, lat) of an edge between two fractions of its length, running from ``start`` to ``end``."""
        rows = slice(int(self.first_vertex[edge]), int(self.first_vertex[edge + 1]))
        fractions, vertices = self.fraction_of_vertex[rows], self.lon_lat[rows]
        low, high = min(start, end), max(start, end)
        inner = vertices[(fractions > low) & (fractions < high)]
        ends = np.column_stack([np.interp((low, high), fractions, vertices[:, axis]) for axis in (0, 1)])
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
    lon_lat, edge_of_vertex = shapely.get_coordinates(lines, return_index=True)
    first_vertex = np.zeros(1, int)
    if count:
        first_vertex = np.concatenate([np.flatnonzero(np.diff(edge_of_vertex, prepend=-1)), [len(edge_of_vertex)]])
    allowed = np.ones((count, len(MODES)), bool) if modes is None else modes
    seconds: dict[Mode, Floats] = {}
    for column, mode in enumerate(MODES):
        speed = np.where(allowed[:, column], speeds_mps(kind, mode), 0.0)
        seconds[mode] = np.divide(lengths, speed, out=np.full(count, np.inf), where=speed > 0)
    is_steps = np.fromiter((name == "steps" for name in kind), bool, count)
    middle = lon_lat.mean(axis=0) if count else np.zeros(2)
    return RoadEdges(
        from_node=np.asarray(from_node, np.int32),
        to_node=np.asarray(to_node, np.int32),
        length_m=lengths,
        oneway=np.zeros(count, bool) if oneway is None else np.asarray(oneway, bool),
        is_bridge=np.zeros(count, bool) if is_bridge is None else np.asarray(is_bridge, bool),
        pushable=np.isfinite(seconds["foot"]) & ~is_steps,
        seconds=seconds,
        lon_lat=lon_lat,
        first_vertex=first_vertex.astype(np.int64),
        plane=Plane(float(middle[0]), float(middle[1])),
    )
