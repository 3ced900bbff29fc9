"""Cameras with the sector each one sees."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, radians, sin
from typing import Any

import dash_leaflet as dl

from layers.feature import CameraFeature, GeoJson, collection, point, shape
from mapdata.plane import moved

_STEPS = 8


def sector(camera: CameraFeature) -> GeoJson:
    """The polygon (EPSG:4326) a camera sees."""
    start = camera.heading_deg - camera.fov_deg / 2
    # the arc as a few straight pieces: at the size it is drawn nobody sees the corners
    ring = [[camera.lon, camera.lat]]
    for step in range(_STEPS + 1):
        bearing = radians(start + camera.fov_deg * step / _STEPS)
        east_m, north_m = camera.range_m * sin(bearing), camera.range_m * cos(bearing)
        lon, lat = moved(camera.lon, camera.lat, east_m, north_m)
        ring.append([round(lon, 6), round(lat, 6)])
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def camera_data(features: Iterable[CameraFeature]) -> GeoJson:
    """Sectors and symbols."""
    cameras = list(features)
    sectors = [shape(sector(camera), camera=camera.camera_id, is_ok=camera.is_ok) for camera in cameras]
    symbols = [
        point(camera.lon, camera.lat, camera=camera.camera_id, name=camera.name, is_ok=camera.is_ok)
        for camera in cameras
    ]
    return collection(sectors + symbols)


def camera_layer(id: str, features: Iterable[CameraFeature] = (), **options: Any) -> dl.GeoJSON:  # noqa: A002
    """The cameras of ``camera_data`` on the pane ``cameras``."""
    return dl.GeoJSON(
        id=id,
        data=camera_data(features),
        pane="cameras",
        style={"variable": "gridcommand.layers.cameraStyle"},
        pointToLayer={"variable": "gridcommand.layers.cameraSymbol"},
        **options,
    )
