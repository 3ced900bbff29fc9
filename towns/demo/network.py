"""The road network: roads cut at every junction and bank, joined into one net that crosses water only on bridges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely import LineString, Point, STRtree
from shapely.geometry.base import BaseGeometry

from towns.demo.main_roads import RoadLine
from towns.demo.water import Waters

BANK_M = 2.0
"""A bridge begins this far before the water."""
RANK = ("motorway", "motorway_link", "primary", "secondary", "tertiary", "residential", "unclassified",
    "living_street", "service",
        "track", "footway", "path")  # fmt: skip
_LONGEST_BRIDGE_M = {"motorway": 900.0, "motorway_link": 200.0, "primary": 420.0, "secondary": 200.0, "tertiary": 140.0}
_LONGEST_LANE_BRIDGE_M = 75.0
_STUB_M = 28.0


@dataclass(frozen=True)
class Edge:
    """A stretch between two nodes: numbers of its nodes, road name, bridge name, kind, line in metres."""

    start: int
    end: int
    name: str
    bridge: str
    kind: str
    line: LineString

    @property
    def is_bridge(self) -> bool:
        """Whether it crosses water."""
        return self.bridge != ""


@dataclass(frozen=True)
class Network:
    """Nodes (n, 2) in metres and the edges between them."""

    nodes: NDArray[np.float64]
    edges: list[Edge]


def modes_of(kind: str) -> list[str]:
    """Who may use a road of this OSM highway value."""
    if kind in ("motorway", "motorway_link"):
        return ["car"]
    if kind in ("footway", "path"):
        return ["foot", "ebike"]
    return ["foot", "ebike", "car"]


class Banks:
    """Asks where a line meets water; the water is taken ``BANK_M`` wider than it is."""

    def __init__(self, waters: Waters) -> None:
        self._beds = [bed.buffer(BANK_M, quad_segs=3) for bed in waters.beds]
        self._tree = STRtree(self._beds)

    def water_at(self, line: BaseGeometry) -> BaseGeometry | None:
        """The water the line touches, as one shape, or None."""
        hits = self._tree.query(line, predicate="intersects")
        return shapely.unary_union([self._beds[i] for i in hits]) if len(hits) else None

    def split(self, road: RoadLine) -> Iterator[tuple[LineString, bool]]:
        """The road's stretches on land (False) and on bridges (True); what would need too long a bridge is left out."""
        water = self.water_at(road.line)
        if water is None:
            yield road.line, False
            return
        longest_m = _LONGEST_BRIDGE_M.get(road.kind, _LONGEST_LANE_BRIDGE_M)
        ends = shapely.points([road.line.coords[0], road.line.coords[-1]])
        for part in _lines(road.line.difference(water)):
            yield part, False
        for part in _lines(road.line.intersection(water)):
            if part.length <= longest_m and not shapely.dwithin(part, ends, 0.01).any():
                yield part, True

    def crossing(self, line: BaseGeometry) -> float:
        """Metres of the line over water."""
        water = self.water_at(line)
        return 0.0 if water is None else float(line.intersection(water).length)


def _lines(shape: BaseGeometry) -> list[LineString]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "LineString" and part.length > 0.3]


def close_gaps(roads: list[RoadLine], banks: Banks, reach_m: float = 75.0) -> list[RoadLine]:
    """Lead each loose end on to a road within reach, when that needs no bridge."""
    tree = STRtree([road.line for road in roads])
    links = []
    for number, road in enumerate(roads):
        for end in (Point(road.line.coords[0]), Point(road.line.coords[-1])):
            links += _link(roads, tree, number, end, banks, reach_m)
    return roads + links


def _link(
    roads: list[RoadLine], tree: STRtree, number: int, end: Point, banks: Banks, reach_m: float
) -> list[RoadLine]:
    others = [i for i in tree.query(end, predicate="dwithin", distance=reach_m) if i != number]
    if not others:
        return []
    nearest = min(others, key=lambda i: (roads[i].line.distance(end), i))
    if roads[nearest].line.distance(end) < 0.05:
        return []
    link = shapely.shortest_line(end, roads[nearest].line)
    return [] if banks.crossing(link) > 0 else [replace(roads[number], line=_past(link))]


