"""The graph of one mode of travel: directed arcs with travel times, searched backwards from a goal on an edge."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from mapdata.plane import Floats
from mapdata.roads.edges import Ints, RoadEdges
from mapdata.roads.modes import WALK_MPS, Mode

FRAGMENT_NODES = 30
"""A component of fewer nodes, and under a tenth of all, is a leftover of drawing the map and no place to start from.
Source: docs/domain.md, "Travel speeds"."""
_GOAL_ARCS = 2
"""A goal lies on one edge, which can be entered from its two ends at most."""


@dataclass(frozen=True)
class Arcs:
    """Directed pieces of the graph, each array one entry an arc.

    ``edge`` is -1 where no road is gone along: a car is left and its driver walks on. ``forward`` says whether the arc
    runs as its edge is drawn.
    """

    tail: Ints
    head: Ints
    seconds: Floats
    edge: Ints
    forward: NDArray[np.bool_]


def _arcs_along(edges: RoadEdges, chosen: NDArray[np.intp], seconds: Floats, forward: bool) -> Arcs:
    start, end = (edges.from_node, edges.to_node) if forward else (edges.to_node, edges.from_node)
    return Arcs(
        start[chosen], end[chosen], seconds[chosen], chosen.astype(np.int32), np.full(len(chosen), forward, bool)
    )


def _concatenated(pieces: list[Arcs]) -> Arcs:
    names = Arcs.__dataclass_fields__
    return Arcs(**{name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in names})


def _walking_seconds(edges: RoadEdges) -> Floats:
    return np.where(np.isfinite(edges.seconds["foot"]), edges.length_m / WALK_MPS, np.inf)


def arcs_of_mode(edges: RoadEdges, mode: Mode) -> tuple[Arcs, int]:
    """Every arc of a mode, and the number of its nodes.

    On foot both ways everywhere. By e-bike as signed, and pushed at walking pace where only people on foot may go.
    By car as signed; the last stretch may be walked on ways closed to cars, from where the car is left.
    """
    if mode == "foot":
        seconds = edges.seconds["foot"]
        chosen = np.flatnonzero(np.isfinite(seconds))
        return _concatenated([_arcs_along(edges, chosen, seconds, way) for way in (True, False)]), edges.node_count
    if mode == "ebike":
        return _ebike_arcs(edges), edges.node_count
    return _car_arcs(edges)


def _ebike_arcs(edges: RoadEdges) -> Arcs:
    pushed_s = np.where(edges.pushable, _walking_seconds(edges), np.inf)
    forward_s = np.minimum(edges.seconds["ebike"], pushed_s)
    # against a one-way street the bike is pushed: whoever pushes it is on foot
    backward_s = np.where(edges.oneway, pushed_s, forward_s)
    return _concatenated(
        [
            _arcs_along(edges, np.flatnonzero(np.isfinite(seconds)), seconds, forward)
            for seconds, forward in ((forward_s, True), (backward_s, False))
        ]
    )


def _car_arcs(edges: RoadEdges) -> tuple[Arcs, int]:
    driven_s = edges.seconds["car"]
    open_to_cars = np.isfinite(driven_s)
    footways = np.flatnonzero(~open_to_cars & np.isfinite(edges.seconds["foot"]))
    pieces = [
        _arcs_along(edges, np.flatnonzero(open_to_cars), driven_s, True),
        _arcs_along(edges, np.flatnonzero(open_to_cars & ~edges.oneway), driven_s, False),
    ]
    # Footways hang on a second copy of their end nodes. A node without a copy could be walked to and driven on from,
    # with a car that was left behind; the arcs of 0 s below lead from the car to the copy and none leads back.
    ends = np.unique(np.concatenate([edges.from_node[footways], edges.to_node[footways]]))
    copy_of_node = np.full(edges.node_count, -1, np.int32)
    copy_of_node[ends] = edges.node_count + np.arange(len(ends), dtype=np.int32)
    for forward in (True, False):
        walk = _arcs_along(edges, footways, _walking_seconds(edges), forward)
        pieces.append(Arcs(copy_of_node[walk.tail], copy_of_node[walk.head], walk.seconds, walk.edge, walk.forward))
    no_edge = np.full(len(ends), -1, np.int32)
    pieces.append(
        Arcs(ends.astype(np.int32), copy_of_node[ends], np.zeros(len(ends)), no_edge, np.ones(len(ends), bool))
    )
    return _concatenated(pieces), edges.node_count + len(ends)


class ModeGraph:
    """The graph of one mode, searched backwards from a goal: times are those of coming TO the goal.

    Parameters
    ----------
    edges, mode
        the roads and who moves on them.
    keep_fragments
        whether small components cut off from the rest may be started from and arrived at.
    """

    def __init__(self, edges: RoadEdges, mode: Mode, *, keep_fragments: bool = False) -> None:
        self.edges, self.mode = edges, mode
        self.arcs, self.node_count = arcs_of_mode(edges, mode)
        self._lock = threading.Lock()
        self._build_reversed()
        self.arcs_of_edge = self._arcs_by_edge()
        self.component_of_node = self._components("weak")
        self.usable_edges = self._usable_edges(keep_fragments)
        # a car waits on a road for cars, yet its driver may be sent to a footway: start and goal differ
        self.startable_edges = (
            self.usable_edges & np.isfinite(edges.seconds[mode]) if mode == "car" else self.usable_edges
        )
        on_edge = self.arcs.edge >= 0
        seconds, drawn_m = self.arcs.seconds[on_edge], edges.drawn_length_m[self.arcs.edge[on_edge]]
        # Measured on the drawn lines, not on the given lengths: straight distances are drawn ones too, and a lower
        # bound from a length that is given too short would leave out somebody who is there first.
        speeds_mps = drawn_m[seconds > 0] / seconds[seconds > 0]
        self.top_speed_mps = max(float(speeds_mps.max(initial=WALK_MPS)), WALK_MPS)
        """No straight line is ever covered faster than this on the network."""
        self.typical_speed_mps = float(drawn_m.sum() / max(seconds.sum(), 1e-9)) if len(seconds) else WALK_MPS

    def _build_reversed(self) -> None:
        """Lay the arcs out by their head, so that one search from the goal reaches everybody who can come to it.

        A search begins at a node, and a goal lies somewhere along an edge: the last row is a virtual node for it, with
        room for the two arcs by which it is entered. Only they are written for each search, since to build the matrix
        anew takes longer than to search it.
        """
        arcs, count = self.arcs, self.node_count
        order = np.lexsort((arcs.tail, arcs.head))
        goal_tails = np.full(_GOAL_ARCS, count, np.int32)
        indices = np.concatenate([arcs.tail[order], goal_tails]).astype(np.int32)
        data = np.concatenate([arcs.seconds[order], np.zeros(_GOAL_ARCS)])
        indptr = np.zeros(count + 2, np.int32)
        indptr[1 : count + 1] = np.cumsum(np.bincount(arcs.head, minlength=count))
        indptr[count + 1] = len(data)
        self._arc_of_slot = order.astype(np.int32)
        self._reversed = csr_matrix((data, indices, indptr), shape=(count + 1, count + 1), copy=False)
        # tells scipy that nothing is left to sort or to sum up: `_arc_of_slot` counts on every slot staying where it is
        self._reversed.has_canonical_format = True
        self._matrix = (self._reversed.indptr, self._reversed.indices, self._reversed.data)

    def _arcs_by_edge(self) -> Ints:
        """The arcs of each edge, shape (edges, 2): the one as drawn and the one against it; -1 where closed.

        Travellers and goals are put on edges; how they get off one or onto it is a matter of its arcs.
        """
        table = np.full((self.edges.count, 2), -1, np.int32)
        numbers = np.arange(len(self.arcs.edge), dtype=np.int32)
        for column, forward in enumerate((True, False)):
            chosen = (self.arcs.edge >= 0) & (self.arcs.forward == forward)
            table[self.arcs.edge[chosen], column] = numbers[chosen]
        return table

    def _components(self, connection: str) -> Ints:
        # its own matrix: scipy's strong components never end on loops and doubled entries
        arcs = self.arcs
        not_loop = arcs.tail != arcs.head
        pairs = np.unique(np.column_stack([arcs.tail[not_loop], arcs.head[not_loop]]), axis=0)
        matrix = csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(self.node_count,) * 2)
        labels: Ints = connected_components(matrix, directed=True, connection=connection)[1]
        return labels

    def _usable_edges(self, keep_fragments: bool) -> NDArray[np.bool_]:
        open_edges = np.asarray((self.arcs_of_edge >= 0).any(axis=1), bool)
        if keep_fragments or not open_edges.any():
            return open_edges
        strong = self._components("strong")
        arcs = self.arcs
        # A street that can be entered and never left again (or the reverse) is wrong in the data. The footways of a
        # car's graph are one-way by construction, nobody drives back from them: there the weak component decides.
        on_foot_copy = arcs.tail >= self.edges.node_count
        both_ways = (strong[arcs.tail] == strong[arcs.head]) & self._in_large_component(strong)[arcs.tail]
        good = self._in_large_component(self.component_of_node)[arcs.tail] & (both_ways | on_foot_copy)
        usable = open_edges.copy()
        usable[arcs.edge[~good & (arcs.edge >= 0)]] = False
        return usable

    def _in_large_component(self, labels: Ints) -> NDArray[np.bool_]:
        sizes = np.bincount(labels)
        large = (sizes >= FRAGMENT_NODES) | (sizes * 10 >= self.node_count)
        return np.asarray(large[labels], bool)

    def fraction_along(self, arcs: Ints, fraction: Floats) -> Floats:
        """How far along each arc a point lies, given how far along the edge's line."""
        return np.where(self.arcs.forward[arcs], fraction, 1 - fraction)

    def times_to(self, edge: int, fraction: float, limit_s: float) -> tuple[Floats, Ints]:
        """Travel time from every node TO a point on an edge, and the next node on the way there.

        Returns
        -------
        times in seconds, infinite beyond ``limit_s``; next nodes, the number of nodes standing for the point itself.
        """
        entries = self.entries(edge, fraction)
        indptr, indices, data = self._matrix
        first_slot = indptr[self.node_count]
        # the goal's arcs are part of the one matrix: two searches at once would go to each other's goal
        with self._lock:
            for slot in range(_GOAL_ARCS):
                # a spare slot is a loop of the goal node, which no shortest way uses
                node, seconds, _ = entries[slot] if slot < len(entries) else (self.node_count, 0.0, -1)
                indices[first_slot + slot], data[first_slot + slot] = node, seconds
            times_s, next_node = dijkstra(
                self._reversed, indices=self.node_count, limit=limit_s, return_predecessors=True
            )
        return times_s, next_node

    def entries(self, edge: int, fraction: float) -> list[tuple[int, float, int]]:
        """The nodes from which a point on an edge is reached along that edge: node, seconds, arc."""
        entries = []
        for arc in (int(arc) for arc in self.arcs_of_edge[edge] if arc >= 0):
            along = fraction if self.arcs.forward[arc] else 1 - fraction
            entries.append((int(self.arcs.tail[arc]), float(self.arcs.seconds[arc]) * along, arc))
        return entries

    def fastest_arc(self, tail: int, head: int) -> int:
        """The fastest arc from one node to its neighbour."""
        indptr, indices, data = self._matrix
        row = slice(int(indptr[head]), int(indptr[head + 1]))
        slots = [slot for slot in range(row.start, row.stop) if indices[slot] == tail]
        return int(self._arc_of_slot[min(slots, key=lambda slot: data[slot])])
