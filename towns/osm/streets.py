"""From osmnx's road graph to the rows of the road network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from mapdata.plane import line_length_m
from towns.osm.tags import ACCESS_TAGS, allowed_modes, is_bridge, local_name

_TAGS_READ = ("highway", "name", "name:zh", "name:zh-Hans", "ref", "bridge", "junction", "oneway", *ACCESS_TAGS)
_STRETCH_ATTRIBUTES = ("kind", "title", "is_bridge", "modes", "oneway")
"""What is the same all along a stretch; where one of them changes, another stretch begins."""


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
    """The network.

    Node number to (lon, lat); edges; number of connected pieces, and the greatest one's share of the length.
    """

    nodes: dict[int, tuple[float, float]]
    edges: list[RoadEdge]
    pieces: int
    main_share: float


@contextmanager
def useful_tags() -> Iterator[None]:
    """Let osmnx keep the tags that are read here, for the length of a block."""
    import osmnx

    previous = osmnx.settings.useful_tags_way
    osmnx.settings.useful_tags_way = list(_TAGS_READ)
    try:
        yield
    finally:
        osmnx.settings.useful_tags_way = previous


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

    _replace_tags(graph)
    # a ring is a street too: a closed lane round a block has no junction and would be taken out
    simple = osmnx.simplify_graph(graph, edge_attrs_differ=_STRETCH_ATTRIBUTES, remove_rings=False)
    edges = _undirected(simple)
    used = sorted({node for edge in edges for node in (edge.from_node, edge.to_node)})
    number = {node: index for index, node in enumerate(used, start=1)}
    numbered = [edge._replace(from_node=number[edge.from_node], to_node=number[edge.to_node]) for edge in edges]
    nodes = {number[node]: (simple.nodes[node]["x"], simple.nodes[node]["y"]) for node in used}
    return RoadGraph(nodes, numbered, *_pieces(numbered))


def _replace_tags(graph: Any) -> None:
    """Give each raw edge our attributes in place of the tags; take out what nobody may use.

    osmnx makes a list of each tag that differs along a stretch, so only what is compared or summed up may stay.
    """
    closed = []
    for start, end, key, tags in graph.edges(keys=True, data=True):
        modes = allowed_modes(tags)
        if not modes:
            closed.append((start, end, key))
        attributes = {
            "kind": tags.get("highway", ""),
            "title": local_name(tags),
            "is_bridge": is_bridge(tags),
            "modes": "+".join(modes),
            "oneway": bool(tags.get("oneway")),
        }
        tags.clear()
        tags.update(attributes)
    graph.remove_edges_from(closed)
    graph.remove_nodes_from([node for node, degree in list(graph.degree()) if degree == 0])


def _undirected(simple: Any) -> list[RoadEdge]:
    """One edge for the two directions of a street, one for a one-way street."""
    edges: dict[Any, RoadEdge] = {}
    for start, end, data in simple.edges(data=True):
        line = data.get("geometry") or shapely.LineString(
            [(simple.nodes[node]["x"], simple.nodes[node]["y"]) for node in (start, end)]
        )
        points = tuple(line.coords)
        if len(set(points)) < 2:
            continue
        # recognised by its points: two streets between the same two junctions are two
        key = (points, True) if data["oneway"] else (min(points, points[::-1]), False)
        if key not in edges:
            modes = tuple(data["modes"].split("+"))
            edges[key] = RoadEdge(
                start, end, data["title"], data["kind"], line_length_m(line), data["oneway"], data["is_bridge"],
                modes, line,
            )  # fmt: skip
    return list(edges.values())


def _pieces(edges: list[RoadEdge]) -> tuple[int, float]:
    """Number of connected pieces, and the greatest one's share of the length."""
    import networkx

    graph: Any = networkx.Graph()
    for edge in edges:
        graph.add_edge(edge.from_node, edge.to_node)
    piece_of_node = {node: piece for piece, nodes in enumerate(networkx.connected_components(graph)) for node in nodes}
    lengths_m: dict[int, float] = {}
    for edge in edges:
        piece = piece_of_node[edge.from_node]
        lengths_m[piece] = lengths_m.get(piece, 0.0) + edge.length_m
    total_m = sum(lengths_m.values())
    return len(lengths_m), max(lengths_m.values()) / total_m if total_m else 0.0