def _past(link: LineString) -> LineString:
    """The link, led a hand's breadth past its far end, so that it surely meets what it leads to."""
    (x0, y0), (x1, y1) = link.coords[0], link.coords[-1]
    reach = 1 + 0.1 / max(link.length, 0.1)
    return LineString([(x0, y0), (x0 + (x1 - x0) * reach, y0 + (y1 - y0) * reach)])


def make_network(roads: list[RoadLine], waters: Waters, names: list[str]) -> Network:
    """Cut the roads at junctions and banks, drop stubs, join or drop what hangs apart.

    Parameters
    ----------
    roads
        ordinary roads, then motorway and ramps; the latter meet the others only where a ramp ends.
    names
        stock of names for the bridges of lanes.
    """
    banks = Banks(waters)
    ordinary = [road for road in roads if road.kind not in ("motorway", "motorway_link")]
    fast = [road for road in roads if road.kind in ("motorway", "motorway_link")]
    pieces = _noded(_split(close_gaps(ordinary, banks), banks))
    # a link that joins one part may leave a stub, and a stub that is dropped may cut a part off: a few rounds of it
    for _ in range(3):
        pieces, links = _joined(_without_stubs(pieces), banks)
        if not links:
            break
        pieces = _noded(pieces + _split(links, banks))
    pieces, _ = _joined(_without_stubs(pieces), banks, drop=True)
    # The motorway is noded by itself and added at the end: noded with the rest it would have a junction wherever it
    # crosses a lane, and cars would turn off it there.
    pieces = _with_ramp_end(pieces, fast)
    return _numbered(pieces + _noded(_split(fast, banks)), waters, names)


Piece = tuple[RoadLine, bool]


def _split(roads: list[RoadLine], banks: Banks) -> list[Piece]:
    return [(replace(road, line=line), is_bridge) for road in roads for line, is_bridge in banks.split(road)]


def _noded(sources: list[Piece]) -> list[Piece]:
    """The pieces cut wherever two meet; where two lie on each other the higher road stays."""
    lines = np.array([shapely.set_precision(road.line, 0.05) for road, _ in sources], dtype=object)
    tree = STRtree(lines)
    noded = shapely.get_parts(shapely.unary_union(lines, grid_size=0.05))
    middles = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    best: dict[int, int] = {}
    for part, source in zip(*tree.query(middles, predicate="dwithin", distance=0.25), strict=True):
        held = best.get(int(part))
        if held is None or _order(sources[source]) < _order(sources[held]):
            best[int(part)] = int(source)
    return [
        (replace(sources[source][0], line=noded[part]), sources[source][1])
        for part, source in sorted(best.items())
        if noded[part].length > 0.04
    ]


def _order(source: Piece) -> tuple[int, bool]:
    return RANK.index(source[0].kind), not source[1]


def _ends(pieces: list[Piece]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each piece the numbers of its two nodes; and the nodes' places."""
    lines = np.array([road.line for road, _ in pieces], dtype=object)
    ends = np.stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)], axis=1)
    points = shapely.get_coordinates(ends.ravel())
    # ends within a few centimetres are one node: the lattice of the noding is 0.05 m
    keys = (points * 20).round().astype(np.int64)
    unique, inverse = np.unique(keys, axis=0, return_inverse=True)
    return inverse.reshape(-1, 2), unique / 20.0


def _without_stubs(pieces: list[Piece]) -> list[Piece]:
    for _ in range(4):
        ends, nodes = _ends(pieces)
        degree = np.bincount(ends.ravel(), minlength=len(nodes))
        loose = (degree[ends] == 1).any(axis=1)
        keep = [
            not (is_loose and (road.line.length < _STUB_M or is_bridge))
            for (road, is_bridge), is_loose in zip(pieces, loose, strict=True)
        ]
        if all(keep):
            break
        pieces = [piece for piece, is_kept in zip(pieces, keep, strict=True) if is_kept]
    return pieces


