"""Who calls for help: a pulsing mark above everything, and the last minutes of his way.

Printed, he is a worker of the status ``sos`` like any other (``layers/printed.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dash_leaflet as dl

from layers.feature import GeoJson, SosFeature, collection, point, shape


def sos_data(features: Iterable[SosFeature]) -> GeoJson:
    """For each a line of every piece of the way with at least two places, then the mark."""
    drawn: list[GeoJson] = []
    for one in features:
        lines = [[list(place) for place in piece] for piece in one.pieces if len(piece) > 1]
        drawn += [shape({"type": "LineString", "coordinates": line}, key=one.key) for line in lines]
        drawn.append(point(one.lon, one.lat, key=one.key, label=one.label, is_acknowledged=one.is_acknowledged))
    return collection(drawn)


def sos_layer(id: str, features: Iterable[SosFeature] = (), **options: Any) -> dl.GeoJSON:  # noqa: A002
    """The marks and ways of ``sos_data``, on the pane ``highlight``."""
    return dl.GeoJSON(
        id=id,
        data=sos_data(features),
        pane="highlight",
        style={"variable": "gridcommand.layers.sosWay"},
        pointToLayer={"variable": "gridcommand.layers.sosMark"},
        **options,
    )
