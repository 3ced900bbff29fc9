"""How the map is drawn, in one place: panes, colours, shapes; for Python and (through ``data-style``) the browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PANES: tuple[str, ...] = ("grids", "routes", "cameras", "workers", "labels", "incidents", "highlight")
"""Our panes from bottom to top; ``layers/browser/maps.js`` makes them on every map."""

Shape = Literal["disc", "arrow", "triangle", "square", "ring", "diamond", "cross"]


@dataclass(frozen=True)
class WorkerStyle:
    """How a worker of one status is drawn: colour (sRGB) and shape, so that no meaning hangs on colour alone."""

    status: str
    colour: str
    shape: Shape


WORKER_STYLES: tuple[WorkerStyle, ...] = (
    WorkerStyle("off_duty", "#56657a", "ring"),
    WorkerStyle("on_duty_idle", "#5cc8ff", "disc"),
    WorkerStyle("patrolling", "#34e0a1", "arrow"),
    WorkerStyle("responding", "#ffd23f", "triangle"),
    WorkerStyle("on_scene", "#ff9a3d", "square"),
    WorkerStyle("break", "#b9c4d2", "ring"),
    WorkerStyle("sos", "#ff4d67", "diamond"),
    WorkerStyle("offline", "#8494a8", "cross"),
)
"""In the order of the wire frame's status index. Source: hues apart in Okabe and Ito's colour-blind safe set."""

PRIORITY_COLOURS: dict[str, str] = {"P1": "#ff4b55", "P2": "#ff9f2e", "P3": "#4da3ff", "P4": "#a9b8c9"}

Phase = Literal["waiting", "under_way", "on_scene", "handled"]
PHASES: tuple[Phase, ...] = ("waiting", "under_way", "on_scene", "handled")
"""What matters on a map about an open case: nobody sent, somebody on the way, somebody there, to be checked."""


@dataclass(frozen=True)
class LoadClass:
    """A class of the choropleth: from ``least`` open cases on, this fill."""

    least: int
    colour: str
    opacity: float


LOAD_CLASSES: tuple[LoadClass, ...] = (
    LoadClass(0, "#2b6f8f", 0.05),
    LoadClass(1, "#2f8fb3", 0.20),
    LoadClass(2, "#c7a43a", 0.26),
    LoadClass(4, "#e0762f", 0.32),
    LoadClass(7, "#e0443f", 0.40),
)
"""Open cases in a grid to fill colour, low to high."""

BACKGROUND = "#0a1626"
"""Colour of the map where nothing is, and of the panels' ground."""


def load_class(open_cases: int) -> LoadClass:
    """The class a number of open cases falls in."""
    return next(load for load in reversed(LOAD_CLASSES) if open_cases >= load.least)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21.

    Source: WCAG 2.2, relative luminance and contrast ratio.
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
