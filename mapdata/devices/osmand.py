"""What OsmAnd, Traccar Client and their like send: a query of names and values, or the newer client's JSON.

The query is one form of two origins, and ``speed`` is not the same in both:

- OsmAnd fills a template the user writes: its speed is what the phone's system gives, metres a second; its ``hdop`` is
  the accuracy in metres; its time counts milliseconds.
- Traccar Client before 9.0 turns the speed into knots, as Traccar's protocol has it, and always sends ``batt``.

So a speed is in knots where the request has a name that Traccar's protocol has and OsmAnd has no value for.

Source: OsmAnd, LiveMonitoringHelper.java (getSpeed, getAccuracy as hdop, currentTimeMillis); traccar issue 3487
(OsmAnd's speed is shown at half); Traccar Client for Android, Position.kt and ProtocolFormatter.kt, and for iOS,
Position.swift and ProtocolFormatter.swift (knots, batt); Traccar, OsmAndProtocolDecoder.java and
https://www.traccar.org/osmand/ (valid; m/s in the JSON; level from 0 to 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from base.errors import InvalidInput
from mapdata.devices.report import DeviceReport, accuracy, between, heading, moment, percent, place, speed, truth

KNOT_MPS = 1852 / 3600
"""Source: the international nautical mile, 1852 m."""
_TRACCAR_NAMES = frozenset(
    ("batt", "charge", "mock", "alarm", "valid", "cell", "wifi", "driverUniqueId", "ignition", "rpm", "fuel")
)
"""Names of Traccar's protocol for which OsmAnd has no value to fill in."""
_MILLISECONDS_FROM = 1e11
"""As seconds, this would be the year 5138."""


def decode_query(values: Mapping[str, str], received_at: datetime) -> DeviceReport | None:
    """The place in a query; None when it has none (radio cells and wireless networks only).

    Parameters
    ----------
    values
        ``id`` or ``deviceid``, ``lat`` and ``lon`` or ``location=lat,lon``, ``timestamp``, ``speed`` (m/s from OsmAnd,
        knots from Traccar Client), ``bearing`` or ``heading``, ``accuracy`` (m), ``batt`` (percent), ``mock``,
        ``valid``.
    received_at
        the moment taken when the device gives none.

    Raises
    ------
    InvalidInput
        when the place or the time cannot be, naming it, or when the device itself says the place is not valid.
    """
    # the old client sends two values, the new one a pair, latitude first
    lat, lon = values.get("lat"), values.get("lon")
    if lat is None and "," in values.get("location", ""):
        lat, lon = values["location"].split(",", 1)
    if not lat and not lon:
        return None
    if "valid" in values and not truth(values["valid"]):
        raise InvalidInput("not_valid", field="valid")
    recorded_at = moment(values.get("timestamp"), "timestamp", received_at)
    return DeviceReport(
        values.get("id") or values.get("deviceid"),
        recorded_at,
        *place(lon, lat),
        accuracy_m=accuracy(values.get("accuracy")) or _osmand_accuracy(values),
        speed_mps=speed(values.get("speed"), 1 if _TRACCAR_NAMES.isdisjoint(values) else KNOT_MPS),
        heading_deg=heading(values.get("bearing", values.get("heading"))),
        battery_pct=percent(values.get("batt")),
        is_mock=truth(values.get("mock")),
    )


def _osmand_accuracy(values: Mapping[str, str]) -> float | None:
    """OsmAnd, known by its time in milliseconds, calls its accuracy in metres ``hdop``; of others it is no length."""
    is_osmand = _TRACCAR_NAMES.isdisjoint(values) and between(values.get("timestamp"), _MILLISECONDS_FROM, 1e15)
    return accuracy(values.get("hdop")) if is_osmand else None


def decode_json(body: Any, received_at: datetime) -> list[DeviceReport | InvalidInput]:
    """The places in a JSON body: ``device_id`` and one ``location`` or a list; for each that cannot be, what is wrong.

    Raises
    ------
    InvalidInput
        when it is no such body.
    """
    if not isinstance(body, dict) or "location" not in body:
        raise InvalidInput("device_body_unreadable", field="location")
    locations = body["location"] if isinstance(body["location"], list) else [body["location"]]
    device_id = None if body.get("device_id") is None else str(body["device_id"])
    return list(_decode_locations(locations, device_id, received_at))


def _decode_locations(
    locations: list[Any], device_id: str | None, received_at: datetime
) -> Iterator[DeviceReport | InvalidInput]:
    for location in locations:
        try:
            yield _decode_location(location, device_id, received_at)
        except InvalidInput as fault:
            yield fault


def _decode_location(location: Any, device_id: str | None, received_at: datetime) -> DeviceReport:
    coords = location.get("coords") if isinstance(location, dict) else None
    if not isinstance(coords, dict):
        raise InvalidInput("value_missing", field="location.coords")
    battery = location.get("battery")
    return DeviceReport(
        device_id,
        moment(location.get("timestamp"), "timestamp", received_at),
        *place(coords.get("longitude"), coords.get("latitude")),
        accuracy_m=accuracy(coords.get("accuracy")),
        speed_mps=speed(coords.get("speed")),
        heading_deg=heading(coords.get("heading")),
        battery_pct=percent(battery.get("level") if isinstance(battery, dict) else None, scale=100),
        is_mock=truth(location.get("mock")),
    )
