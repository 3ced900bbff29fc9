"""The legend: the same shapes and colours as on the map, drawn as small pictures."""

from __future__ import annotations

from collections.abc import Callable

from dash import html

from layers.style import LOAD_CLASSES, PHASES, PRIORITY_COLOURS, WORKER_STYLES, Shape
from layers.svg import picture

TextOf = Callable[[str], str]
"""Gives the text of a key below ``layers`` in the reader's language."""

_SHAPES: dict[Shape, str] = {
    "disc": '<circle cx="10" cy="10" r="6" fill="{c}"/>',
    "arrow": '<circle cx="10" cy="11.5" r="5.5" fill="{c}"/><path d="M10 1 L13.5 6 H6.5 Z" fill="{c}"/>',
    "triangle": '<path d="M10 2.5 L17.5 16 H2.5 Z" fill="{c}"/>',
    "square": '<rect x="4" y="4" width="12" height="12" rx="1" fill="{c}"/>',
    "ring": '<circle cx="10" cy="10" r="5" fill="none" stroke="{c}" stroke-width="2.6"/>',
    "diamond": '<path d="M10 1.5 L18.5 10 L10 18.5 L1.5 10 Z" fill="{c}" stroke="#fff" stroke-width="1.4"/>',
    "cross": '<path d="M5 5 L15 15 M15 5 L5 15" stroke="{c}" stroke-width="3" stroke-linecap="round"/>',
}


def worker_symbol(shape: Shape, colour: str) -> str:
    """The SVG body of a worker's symbol in a box of 20 by 20."""
    return _SHAPES[shape].replace("{c}", colour)


def _entry(image: html.Img | html.Span, label: str) -> html.Li:
    return html.Li([image, html.Span(label)])


def worker_legend(text_of: TextOf) -> html.Ul:
    """One entry a status that can be on the map."""
    on_map = [style for style in WORKER_STYLES if style.status != "off_duty"]
    return html.Ul(
        [
            _entry(picture(worker_symbol(style.shape, style.colour), 20, 20), text_of(f"status.{style.status}"))
            for style in on_map
        ],
        className="legend-list",
    )


def incident_legend(text_of: TextOf) -> html.Ul:
    """Priorities by colour and digit, phases by the ring."""
    priorities = [
        _entry(html.Span(name[1], className=f"legend-pin {name}"), text_of(f"priority.{name}"))
        for name in PRIORITY_COLOURS
    ]
    phases = [_entry(html.Span(className=f"legend-phase {name}"), text_of(f"phase.{name}")) for name in PHASES]
    return html.Ul(priorities + phases, className="legend-list")


def load_legend(text_of: TextOf) -> html.Ul:
    """Classes of the choropleth, each with the numbers of open cases it stands for: 0, 1, 2–3 ... ≥ 7."""
    lasts = [load.least - 1 for load in LOAD_CLASSES[1:]]
    names = [
        str(last) if load.least == last else f"{load.least}–{last}"
        for load, last in zip(LOAD_CLASSES, lasts, strict=False)
    ]
    names.append(f"≥ {LOAD_CLASSES[-1].least}")
    # stronger than on the map: a small square with the map's faint fill would look empty
    swatches = [
        html.Li(
            [html.Span(style={"backgroundColor": load.colour, "opacity": 0.35 + load.opacity}), html.Span(name)],
        )
        for load, name in zip(LOAD_CLASSES, names, strict=True)
    ]
    return html.Ul(swatches, className="legend-load", title=text_of("load"))
