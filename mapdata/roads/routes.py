"""Who may travel to a point, and the route that one of them takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mapdata.roads.edges import RoadEdges
from mapdata.roads.modes import Mode


@dataclass(frozen=True)
class Traveller:
    """Somebody who may travel to a point: a key, where they are (EPSG:4326), and how they move."""

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
class Route:
    """The route of one traveller to a point.

    ``eta_s`` is the travel time in seconds with the walks between the road and the two ends, ``off_road_m`` the length
    of those walks. The legs are traced when first asked for: of many times compared few routes are drawn.
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
        """The route along the streets as (lon, lat), EPSG:4326; at least two points."""
        pieces = [self.edges.piece(leg.edge, leg.start, leg.end) for leg in self.legs]
        points = np.round(np.concatenate(pieces), 6)
        # legs share their joints; the two ends stay, or a route of no length would be no line
        keep = np.ones(len(points), bool)
        keep[1:-1] = (points[1:-1] != points[:-2]).any(axis=1)
        return tuple((float(lon), float(lat)) for lon, lat in points[keep])