def _joined(pieces: list[Piece], banks: Banks, *, drop: bool = False) -> tuple[list[Piece], list[RoadLine]]:
    """The pieces, and links from each part that hangs apart to the biggest; or only the biggest."""
    ends, nodes = _ends(pieces)
    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(nodes), len(nodes)))
    count, label = connected_components(graph, directed=False)
    of_piece = label[ends[:, 0]]
    lengths = np.bincount(of_piece, weights=[road.line.length for road, _ in pieces], minlength=count)
    biggest = int(lengths.argmax())
    if drop:
        return [piece for piece, part in zip(pieces, of_piece, strict=True) if part == biggest], []
    main = shapely.MultiLineString(
        [road.line for (road, _), part in zip(pieces, of_piece, strict=True) if part == biggest]
    )
    kept = [piece for piece, part in zip(pieces, of_piece, strict=True) if lengths[part] > 260 or part == biggest]
    links = []
    for part in range(count):
        if part == biggest or lengths[part] <= 260:
            continue
        members = [road for (road, _), number in zip(pieces, of_piece, strict=True) if number == part]
        link = shapely.shortest_line(shapely.MultiLineString([road.line for road in members]), main)
        if link.length < 160 and banks.crossing(link) <= _LONGEST_LANE_BRIDGE_M:
            links.append(RoadLine(members[0].name, members[0].kind, _past(link)))
    return kept, links


def _with_ramp_end(pieces: list[Piece], fast: list[RoadLine]) -> list[Piece]:
    """The ordinary pieces, one of them cut where the last ramp ends; the ramp is led to that very point."""
    if not fast:
        return pieces
    end = Point(fast[-1].line.coords[-1])
    number = min(range(len(pieces)), key=lambda i: (pieces[i][0].line.distance(end), i))
    road, is_bridge = pieces[number]
    at = road.line.project(end)
    if not 2 < at < road.line.length - 2:
        fast[-1] = _ending_at(fast[-1], road.line.coords[0 if at <= 2 else -1])
        return pieces
    first, second = shapely.ops.substring(road.line, 0, at), shapely.ops.substring(road.line, at, road.line.length)
    joint = tuple(np.round(np.array(first.coords[-1]) * 20) / 20)
    fast[-1] = _ending_at(fast[-1], joint)
    halves = [LineString([*first.coords[:-1], joint]), LineString([joint, *second.coords[1:]])]
    cut = [(replace(road, line=half), is_bridge) for half in halves]
    return [*pieces[:number], *cut, *pieces[number + 1 :]]


def _ending_at(road: RoadLine, joint: tuple[float, ...]) -> RoadLine:
    return replace(road, line=LineString([*road.line.coords[:-1], joint]))


def _numbered(pieces: list[Piece], waters: Waters, names: list[str]) -> Network:
    ends, nodes = _ends(pieces)
    tree = STRtree([channel.line for channel in waters.channels])
    edges = []
    for number, ((road, is_bridge), (start, end)) in enumerate(zip(pieces, ends.tolist(), strict=True)):
        bridge = _bridge_name(road, waters, tree, names, number) if is_bridge else ""
        edges.append(Edge(start, end, road.name, bridge, road.kind, road.line))
    return Network(nodes, edges)


def _bridge_name(road: RoadLine, waters: Waters, tree: STRtree, names: list[str], number: int) -> str:
    nearest = waters.channels[int(tree.nearest(road.line))]
    if RANK.index(road.kind) <= RANK.index("tertiary"):
        tail = "大桥" if road.line.length > 34 else "桥"
        return (
            nearest.name.removesuffix("港").removesuffix("塘") + tail
            if nearest.width_m > 20
            else f"{road.name[:2]}{tail}"
        )
    return f"{names[number % len(names)]}桥"
