"""From tagged shapes to the features of the base map: land, water, buildings, roads and the names of places."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapdata.plane import MERCATOR, MERCATOR_PIXEL, mercator_stretch, to_plane
from towns.osm.extract import Element
from towns.osm.tags import (
    OUTBUILDINGS,
    FeatureClass,
    classify_area,
    classify_place,
    classify_road,
    classify_waterway,
    is_bridge,
    local_name,
)

_FIRST_ZOOM, _LAST_ZOOM = 8, 14
_VISIBLE_PX = 3.0
"""What is smaller on the screen than this is not drawn yet."""


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
    tagged = [element for element in elements if element.tags]
    shapes = to_plane(np.array([element.shape for element in tagged], dtype=object), MERCATOR) if tagged else []
    pairs = [(element.tags, shape) for element, shape in zip(tagged, shapes, strict=True)]
    areas = list(_areas(pairs))
    # drawn in this order: a park lies on the housing estate that holds it, so the greater one comes first
    features = [
        *sorted((area for area in areas if area.layer == "land"), key=lambda area: -area.shape.area),
        *(area for area in areas if area.layer != "land"),
        *_waterways(pairs, mercator_stretch(lat)),
        *_roads(pairs),
        *_places(pairs),
    ]
    return features + _water_names(features)


_TaggedShapes = list[tuple[dict[str, str], BaseGeometry]]
"""Tags, and the shape in Web Mercator."""


def zoom_by_size(size_m: float) -> int:
    """The first zoom at which something this long (metres of Web Mercator) is as wide as a few pixels."""
    if size_m <= 0:
        return _LAST_ZOOM
    return min(_LAST_ZOOM, max(_FIRST_ZOOM, math.ceil(math.log2(_VISIBLE_PX * MERCATOR_PIXEL / size_m))))


def _areas(pairs: _TaggedShapes) -> Iterator[BaseFeature]:
    for tags, shape in pairs:
        drawn_as = classify_area(tags)
        if drawn_as is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
            continue
        # a border that crosses itself is repaired: an area with a flaw is better than a hole in the map
        valid = shape if shape.is_valid else shape.buffer(0)
        zoom = drawn_as.min_zoom or zoom_by_size(math.sqrt(valid.area))
        if drawn_as.layer == "buildings" and tags.get("building") in OUTBUILDINGS:
            zoom = 15
        yield BaseFeature(drawn_as.layer, drawn_as.kind, local_name(tags), zoom, valid)


def _waterways(pairs: _TaggedShapes, stretch: float) -> Iterator[BaseFeature]:
    courses: dict[tuple[FeatureClass, float, str], list[BaseGeometry]] = defaultdict(list)
    for tags, shape in pairs:
        if shape.geom_type == "LineString" and (class_and_width := classify_waterway(tags)):
            courses[(*class_and_width, local_name(tags))].append(shape)
    for (drawn_as, width_m, name), lines in courses.items():
        for line in _joined(lines):
            # an area of its true width, since the map draws lines in pixels and a river has metres
            shape = line.buffer(width_m / 2 * stretch, quad_segs=2, cap_style="round")
            yield BaseFeature("water", drawn_as.kind, name, drawn_as.min_zoom, shape)


def _roads(pairs: _TaggedShapes) -> Iterator[BaseFeature]:
    streets: dict[tuple[FeatureClass, str], list[BaseGeometry]] = defaultdict(list)
    bridges: dict[int, list[BaseGeometry]] = defaultdict(list)
    for tags, shape in pairs:
        drawn_as = classify_road(tags) if shape.geom_type == "LineString" else None
        if drawn_as is None:
            continue
        streets[drawn_as, local_name(tags)].append(shape)
        if is_bridge(tags):
            bridges[max(drawn_as.min_zoom, 13)].append(shape)
    for (drawn_as, name), lines in streets.items():
        for line in _joined(lines):
            yield BaseFeature("roads", drawn_as.kind, name, drawn_as.min_zoom, line)
    # a bridge is drawn over its road once more, with an edge of its own
    for zoom, lines in bridges.items():
        for line in _joined(lines):
            yield BaseFeature("roads", "bridge", "", zoom, line)


def _joined(lines: list[BaseGeometry]) -> list[BaseGeometry]:
    """Lines that meet end to end as one line, so that a tile holds few of them and a name has room."""
    return list(shapely.get_parts(shapely.line_merge(shapely.MultiLineString(lines))))


def _places(pairs: _TaggedShapes) -> Iterator[BaseFeature]:
    for tags, shape in pairs:
        if shape.geom_type == "Point" and (drawn_as := classify_place(tags)):
            yield BaseFeature(drawn_as.layer, drawn_as.kind, local_name(tags), drawn_as.min_zoom, shape)


def _water_names(features: list[BaseFeature]) -> list[BaseFeature]:
    """A point to write each water's name at: on its greatest part."""
    greatest: dict[str, BaseFeature] = {}
    for feature in features:
        if feature.layer == "water" and feature.name:
            greatest_so_far = greatest.get(feature.name)
            if greatest_so_far is None or feature.shape.length > greatest_so_far.shape.length:
                greatest[feature.name] = feature
    return [
        BaseFeature("places", "water_name", name, max(feature.min_zoom + 1, 11), feature.shape.representative_point())
        for name, feature in greatest.items()
    ]
