"""How far up a case is: from the grid, where most are settled, to the county. Source: docs/domain.md, "The ladder"."""

from __future__ import annotations

GRID, TOWN, COUNTY = 1, 3, 4
"""0 is the micro-grid (微网格), 2 the village (村社)."""


def level_of(priority: str) -> int:
    """Where a case of this priority begins: a major emergency goes straight to the town's centre."""
    return TOWN if priority == "P1" else GRID
