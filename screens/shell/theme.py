"""Colours that Python gives to components, the same as in ``shell.css``."""

from __future__ import annotations

PANEL = "#0d1b2c"
FIGURE_COLOURS: dict[str, str] = {
    "on_duty": "#34e0a1",
    "waiting": "#ffd23f",
    "in_hand": "#5cc8ff",
    "overdue": "#ff6b74",
    "arrival": "#d9a6ff",
    "closed_today": "#7fe08a",
}
"""One colour a figure; each stands at 4.5:1 or more on a panel."""
