"""One mode's graph: arcs with travel times, turned round, ready for one search from a point on an edge."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from mapdata.roads.edges import Floats, Ints, RoadEdges
from mapdata.roads.modes import WALK_MPS, Mode

FRAGMENT_NODES = 30
"""A part of fewer nodes, and under a tenth of all, is a leftover of drawing, not a place to start from [D]."""
_SOURCE_ARCS = 2


@dataclass(frozen=True)
class Arcs:
    """Directed pieces of the graph: ``edge`` is -1 for a change from wheels to feet."""

    tail: Ints
    head: Ints
    seconds: Floats
    edge: Ints
    forward: NDArray[np.bool_]


def _arcs_of(edges: RoadEdges, chosen: NDArray[np.intp], seconds: Floats, forward: bool) -> Arcs:
    start, end = (edges.from_node, edges.to_node) if forward else (edges.to_node, edges.from_node)
    return Arcs(
        start[chosen], end[chosen], seconds[chosen], chosen.astype(np.int32), np.full(len(chosen), forward, bool)
    )


def _joined(parts: list[Arcs]) -> Arcs:
    names = Arcs.__dataclass_fields__
    return Arcs(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _walked(edges: RoadEdges) -> Floats:
    return np.where(np.isfinite(edges.seconds["foot"]), edges.length_m / WALK_MPS, np.inf)


def arcs_for(edges: RoadEdges, mode: Mode) -> tuple[Arcs, int]:
    """Every arc of a mode, and the number of its nodes.

    On foot both ways everywhere. By e-bike as signed, and pushed at walking pace where only people on foot may go.
    By car as signed; the last stretch may be walked on ways closed to cars, from where the car is left.
    """
    both = [True, False]
    if mode == "foot":
        chosen = np.flatnonzero(np.isfinite(edges.seconds["foot"]))
        return _joined([_arcs_of(edges, chosen, edges.seconds["foot"], way) for way in both]), edges.node_count
    if mode == "ebike":
        return _ebike_arcs(edges), edges.node_count
    return _car_arcs(edges)


def _ebike_arcs(edges: RoadEdges) -> Arcs:
    ride, walk = edges.seconds["ebike"], _walked(edges)
    walk = np.where(edges.pushable, walk, np.inf)
    there = np.minimum(ride, walk)
    back = np.where(edges.oneway, walk, there)
    parts = [
        _arcs_of(edges, np.flatnonzero(np.isfinite(seconds)), seconds, way)
        for seconds, way in ((there, True), (back, False))
    ]
    return _joined(parts)


def _car_arcs(edges: RoadEdges) -> tuple[Arcs, int]:
    drive = edges.seconds["car"]
    open_to_cars = np.isfinite(drive)
    footways = np.flatnonzero(~open_to_cars & np.isfinite(edges.seconds["foot"]))
    parts = [
        _arcs_of(edges, np.flatnonzero(open_to_cars), drive, True),
        _arcs_of(edges, np.flatnonzero(open_to_cars & ~edges.oneway), drive, False),
    ]
    ends = np.unique(np.concatenate([edges.from_node[footways], edges.to_node[footways]]))
    layer = np.full(edges.node_count, -1, np.int32)
    layer[ends] = edges.node_count + np.arange(len(ends), dtype=np.int32)
    for way in (True, False):
        walk = _arcs_of(edges, footways, _walked(edges), way)
        parts.append(Arcs(layer[walk.tail], layer[walk.head], walk.seconds, walk.edge, walk.forward))
    none = np.full(len(ends), -1, np.int32)
    parts.append(Arcs(ends.astype(np.int32), layer[ends], np.zeros(len(ends)), none, np.ones(len(ends), bool)))
    return _joined(parts), edges.node_count + len(ends)


class ModeGraph:
    """The graph of one mode, searched backwards from a point: times are those of coming TO the point.

    Parameters
    ----------
    edges, mode
        the roads and who moves on them.
    keep_fragments
        whether small parts cut off from the rest may be started from and arrived at.
    """

    def __init__(self, edges: RoadEdges, mode: Mode, *, keep_fragments: bool = False) -> None:
        self.edges, self.mode = edges, mode
        self.arcs, self.node_count = arcs_for(edges, mode)
        self._lock = threading.Lock()
        self._build_reversed()
        self.edge_arcs = self._arcs_by_edge()
        self.part_of_node = self._parts("weak")
        self.usable = self._usable(keep_fragments)
        self.startable = self.usable & np.isfinite(edges.seconds[mode]) if mode == "car" else self.usable
        on_edge = self.arcs.edge >= 0
        seconds, drawn = self.arcs.seconds[on_edge], edges.drawn_m[self.arcs.edge[on_edge]]
        fast = drawn[seconds > 0] / seconds[seconds > 0]
        self.top_mps = max(float(fast.max(initial=WALK_MPS)), WALK_MPS)
        """No straight line is ever covered faster than this on the network."""
        self.typical_mps = float(drawn.sum() / max(seconds.sum(), 1e-9)) if len(seconds) else WALK_MPS

    def _build_reversed(self) -> None:
        arcs, count = self.arcs, self.node_count
        order = np.lexsort((arcs.tail, arcs.head))
        spare = np.full(_SOURCE_ARCS, count, np.int32)
        indices = np.concatenate([arcs.tail[order], spare]).astype(np.int32)
        data = np.concatenate([arcs.seconds[order], np.zeros(_SOURCE_ARCS)])
        indptr = np.zeros(count + 2, np.int32)
        indptr[1 : count + 1] = np.cumsum(np.bincount(arcs.head, minlength=count))
        indptr[count + 1] = len(data)
        self._arc_of_slot = order.astype(np.int32)
        self._reversed = csr_matrix((data, indices, indptr), shape=(count + 1, count + 1), copy=False)
        self._reversed.has_canonical_format = True
        self._matrix = (self._reversed.indptr, self._reversed.indices, self._reversed.data)

    def _arcs_by_edge(self) -> Ints:
        table = np.full((self.edges.count, 2), -1, np.int32)
        numbers = np.arange(len(self.arcs.edge), dtype=np.int32)
        for column, way in enumerate((True, False)):
            mine = (self.arcs.edge >= 0) & (self.arcs.forward == way)
            table[self.arcs.edge[mine], column] = numbers[mine]
        return table

    def _parts(self, connection: str) -> Ints:
        # its own matrix: scipy's strong components never end on loops and doubled entries
        arcs = self.arcs
        plain = arcs.tail != arcs.head
        pairs = np.unique(np.column_stack([arcs.tail[plain], arcs.head[plain]]), axis=0)
        matrix = csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(self.node_count,) * 2)
        labels: Ints = connected_components(matrix, directed=True, connection=connection)[1]
        return labels

    def _usable(self, keep_fragments: bool) -> NDArray[np.bool_]:
        present = np.asarray((self.edge_arcs >= 0).any(axis=1), bool)
        if keep_fragments or not present.any():
            return present
        weak_ok = self._large(self.part_of_node)
        strong = self._parts("strong")
        strong_ok = self._large(strong)
        arcs = self.arcs
        walked_part = arcs.tail >= self.edges.node_count
        both_ways = (strong[arcs.tail] == strong[arcs.head]) & strong_ok[arcs.tail]
        good = weak_ok[arcs.tail] & (both_ways | walked_part)
        usable = present.copy()
        usable[arcs.edge[~good & (arcs.edge >= 0)]] = False
        return usable

    def _large(self, labels: Ints) -> NDArray[np.bool_]:
        sizes = np.bincount(labels)
        large = (sizes >= FRAGMENT_NODES) | (sizes * 10 >= self.node_count)
        return np.asarray(large[labels], bool)

    def fraction_on(self, arcs: Ints, fraction: Floats) -> Floats:
        """How far along each arc a point lies, given how far along the edge's line."""
        return np.where(self.arcs.forward[arcs], fraction, 1 - fraction)

    def search(self, edge: int, fraction: float, limit_s: float) -> tuple[Floats, Ints]:
        """Travel time from every node TO a point on an edge, and the next node on the way there.

        Returns
        -------
        times in seconds, infinite beyond ``limit_s``; next nodes, the number of nodes standing for the point itself.
        """
        entries = self.entries(edge, fraction)
        indptr, indices, data = self._matrix
        first = indptr[self.node_count]
        with self._lock:
            for slot in range(_SOURCE_ARCS):
                node, seconds, _ = entries[slot] if slot < len(entries) else (self.node_count, 0.0, -1)
                indices[first + slot], data[first + slot] = node, seconds
            times, following = dijkstra(
                self._reversed, indices=self.node_count, limit=limit_s, return_predecessors=True
            )
        return times, following

    def entries(self, edge: int, fraction: float) -> list[tuple[int, float, int]]:
        """The nodes from which a point on an edge is reached along that edge: node, seconds, arc."""
        arcs = [int(arc) for arc in self.edge_arcs[edge] if arc >= 0]
        found = []
        for arc in arcs:
            way = fraction if self.arcs.forward[arc] else 1 - fraction
            found.append((int(self.arcs.tail[arc]), float(self.arcs.seconds[arc]) * way, arc))
        return found

    def arc_between(self, tail: int, head: int) -> int:
        """The fastest arc from one node to its neighbour."""
        indptr, indices, data = self._matrix
        row = slice(int(indptr[head]), int(indptr[head + 1]))
        slots = [slot for slot in range(row.start, row.stop) if indices[slot] == tail]
        return int(self._arc_of_slot[min(slots, key=lambda slot: data[slot])])
