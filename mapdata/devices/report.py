"""One place reported by a phone, whatever its protocol, and how its values are read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from base.errors import InvalidInput
from mapdata.positions import Fix


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


def number(given: Any, field: str, low: float = -1e9, high: float = 1e9) -> float | None:
    """The number given, None when nothing is.

    Raises
    ------
    InvalidInput
        when it is no finite number or out of its range.
    """
    if given is None or given == "":
        return None
    try:
        value = float(given)
    except (TypeError, ValueError):
        value = math.nan
    # float(True) is 1.0, and NaN fails every comparison
    if isinstance(given, bool) or not low <= value <= high:
        raise InvalidInput("device_number_unreadable", field=field, given=str(given)[:40], low=low, high=high)
    return value


def measured(given: Any, field: str) -> float | None:
    """A measured quantity; None when the device writes a negative number for "unknown"."""
    value = number(given, field)
    return None if value is None or value < 0 else value


def moment(given: Any, field: str, default: datetime) -> datetime:
    """The moment given: seconds or milliseconds since 1970, ISO 8601, or ``2014-06-04 09:10:11``; UTC when no zone.

    Raises
    ------
    InvalidInput
        when it is none of these.

    Source: Traccar's OsmAnd decoder: a number below 2^31 counts seconds, a larger one milliseconds.
    """
    if given is None or given == "":
        return default
    text = str(given).strip()
    try:
        if text.replace(".", "", 1).isdigit():
            value = float(text)
            return datetime.fromtimestamp(value if value < 2**31 else value / 1000, UTC)
        parsed = datetime.fromisoformat(text)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidInput("device_time_unreadable", field=field, given=text[:40]) from error
