"""What Traccar Client and OsmAnd phones send: a query of names and values, or the newer client's JSON.

Source: https://www.traccar.org/osmand/ and Traccar's decoder; speed is in knots in the query, in m/s in the JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from base.errors import InvalidInput
from mapdata.devices.report import DeviceReport, measured, moment, number

KNOT_MPS = 1852 / 3600
"""Source: the international nautical mile, 1852 m."""


def decode_query(values: Mapping[str, str], received_at: datetime) -> DeviceReport | None:
    """The place in a query; None when it has none (radio cells and wireless networks only).

    Parameters
    ----------
    values
        ``id`` or ``deviceid``, ``lat`` and ``lon`` or ``location=lat,lon``, ``timestamp``, ``speed`` (knots),
        ``bearing`` or ``heading``, ``accuracy`` (m), ``batt`` (percent), ``mock``.
    received_at
        the moment taken when the device gives none.

    Raises
    ------
    InvalidInput
        naming the value that cannot be read.
    """
    # the old client sends two values, the new one a pair, latitude first
    lat, lon = values.get("lat"), values.get("lon")
    if lat is None and "," in values.get("location", ""):
        lat, lon = values["location"].split(",", 1)
    point = _point(lon, lat)
    if point is None:
        return None
    speed = measured(values.get("speed"), "speed")
    return DeviceReport(
        values.get("id") or values.get("deviceid"),
        moment(values.get("timestamp"), "timestamp", received_at),
        *point,
        accuracy_m=measured(values.get("accuracy"), "accuracy"),
        speed_mps=None if speed is None else speed * KNOT_MPS,
        heading_deg=measured(values.get("bearing", values.get("heading")), "bearing"),
        battery_pct=_percent(measured(values.get("batt"), "batt"), scale=1),
        is_mock=values.get("mock", "").lower() in ("true", "1"),
    )


def decode_json(body: Any, received_at: datetime) -> list[DeviceReport]:
    """The places in a JSON body: ``device_id`` and one ``location`` or a list of them.

    Raises
    ------
    InvalidInput
        naming the value that cannot be read.
    """
    if not isinstance(body, dict) or "location" not in body:
        raise InvalidInput("device_body_unreadable", field="location")
    locations = body["location"] if isinstance(body["location"], list) else [body["location"]]
    device_id = None if body.get("device_id") is None else str(body["device_id"])
    reports = (_decode_location(location, device_id, received_at) for location in locations)
    return [report for report in reports if report is not None]


def _decode_location(location: Any, device_id: str | None, received_at: datetime) -> DeviceReport | None:
    coords = location.get("coords") if isinstance(location, dict) else None
    if not isinstance(coords, dict):
        raise InvalidInput("device_body_unreadable", field="location.coords")
    point = _point(coords.get("longitude"), coords.get("latitude"))
    if point is None:
        return None
    battery = location.get("battery")
    level = battery.get("level") if isinstance(battery, dict) else None
    return DeviceReport(
        device_id,
        moment(location.get("timestamp"), "timestamp", received_at),
        *point,
        accuracy_m=measured(coords.get("accuracy"), "accuracy"),
        speed_mps=measured(coords.get("speed"), "speed"),
        heading_deg=measured(coords.get("heading"), "heading"),
        battery_pct=_percent(measured(level, "battery.level"), scale=100),
        is_mock=location.get("mock") is True,
    )


def _point(lon: Any, lat: Any) -> tuple[float, float] | None:
    lon_deg, lat_deg = number(lon, "lon", -180, 180), number(lat, "lat", -90, 90)
    if lon_deg is None and lat_deg is None:
        return None
    if lon_deg is None or lat_deg is None:
        raise InvalidInput("device_value_missing", field="lon" if lon_deg is None else "lat")
    return lon_deg, lat_deg


def _percent(value: float | None, scale: int) -> int | None:
    return None if value is None or value * scale > 100 else round(value * scale)
