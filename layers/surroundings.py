"""What lies outside the town, darkened, and the town's border, so that its end is seen at a glance."""

from __future__ import annotations

import dash_leaflet as dl

from layers.feature import GeoJson, collection, shape

Ring = list[list[float]]
_WORLD: Ring = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]]
"""All that Web Mercator shows: however far the map is zoomed out, no edge of the dark comes into view."""


def surroundings_data(outline: GeoJson | None) -> GeoJson:
    """The outside as one polygon with the town as its hole, and the border.

    Parameters
    ----------
    outline
        the town as GeoJSON (Multi)Polygon, EPSG:4326; None: nothing is darkened.
    """
    rings = _outer_rings(outline)
    if not rings:
        return collection([])
    # three features on one line: a broad faint one under a thin bright one looks like a glow
    border = {"type": "MultiLineString", "coordinates": rings}
    outside = {"type": "Polygon", "coordinates": [_WORLD, *rings]}
    return collection([shape(outside, part="outside"), shape(border, part="glow"), shape(border, part="border")])


def _outer_rings(outline: GeoJson | None) -> list[Ring]:
    if outline is None:
        return []
    # only outer sides: a hole in the town (a lake that is nobody's) is inside its border
    polygons = outline["coordinates"] if outline["type"] == "MultiPolygon" else [outline["coordinates"]]
    return [polygon[0] for polygon in polygons if polygon]


def surroundings_layer(outline: GeoJson | None) -> dl.GeoJSON:
    """The outside and the border on the pane ``surroundings``."""
    return dl.GeoJSON(
        data=surroundings_data(outline),
        pane="surroundings",
        style={"variable": "gridcommand.layers.surroundingsStyle"},
        interactive=False,
    )
