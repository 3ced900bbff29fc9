"""The road network: who can be there first, and by which way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from mapdata.areas import Area
from mapdata.database import Transaction
from mapdata.road_edges import Floats, Ints, Lines, RoadEdges, make_edges
from mapdata.road_graph import ModeGraph
from mapdata.road_modes import MODES, WALK_MPS, Mode
from mapdata.road_snap import Snapper, Snaps
from mapdata.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "roads.sql")

_FIRST_LIMIT_FACTOR = 1.7
"""First limit of a search over the straight-line estimate; measured: most searches end with the first limit."""
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

    ``eta_s`` travel time in seconds and ``distance_m`` length in metres, both with the walks between the road and the
    two ends (``off_road_m``); ``bridges`` how many bridges are crossed.
    """

    key: int
    eta_s: float
    distance_m: float
    off_road_m: float
    bridges: int
    legs: tuple[Leg, ...]
    edges: RoadEdges = field(repr=False, compare=False)

    @cached_property
    def line(self) -> tuple[tuple[float, float], ...]:
        """The way along the streets as (lon, lat), EPSG:4326; at least two points."""
        parts = [self.edges.part(leg.edge, leg.start, leg.end) for leg in self.legs]
        points = np.round(np.concatenate(parts), 6)
        keep = np.ones(len(points), bool)
        keep[1:-1] = (points[1:-1] != points[:-2]).any(axis=1)
        return tuple((float(lon), float(lat)) for lon, lat in points[keep])


class RoadNetwork:
    """Roads of an area; safe to use from many threads.

    Parameters
    ----------
    edges
        the roads (see :func:`mapdata.road_edges.make_edges`).
    water
        shapely polygons or lines in degrees (EPSG:4326) that nobody walks across to reach a road.
    modes
        who moves on them.
    keep_fragments
        whether parts cut off from the rest may be started from (imported maps have many that mean nothing).
    """

    def __init__(
        self,
        edges: RoadEdges,
        *,
        water: Lines | None = None,
        modes: Sequence[Mode] = MODES,
        keep_fragments: bool = False,
    ) -> None:
        self.edges = edges
        barriers = None
        if water is not None and len(water):
            barriers = shapely.transform(water, edges.plane.to_metres)
        self._roads = {mode: _ModeRoads(edges, mode, barriers, keep_fragments) for mode in modes}

    @classmethod
    def from_arrays(cls, *arrays: Any, water: Lines | None = None, **more: Any) -> RoadNetwork:
        """A network from arrays; see :func:`mapdata.road_edges.make_edges` for what they are."""
        return cls(make_edges(*arrays, **more), water=water)

    def graph(self, mode: Mode) -> ModeGraph:
        """The graph of one mode, for those who want to look inside (tests, benchmarks)."""
        return self._roads[mode].graph

    def nearest(self, lon: float, lat: float, seekers: Sequence[Seeker], k: int) -> list[Way]:
        """The k seekers who are at the point first, by travel time TO it; exact, fewer when fewer can reach it.

        Parameters
        ----------
        lon, lat
            the point, EPSG:4326.
        seekers
            those who may come; every key once.
        k
            how many are asked for.
        """
        if k <= 0 or not seekers or not self.edges.count:
            return []
        target = self.edges.plane.to_metres(np.array([[lon, lat]]))
        return _race([self._roads[mode].search(target, mine) for mode, mine in _by_mode(seekers)], k)

    def route(self, from_lon: float, from_lat: float, to_lon: float, to_lat: float, mode: Mode = "foot") -> Way | None:
        """The fastest way from one point to another (EPSG:4326), or None when there is none."""
        ways = self.nearest(to_lon, to_lat, [Seeker(0, from_lon, from_lat, mode)], 1)
        return ways[0] if ways else None


def _by_mode(seekers: Sequence[Seeker]) -> list[tuple[Mode, list[Seeker]]]:
    groups: dict[Mode, list[Seeker]] = {}
    for seeker in seekers:
        groups.setdefault(seeker.mode, []).append(seeker)
    return list(groups.items())


