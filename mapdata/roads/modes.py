"""How people move: which roads are open to which mode, and how fast they are on each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Mode = Literal["foot", "ebike", "car"]
MODES: tuple[Mode, ...] = ("foot", "ebike", "car")

WALK_MPS = 1.39
"""Walking, on any way and off it. Source: 5 km/h, the planning pace of GB 50220 walking circles."""
EBIKE_MPS = 5.56
"""Riding. Source: 20 km/h; GB 17761-2018 caps e-bikes at 25 km/h, traffic takes the rest."""
EBIKE_SLOW_MPS = 2.78
"""Riding among people on foot, 10 km/h. Source: docs/domain.md, "Travel speeds"."""

_SHARED_WITH_WALKERS = frozenset({"footway", "pedestrian", "path", "track", "living_street"})
_CLOSED_KINDS: dict[Mode, frozenset[str]] = {
    "foot": frozenset({"motorway", "motorway_link"}),
    "ebike": frozenset({"motorway", "motorway_link", "trunk", "trunk_link", "steps"}),
    "car": frozenset({"footway", "pedestrian", "path", "steps", "cycleway", "bridleway", "corridor"}),
}
CAR_KMH: dict[str, float] = {
    "motorway": 100,
    "trunk": 80,
    "primary": 50,
    "secondary": 45,
    "tertiary": 40,
    "unclassified": 30,
    "residential": 30,
    "service": 20,
    "living_street": 10,
    "track": 15,
}
"""Speed of a car by kind of road in km/h; links as their road, other kinds 25. Source: JTG B01 design speeds, urban
ones lowered by a third for junctions: docs/domain.md, "Travel speeds"."""
_CAR_OTHER_KMH = 25.0


def is_open(kind: str, mode: Mode) -> bool:
    """Whether a kind of road (OSM highway value) is open to the mode at all."""
    return kind not in _CLOSED_KINDS[mode]


def speed_mps(kind: str, mode: Mode) -> float:
    """Travel speed on a kind of road that is open to the mode, in metres a second."""
    if mode == "foot":
        return WALK_MPS
    if mode == "ebike":
        return EBIKE_SLOW_MPS if kind in _SHARED_WITH_WALKERS else EBIKE_MPS
    return CAR_KMH.get(kind.removesuffix("_link"), _CAR_OTHER_KMH) / 3.6


def speeds_mps(kinds: Sequence[str], mode: Mode) -> NDArray[np.float64]:
    """The speed of each road of a list; 0 where the kind is closed to the mode."""
    speed_of_kind = {kind: speed_mps(kind, mode) if is_open(kind, mode) else 0.0 for kind in set(kinds)}
    return np.fromiter((speed_of_kind[kind] for kind in kinds), np.float64, len(kinds))
