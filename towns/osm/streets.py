"""From osmnx's road graph to the rows of the road network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from towns.osm.tags import ACCESS_TAGS, is_bridge, local_name, modes

_READ = ("highway", "name", "name:zh", "name:zh-Hans", "ref", "bridge", "junction", "oneway", *ACCESS_TAGS)
_SAME = ("kind", "title", "is_bridge", "modes", "oneway")


class RoadEdge(NamedTuple):
    """One stretch of road between two junctions; ``line`` in WGS-84 degrees runs from ``from_node`` to ``to_node``."""

    from_node: int
    to_node: int
    name: str
    kind: str
    length_m: float
    oneway: bool
    is_bridge: bool
    modes: tuple[str, ...]
    line: BaseGeometry


class RoadGraph(NamedTuple):
    """The network: node number to (lon, lat), edges, and how much of it hangs together."""

    nodes: dict[int, tuple[float, float]]
    edges: list[RoadEdge]
    pieces: int
    main_share: float


@contextmanager
def useful_tags() -> Iterator[None]:
    """Let osmnx keep the tags that are read here, for the length of a block."""
    import osmnx

    before = osmnx.settings.useful_tags_way
    osmnx.settings.useful_tags_way = list(_READ)
    try:
        yield
    finally:
        osmnx.settings.useful_tags_way = before


def road_graph(graph: Any) -> RoadGraph:
    """Simplify osmnx's raw graph to junctions and the stretches between them.

    Parameters
    ----------
    graph
        unsimplified ``networkx.MultiDiGraph`` of osmnx (EPSG:4326) with the tags of :func:`useful_tags`.

    Returns
    -------
    RoadGraph
        a stretch ends where name, kind, bridge or the modes change; the two directions of a street are one edge.
    """
    import osmnx

    _describe(graph)
    simple = osmnx.simplify_graph(graph, edge_attrs_differ=_SAME, remove_rings=False)
    edges = _undirected(simple)
    used = sorted({node for edge in edges for node in (edge.from_node, edge.to_node)})
    number = {node: index for index, node in enumerate(used, start=1)}
    numbered = [edge._replace(from_node=number[edge.from_node], to_node=number[edge.to_node]) for edge in edges]
    nodes = {number[node]: (simple.nodes[node]["x"], simple.nodes[node]["y"]) for node in used}
    return RoadGraph(nodes, numbered, *_pieces(numbered))


def _describe(graph: Any) -> None:
    """Give each raw edge our attributes in place of the tags; take out what nobody may use."""
    closed = []
    for start, end, key, tags in graph.edges(keys=True, data=True):
        may = modes(tags)
        if not may:
            closed.append((start, end, key))
        ours = {
            "kind": tags.get("highway", ""),
            "title": local_name(tags),
            "is_bridge": is_bridge(tags),
            "modes": "+".join(may),
            "oneway": bool(tags.get("oneway")),
            "length": tags["length"],
        }
        tags.clear()
        tags.update(ours)
    graph.remove_edges_from(closed)
    graph.remove_nodes_from([node for node, degree in list(graph.degree()) if degree == 0])


def _undirected(simple: Any) -> list[RoadEdge]:
    """One edge for the two directions of a street, one for a one-way street."""
    edges: dict[Any, RoadEdge] = {}
    for start, end, data in simple.edges(data=True):
        line = data.get("geometry") or shapely.LineString(
            [(simple.nodes[node]["x"], simple.nodes[node]["y"]) for node in (start, end)]
        )
        way = tuple(line.coords)
        if len(set(way)) < 2:
            continue
        key = (way, True) if data["oneway"] else (min(way, way[::-1]), False)
        if key not in edges:
            may = tuple(data["modes"].split("+"))
            edges[key] = RoadEdge(
                start, end, data["title"], data["kind"], float(data["length"]), data["oneway"], data["is_bridge"],
                may, line,
            )  # fmt: skip
    return list(edges.values())


def _pieces(edges: list[RoadEdge]) -> tuple[int, float]:
    """Number of pieces that do not hang together, and the share of the length that is in the greatest."""
    import networkx

    graph: Any = networkx.Graph()
    for edge in edges:
        graph.add_edge(edge.from_node, edge.to_node)
    member = {node: piece for piece, nodes in enumerate(networkx.connected_components(graph)) for node in nodes}
    lengths: dict[int, float] = {}
    for edge in edges:
        piece = member[edge.from_node]
        lengths[piece] = lengths.get(piece, 0.0) + edge.length_m
    whole = sum(lengths.values())
    return len(lengths), max(lengths.values()) / whole if whole else 0.0
