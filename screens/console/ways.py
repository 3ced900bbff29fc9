"""The ways on the console's map: those of the suggestion, or the one still ahead of who was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dispatch.advice.given import Advice
from layers.feature import GeoJson, RouteFeature
from layers.routes import route_data
from mapdata.roads.routes import Route
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


def way_still(way: Route | None, stage: Mapping[str, Any], language: str) -> GeoJson:
    """The way still ahead of who was sent; no way when he is there, or nobody was sent."""
    ways = [] if way is None else [RouteFeature(1, way.line, duration_text(way.eta_s, language), str(stage["sent"]))]
    return _for_case(route_data(ways), stage)


def no_way() -> GeoJson:
    """Nothing to draw."""
    return route_data(())


def _for_case(data: GeoJson, stage: Mapping[str, Any]) -> GeoJson:
    return data | {"fit": {"case_no": stage["case_no"], "lon": stage["lon"], "lat": stage["lat"]}}
