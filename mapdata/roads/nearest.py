"""A race to a point: the seekers of each mode, searched up to a growing limit of time until the first k are sure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from mapdata.roads.edges import Floats, Ints, Lines, RoadEdges
from mapdata.roads.graph import ModeGraph
from mapdata.roads.modes import WALK_MPS, Mode
from mapdata.roads.snapping import Snapper, Snaps

_FIRST_LIMIT_FACTOR, _NEXT_LIMIT_FACTOR = 1.6, 1.5
"""First limit of a search over the straight-line estimate, and each further one over the one before; measured on a
small city and on New York (``bench/roads.py``): larger ones search more than is needed, smaller ones search twice."""
_LONGEST_S = 1e12
"""Any time that is one at all."""
_WHOLE_NETWORK_S = 14_400.0
"""A limit past four hours is none: the whole network is searched."""


@dataclass(frozen=True)
class Seeker:
    """Somebody who may be sent: a key, where they are (EPSG:4326), and how they move."""

    key: int
    lon: float
    lat: float
    mode: Mode = "foot"


@dataclass(frozen=True)
class Leg:
    """A piece of an edge, from one fraction of its line to another."""

    edge: int
    start: float
    end: float


@dataclass(frozen=True)
class Way:
    """The way of one seeker to a point.

    ``eta_s`` is the travel time in seconds with the walks between the road and the two ends, ``off_road_m`` the length
    of those walks. The rest is traced when first asked for.
    """

    key: int
    eta_s: float
    off_road_m: float
    edges: RoadEdges = field(repr=False, compare=False)
    trace: Callable[[], list[Leg]] = field(repr=False, compare=False)

    @cached_property
    def legs(self) -> tuple[Leg, ...]:
        """The pieces of streets gone along, in order."""
        return tuple(self.trace())

    @cached_property
    def distance_m(self) -> float:
        """Length in metres, the walks between the road and the two ends with it."""
        lengths = self.edges.length_m
        return self.off_road_m + sum(float(lengths[leg.edge]) * abs(leg.end - leg.start) for leg in self.legs)

    @cached_property
    def bridges(self) -> int:
        """How many bridges are crossed."""
        return len({leg.edge for leg in self.legs if self.edges.is_bridge[leg.edge] and leg.start != leg.end})

    @cached_property
    def line(self) -> tuple[tuple[float, float], ...]:
        """The way along the streets as (lon, lat), EPSG:4326; at least two points."""
        parts = [self.edges.part(leg.edge, leg.start, leg.end) for leg in self.legs]
        points = np.round(np.concatenate(parts), 6)
        keep = np.ones(len(points), bool)
        keep[1:-1] = (points[1:-1] != points[:-2]).any(axis=1)
        return tuple((float(lon), float(lat)) for lon, lat in points[keep])


class ModeRoads:
    """One mode's graph with the ways onto it for those who start and for where they go."""

    def __init__(self, edges: RoadEdges, mode: Mode, water: Lines | None, keep_fragments: bool) -> None:
        self.graph = ModeGraph(edges, mode, keep_fragments=keep_fragments)
        self.goals = Snapper(edges, self.graph.usable, water)
        same = self.graph.startable is self.graph.usable
        self.starts = self.goals if same else Snapper(edges, self.graph.startable, water)

    def race(self, target: Floats, seekers: Sequence[Seeker]) -> Race:
        """A race of seekers of this mode to a point given on the plane, shape (1, 2)."""
        places = np.array([(seeker.lon, seeker.lat) for seeker in seekers])
        keys = np.array([seeker.key for seeker in seekers])
        return Race(self, target, self.graph.edges.plane.to_metres(places), keys)


