"""The ground of a printed map: land, water, buildings and roads as one drawing in the file, sharp at every size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class GroundPath:
    """A layer's features of one kind, areas or lines, as one SVG path in the units of the ground."""

    layer: str
    kind: str
    is_area: bool
    path: str


@dataclass(frozen=True)
class Ground:
    """What lies under everything: bounds (west, south, east, north, EPSG:4326), size in units of EPSG:3857, paths."""

    bounds: tuple[float, float, float, float]
    wide: int
    high: int
    paths: Sequence[GroundPath]


_LAND = {
    "residential": "#ece4d8",
    "industrial": "#e4dfe0",
    "forest": "#cfe2c0",
    "park": "#cfe5bb",
    "orchard": "#dbe8c9",
    "grass": "#dfeccd",
}
_FIELD, _WATER = "#e6eeda", "#a9cfe6"
_BUILDING, _BUILDING_EDGE = "#cdc6b8", "#a89f8d"
_ROAD, _ROAD_EDGE = "#ffffff", "#b9ac92"
_MAJOR_ROADS = {"motorway": 5.0, "trunk": 4.5, "primary": 4.0, "secondary": 3.2, "tertiary": 2.4}
_MINOR_ROAD_PX, _EDGES_PX = 1.4, 1.2
"""Width of a small road, and how much wider its edges are, in pixels at every zoom."""


def ground_picture(ground: Ground) -> str:
    """The ground as an SVG element with the id ``ground``."""
    drawn = "".join([*_areas(ground), *_roads(ground)])
    return (
        f'<svg id="ground" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {ground.wide} {ground.high}" '
        f'preserveAspectRatio="none"><g stroke-linejoin="round" stroke-linecap="round">{drawn}</g></svg>'
    )


def _areas(ground: Ground) -> Iterator[str]:
    """Land, then water, then buildings, each kind as it comes."""
    for each in _of(ground, "land"):
        if each.is_area:
            yield _drawn(each.path, fill=_LAND.get(each.kind, _FIELD))
    for each in _of(ground, "water"):
        yield _drawn(each.path, fill=_WATER if each.is_area else "none", stroke=_WATER, width_px=1.5)
    for each in _of(ground, "buildings"):
        if each.is_area:
            yield _drawn(each.path, fill=_BUILDING, stroke=_BUILDING_EDGE, width_px=0.4)


def _roads(ground: Ground) -> Iterator[str]:
    """The edges of every road, then the roads, the widest on top."""
    roads = sorted((_width_px(each.kind), each.path) for each in _of(ground, "roads") if not each.is_area)
    for width, path in roads:
        yield _drawn(path, stroke=_ROAD_EDGE, width_px=width + _EDGES_PX)
    for width, path in roads:
        yield _drawn(path, stroke=_ROAD, width_px=width)


def _of(ground: Ground, layer: str) -> list[GroundPath]:
    return [each for each in ground.paths if each.layer == layer]


def _width_px(kind: str) -> float:
    return _MAJOR_ROADS.get(kind.removesuffix("_link"), _MINOR_ROAD_PX)


def _drawn(path: str, *, fill: str = "none", stroke: str = "none", width_px: float = 0) -> str:
    """One path; its line is so many pixels wide however large the picture is."""
    line = f' stroke="{stroke}" stroke-width="{width_px:g}" vector-effect="non-scaling-stroke"' if width_px else ""
    return f'<path fill="{fill}"{line} d="{path}"/>'
