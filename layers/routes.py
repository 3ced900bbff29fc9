"""Ways along roads, the first strongest, with what they take written beside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dash_leaflet as dl

from layers.feature import GeoJson, RouteFeature, collection, shape


def route_data(features: Iterable[RouteFeature]) -> GeoJson:
    """The ways, rank 1 last so that it is drawn on top."""
    best_last = sorted(features, key=lambda each: -each.rank)
    return collection(_way(each) for each in best_last if len(each.line) > 1)


def _way(route: RouteFeature) -> GeoJson:
    geometry = {"type": "LineString", "coordinates": [list(place) for place in route.line]}
    return shape(geometry, rank=route.rank, label=route.label, key=route.key)


def route_layer(id: str, features: Iterable[RouteFeature] = (), **options: Any) -> dl.GeoJSON:  # noqa: A002
    """The ways of ``route_data`` on the pane ``routes``."""
    return dl.GeoJSON(
        id=id,
        data=route_data(features),
        pane="routes",
        style={"variable": "gridcommand.layers.routeStyle"},
        onEachFeature={"variable": "gridcommand.layers.routeLabel"},
        **options,
    )
