"""Names of the wall's parts: every id the board channel or a callback speaks of."""

from __future__ import annotations

MAP = "wall-map"
GRIDS = "wall-grids"
GRID_LABELS = "wall-grid-labels"
CAMERAS = "wall-cameras"
INCIDENTS = "wall-incidents"
SOS_MAP = "wall-sos-map"

FIGURES = "wall-figures"
QUEUE = "wall-queue"
QUEUE_COUNT = "wall-queue-count"
HOURS = "wall-hours"
WORKFORCE = "wall-workforce"
URGENT = "urgent-cases"
SOS = "wall-sos"
REFUSED = "wall-refused"
REFUSED_CLOCK = "wall-refused-clock"

BOARD_PARTS = (
    GRIDS, GRID_LABELS, CAMERAS, INCIDENTS, FIGURES, QUEUE, QUEUE_COUNT, HOURS, WORKFORCE, URGENT, SOS, SOS_MAP,
)  # fmt: skip
"""What the board channel fills in."""
