"""What OwnTracks phones post: one JSON message; only one of type ``location`` has a place.

Source: https://owntracks.org/booklet/tech/json/ and https://owntracks.org/booklet/tech/http/; ``vel`` is in km/h,
``tst`` in seconds since 1970, ``acc`` in metres, ``batt`` in percent. An empty body is a friend forgotten, to
be ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from base.errors import InvalidInput
from mapdata.devices.report import DeviceReport, accuracy, heading, moment, percent, place, speed

KMH_MPS = 1 / 3.6
OTHER_TYPES = frozenset(
    (
        "beacon",
        "card",
        "cmd",
        "configuration",
        "dump",
        "lwt",
        "request",
        "status",
        "steps",
        "transition",
        "waypoint",
        "waypoints",
    )
)
"""Messages that are no report of a place. Where a region was entered (``transition``), a ``location`` comes as well."""
_NO_FIX_TRIGGERS = frozenset(("l", "L"))
"""The last known place, as the fix was lost or the device shut down. Source: the booklet until July 2024, Greenwich."""


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
        when it is no message, its place or time cannot be, naming it, or the device itself says that it is no fix.
    """
    if not isinstance(body, dict):
        raise InvalidInput("device_body_unreadable", field="_type")
    if body.get("_type") != "location":
        return None
    if str(body.get("t")) in _NO_FIX_TRIGGERS:
        raise InvalidInput("not_valid", field="t")
    return DeviceReport(
        _device_id(body, sender or {}),
        moment(body.get("tst"), "tst", received_at),
        *place(body.get("lon"), body.get("lat")),
        accuracy_m=accuracy(body.get("acc")),
        speed_mps=speed(body.get("vel"), KMH_MPS),
        heading_deg=heading(body.get("cog")),
        battery_pct=percent(body.get("batt")),
    )


def is_known(body: Any) -> bool:
    """Whether it is a message OwnTracks is known to send and that can be read (an encrypted one cannot)."""
    return isinstance(body, dict) and str(body.get("_type")) in OTHER_TYPES | {"location"}


def _device_id(body: Mapping[str, Any], sender: Mapping[str, str]) -> str | None:
    """The user of the request, or of the topic ``owntracks/<user>/<device>``, or the two letters of the tracker."""
    # in this order: whoever set up the phone chose the user, while the two letters are made from it and not unique
    topic = str(body.get("topic", "")).split("/")
    if sender.get("user"):
        return sender["user"]
    if len(topic) == 3 and topic[0] == "owntracks":
        return topic[1]
    return str(body["tid"]) if "tid" in body else None
