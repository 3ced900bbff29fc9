"""The whole town as it is laid out, before it is written: one stage after the other, each with its own random source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import Polygon

from mapdata.demo.basemap import (
    Feature,
    land_features,
    place_labels,
    road_features,
    water_features,
    water_names,
)
from mapdata.demo.cameras import Camera, make_cameras
from mapdata.demo.divisions import Divisions, make_divisions
from mapdata.demo.faces import make_faces
from mapdata.demo.main_roads import RoadLine, main_lines, motorway_lines
from mapdata.demo.names import BRIDGE_NAMES
from mapdata.demo.network import Network, make_network
from mapdata.demo.outline import town_outline
from mapdata.demo.plane import Floats
from mapdata.demo.roads import bank_lines, track_lines, without_doubles
from mapdata.demo.streets import street_lines
from mapdata.demo.water import MARGIN_M, Waters, make_waters
from mapdata.demo.workers import Worker, make_workers

Progress = Callable[[str, float], None]
STAGES = ("water", "streets", "lanes", "tracks", "bridges", "cameras", "workers")


class Chance:
    """Random sources, one a stage, so that a change in one stage leaves the others as they were."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def of(self, stage: str) -> np.random.Generator:
        """The random source of a stage."""
        return np.random.default_rng([self._seed, *stage.encode()])


@dataclass(frozen=True)
class TownPlan:
    """Everything in the town, in metres."""

    outline: Polygon
    waters: Waters
    network: Network
    divisions: Divisions
    features: list[Feature]
    cameras: list[Camera]
    workers: list[Worker]


def road_lines(chance: Chance, waters: Waters, outline: Polygon) -> list[RoadLine]:
    """Every road as it is laid out, cut off a little beyond the town's border."""
    ordinary = [
        *main_lines(),
        *street_lines(chance.of("streets")),
        *bank_lines(chance.of("lanes"), waters, outline),
        *track_lines(chance.of("tracks"), waters, outline),
    ]
    frame = outline.buffer(900)
    return [
        replace(road, line=part)
        for road in without_doubles(ordinary) + motorway_lines()
        for part in shapely.get_parts(road.line.intersection(frame))
        if part.geom_type == "LineString"
    ]


def border_lines(chance: Chance, waters: Waters) -> list[shapely.LineString]:
    """Lines that borders of divisions may follow: canals, old ditches, main roads, streets."""
    canals = [channel.line for channel in waters.channels if not channel.is_creek]
    roads = main_lines() + street_lines(chance.of("streets"))
    return [*canals, *waters.ghosts, *(road.line for road in roads)]


def plan_divisions(seed: int, points: Floats | None = None, weights: Floats | None = None) -> Divisions:
    """Only the divisions of the town of this seed, with households where the points say, else evenly spread."""
    chance = Chance(seed)
    outline = town_outline()
    waters = make_waters(chance.of("water"), outline, creeks=False)
    if points is None or weights is None:
        west, south, east, north = outline.bounds
        points = chance.of("spread").uniform((west, south), (east, north), (3000, 2))
        weights = np.ones(len(points))
    return make_divisions(make_faces(outline, border_lines(chance, waters)), points, weights)


def plan_town(seed: int, progress: Progress) -> TownPlan:
    """Lay out the town of this seed."""
    chance = Chance(seed)
    outline = town_outline()
    progress("water", 0.02)
    waters = make_waters(chance.of("water"), outline)
    progress("roads", 0.1)
    names = list(BRIDGE_NAMES)
    chance.of("bridges").shuffle(names)
    network = make_network(road_lines(chance, waters, outline), waters, names)
    progress("divisions", 0.25)
    ends = network.nodes
    divisions = make_divisions(make_faces(outline, border_lines(chance, waters)), ends, np.ones(len(ends)))
    progress("map", 0.4)
    features = _features(outline, waters, network, divisions)
    cameras = make_cameras(chance.of("cameras"), network)
    workers = make_workers(chance.of("workers"), divisions.level("grid"))
    return TownPlan(outline, waters, network, divisions, features, cameras, workers)


def _features(outline: Polygon, waters: Waters, network: Network, divisions: Divisions) -> list[Feature]:
    frame = outline.buffer(MARGIN_M)
    labels = [
        ("town" if row.level == "town" else "village", row.name, row.label)
        for row in divisions.rows
        if row.level in ("town", "village")
    ]
    return [
        *land_features([]),
        *water_features(waters, [], frame),
        *road_features(network.edges),
        *place_labels(labels),
        *water_names(waters, outline),
    ]
