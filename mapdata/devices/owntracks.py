"""What OwnTracks phones post: one JSON message; only one of type ``location`` has a place.

Source: https://owntracks.org/booklet/tech/json/; ``vel`` is in km/h, ``tst`` in seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from base.errors import InvalidInput
from mapdata.devices.report import DeviceReport, measured, moment, number


def decode_message(body: Any, received_at: datetime, sender: Mapping[str, str] | None = None) -> DeviceReport | None:
    """The place in a message; None when it is of another type than ``location``.

    Parameters
    ----------
    body
        the message as JSON gives it.
    received_at
        the moment taken when the message has none.
    sender
        what the request says of the sender: ``user`` (header ``X-Limit-U`` or query ``u``).

    Raises
    ------
    InvalidInput
        naming the value that cannot be read.
    """
    if not isinstance(body, dict):
        raise InvalidInput("device_body_unreadable", field="_type")
    if body.get("_type") != "location":
        return None
    lon, lat = number(body.get("lon"), "lon", -180, 180), number(body.get("lat"), "lat", -90, 90)
    if lon is None or lat is None:
        raise InvalidInput("device_value_missing", field="lon" if lon is None else "lat")
    speed_kmh = measured(body.get("vel"), "vel")
    battery = measured(body.get("batt"), "batt")
    return DeviceReport(
        _device_id(body, sender or {}),
        moment(body.get("tst"), "tst", received_at),
        lon,
        lat,
        accuracy_m=measured(body.get("acc"), "acc"),
        speed_mps=None if speed_kmh is None else speed_kmh / 3.6,
        heading_deg=measured(body.get("cog"), "cog"),
        battery_pct=None if battery is None or battery > 100 else round(battery),
    )


def _device_id(body: Mapping[str, Any], sender: Mapping[str, str]) -> str | None:
    """The user of the request, or of the topic ``owntracks/<user>/<device>``, or the two letters of the tracker."""
    # in this order: whoever set up the phone chose the user, while the two letters are made from it and not unique
    topic = str(body.get("topic", "")).split("/")
    if sender.get("user"):
        return sender["user"]
    if len(topic) == 3 and topic[0] == "owntracks":
        return topic[1]
    return str(body["tid"]) if "tid" in body else None
