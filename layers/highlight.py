"""What a screen points out: the place asked about, what lies around it, a circle of reach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dash_leaflet as dl

from layers.feature import GeoJson, HighlightFeature, collection, point


def highlight_data(features: Iterable[HighlightFeature]) -> GeoJson:
    """The marks; one with ``radius_m`` becomes a circle of that radius."""
    return collection(
        point(each.lon, each.lat, kind=each.kind, label=each.label, radius_m=each.radius_m, **each.properties)
        for each in features
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
