"""What a screen points out on the map: a place, what lies around it, a circle."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dash_leaflet as dl

from layers.feature import GeoJson, HighlightFeature, collection, point


def highlight_data(features: Iterable[HighlightFeature]) -> GeoJson:
    """The marks; one with ``radius_m`` becomes a circle of that radius."""
    return collection(
        point(mark.lon, mark.lat, kind=mark.kind, label=mark.label, radius_m=mark.radius_m, **mark.properties)
        for mark in features
    )


def highlight_layer(id: str, features: Iterable[HighlightFeature] = (), **options: Any) -> dl.GeoJSON:  # noqa: A002
    """The marks of ``highlight_data`` on the pane ``highlight``."""
    return dl.GeoJSON(
        id=id,
        data=highlight_data(features),
        pane="highlight",
        pointToLayer={"variable": "gridcommand.layers.highlightMark"},
        **options,
    )
