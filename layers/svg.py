"""Small pictures made of SVG, as images that need no request."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from dash import html


def picture(body: str, width: float, height: float, *, class_name: str = "picture", label: str = "") -> html.Img:
    """An image of an SVG body in a box of ``width`` by ``height`` units."""
    document = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'preserveAspectRatio="none">{body}</svg>'
    )
    return html.Img(src="data:image/svg+xml," + quote(document, safe="/ =:;,'()"), className=class_name, alt=label)


def sparkline(values: Sequence[float], colour: str, *, width: float = 120, height: float = 40) -> html.Img:
    """A line with its area beneath, from 0 (or the least value) to the largest; flat when all are equal."""
    points = _points(values, width, height)
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    area = f"0,{height:g} {line} {width:g},{height:g}"
    end_x, end_y = points[-1]
    body = (
        f'<polygon points="{area}" fill="{colour}" fill-opacity=".16"/>'
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.4" '
        f'stroke-linejoin="round" stroke-linecap="round" vector-effect="non-scaling-stroke"/>'
        f'<circle cx="{end_x - 2.5:.1f}" cy="{end_y:.1f}" r="2.5" fill="{colour}"/>'
    )
    return picture(body, width, height, class_name="sparkline")


def _points(values: Sequence[float], width: float, height: float) -> list[tuple[float, float]]:
    # a line needs two points: a lone value is drawn as a level line, none as a line at 0
    drawn = list(values) if len(values) > 1 else [*values, *values] or [0.0, 0.0]
    low, high = min(0.0, *drawn), max(drawn)
    span = (high - low) or 1.0
    step = width / (len(drawn) - 1)
    return [(index * step, height - 4 - (value - low) / span * (height - 8)) for index, value in enumerate(drawn)]