class _ModeRoads:
    """One mode's graph with the ways onto it for those who start and for where they go."""

    def __init__(self, edges: RoadEdges, mode: Mode, water: Lines | None, keep_fragments: bool) -> None:
        self.graph = ModeGraph(edges, mode, keep_fragments=keep_fragments)
        self.goals = Snapper(edges, self.graph.usable, water)
        same = self.graph.startable is self.graph.usable
        self.starts = self.goals if same else Snapper(edges, self.graph.startable, water)

    def search(self, target: Floats, seekers: Sequence[Seeker]) -> _Search:
        places = np.array([(seeker.lon, seeker.lat) for seeker in seekers])
        keys = np.array([seeker.key for seeker in seekers])
        return _Search(self, target, self.graph.edges.plane.to_metres(places), keys)


class _Search:
    """The race of the seekers of one mode to one point, run up to a growing limit of time."""

    def __init__(self, roads: _ModeRoads, target: Floats, metres: Floats, keys: Ints) -> None:
        self.graph, self.keys = roads.graph, keys
        self._starts, self._metres = roads.starts, metres
        goal = roads.goals.snap(target)
        self._goal_edge, self._goal_fraction = int(goal.edge[0]), float(goal.fraction[0])
        self._goal_off_m = float(goal.off_m[0])
        straight_m = np.hypot(*(metres - target).T)
        self.least_s = straight_m / self.graph.top_mps
        self.guess_s = straight_m / self.graph.typical_mps + self._goal_off_m / WALK_MPS
        count = len(keys)
        self.times_s = np.full(count, np.inf)
        self.possible = np.full(count, self._goal_edge >= 0)
        self._snapped = np.zeros(count, bool)
        self._edge, self._fraction = np.full(count, -1, np.int32), np.zeros(count)
        self._off_m = np.zeros(count)
        self._exit = np.zeros(count, np.int8)
        self._following: Ints = np.empty(0, np.int32)

    def run(self, limit_s: float) -> None:
        """Find the time of every seeker who needs no more than the limit."""
        near = np.flatnonzero(self.possible & (self.least_s <= limit_s))
        self._snap(near[~self._snapped[near]])
        near = near[self.possible[near]]
        if not len(near):
            return
        times, self._following = self.graph.search(self._goal_edge, self._goal_fraction, limit_s)
        self._arrive(near, times)
        self.times_s[self.times_s > limit_s] = np.inf

    def _snap(self, rows: NDArray[np.intp]) -> None:
        if not len(rows):
            return
        snaps: Snaps = self._starts.snap(self._metres[rows])
        self._edge[rows], self._fraction[rows], self._off_m[rows] = snaps.edge, snaps.fraction, snaps.off_m
        self._snapped[rows] = True
        part, arcs, table = self.graph.part_of_node, self.graph.arcs, self.graph.edge_arcs
        goal_part = part[arcs.tail[table[self._goal_edge].max()]]
        own_part = part[arcs.tail[table[snaps.edge].max(axis=1)]]
        self.possible[rows] = (snaps.edge >= 0) & (own_part == goal_part)

    def _arrive(self, rows: NDArray[np.intp], times: Floats) -> None:
        graph = self.graph
        arcs = graph.edge_arcs[self._edge[rows]]
        present, seconds = arcs >= 0, graph.arcs.seconds[arcs]
        gone = graph.fraction_on(arcs, self._fraction[rows][:, None])
        goal = graph.fraction_on(arcs, np.full(arcs.shape, self._goal_fraction))
        by_end = np.where(present, seconds * (1 - gone) + times[graph.arcs.head[arcs]], np.inf)
        ahead = present & (self._edge[rows] == self._goal_edge)[:, None] & (goal >= gone)
        straight_on = np.where(ahead, seconds * (goal - gone), np.inf)
        choices = np.concatenate([by_end, straight_on], axis=1)
        best = np.argmin(choices, axis=1)
        self._exit[rows] = best
        walks = (self._off_m[rows] + self._goal_off_m) / WALK_MPS
        self.times_s[rows] = choices[np.arange(len(rows)), best] + walks

    def way(self, row: int) -> Way:
        """The way of one seeker whose time has been found."""
        column, arcs = int(self._exit[row]), self.graph.arcs
        edge, fraction = int(self._edge[row]), float(self._fraction[row])
        if column >= 2:
            legs = [Leg(edge, fraction, self._goal_fraction)]
        else:
            arc = int(self.graph.edge_arcs[edge, column])
            legs = [Leg(edge, fraction, 1.0 if arcs.forward[arc] else 0.0), *self._legs_from(int(arcs.head[arc]))]
        lengths, bridges = self.graph.edges.length_m, self.graph.edges.is_bridge
        off_m = float(self._off_m[row]) + self._goal_off_m
        on_road_m = sum(float(lengths[leg.edge]) * abs(leg.end - leg.start) for leg in legs)
        crossed = {leg.edge for leg in legs if bridges[leg.edge] and leg.start != leg.end}
        return Way(
            key=int(self.keys[row]),
            eta_s=float(self.times_s[row]),
            distance_m=on_road_m + off_m,
            off_road_m=off_m,
            bridges=len(crossed),
            legs=tuple(legs),
            edges=self.graph.edges,
        )

    def _legs_from(self, node: int) -> list[Leg]:
        graph, following = self.graph, self._following
        legs = []
        while (after := int(following[node])) != graph.node_count:
            arc = graph.arc_between(node, after)
            edge = int(graph.arcs.edge[arc])
            if edge >= 0:
                legs.append(Leg(edge, 0.0, 1.0) if graph.arcs.forward[arc] else Leg(edge, 1.0, 0.0))
            node = after
        entries = [entry for entry in graph.entries(self._goal_edge, self._goal_fraction) if entry[0] == node]
        last = min(entries, key=lambda entry: entry[1])[2]
        legs.append(Leg(self._goal_edge, 0.0 if graph.arcs.forward[last] else 1.0, self._goal_fraction))
        return legs


