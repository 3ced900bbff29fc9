"""Plain records of what is drawn, and the GeoJSON they become (EPSG:4326, longitude first)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from layers.style import Phase

GeoJson = dict[str, Any]


@dataclass(frozen=True)
class GridFeature:
    """A grid with its present load; ``geometry`` is a GeoJSON (Multi)Polygon, the label's place in degrees."""

    code: str
    name: str
    geometry: GeoJson
    label_lon: float
    label_lat: float
    open_cases: int = 0


@dataclass(frozen=True)
class IncidentFeature:
    """An open case as a pin. ``title`` and ``subtitle`` are ready to be shown; ``is_new`` makes it pulse."""

    case_no: str
    lon: float
    lat: float
    priority: str
    phase: Phase
    title: str
    subtitle: str = ""
    is_new: bool = False
    is_overdue: bool = False


@dataclass(frozen=True)
class CameraFeature:
    """A camera and the sector it sees: heading and opening in degrees clockwise from north, range in metres."""

    camera_id: int
    name: str
    lon: float
    lat: float
    heading_deg: float
    fov_deg: float
    range_m: float
    is_ok: bool = True


@dataclass(frozen=True)
class RouteFeature:
    """A route along roads; rank 1 is drawn strongest. ``line`` is a sequence of (lon, lat)."""

    rank: int
    line: tuple[tuple[float, float], ...]
    label: str = ""
    key: str = ""


@dataclass(frozen=True)
class HighlightFeature:
    """A place pointed out: ``kind`` names its symbol (point, person, place, thing, camera, case, circle)."""

    kind: str
    lon: float
    lat: float
    label: str = ""
    radius_m: float | None = None
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SosFeature:
    """Who calls for help: where (degrees), what stands beside, and the pieces of his last way, each of (lon, lat)."""

    key: str
    lon: float
    lat: float
    label: str
    is_acknowledged: bool = False
    pieces: tuple[tuple[tuple[float, float], ...], ...] = ()


def collection(features: Iterable[GeoJson]) -> GeoJson:
    """A GeoJSON FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features)}


def point(lon: float, lat: float, **properties: Any) -> GeoJson:
    """A GeoJSON point feature."""
    geometry = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def shape(geometry: GeoJson, **properties: Any) -> GeoJson:
    """A GeoJSON feature of any geometry."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}
