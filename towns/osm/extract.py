"""Reads an OpenStreetMap file: its roads as a graph, everything else as tagged shapes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from base.errors import InvalidInput
from base.progress import Progress
from towns.osm.tags import HIGHWAYS

SUFFIXES = (".osm", ".osm.gz", ".osm.bz2", ".osm.pbf")
_KEYS_TAKEN = (
    "highway", "railway", "waterway", "natural", "landuse", "leisure", "building", "place", "amenity", "shop",
    "emergency", "man_made", "manhole", "pipeline", "tourism", "power", "office",
)  # fmt: skip


class Element(NamedTuple):
    """One object of the map: OSM id with its type in front (``n1``, ``w1``, ``r1``), tags, shape in WGS-84 degrees."""

    osm_id: str
    tags: dict[str, str]
    shape: BaseGeometry


@dataclass(frozen=True)
class Extract:
    """What an extract holds: ``graph`` is osmnx's unsimplified road graph, ``elements`` all tagged shapes."""

    graph: Any
    elements: list[Element]


def check_file(file: Path) -> None:
    """Make sure that this can be an OpenStreetMap file before it is opened.

    Raises
    ------
    InvalidInput
        when it is missing, not a file, unreadable, empty, or of another kind.
    """
    if not file.exists():
        raise InvalidInput("osm_missing", field="FILE", file=str(file))
    if not file.is_file():
        raise InvalidInput("osm_not_a_file", field="FILE", file=str(file))
    if not file.name.lower().endswith(SUFFIXES):
        raise InvalidInput("osm_wrong_suffix", field="FILE", file=file.name, allowed=SUFFIXES)
    try:
        with file.open("rb") as opened:
            if not opened.read(1):
                raise InvalidInput("osm_empty", field="FILE", file=file.name)
    except OSError as error:
        raise InvalidInput("osm_unreadable", field="FILE", file=str(file), reason=error.strerror or "") from error


def read_extract(file: Path, progress: Progress) -> Extract:
    """Read a file of any of the :data:`SUFFIXES`.

    Raises
    ------
    InvalidInput
        when the file cannot be read to its end as OpenStreetMap data, or holds no roads.
    """
    import osmium

    check_file(file)
    progress("osm_reading", file=file.name)
    try:
        elements = list(_elements(file))
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InvalidInput("osm_broken", field="FILE", file=file.name, reason=reason) from error
    roads = [element for element in elements if isinstance(element, _Road)]
    if not roads:
        raise InvalidInput("osm_no_roads", field="FILE", file=file.name)
    progress("osm_graph", ways=len(roads))
    graph = _graph(roads)
    return Extract(graph, [part for element in elements for part in _as_elements(element)])


@dataclass(frozen=True)
class _Road:
    """A way that is a road: only the stretches whose points are in the file (an extract may cut it)."""

    way_id: int
    tags: dict[str, str]
    stretches: list[list[tuple[int, float, float]]]


def _as_elements(element: Element | _Road) -> list[Element]:
    if isinstance(element, Element):
        return [element]
    lines = (shapely.LineString([point[1:] for point in stretch]) for stretch in element.stretches)
    return [Element(f"w{element.way_id}", element.tags, line) for line in lines]


def _elements(file: Path) -> Iterator[Element | _Road]:
    import osmium

    wanted = osmium.filter.KeyFilter(*_KEYS_TAKEN)
    factory = osmium.geom.WKBFactory()
    processor = osmium.FileProcessor(str(file)).with_areas(wanted).with_filter(wanted)
    for osm_object in processor:
        tags = {tag.k: tag.v for tag in osm_object.tags}
        if osm_object.is_node():
            if osm_object.location.valid():
                point = shapely.Point(osm_object.location.lon, osm_object.location.lat)
                yield Element(f"n{osm_object.id}", tags, point)
        elif osm_object.is_way():
            yield from _way(osm_object, tags)
        elif osm_object.is_area():
            shape = shapely.from_wkb(factory.create_multipolygon(osm_object))
            yield Element(f"{'w' if osm_object.from_way() else 'r'}{osm_object.orig_id()}", tags, shape)


def _way(way: Any, tags: dict[str, str]) -> Iterator[Element | _Road]:
    is_road = tags.get("highway") in HIGHWAYS and tags.get("area") != "yes"
    if not is_road and not ("waterway" in tags or "railway" in tags):
        return
    stretches = _stretches(way)
    if not stretches:
        return
    road = _Road(way.id, tags, stretches)
    if is_road:
        yield road
    else:
        yield from _as_elements(road)


def _stretches(way: Any) -> list[list[tuple[int, float, float]]]:
    """The parts of a way whose points are in the file: node, longitude, latitude each."""
    stretches: list[list[tuple[int, float, float]]] = [[]]
    for node in way.nodes:
        if not node.location.valid():
            # a gap: a line across it would run through houses
            stretches.append([])
        elif not stretches[-1] or stretches[-1][-1][0] != node.ref:
            stretches[-1].append((node.ref, node.location.lon, node.location.lat))
    return [points for points in stretches if len(points) > 1 and len({point[1:] for point in points}) > 1]


def _graph(roads: list[_Road]) -> Any:
    """Osmnx's graph of the roads.

    Through a plain XML file that is deleted afterwards: osmnx reads nothing else, neither .pbf nor ways with points
    missing.
    """
    import osmnx

    from towns.osm.streets import useful_tags

    with tempfile.TemporaryDirectory(prefix="gridcommand-osm-") as folder:
        xml_file = Path(folder) / "roads.osm"
        _write_xml(xml_file, roads)
        with useful_tags():
            return osmnx.graph_from_xml(xml_file, simplify=False, retain_all=True)


def _write_xml(file: Path, roads: list[_Road]) -> None:
    import osmium

    points = {ref: (lon, lat) for road in roads for stretch in road.stretches for ref, lon, lat in stretch}
    with osmium.SimpleWriter(str(file)) as writer:
        for ref in sorted(points):
            writer.add_node(osmium.osm.mutable.Node(id=ref, location=points[ref], version=1))
        way_id = 0
        for road in roads:
            for stretch in road.stretches:
                way_id += 1
                nodes = [point[0] for point in stretch]
                writer.add_way(osmium.osm.mutable.Way(id=way_id, nodes=nodes, tags=road.tags, version=1))
