"""The town as the map draws it: rows of ``base_feature``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from towns.demo.buildings import Building
from towns.demo.divisions import Divisions
from towns.demo.network import Edge
from towns.demo.outline import core_point
from towns.demo.units import TOWN_NAME
from towns.demo.water import Waters

ROAD_ZOOM = {"motorway": 8, "motorway_link": 11, "primary": 9, "secondary": 10, "tertiary": 12, "residential": 13,
             "unclassified": 13, "living_street": 14, "service": 14, "track": 14, "footway": 14,
             "path": 14}  # fmt: skip
LAND_ZOOM = {"farmland": 13, "orchard": 13, "forest": 12, "park": 12, "industrial": 11, "residential": 11,
    "greenhouse": 14,
             "grass": 13, "cemetery": 14}  # fmt: skip
PLACE_ZOOM = {"town": 8, "village": 12, "hamlet": 14, "locality": 15, "water_name": 12}


@dataclass(frozen=True)
class Feature:
    """One thing drawn: layer, kind, name, first zoom, shape in metres (EPSG:4549)."""

    layer: str
    kind: str
    name: str
    min_zoom: int
    shape: BaseGeometry


def land_features(lands: Iterable[tuple[str, str, BaseGeometry]]) -> list[Feature]:
    """Land use: (kind, name, shape)."""
    return [Feature("land", kind, name, LAND_ZOOM[kind], shape) for kind, name, shape in lands]


def _water_zoom(kind: str, width_m: float) -> int:
    if kind in ("river", "lake"):
        return 8
    return 11 if width_m > 22 else 12 if width_m > 12 else 13


def water_features(waters: Waters, ponds: Iterable[BaseGeometry], frame: BaseGeometry) -> list[Feature]:
    """Lakes, rivers, canals within the frame, and ponds."""
    features = [Feature("water", "lake", name, 8, lake) for name, lake in waters.lakes]
    for channel in sorted(waters.channels, key=lambda channel: -channel.width_m):
        line = channel.line.simplify(0.8).intersection(frame)
        zoom = _water_zoom(channel.kind, channel.width_m)
        for part in shapely.get_parts(line):
            bed = part.buffer(channel.width_m / 2, quad_segs=4)
            features.append(Feature("water", channel.kind, channel.name, zoom, bed))
    return features + [Feature("water", "pond", "", 13, pond) for pond in ponds]


def road_features(edges: Iterable[Edge]) -> list[Feature]:
    """Bridges, then whole roads: edges of one name and kind put together, low ranks first."""
    whole: dict[tuple[str, str], list[BaseGeometry]] = {}
    bridges = []
    for edge in edges:
        whole.setdefault((edge.kind, edge.name), []).append(edge.line)
        if edge.is_bridge:
            bridges.append(Feature("roads", "bridge", edge.bridge, 13, edge.line))
    roads = []
    for (kind, name), lines in sorted(whole.items(), key=lambda item: (-ROAD_ZOOM[item[0][0]], item[0])):
        merged = shapely.line_merge(shapely.multilinestrings(lines))
        roads += [
            Feature("roads", kind, name, ROAD_ZOOM[kind], part.simplify(0.4)) for part in shapely.get_parts(merged)
        ]
    return bridges + roads


def water_names(waters: Waters, outline: BaseGeometry) -> list[Feature]:
    """A label on each lake and, for channels wide enough to be known by name, on the water every 2.5 km."""
    labels = [Feature("places", "water_name", name, 11, shapely.point_on_surface(lake)) for name, lake in waters.lakes]
    for channel in waters.channels:
        inside = channel.line.intersection(outline.buffer(300))
        zoom = 11 if channel.kind == "river" else 13 if channel.width_m > 16 else 14
        for part in shapely.get_parts(inside):
            count = max(1, round(part.length / 2500)) if part.length > 150 else 0
            marks = [(number + 0.5) / count for number in range(count)]
            points = [part.interpolate(mark, normalized=True) for mark in marks]
            labels += [Feature("places", "water_name", channel.name, zoom, point) for point in points]
    return labels


def building_features(buildings: Iterable[Building]) -> list[Feature]:
    """Every building; big ones a zoom earlier than houses."""
    return [
        Feature(
            "buildings",
            building.kind,
            _building_name(building),
            13 if building.shape.area > 900 else 14,
            building.shape,
        )
        for building in buildings
    ]


def _building_name(building: Building) -> str:
    return building.place if building.use in ("public", "school", "market") else ""


def place_labels(divisions: Divisions, buildings: Iterable[Building]) -> list[Feature]:
    """Names of the town, communities and villages, estates and hamlets."""
    labels = [
        Feature("places", "village", row.name, PLACE_ZOOM["village"], row.label) for row in divisions.level("village")
    ]
    town = shapely.Point(core_point())
    labels.append(Feature("places", "town", TOWN_NAME, PLACE_ZOOM["town"], town))
    members: dict[str, list[BaseGeometry]] = {}
    kinds: dict[str, str] = {}
    for building in buildings:
        if building.use == "dwelling" and building.place:
            members.setdefault(building.place, []).append(building.shape.centroid)
            kinds.setdefault(building.place, "hamlet" if building.kind == "house" else "locality")
    for name, points in members.items():
        if len(points) > 7:
            middle = shapely.MultiPoint(points).centroid
            labels.append(Feature("places", kinds[name], name, 14, middle))
    return labels
