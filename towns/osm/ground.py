"""From tagged shapes to the base map: land, water, buildings, roads and the names of places."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapdata.plane import MERCATOR, to_plane
from towns.osm.extract import Element
from towns.osm.tags import OUTBUILDINGS, Look, area_look, is_bridge, local_name, place_look, road_look, waterway_look

_FIRST_ZOOM, _LAST_ZOOM = 8, 14
_SEEN_PX = 3.0
_ZOOM0_M = 156543.034
"""Metres of Web Mercator to a pixel of 256-pixel tiles at zoom 0."""


class BaseFeature(NamedTuple):
    """One feature of the base map; ``shape`` in Web Mercator (EPSG:3857)."""

    layer: str
    kind: str
    name: str
    min_zoom: int
    shape: BaseGeometry


def base_features(elements: Iterable[Element], lat: float) -> list[BaseFeature]:
    """Everything that is drawn under the town, greater areas of land first.

    Parameters
    ----------
    elements
        tagged shapes in WGS-84 degrees.
    lat
        middle latitude in degrees; widths in metres are stretched as Web Mercator is there.
    """
    known = [element for element in elements if element.tags]
    shapes = to_plane(np.array([element.shape for element in known], dtype=object), MERCATOR) if known else []
    pairs = [(element.tags, shape) for element, shape in zip(known, shapes, strict=True)]
    areas = list(_areas(pairs))
    features = [
        *sorted((area for area in areas if area.layer == "land"), key=lambda area: -area.shape.area),
        *(area for area in areas if area.layer != "land"),
        *_waterways(pairs, 1 / math.cos(math.radians(lat))),
        *_roads(pairs),
        *_places(pairs),
    ]
    return features + _water_names(features)


_Pairs = list[tuple[dict[str, str], BaseGeometry]]


def zoom_by_size(size_m: float) -> int:
    """The first zoom at which something this long (metres of Web Mercator) is as wide as a few pixels."""
    if size_m <= 0:
        return _LAST_ZOOM
    return min(_LAST_ZOOM, max(_FIRST_ZOOM, math.ceil(math.log2(_SEEN_PX * _ZOOM0_M / size_m))))


def _areas(pairs: _Pairs) -> Iterator[BaseFeature]:
    for tags, shape in pairs:
        look = area_look(tags)
        if look is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
            continue
        sound = shape if shape.is_valid else shape.buffer(0)
        zoom = look.min_zoom or zoom_by_size(math.sqrt(sound.area))
        if look.layer == "buildings" and tags.get("building") in OUTBUILDINGS:
            zoom = 15
        yield BaseFeature(look.layer, look.kind, local_name(tags), zoom, sound)


def _waterways(pairs: _Pairs, stretch: float) -> Iterator[BaseFeature]:
    courses: dict[tuple[Look, float, str], list[BaseGeometry]] = defaultdict(list)
    for tags, shape in pairs:
        if shape.geom_type == "LineString" and (found := waterway_look(tags)):
            courses[(*found, local_name(tags))].append(shape)
    for (look, width_m, name), lines in courses.items():
        for line in _joined(lines):
            drawn = line.buffer(width_m / 2 * stretch, quad_segs=2, cap_style="round")
            yield BaseFeature("water", look.kind, name, look.min_zoom, drawn)


def _roads(pairs: _Pairs) -> Iterator[BaseFeature]:
    streets: dict[tuple[Look, str], list[BaseGeometry]] = defaultdict(list)
    bridges: dict[int, list[BaseGeometry]] = defaultdict(list)
    for tags, shape in pairs:
        look = road_look(tags) if shape.geom_type == "LineString" else None
        if look is None:
            continue
        streets[look, local_name(tags)].append(shape)
        if is_bridge(tags):
            bridges[max(look.min_zoom, 13)].append(shape)
    for (look, name), lines in streets.items():
        for line in _joined(lines):
            yield BaseFeature("roads", look.kind, name, look.min_zoom, line)
    for zoom, lines in bridges.items():
        for line in _joined(lines):
            yield BaseFeature("roads", "bridge", "", zoom, line)


def _joined(lines: list[BaseGeometry]) -> list[BaseGeometry]:
    """Lines that meet end to end made one, so that a tile holds few of them and a name has room."""
    return list(shapely.get_parts(shapely.line_merge(shapely.MultiLineString(lines))))


def _places(pairs: _Pairs) -> Iterator[BaseFeature]:
    for tags, shape in pairs:
        if shape.geom_type == "Point" and (look := place_look(tags)):
            yield BaseFeature(look.layer, look.kind, local_name(tags), look.min_zoom, shape)


def _water_names(features: list[BaseFeature]) -> list[BaseFeature]:
    """A point to write each water's name at: on its greatest part."""
    greatest: dict[str, BaseFeature] = {}
    for feature in features:
        if feature.layer == "water" and feature.name:
            rival = greatest.get(feature.name)
            if rival is None or feature.shape.length > rival.shape.length:
                greatest[feature.name] = feature
    return [
        BaseFeature("places", "water_name", name, max(feature.min_zoom + 1, 11), feature.shape.representative_point())
        for name, feature in greatest.items()
    ]
