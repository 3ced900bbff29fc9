"""What lies outside the town, darkened, and the town's border: where one's own ground ends is seen at a glance."""

from __future__ import annotations

import dash_leaflet as dl

from layers.feature import GeoJson, collection, shape

Ring = list[list[float]]
_ROUND = 2.0
"""The dark reaches so many times the extent's width and height beyond it: further than anybody can move the map."""


def surroundings_data(outline: GeoJson | None, extent: tuple[float, float, float, float]) -> GeoJson:
    """The outside as one polygon with the town as its hole, and the border.

    Parameters
    ----------
    outline
        the town as GeoJSON (Multi)Polygon, EPSG:4326; None: nothing is darkened.
    extent
        west, south, east, north of the map in degrees.
    """
    rings = _outer_rings(outline)
    if not rings:
        return collection([])
    border = {"type": "MultiLineString", "coordinates": rings}
    outside = {"type": "Polygon", "coordinates": [_frame(extent), *rings]}
    return collection([shape(outside, part="outside"), shape(border, part="glow"), shape(border, part="border")])


def _outer_rings(outline: GeoJson | None) -> list[Ring]:
    if outline is None:
        return []
    polygons = outline["coordinates"] if outline["type"] == "MultiPolygon" else [outline["coordinates"]]
    return [polygon[0] for polygon in polygons if polygon]


def _frame(extent: tuple[float, float, float, float]) -> Ring:
    west, south, east, north = extent
    wide, high = (east - west) * _ROUND, (north - south) * _ROUND
    left, right, bottom, top = west - wide, east + wide, max(south - high, -85.0), min(north + high, 85.0)
    return [[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]]


def surroundings_layer(outline: GeoJson | None, extent: tuple[float, float, float, float]) -> dl.GeoJSON:
    """The outside and the border on the pane ``surroundings``."""
    return dl.GeoJSON(
        data=surroundings_data(outline, extent),
        pane="surroundings",
        style={"variable": "gridcommand.layers.surroundingsStyle"},
        interactive=False,
    )
