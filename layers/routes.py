"""Routes along roads, the first strongest, each with its label (who, how long) beside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dash_leaflet as dl

from layers.feature import GeoJson, RouteFeature, collection, shape


def route_data(features: Iterable[RouteFeature]) -> GeoJson:
    """The routes, rank 1 last so that it is drawn on top."""
    best_last = sorted(features, key=lambda route: -route.rank)
    return collection(_line(route) for route in best_last if len(route.line) > 1)


def _line(route: RouteFeature) -> GeoJson:
    geometry = {"type": "LineString", "coordinates": [list(place) for place in route.line]}
    return shape(geometry, rank=route.rank, label=route.label, key=route.key)


def route_layer(id: str, features: Iterable[RouteFeature] = (), **options: Any) -> dl.GeoJSON:  # noqa: A002
    """The routes of ``route_data`` on the pane ``routes``."""
    return dl.GeoJSON(
        id=id,
        data=route_data(features),
        pane="routes",
        style={"variable": "gridcommand.layers.routeStyle"},
        onEachFeature={"variable": "gridcommand.layers.routeLabel"},
        **options,
    )
