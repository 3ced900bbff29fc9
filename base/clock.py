"""The time, asked for in one place so that tests can set it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
TOWN_ZONE = ZoneInfo("Asia/Shanghai")
"""What clocks on the wall show. Source: docs/adr/0005; China has one zone, UTC+8, no summer time."""


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def as_aware(moment: datetime) -> datetime:
    """The moment with a zone: one that names none is meant in the town's time."""
    return moment if moment.tzinfo else moment.replace(tzinfo=TOWN_ZONE)


def rfc3339(at: datetime | None) -> str | None:
    """A moment as the API writes it: RFC 3339 in UTC; None stays None."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")
