"""Bends: smooth curves through given points, and a smooth field that warps straight things into grown ones."""

from __future__ import annotations

import numpy as np
from shapely import LineString

from mapdata.plane import Floats


def curve_parts(points: Floats, step_m: float = 40.0) -> list[Floats]:
    """A smooth curve through the points, a part for each stretch between two of them (the last point left out).

    Source: Catmull and Rom 1974, uniform cubic spline.
    """
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    pieces = []
    for p0, p1, p2, p3 in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        count = max(2, int(np.hypot(*(p2 - p1)) / step_m) + 1)
        t = np.linspace(0, 1, count, endpoint=False)[:, None]
        pieces.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )
    return pieces


def curve(points: Floats, step_m: float = 40.0) -> Floats:
    """A smooth curve through the points (n, 2), a corner every ``step_m`` or so."""
    return np.vstack([*curve_parts(points, step_m), points[-1:]])


def curve_line(points: Floats, step_m: float = 40.0) -> LineString:
    """The smooth curve through the points as a line."""
    return LineString(curve(points, step_m))


class Warp:
    """A smooth field of displacements: a few plane waves of random direction, the same for all who ask.

    Parameters
    ----------
    random
        source of the waves.
    reach_m
        typical displacement in metres.
    length_m
        typical wave length in metres.
    """

    def __init__(self, random: np.random.Generator, reach_m: float, length_m: float, waves: int = 6) -> None:
        angle = random.uniform(0, 2 * np.pi, (2, waves))
        number = 2 * np.pi / (length_m * random.uniform(0.6, 1.8, (2, waves)))
        self._kx, self._ky = number * np.cos(angle), number * np.sin(angle)
        self._phase = random.uniform(0, 2 * np.pi, (2, waves))
        self._reach_m = reach_m * np.sqrt(2 / waves)

    def value(self, points: Floats, axis: int = 0) -> Floats:
        """The field's value at the points (n, 2) along one axis, in metres."""
        waves = np.sin(points[:, :1] * self._kx[axis] + points[:, 1:] * self._ky[axis] + self._phase[axis])
        return np.asarray(self._reach_m * waves.sum(axis=1))

    def moved(self, points: Floats) -> Floats:
        """The points, each displaced by the field."""
        return points + np.column_stack([self.value(points, 0), self.value(points, 1)])
