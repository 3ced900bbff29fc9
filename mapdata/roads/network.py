"""The road network: who can be there first, and by which way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from base.database import Transaction
from base.statements import load_statements
from mapdata.areas import Area
from mapdata.roads.edges import Lines, RoadEdges, make_edges
from mapdata.roads.graph import ModeGraph
from mapdata.roads.modes import MODES, Mode
from mapdata.roads.nearest import ModeRoads, Seeker, Way, race

SQL = load_statements(Path(__file__).parent / "sql" / "roads.sql")


class RoadNetwork:
    """Roads of an area; safe to use from many threads.

    Parameters
    ----------
    edges
        the roads (see :func:`mapdata.roads.edges.make_edges`).
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
        self.roads = {mode: ModeRoads(edges, mode, barriers, keep_fragments) for mode in modes}

    @classmethod
    def from_arrays(cls, *arrays: Any, water: Lines | None = None, **more: Any) -> RoadNetwork:
        """A network from arrays; see :func:`mapdata.roads.edges.make_edges` for what they are."""
        return cls(make_edges(*arrays, **more), water=water)

    def graph(self, mode: Mode) -> ModeGraph:
        """The graph of one mode, for those who want to look inside (tests, benchmarks)."""
        return self.roads[mode].graph

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
        return race([self.roads[mode].race(target, mine) for mode, mine in _by_mode(seekers)], k)

    def route(self, from_lon: float, from_lat: float, to_lon: float, to_lat: float, mode: Mode = "foot") -> Way | None:
        """The fastest way from one point to another (EPSG:4326), or None when there is none."""
        ways = self.nearest(to_lon, to_lat, [Seeker(0, from_lon, from_lat, mode)], 1)
        return ways[0] if ways else None


def _by_mode(seekers: Sequence[Seeker]) -> list[tuple[Mode, list[Seeker]]]:
    groups: dict[Mode, list[Seeker]] = {}
    for seeker in seekers:
        groups.setdefault(seeker.mode, []).append(seeker)
    return list(groups.items())


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
