"""The road network: who arrives first at a point, and by which route."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from base.database import Transaction
from base.statements import load_statements
from mapdata.areas import Area
from mapdata.roads.arrivals import ModeRoads, first_routes
from mapdata.roads.edges import Lines, RoadEdges, make_edges
from mapdata.roads.graph import ModeGraph
from mapdata.roads.modes import MODES, Mode
from mapdata.roads.routes import Route, Traveller

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
        self.by_mode = {mode: ModeRoads(edges, mode, barriers, keep_fragments) for mode in modes}

    @classmethod
    def from_arrays(cls, *arrays: Any, water: Lines | None = None, **options: Any) -> RoadNetwork:
        """A network from arrays; see :func:`mapdata.roads.edges.make_edges` for what they are."""
        return cls(make_edges(*arrays, **options), water=water)

    def graph(self, mode: Mode) -> ModeGraph:
        """The graph of one mode, for tests and benchmarks that look inside."""
        return self.by_mode[mode].graph

    @property
    def top_speed_mps(self) -> dict[Mode, float]:
        """The speed in metres a second at which no straight line is ever exceeded by road, for each mode."""
        return {mode: roads.graph.top_speed_mps for mode, roads in self.by_mode.items()}

    def first_to_arrive(self, lon: float, lat: float, travellers: Sequence[Traveller], k: int) -> list[Route]:
        """Routes of the k travellers who arrive first, by travel time TO the point; fewer when fewer can reach it.

        Parameters
        ----------
        lon, lat
            the point, EPSG:4326.
        travellers
            those who may come; every key once.
        k
            how many are wanted.
        """
        if k <= 0 or not travellers or not self.edges.count:
            return []
        goal_m = self.edges.plane.to_metres(np.array([[lon, lat]]))
        searches = [self.by_mode[mode].search_to(goal_m, group) for mode, group in _group_by_mode(travellers)]
        return first_routes(searches, k)

    def route(
        self, from_lon: float, from_lat: float, to_lon: float, to_lat: float, mode: Mode = "foot"
    ) -> Route | None:
        """The fastest route from one point to another (EPSG:4326), or None when there is none."""
        routes = self.first_to_arrive(to_lon, to_lat, [Traveller(0, from_lon, from_lat, mode)], 1)
        return routes[0] if routes else None


def _group_by_mode(travellers: Sequence[Traveller]) -> list[tuple[Mode, list[Traveller]]]:
    groups: dict[Mode, list[Traveller]] = {}
    for traveller in travellers:
        groups.setdefault(traveller.mode, []).append(traveller)
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
