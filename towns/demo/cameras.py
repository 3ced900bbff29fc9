"""Cameras at junctions and bridges, each looking along the road it stands on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mapdata.plane import Floats
from towns.demo.divisions import is_core
from towns.demo.network import Edge, Network

COUNT = 300
CORE_SHARE = 0.6
FAULT_SHARE = 0.03


@dataclass(frozen=True)
class Camera:
    """One camera: name, place in metres, heading (0 north, clockwise), field of view, range in metres, state."""

    name: str
    at: tuple[float, float]
    heading_deg: float
    fov_deg: float
    range_m: float
    state: str


def heading_deg(start: Floats, end: Floats) -> float:
    """Direction from one point (2,) to another, degrees clockwise from north, 0 to 360."""
    east, north = end - start
    return float(np.degrees(np.arctan2(east, north)) % 360)


def _nodes_for_cameras(network: Network) -> dict[int, list[Edge]]:
    """Edges at each node where a camera may stand: junctions of streets, and the ends of bridges."""
    at_node: dict[int, list[Edge]] = {}
    for edge in network.edges:
        if edge.kind not in ("track", "motorway", "motorway_link", "footway", "path"):
            at_node.setdefault(edge.start, []).append(edge)
            at_node.setdefault(edge.end, []).append(edge)
    return {
        node: edges
        for node, edges in sorted(at_node.items())
        if len(edges) >= 3 or any(edge.is_bridge for edge in edges)
    }


def _name(edges: list[Edge]) -> str:
    bridges = [edge.bridge for edge in edges if edge.is_bridge]
    if bridges:
        return bridges[0]
    roads = list(dict.fromkeys(edge.name for edge in edges if edge.name))
    return f"{roads[0]}{roads[1]}路口" if len(roads) > 1 else f"{(roads or ['村道'])[0]}卡口"


def make_cameras(random: np.random.Generator, network: Network) -> list[Camera]:
    """Three hundred cameras, 60 % in the town core."""
    edges_at = _nodes_for_cameras(network)
    weight = {
        node: 3.0 if any(e.kind in ("primary", "secondary") for e in edges) else 1.0 for node, edges in edges_at.items()
    }
    core = [node for node in edges_at if is_core(network.nodes[node])]
    outer = [node for node in edges_at if not is_core(network.nodes[node])]
    wanted = round(COUNT * CORE_SHARE)
    cameras = [
        _camera(random, network, node, edges_at[node], road)
        for nodes, count in ((core, wanted), (outer, COUNT - wanted))
        for node, road in _chosen(random, nodes, weight, count)
    ]
    return _numbered(cameras)


def _chosen(
    random: np.random.Generator, nodes: list[int], weight: dict[int, float], count: int
) -> list[tuple[int, int]]:
    """Nodes to stand at, and which of its roads to look along; busy junctions get one for each road."""
    shares = np.array([weight[node] for node in nodes])
    first = random.choice(nodes, size=min(count, len(nodes)), replace=False, p=shares / shares.sum()).tolist()
    chosen = [(node, 0) for node in first]
    road = 1
    while len(chosen) < count:
        chosen += [(node, road) for node in first[: count - len(chosen)]]
        road += 1
    return chosen


def _camera(random: np.random.Generator, network: Network, node: int, edges: list[Edge], road: int) -> Camera:
    edge = edges[road % len(edges)]
    line = edge.line if edge.start == node else edge.line.reverse()
    here = network.nodes[node]
    ahead = np.array(line.interpolate(min(35.0, line.length)).coords[0])
    fov = float(random.choice([46, 62, 78, 90], p=[0.25, 0.35, 0.25, 0.15]))
    state = "fault" if random.random() < FAULT_SHARE else "ok"
    reach = float(random.choice([60, 80, 120, 150]))
    return Camera(_name(edges), (float(here[0]), float(here[1])), heading_deg(here, ahead), fov, reach, state)


def _numbered(cameras: list[Camera]) -> list[Camera]:
    seen: dict[str, int] = {}
    named = []
    for camera in cameras:
        seen[camera.name] = seen.get(camera.name, 0) + 1
        name = f"{camera.name}{seen[camera.name]:02d}"
        named.append(Camera(name, camera.at, camera.heading_deg, camera.fov_deg, camera.range_m, camera.state))
    return named
