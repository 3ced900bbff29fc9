"""One place reported by a phone, whatever its protocol, and how its values are read.

A place or a time that cannot be is a fault of this one report. Every other value that cannot be is unknown: no phone
loses its place because it did not know its speed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from base.errors import InvalidInput
from mapdata.positions import Fix

_EPOCH_LIMIT_S = 2**31
"""Source: Traccar's OsmAndProtocolDecoder: a smaller number counts seconds, another one milliseconds."""


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """One place reported by a device; WGS-84 degrees, metres, metres a second; None where it says nothing."""

    device_id: str | None
    recorded_at: datetime
    lon: float
    lat: float
    accuracy_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    battery_pct: int | None = None
    is_mock: bool = False

    def fix(self, worker_id: int, source: str) -> Fix:
        """The report as a fix of a worker."""
        return Fix(
            worker_id,
            self.recorded_at,
            self.lon,
            self.lat,
            accuracy_m=self.accuracy_m,
            speed_mps=self.speed_mps,
            heading_deg=self.heading_deg,
            source=source,
            battery_pct=self.battery_pct,
            is_mock=self.is_mock,
        )


def shown(given: Any) -> str:
    """What was given, short and fit to be repeated in an answer."""
    if isinstance(given, dict | list):
        return "{…}" if isinstance(given, dict) else "[…]"
    # half of a surrogate pair is a string to JSON, but cannot be written as UTF-8
    return str(given)[:40].encode("utf-8", "replace").decode()


def number(given: Any) -> float | None:
    """The finite number given, in a text or not; None for everything else, true and false among it."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        value = math.nan if isinstance(given, str) and "_" in given else float(given)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def between(given: Any, low: float, high: float) -> float | None:
    """The number given; None where it is none or cannot be (devices write -1 for "unknown")."""
    value = number(given)
    return value if value is not None and low <= value <= high else None


def speed(given: Any, unit_mps: float = 1) -> float | None:
    """A speed in m/s; ``unit_mps`` is how many of them the device's unit is. None when it is unknown."""
    value = between(given, 0, 1e6)
    return None if value is None else value * unit_mps


def accuracy(given: Any) -> float | None:
    """An accuracy in metres; None when it is unknown.

    Source: 0 is what phones write who do not know it: Traccar Client for Android for every fix of its GPS
    (Position.kt), OwnTracks where its location has none (MessageLocation.kt).
    """
    return between(given, 0, 1e6) or None


def heading(given: Any) -> float | None:
    """A heading in degrees clockwise from north, 0 to 360; None when it is unknown."""
    return between(given, 0, 360)


def percent(given: Any, scale: int = 1) -> int | None:
    """A share as a whole number of percent; ``scale`` is 100 where the device counts to 1. None when it is unknown."""
    value = between(given, 0, 100 / scale)
    return None if value is None else round(value * scale)


def truth(given: Any) -> bool:
    """Whether something is said to be so: true or 1, in a text or not."""
    return given is True or (not isinstance(given, bool) and str(given).lower() in ("true", "1", "1.0"))


def place(lon: Any, lat: Any, names: tuple[str, str] = ("lon", "lat")) -> tuple[float, float]:
    """The degrees given, longitude first.

    Raises
    ------
    InvalidInput
        naming the one that is missing, no number, or not on the earth.
    """
    lon_name, lat_name = names
    return _degrees(lon, lon_name, 180), _degrees(lat, lat_name, 90)


def _degrees(given: Any, field: str, most: int) -> float:
    if given is None or given == "":
        raise InvalidInput("value_missing", field=field)
    value = between(given, -most, most)
    if value is None:
        raise InvalidInput("out_of_range", field=field, given=shown(given))
    return value


def moment(given: Any, field: str, default: datetime | None = None, *, zone_needed: bool = False) -> datetime:
    """The moment given: seconds or milliseconds since 1970, ISO 8601, or ``2014-06-04 09:10:11``.

    Parameters
    ----------
    given
        as the device wrote it.
    field
        its name there.
    default
        taken where nothing is given; None where something must be.
    zone_needed
        whether a time without an offset is a fault; otherwise it is UTC.

    Raises
    ------
    InvalidInput
        when it is none of these, or missing.
    """
    if given is None or given == "":
        if default is None:
            raise InvalidInput("value_missing", field=field)
        return default
    try:
        found = _parsed(given)
        if zone_needed and found.tzinfo is None:
            raise ValueError
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidInput("time_unreadable", field=field, given=shown(given)) from error


def _parsed(given: Any) -> datetime:
    if isinstance(given, str) and not given.strip().replace(".", "", 1).isdigit():
        return datetime.fromisoformat(given.strip().upper())
    value = between(given, 0, 1e15)
    if value is None:
        raise ValueError
    return datetime.fromtimestamp(value if value < _EPOCH_LIMIT_S else value / 1000, UTC)
