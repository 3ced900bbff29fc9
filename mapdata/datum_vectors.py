"""Points known in every datum, to see that this machine computes them right."""

from __future__ import annotations

from base.checks import Check, check
from mapdata.datum import Datum, LonLat, from_wgs84

VECTORS: tuple[tuple[LonLat, LonLat, LonLat], ...] = (
    ((116.397428, 39.909230), (116.4036716260, 39.9106335064), (116.4100441017, 39.9169728561)),
    ((120.925300, 30.831100), (120.9294379443, 30.8286761924), (120.9359298365, 30.8346627567)),
    ((87.616800, 43.825600), (87.6196499495, 43.8268053931), (87.6260997708, 43.8329497948)),
)
"""WGS-84, GCJ-02, BD-09, degrees. Source: docs/domain.md, "Datum test vectors"."""

_CLOSE_ENOUGH_DEG = 1e-6
"""A tenth of a metre."""


def check_datum() -> Check:
    """Whether every known point comes out where it is known to be."""
    datums: tuple[Datum, Datum] = ("gcj02", "bd09")
    wrong = [
        f"{datum} {wgs84}"
        for wgs84, *known in VECTORS
        for datum, point in zip(datums, known, strict=True)
        if max(abs(a - b) for a, b in zip(from_wgs84(*wgs84, datum), point, strict=True)) > _CLOSE_ENOUGH_DEG
    ]
    return check("datum", "failed", wrong=wrong) if wrong else check("datum", "ok", count=2 * len(VECTORS))