def _race(searches: Sequence[_Search], k: int) -> list[Way]:
    guesses = np.sort(np.concatenate([search.guess_s for search in searches]))
    limit_s = float(guesses[min(k, len(guesses)) - 1]) * _FIRST_LIMIT_FACTOR + 1.0
    while True:
        for search in searches:
            search.run(limit_s)
        arrived = sum(int(np.isfinite(search.times_s).sum()) for search in searches)
        awaited = min(k, sum(int(search.possible.sum()) for search in searches))
        if arrived >= awaited or limit_s == np.inf:
            break
        limit_s = limit_s * 2 if limit_s * 2 < _WHOLE_NETWORK_S else np.inf
    found = [
        (float(search.times_s[row]), int(search.keys[row]), search, int(row))
        for search in searches
        for row in np.flatnonzero(np.isfinite(search.times_s))
    ]
    found.sort(key=lambda entry: entry[:2])
    return [search.way(row) for _, _, search, row in found[:k]]


def load_roads(transaction: Transaction, area: Area) -> RoadNetwork:
    """The road network of an area as it is in the database; empty where there are no roads."""
    rows = transaction.execute(SQL["road_edges"], {"area_id": area.area_id}).fetchall()
    water = transaction.execute(SQL["water"], {"area_id": area.area_id}).fetchall()
    edges = make_edges(
        [row["from_node"] for row in rows],
        [row["to_node"] for row in rows],
        [row["length_m"] for row in rows],
        [row["kind"] for row in rows],
        shapely.from_wkb([row["line"] for row in rows]),
        oneway=[row["oneway"] for row in rows],
        is_bridge=[row["is_bridge"] for row in rows],
        modes=np.array([[mode in row["modes"] for mode in MODES] for row in rows], bool).reshape(len(rows), len(MODES)),
    )
    return RoadNetwork(edges, water=shapely.from_wkb([row["shape"] for row in water]) if water else None)
