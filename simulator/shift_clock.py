"""The shift's own time: seconds since it began, played faster than real time."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

FIRST_HOUR = 8
"""Hour of the day at which a played day begins."""
DAY_S = 9 * 3600.0
"""A played day is the day shift, 08:00 to 17:00; the next day follows at once. Source: docs/domain.md, "Shifts"."""


class ShiftClock:
    """Shift time (s) played ``speed`` times faster than real time, from the moment it is started."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self.start()

    def start(self) -> None:
        """Let the shift begin now."""
        self._began = time.monotonic()
        self._began_at = datetime.now(UTC)

    def now_s(self) -> float:
        """The present shift time."""
        return (time.monotonic() - self._began) * self.speed

    def real(self, shift_s: float) -> datetime:
        """The real moment (UTC) of a shift time: what a phone writes on its fix."""
        return self._began_at + timedelta(seconds=shift_s / self.speed)

    async def until(self, shift_s: float) -> None:
        """Wait for a shift time; at once when it has passed."""
        await asyncio.sleep(max(0.0, (shift_s - self.now_s()) / self.speed))


def clock_face(shift_s: float) -> str:
    """Day and time of day of the shift, as it is told in the record: ``day 1 09:30``."""
    day, within_s = divmod(shift_s, DAY_S)
    minutes = int(within_s // 60)
    return f"day {int(day) + 1} {FIRST_HOUR + minutes // 60:02d}:{minutes % 60:02d}"
