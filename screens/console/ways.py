"""The ways on the console's map: those of the suggestion, or those still ahead of who was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dispatch.advice.given import Advice
from layers.feature import GeoJson, RouteFeature
from layers.routes import route_data
from screens.console.responder_view import ResponderView
from words.units import duration_text


def suggested_ways(advice: Advice, stage: Mapping[str, Any], language: str) -> GeoJson:
    """The ways of the suggestion with their times, as the browser draws them; ``fit`` is the case they belong to."""
    ways = [
        RouteFeature(
            rank=worker.rank,
            line=worker.route.coordinates,
            label=f"{worker.name} {duration_text(worker.eta_s, language)}",
            key=str(worker.worker),
        )
        for worker in advice.workers
    ]
    return _for_case(route_data(ways), stage)


def ways_still(responders: Iterable[ResponderView], stage: Mapping[str, Any]) -> GeoJson:
    """The ways still ahead of those who were sent, each with its time; of who is there, none."""
    ways = [RouteFeature(1, one.line, f"{one.name} {one.eta}", str(one.worker)) for one in responders if one.line]
    return _for_case(route_data(ways), stage)


def no_way() -> GeoJson:
    """Nothing to draw."""
    return route_data(())


def _for_case(data: GeoJson, stage: Mapping[str, Any]) -> GeoJson:
    return data | {"fit": {"case_no": stage["case_no"], "lon": stage["lon"], "lat": stage["lat"]}}
