"""The legend of a printed map: one line of what its marks mean, only of those that are on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from layers.marks import escape
from layers.style import PRIORITY_COLOURS, WORKER_STYLES

GRID_COLOUR, TRACK_COLOUR = "#7a4b9c", "#0b7a4b"
_COLOURS = {style.status: style.colour for style in WORKER_STYLES} | PRIORITY_COLOURS
_MARK_STYLE = "display:inline-block;vertical-align:middle;margin-right:.35rem;print-color-adjust:exact;"
_MARKS = {
    "worker": "width:9px;height:9px;border-radius:50%;border:1.5px solid #10202f;background:{colour}",
    "pin": "width:13px;height:13px;border-radius:50%;box-shadow:0 0 2px #0008;background:{colour}",
    "grid": f"width:26px;border-top:2px dashed {GRID_COLOUR}",
    "track": f"width:26px;border-top:5px solid {TRACK_COLOUR}",
}


@dataclass(frozen=True)
class LegendEntry:
    """A mark and what it means; ``key`` is a worker's status or a priority where the mark has a colour of its own."""

    mark: Literal["worker", "pin", "grid", "track"]
    label: str
    key: str = ""


def legend_html(entries: Sequence[LegendEntry]) -> str:
    """The legend as one paragraph; nothing where there is nothing to explain."""
    html = "".join(_entry(entry) for entry in entries)
    return f'<p class="legend">{html}</p>' if html else ""


def _entry(entry: LegendEntry) -> str:
    style = _MARK_STYLE + _MARKS[entry.mark].format(colour=_COLOURS.get(entry.key, ""))
    mark_and_label = f'<i style="{style}"></i>{escape(entry.label)}'
    return f'<span style="display:inline-block;margin-right:1.4rem">{mark_and_label}</span>'
