"""Grids: polygons filled by their present load, with names and counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dash_leaflet as dl

from layers.feature import GeoJson, GridFeature, collection, point, shape
from layers.style import load_class

LABELLED_AT_MOST = 400
"""With more grids than this only those with open cases get a label, so that the page stays light."""


def grid_data(features: Iterable[GridFeature]) -> GeoJson:
    """The polygons with their fill."""
    return collection(_polygon(grid) for grid in features)


def _polygon(grid: GridFeature) -> GeoJson:
    fill = load_class(grid.open_cases)
    return shape(
        grid.geometry,
        code=grid.code,
        name=grid.name,
        open=grid.open_cases,
        colour=fill.colour,
        opacity=fill.opacity,
    )


def grid_label_data(features: Iterable[GridFeature]) -> GeoJson:
    """The names and counts as points."""
    grids = list(features)
    labelled = grids if len(grids) <= LABELLED_AT_MOST else [grid for grid in grids if grid.open_cases]
    return collection(
        point(grid.label_lon, grid.label_lat, code=grid.code, name=grid.name, open=grid.open_cases) for grid in labelled
    )


def grid_layer(id: str, features: Iterable[GridFeature] = (), **options: Any) -> dl.GeoJSON:  # noqa: A002
    """The polygons of ``grid_data`` on the pane ``grids``."""
    return dl.GeoJSON(
        id=id,
        data=grid_data(features),
        pane="grids",
        style={"variable": "gridcommand.layers.gridStyle"},
        **({"interactive": False} | options),
    )


def grid_label_layer(id: str, features: Iterable[GridFeature] = ()) -> dl.GeoJSON:  # noqa: A002
    """The labels of ``grid_label_data`` on the pane ``labels``."""
    return dl.GeoJSON(
        id=id,
        data=grid_label_data(features),
        pane="labels",
        pointToLayer={"variable": "gridcommand.layers.gridLabel"},
        interactive=False,
    )