class Race:
    """The race of the seekers of one mode to one point, run up to a growing limit of time."""

    def __init__(self, roads: ModeRoads, target: Floats, metres: Floats, keys: Ints) -> None:
        self.graph, self.keys = roads.graph, keys
        self._starts, self._metres = roads.starts, metres
        goal = roads.goals.snap(target)
        self.goal_edge, self.goal_fraction = int(goal.edge[0]), float(goal.fraction[0])
        self._goal_off_m = float(goal.off_m[0])
        straight_m = np.hypot(*(metres - target).T)
        self.least_s = straight_m / self.graph.top_mps
        self.guess_s = straight_m / self.graph.typical_mps + self._goal_off_m / WALK_MPS
        count = len(keys)
        self.times_s = np.full(count, np.inf)
        self._found: NDArray[np.intp] = np.empty(0, np.intp)
        self.possible = np.full(count, self.goal_edge >= 0)
        self.edge, self.fraction = np.full(count, -1, np.int32), np.zeros(count)
        self._snapped = np.full(count, self.goal_edge < 0)
        self._all_snapped, self._nobody_can = self.goal_edge < 0, True
        self._off_m = np.zeros(count)
        self._heads = np.zeros((2, count), np.int32)
        self._by_end_s, self._straight_on_s = np.full((2, count), np.inf), np.full(count, np.inf)
        self._following: Ints = np.empty(0, np.int32)
        self._reached: Floats = np.empty(0)

    def snap_all(self) -> None:
        """Put every seeker on the road now, not when the search comes near."""
        self._snap(np.flatnonzero(~self._snapped))

    def run(self, limit_s: float) -> None:
        """Find the time of every seeker who needs no more than the limit."""
        if not self._all_snapped:
            self._snap(np.flatnonzero((self.least_s <= limit_s) & ~self._snapped))
        if self._nobody_can:
            return
        self._reached, self._following = self.graph.search(self.goal_edge, self.goal_fraction, limit_s)
        one_end, other_end = self._by_end_s + self._reached.take(self._heads)
        self.times_s = np.minimum(np.minimum(one_end, other_end), self._straight_on_s)
        self._found = np.flatnonzero(self.times_s <= min(limit_s, _LONGEST_S))

    def first(self, k: int) -> list[tuple[float, int, Race, int]]:
        """The first k of those found: seconds, key, this race, their row in it."""
        found = zip(
            self.times_s[self._found].tolist(), self.keys[self._found].tolist(), self._found.tolist(), strict=True
        )
        return [(seconds, key, self, row) for seconds, key, row in sorted(found)[:k]]

    def all_found(self) -> bool:
        """Whether everybody who can come at all has been found."""
        return len(self._found) == int(np.count_nonzero(self.possible))

    def _snap(self, rows: NDArray[np.intp]) -> None:
        """Put some seekers on the road: what each needs to either end of the edge, and straight on to the goal."""
        if not len(rows):
            return
        snaps: Snaps = self._starts.snap(self._metres[rows])
        self.edge[rows], self.fraction[rows], self._off_m[rows] = snaps.edge, snaps.fraction, snaps.off_m
        self._snapped[rows] = True
        part, arcs, table = self.graph.part_of_node, self.graph.arcs, self.graph.edge_arcs
        goal_part = part[arcs.tail[table[self.goal_edge].max()]]
        own_part = part[arcs.tail[table[snaps.edge].max(axis=1)]]
        self.possible[rows] = (snaps.edge >= 0) & (own_part == goal_part)
        walks_s = (snaps.off_m + self._goal_off_m) / WALK_MPS
        for column in (0, 1):
            arc = table[snaps.edge, column]
            present = (arc >= 0) & self.possible[rows]
            gone = self.graph.fraction_on(arc, snaps.fraction)
            goal = self.graph.fraction_on(arc, np.full(len(rows), self.goal_fraction))
            ahead = present & (snaps.edge == self.goal_edge) & (goal >= gone)
            whole_s = arcs.seconds[arc]
            self._heads[column, rows] = arcs.head[arc]
            self._by_end_s[column, rows] = np.where(present, whole_s * (1 - gone) + walks_s, np.inf)
            straight_on_s = np.where(ahead, whole_s * (goal - gone) + walks_s, np.inf)
            self._straight_on_s[rows] = np.minimum(self._straight_on_s[rows], straight_on_s)
        self._all_snapped = bool(self._snapped.all())
        self._nobody_can = not (self._snapped & self.possible).any()

    def way(self, row: int) -> Way:
        """The way of one seeker whose time has been found."""
        return Way(
            key=int(self.keys[row]),
            eta_s=float(self.times_s[row]),
            off_road_m=float(self._off_m[row]) + self._goal_off_m,
            edges=self.graph.edges,
            trace=partial(self._legs, row),
        )

    def _legs(self, row: int) -> list[Leg]:
        edge, fraction = int(self.edge[row]), float(self.fraction[row])
        by_end = self._by_end_s[:, row] + self._reached[self._heads[:, row]]
        if self._straight_on_s[row] <= by_end.min():
            return [Leg(edge, fraction, self.goal_fraction)]
        column, arcs = int(by_end.argmin()), self.graph.arcs
        arc = int(self.graph.edge_arcs[edge, column])
        first = Leg(edge, fraction, 1.0 if arcs.forward[arc] else 0.0)
        return [first, *self._legs_from(int(arcs.head[arc]))]

    def _legs_from(self, node: int) -> list[Leg]:
        graph, following = self.graph, self._following
        legs = []
        while (after := int(following[node])) != graph.node_count:
            arc = graph.arc_between(node, after)
            edge = int(graph.arcs.edge[arc])
            if edge >= 0:
                legs.append(Leg(edge, 0.0, 1.0) if graph.arcs.forward[arc] else Leg(edge, 1.0, 0.0))
            node = after
        entries = [entry for entry in graph.entries(self.goal_edge, self.goal_fraction) if entry[0] == node]
        last = min(entries, key=lambda entry: entry[1])[2]
        legs.append(Leg(self.goal_edge, 0.0 if graph.arcs.forward[last] else 1.0, self.goal_fraction))
        return legs


def race(races: Sequence[Race], k: int) -> list[Way]:
    """Run races of different modes to the same point until the first k of all are sure; their ways in order."""
    return [one.way(row) for _, _, one, row in settle(races, k)]


def settle(races: Sequence[Race], k: int) -> list[tuple[float, int, Race, int]]:
    """The first k of all: seconds, key, their race, their row in it. Exact: nobody unfound can be sooner."""
    guesses = np.concatenate([one.guess_s for one in races])
    nth = min(k, len(guesses)) - 1
    limit_s = float(np.partition(guesses, nth)[nth]) * _FIRST_LIMIT_FACTOR + 1.0
    while True:
        found = []
        for one in races:
            one.run(limit_s)
            found += one.first(k)
        if len(found) >= k or limit_s == np.inf or all(one.all_found() for one in races):
            break
        limit_s *= _NEXT_LIMIT_FACTOR
        limit_s = limit_s if limit_s < _WHOLE_NETWORK_S else np.inf
    return sorted(found, key=lambda entry: entry[:2])[:k]
