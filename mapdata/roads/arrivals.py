"""Who is first at a goal by road: one search backwards from the goal for each mode, up to a growing limit of time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mapdata.plane import Floats
from mapdata.roads.edges import Ints, Lines, RoadEdges
from mapdata.roads.graph import ModeGraph
from mapdata.roads.modes import WALK_MPS, Mode
from mapdata.roads.routes import Leg, Route, Traveller
from mapdata.roads.snapping import Snapper, Snaps

_FIRST_LIMIT_FACTOR, _NEXT_LIMIT_FACTOR = 1.6, 1.5
"""First limit of a search over the straight-line estimate, and each further one over the one before; measured on a
small city and on New York (``bench/roads.py``): larger ones search more than is needed, smaller ones search twice."""
_LONGEST_TRAVEL_S = 1e12
"""Above every travel time there is: tells a time from infinity when the limit itself is infinite."""
_WHOLE_NETWORK_S = 14_400.0
"""A limit past four hours is none: by then the whole network of a county is searched."""


class ModeRoads:
    """The graph of one mode, with the snappers that put travellers and goals on it."""

    def __init__(self, edges: RoadEdges, mode: Mode, water: Lines | None, keep_fragments: bool) -> None:
        self.graph = ModeGraph(edges, mode, keep_fragments=keep_fragments)
        self.goal_snapper = Snapper(edges, self.graph.usable_edges, water)
        same_edges = self.graph.startable_edges is self.graph.usable_edges
        self.start_snapper = self.goal_snapper if same_edges else Snapper(edges, self.graph.startable_edges, water)

    def search_to(self, goal_m: Floats, travellers: Sequence[Traveller]) -> ArrivalSearch:
        """A search for the travellers of this mode to a point given on the plane, shape (1, 2)."""
        lon_lat = np.array([(traveller.lon, traveller.lat) for traveller in travellers])
        keys = np.array([traveller.key for traveller in travellers])
        return ArrivalSearch(self, goal_m, self.graph.edges.plane.to_metres(lon_lat), keys)


class ArrivalSearch:
    """Arrival times of the travellers of one mode at one goal, known up to a limit of time that can be raised.

    A traveller's time is the walk to the road, the rest of his own edge to one of its ends (an exit), from there the
    network's time to the goal, and the walk from the road to the goal. Arrays have one entry a traveller, those of
    shape (2, n) one for each of the two exits: the end of the edge as drawn, and its beginning.
    """

    def __init__(self, roads: ModeRoads, goal_m: Floats, places_m: Floats, keys: Ints) -> None:
        self.graph, self.keys = roads.graph, keys
        self._start_snapper, self._places_m = roads.start_snapper, places_m
        goal = roads.goal_snapper.snap(goal_m)
        self.goal_edge, self.goal_fraction = int(goal.edge[0]), float(goal.fraction[0])
        self._goal_off_road_m = float(goal.off_road_m[0])
        straight_m = np.hypot(*(places_m - goal_m).T)
        self.least_possible_s = straight_m / self.graph.top_speed_mps
        self.estimate_s = straight_m / self.graph.typical_speed_mps + self._goal_off_road_m / WALK_MPS
        count = len(keys)
        self.times_s = np.full(count, np.inf)
        self._arrived: NDArray[np.intp] = np.empty(0, np.intp)
        self.can_arrive = np.full(count, self.goal_edge >= 0)
        self.edge, self.fraction = np.full(count, -1, np.int32), np.zeros(count)
        self._snapped = np.full(count, self.goal_edge < 0)
        self._all_snapped, self._nobody_can = self.goal_edge < 0, True
        self._off_road_m = np.zeros(count)
        self._exit_node = np.zeros((2, count), np.int32)
        self._to_exit_s, self._along_goal_edge_s = np.full((2, count), np.inf), np.full(count, np.inf)
        self._next_node: Ints = np.empty(0, np.int32)
        self._node_time_s: Floats = np.empty(0)

    def snap_all(self) -> None:
        """Put every traveller on the road now, not when the search comes near."""
        self._snap(np.flatnonzero(~self._snapped))

    def extend_to(self, limit_s: float) -> None:
        """Find the time of every traveller who needs no more than the limit."""
        if not self._all_snapped:
            # finding the road costs more than the search itself: spared for who could not be there in time even by air
            self._snap(np.flatnonzero((self.least_possible_s <= limit_s) & ~self._snapped))
        if self._nobody_can:
            return
        self._node_time_s, self._next_node = self.graph.times_to(self.goal_edge, self.goal_fraction, limit_s)
        by_one_end_s, by_other_end_s = self._to_exit_s + self._node_time_s.take(self._exit_node)
        self.times_s = np.minimum(np.minimum(by_one_end_s, by_other_end_s), self._along_goal_edge_s)
        # A time over the limit is only an upper bound: the exit that is sooner may lie beyond the limit and read as
        # infinite. Within the limit every node's time is exact, and so is the traveller's.
        self._arrived = np.flatnonzero(self.times_s <= min(limit_s, _LONGEST_TRAVEL_S))

    def first_arrived(self, k: int) -> list[tuple[float, int, ArrivalSearch, int]]:
        """The first k within the limit: seconds, key, this search, their row in it."""
        arrived = zip(
            self.times_s[self._arrived].tolist(), self.keys[self._arrived].tolist(), self._arrived.tolist(), strict=True
        )
        return [(seconds, key, self, row) for seconds, key, row in sorted(arrived)[:k]]

    def all_arrived(self) -> bool:
        """Whether everybody who can come at all is within the limit."""
        return len(self._arrived) == int(np.count_nonzero(self.can_arrive))

    def _snap(self, rows: NDArray[np.intp]) -> None:
        """Put some travellers on the road: what each needs to either exit, and straight on to the goal."""
        if not len(rows):
            return
        snaps: Snaps = self._start_snapper.snap(self._places_m[rows])
        self.edge[rows], self.fraction[rows] = snaps.edge, snaps.fraction
        self._off_road_m[rows], self._snapped[rows] = snaps.off_road_m, True
        arcs, arcs_of_edge = self.graph.arcs, self.graph.arcs_of_edge
        # whoever stands on another component never arrives; not to wait for him saves the search of the whole network
        component = self.graph.component_of_node
        goal_component = component[arcs.tail[arcs_of_edge[self.goal_edge].max()]]
        own_component = component[arcs.tail[arcs_of_edge[snaps.edge].max(axis=1)]]
        self.can_arrive[rows] = (snaps.edge >= 0) & (own_component == goal_component)
        walks_s = (snaps.off_road_m + self._goal_off_road_m) / WALK_MPS
        for column in (0, 1):
            arc = arcs_of_edge[snaps.edge, column]
            present = (arc >= 0) & self.can_arrive[rows]
            start = self.graph.fraction_along(arc, snaps.fraction)
            goal = self.graph.fraction_along(arc, np.full(len(rows), self.goal_fraction))
            # on the goal's own edge with the goal ahead, no end of the edge is passed at all
            ahead = present & (snaps.edge == self.goal_edge) & (goal >= start)
            whole_s = arcs.seconds[arc]
            self._exit_node[column, rows] = arcs.head[arc]
            self._to_exit_s[column, rows] = np.where(present, whole_s * (1 - start) + walks_s, np.inf)
            straight_on_s = np.where(ahead, whole_s * (goal - start) + walks_s, np.inf)
            self._along_goal_edge_s[rows] = np.minimum(self._along_goal_edge_s[rows], straight_on_s)
        self._all_snapped = bool(self._snapped.all())
        self._nobody_can = not (self._snapped & self.can_arrive).any()

    def route(self, row: int) -> Route:
        """The route of one traveller whose time has been found."""
        return Route(
            key=int(self.keys[row]),
            eta_s=float(self.times_s[row]),
            off_road_m=float(self._off_road_m[row]) + self._goal_off_road_m,
            edges=self.graph.edges,
            trace=partial(self._legs, row),
        )

    def _legs(self, row: int) -> list[Leg]:
        edge, fraction = int(self.edge[row]), float(self.fraction[row])
        by_exit_s = self._to_exit_s[:, row] + self._node_time_s[self._exit_node[:, row]]
        if self._along_goal_edge_s[row] <= by_exit_s.min():
            return [Leg(edge, fraction, self.goal_fraction)]
        arcs = self.graph.arcs
        arc = int(self.graph.arcs_of_edge[edge, int(by_exit_s.argmin())])
        first_leg = Leg(edge, fraction, 1.0 if arcs.forward[arc] else 0.0)
        return [first_leg, *self._legs_from(int(arcs.head[arc]))]

    def _legs_from(self, node: int) -> list[Leg]:
        graph = self.graph
        legs = []
        # the virtual goal node ends the way; the piece of the goal's edge before it is added below
        while (next_node := int(self._next_node[node])) != graph.node_count:
            arc = graph.fastest_arc(node, next_node)
            edge = int(graph.arcs.edge[arc])
            if edge >= 0:
                legs.append(Leg(edge, 0.0, 1.0) if graph.arcs.forward[arc] else Leg(edge, 1.0, 0.0))
            node = next_node
        entries = [entry for entry in graph.entries(self.goal_edge, self.goal_fraction) if entry[0] == node]
        last_arc = min(entries, key=lambda entry: entry[1])[2]
        legs.append(Leg(self.goal_edge, 0.0 if graph.arcs.forward[last_arc] else 1.0, self.goal_fraction))
        return legs


def first_routes(searches: Sequence[ArrivalSearch], k: int) -> list[Route]:
    """The routes of the first k travellers of all searches (modes) to the same goal, in order of arrival."""
    return [search.route(row) for _, _, search, row in first_arrivals(searches, k)]


def first_arrivals(searches: Sequence[ArrivalSearch], k: int) -> list[tuple[float, int, ArrivalSearch, int]]:
    """The first k travellers of all searches: seconds, key, their search, their row in it.

    Exact: whoever is not found needs longer than the limit, and all k who are found need no longer.
    """
    # k travellers are about as near as the k-th estimate says, so a search to that far is as long as the answer is far
    estimates_s = np.concatenate([search.estimate_s for search in searches])
    kth = min(k, len(estimates_s)) - 1
    limit_s = float(np.partition(estimates_s, kth)[kth]) * _FIRST_LIMIT_FACTOR + 1.0
    while True:
        arrived = []
        for search in searches:
            search.extend_to(limit_s)
            arrived += search.first_arrived(k)
        if len(arrived) >= k or limit_s == np.inf or all(search.all_arrived() for search in searches):
            break
        limit_s *= _NEXT_LIMIT_FACTOR
        limit_s = limit_s if limit_s < _WHOLE_NETWORK_S else np.inf
    # travellers who arrive at the same moment stand in the order of their keys, whatever their modes
    return sorted(arrived, key=lambda entry: entry[:2])[:k]
