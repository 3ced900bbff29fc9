"""The whole town as it is laid out, before it is written: stage by stage, each with its own random source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import Polygon

from mapdata.plane import Floats
from towns.demo.addresses import AddressBook, make_addresses
from towns.demo.basemap import (
    Feature,
    building_features,
    land_features,
    place_labels,
    road_features,
    water_features,
    water_names,
)
from towns.demo.blocks import Block, make_blocks
from towns.demo.buildings import Building, buildings_that_fit
from towns.demo.cameras import Camera, make_cameras
from towns.demo.divisions import Divisions, make_divisions
from towns.demo.faces import make_faces
from towns.demo.fillings import FILLINGS, lanes
from towns.demo.houses import buildings_needed, house_candidates, village_halls
from towns.demo.land import make_ground
from towns.demo.main_roads import RoadLine, main_lines, motorway_lines
from towns.demo.names import BRIDGE_NAMES
from towns.demo.network import Network, make_network
from towns.demo.outline import town_outline
from towns.demo.people import Population, make_population
from towns.demo.places import Place, make_places
from towns.demo.plane import metres
from towns.demo.roads import bank_lines, track_lines, without_doubles
from towns.demo.streets import street_lines
from towns.demo.things import Thing, make_things
from towns.demo.units import UNITS
from towns.demo.water import MARGIN_M, Waters, make_waters
from towns.demo.workers import Worker, make_workers

Progress = Callable[[str, float], None]


class RandomSources:
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
    blocks: list[Block]
    buildings: list[Building]
    features: list[Feature]
    book: AddressBook
    population: Population
    places: list[Place]
    things: list[Thing]
    thing_grids: list[str]
    cameras: list[Camera]
    workers: list[Worker]


def road_lines(sources: RandomSources, waters: Waters, blocks: list[Block], outline: Polygon) -> list[RoadLine]:
    """Every road as it is laid out, cut off a little beyond the town's border."""
    ordinary = [
        *main_lines(),
        *street_lines(sources.of("streets")),
        *(lane for block in blocks for lane in lanes(block)),
        *bank_lines(sources.of("lanes"), waters, outline),
        *track_lines(sources.of("tracks"), waters, outline),
    ]
    frame = outline.buffer(900)
    return [
        replace(road, line=part)
        for road in without_doubles(ordinary) + motorway_lines()
        for part in shapely.get_parts(road.line.intersection(frame))
        if part.geom_type == "LineString"
    ]


def border_lines(sources: RandomSources, waters: Waters) -> list[shapely.LineString]:
    """Lines that borders of divisions may follow: canals, old ditches, main roads, streets."""
    canals = [channel.line for channel in waters.channels if not channel.is_creek]
    roads = main_lines() + street_lines(sources.of("streets"))
    return [*canals, *waters.dry_ditches, *(road.line for road in roads)]


def plan_divisions(seed: int, points: Floats | None = None, weights: Floats | None = None) -> Divisions:
    """Only the divisions of the town of this seed, with households where the points say, else evenly spread."""
    sources = RandomSources(seed)
    outline = town_outline()
    waters = make_waters(sources.of("water"), outline, creeks=False)
    if points is None or weights is None:
        west, south, east, north = outline.bounds
        points = sources.of("spread").uniform((west, south), (east, north), (3000, 2))
        weights = np.ones(len(points))
    return make_divisions(make_faces(outline, border_lines(sources, waters)), points, weights)


def plan_town(seed: int, progress: Progress) -> TownPlan:
    """Lay out the town of this seed."""
    sources = RandomSources(seed)
    outline = town_outline()
    progress("water", 0.02)
    waters = make_waters(sources.of("water"), outline)
    progress("roads", 0.08)
    blocks = make_blocks(sources.of("blocks"), main_lines() + street_lines(sources.of("streets")), waters)
    network = make_network(road_lines(sources, waters, blocks, outline), waters, _bridge_names(sources))
    progress("houses", 0.18)
    fitting = buildings_that_fit(_candidates(sources, blocks, network), network, waters, outline)
    progress("divisions", 0.28)
    divisions = make_divisions(make_faces(outline, border_lines(sources, waters)), *_dwellings(fitting))
    buildings = buildings_needed(fitting, divisions)
    progress("map", 0.4)
    features = _features(sources, outline, waters, network, divisions, blocks, buildings)
    progress("people", 0.5)
    book = make_addresses(sources.of("addresses"), buildings, network, divisions)
    population = make_population(sources.of("people"), book, divisions)
    things, thing_grids = make_things(sources.of("things"), network, waters, buildings, divisions, outline)
    return TownPlan(
        outline=outline,
        waters=waters,
        network=network,
        divisions=divisions,
        blocks=blocks,
        buildings=buildings,
        features=features,
        book=book,
        population=population,
        places=make_places(sources.of("places"), blocks, buildings, book, divisions),
        things=things,
        thing_grids=thing_grids,
        cameras=make_cameras(sources.of("cameras"), network),
        workers=make_workers(sources.of("workers"), divisions.level("grid")),
    )


def _bridge_names(sources: RandomSources) -> list[str]:
    names = list(BRIDGE_NAMES)
    sources.of("bridges").shuffle(names)
    return names


def _candidates(sources: RandomSources, blocks: list[Block], network: Network) -> list[Building]:
    random = sources.of("fillings")
    filled = [building for block in blocks for building in FILLINGS[block.use](random, block)]
    middles = [(unit.name, metres([(unit.lon, unit.lat)])[0]) for unit in UNITS]
    halls = village_halls(sources.of("halls"), middles, network)
    return halls + filled + house_candidates(sources.of("houses"), network)


def _dwellings(buildings: list[Building]) -> tuple[Floats, Floats]:
    """Where households can live, and how many."""
    places = np.array([building.shape.centroid.coords[0] for building in buildings])
    return places, np.array([building.dwellings for building in buildings], dtype=float)


def _features(
    sources: RandomSources, outline: Polygon, waters: Waters, network: Network, divisions: Divisions,
    blocks: list[Block], buildings: list[Building],
) -> list[Feature]:  # fmt: skip
    roads = [road.line for road in main_lines() + street_lines(sources.of("streets"))]
    ground = make_ground(sources.of("land"), waters, network, roads, buildings, blocks, outline)
    return [
        *land_features(ground.lands),
        *water_features(waters, ground.ponds, outline.buffer(MARGIN_M)),
        *road_features(network.edges),
        *building_features(buildings),
        *place_labels(divisions, buildings),
        *water_names(waters, outline),
    ]
