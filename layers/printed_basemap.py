"""The base map of a printed map: land, water, buildings and roads as one SVG in the file, sharp at every size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class BaseMapPath:
    """A layer's features of one kind, areas or lines, as one SVG path in the units of the base map."""

    layer: str
    kind: str
    is_area: bool
    path: str


@dataclass(frozen=True)
class PrintedBaseMap:
    """The base map: bounds (west, south, east, north, EPSG:4326), size and paths in units of EPSG:3857."""

    bounds: tuple[float, float, float, float]
    wide: int
    high: int
    paths: Sequence[BaseMapPath]


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


def base_map_svg(base_map: PrintedBaseMap) -> str:
    """The base map as an SVG element with the id ``ground``."""
    paths = "".join([*_areas(base_map), *_roads(base_map)])
    return (
        f'<svg id="ground" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {base_map.wide} {base_map.high}" '
        f'preserveAspectRatio="none"><g stroke-linejoin="round" stroke-linecap="round">{paths}</g></svg>'
    )


def _areas(base_map: PrintedBaseMap) -> Iterator[str]:
    """Land, then water, then buildings, each kind as it comes."""
    for path in _paths_of(base_map, "land"):
        if path.is_area:
            yield _svg_path(path.path, fill=_LAND.get(path.kind, _FIELD))
    for path in _paths_of(base_map, "water"):
        yield _svg_path(path.path, fill=_WATER if path.is_area else "none", stroke=_WATER, width_px=1.5)
    for path in _paths_of(base_map, "buildings"):
        if path.is_area:
            yield _svg_path(path.path, fill=_BUILDING, stroke=_BUILDING_EDGE, width_px=0.4)


def _roads(base_map: PrintedBaseMap) -> Iterator[str]:
    """The edges of every road, then the roads, the widest on top."""
    roads = sorted((_width_px(path.kind), path.path) for path in _paths_of(base_map, "roads") if not path.is_area)
    # all edges first: drawn road by road, the edge of each would lie across those it meets
    for width_px, path in roads:
        yield _svg_path(path, stroke=_ROAD_EDGE, width_px=width_px + _EDGES_PX)
    for width_px, path in roads:
        yield _svg_path(path, stroke=_ROAD, width_px=width_px)


def _paths_of(base_map: PrintedBaseMap, layer: str) -> list[BaseMapPath]:
    return [path for path in base_map.paths if path.layer == layer]


def _width_px(kind: str) -> float:
    return _MAJOR_ROADS.get(kind.removesuffix("_link"), _MINOR_ROAD_PX)


def _svg_path(path: str, *, fill: str = "none", stroke: str = "none", width_px: float = 0) -> str:
    """One path; its line is so many pixels wide however large the picture is."""
    line = f' stroke="{stroke}" stroke-width="{width_px:g}" vector-effect="non-scaling-stroke"' if width_px else ""
    return f'<path fill="{fill}"{line} d="{path}"/>'
