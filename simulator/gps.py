"""What a phone's receiver makes of a place: an error that drifts, now and then a bad fix, hours without a network."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.chance import stream
from simulator.ground import Point, moved
from simulator.shift_clock import DAY_S

_MEMORY = 0.85
"""Share of the error that is still there after one fix interval."""
_BAD_FIX_ONE_IN = 400


class Receiver:
    """One phone's receiver; errors of 3 to 8 m that change slowly."""

    def __init__(self, seed: int, worker_id: int) -> None:
        self._chance = stream(seed, "gps", worker_id)
        self._sigma_m = self._chance.uniform(3.0, 8.0) / math.sqrt(2)
        self._east_m = self._chance.gauss(0, self._sigma_m)
        self._north_m = self._chance.gauss(0, self._sigma_m)

    def read(self, place: Point) -> tuple[Point, float]:
        """The place with its error, and the accuracy (m) the phone claims."""
        new = math.sqrt(1 - _MEMORY**2) * self._sigma_m
        self._east_m = _MEMORY * self._east_m + self._chance.gauss(0, new)
        self._north_m = _MEMORY * self._north_m + self._chance.gauss(0, new)
        accuracy_m = self._sigma_m * self._chance.uniform(1.2, 2.0)
        if self._chance.randrange(_BAD_FIX_ONE_IN) == 0:
            far_m = self._chance.uniform(150, 400)
            angle = self._chance.uniform(0, 2 * math.pi)
            return moved(place, far_m * math.cos(angle), far_m * math.sin(angle)), round(far_m * 1.5, 1)
        return moved(place, self._east_m, self._north_m), round(accuracy_m, 1)


@dataclass(frozen=True)
class DropOut:
    """A time without a network (shift seconds); its fixes are sent when it is over."""

    from_s: float
    until_s: float


def drop_outs(seed: int, worker_id: int, day: int) -> list[DropOut]:
    """The drop-outs of a worker's day: none to three, of 2 to 8 minutes."""
    chance = stream(seed, "drop-out", worker_id, day)
    starts = sorted(chance.uniform(0.05, 0.9) * DAY_S for _ in range(chance.choice([0, 1, 1, 2, 3])))
    return [DropOut(day * DAY_S + start, day * DAY_S + start + chance.uniform(120, 480)) for start in starts]


def battery_pct(full_pct: float, within_day_s: float) -> int:
    """Charge of a phone so many seconds after the day began."""
    return max(8, round(full_pct - within_day_s / 3600 * 8))
