"""Open cases as pins: colour and digit are the priority, the ring is the phase, a new one pulses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dash_leaflet as dl

from layers.feature import GeoJson, IncidentFeature, collection, point


def incident_data(features: Iterable[IncidentFeature]) -> GeoJson:
    """The pins, most urgent last so that they are drawn on top."""
    urgent_last = sorted(features, key=lambda case: (case.priority, len(case.case_no), case.case_no), reverse=True)
    return collection(_pin(case) for case in urgent_last)


def _pin(case: IncidentFeature) -> GeoJson:
    return point(
        case.lon,
        case.lat,
        case_no=case.case_no,
        priority=case.priority,
        phase=case.phase,
        title=case.title,
        subtitle=case.subtitle,
        is_new=case.is_new,
        is_overdue=case.is_overdue,
    )


def incident_layer(id: str, features: Iterable[IncidentFeature] = (), **options: Any) -> dl.GeoJSON:  # noqa: A002
    """The pins of ``incident_data`` on the pane ``incidents``; a click sets ``clickData`` to the feature."""
    return dl.GeoJSON(
        id=id,
        data=incident_data(features),
        pane="incidents",
        pointToLayer={"variable": "gridcommand.layers.incidentPin"},
        **options,
    )
