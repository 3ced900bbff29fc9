"""The town's own border: a hand-made ring shaped after Yaozhuang, not the real boundary."""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely
from shapely import Polygon

from mapdata.plane import Floats
from towns.demo.curves import curve
from towns.demo.plane import metres

NORTH_BANK: list[tuple[float, float]] = [
    (120.9000, 31.0131), (120.9085, 31.0117), (120.9180, 31.0111), (120.9270, 31.0109), (120.9350, 31.0128),
    (120.9420, 31.0187), (120.9490, 31.0240), (120.9550, 31.0252), (120.9606, 31.0212), (120.9668, 31.0170),
    (120.9755, 31.0143), (120.9840, 31.0125),
]  # fmt: skip
"""The northern border, west to east (EPSG:4326); it runs in the middle of the 太浦河."""

LAND_SIDE: list[tuple[float, float]] = [
    (120.9872, 31.0062), (120.9868, 30.9985), (120.9914, 30.9911), (120.9944, 30.9834), (120.9953, 30.9768),
    (120.9896, 30.9702), (120.9884, 30.9611), (120.9893, 30.9530), (120.9918, 30.9442), (120.9951, 30.9368),
    (120.9956, 30.9260), (120.9953, 30.9150), (120.9940, 30.9076), (120.9872, 30.9003), (120.9880, 30.8932),
    (120.9765, 30.8906), (120.9672, 30.8895), (120.9580, 30.8891), (120.9500, 30.8896), (120.9428, 30.8908),
    (120.9366, 30.8968), (120.9343, 30.9034), (120.9338, 30.9102), (120.9329, 30.9240), (120.9350, 30.9335),
    (120.9366, 30.9405), (120.9408, 30.9500), (120.9437, 30.9618), (120.9428, 30.9748), (120.9364, 30.9879),
    (120.9215, 31.0002), (120.9108, 31.0060),
]  # fmt: skip
"""The rest of the ring, clockwise from the north-east (EPSG:4326)."""

CORE: tuple[float, float] = (120.9550, 30.9130)
"""Middle of the town core (EPSG:4326)."""


def north_bank() -> Floats:
    """The northern border as a smooth curve, metres, west to east."""
    return curve(metres(NORTH_BANK), 60.0)


def town_outline() -> Polygon:
    """The town's polygon in metres, corners on whole half metres."""
    bank = north_bank()
    land = curve(np.vstack([bank[-1:], metres(LAND_SIDE), bank[:1]]), 90.0)
    ring = np.vstack([bank, land[1:-1]])
    return shapely.set_precision(Polygon((ring * 2).round() / 2), 0.5)


@cache
def core_point() -> Floats:
    """Middle of the town core in metres, shape (2,)."""
    return np.asarray(metres([CORE])[0])
