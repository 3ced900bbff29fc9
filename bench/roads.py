"""Exact k = 5 of 300 workers by road, against networkx on the same graph in the same run, with the same answers.

    python -m bench.roads [--data ../shared/data/osm] [--tasks 40]

Prints one JSON line a graph: medians in milliseconds and the ratio. The peers get their workers already on the road;
so does ``search_ms``. ``whole_ms`` is the product's own call: finding the road for the event and the workers, the
search, and the five ways drawn along the streets.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import shapely

from mapdata.roads.arrivals import ArrivalSearch, ModeRoads, first_arrivals
from mapdata.roads.edges import RoadEdges, make_edges
from mapdata.roads.graph import ModeGraph
from mapdata.roads.network import RoadNetwork
from mapdata.roads.routes import Traveller

K, WORKERS = 5, 300


def read_kashan(folder: Path) -> RoadEdges:
    """The small city: 13,953 nodes with kinds, one-ways and bent lines (an OSMnx graph, two arcs a two-way street)."""
    graph = nx.read_graphml(io.BytesIO(gzip.decompress((folder / "kashan.graphml.gz").read_bytes())))
    number = {name: index for index, name in enumerate(graph.nodes)}
    place = {name: (float(data["x"]), float(data["y"])) for name, data in graph.nodes(data=True)}
    kept: dict[object, tuple[str, str, dict[str, str]]] = {}
    for a, b, data in graph.edges(data=True):
        one_way = data["oneway"] == "True"
        kept.setdefault((a, b, data["length"]) if one_way else (min(a, b), max(a, b), data["length"][:6]), (a, b, data))
    edges = list(kept.values())
    lines = [
        shapely.from_wkt(data["geometry"]) if "geometry" in data else shapely.LineString([place[a], place[b]])
        for a, b, data in edges
    ]
    return make_edges(
        [number[a] for a, _, _ in edges],
        [number[b] for _, b, _ in edges],
        [float(data["length"]) for _, _, data in edges],
        [data["highway"].strip("[]'").split("'")[0] for _, _, data in edges],
        np.array(lines),
        oneway=[data["oneway"] == "True" for _, _, data in edges],
    )


def read_new_york(folder: Path) -> RoadEdges:
    """The large graph: 264,346 nodes, 733,846 arcs, two for each street (9th DIMACS challenge, USA-road-d.NY)."""
    with gzip.open(folder / "dimacs_ny" / "USA-road-d.NY.co.gz", "rt") as file:
        places = np.array([line.split()[2:] for line in file if line.startswith("v")], float) / 1e6
    with gzip.open(folder / "dimacs_ny" / "USA-road-d.NY.gr.gz", "rt") as file:
        arcs = np.array([line.split()[1:] for line in file if line.startswith("a")], np.int64)
    tail, head, length_m = arcs[:, 0] - 1, arcs[:, 1] - 1, arcs[:, 2] / 10
    back = {(b, a, length) for a, b, length in zip(tail.tolist(), head.tolist(), length_m.tolist(), strict=True)}
    both = np.array([arc in back for arc in zip(tail.tolist(), head.tolist(), length_m.tolist(), strict=True)])
    keep = ~both | (tail < head)
    tail, head, length_m, both = tail[keep], head[keep], length_m[keep], both[keep]
    lines = shapely.linestrings(np.stack([places[tail], places[head]], axis=1))
    return make_edges(tail, head, length_m, ["residential"] * len(tail), lines, oneway=~both)


def peer_graph(graph: ModeGraph) -> nx.DiGraph:
    """The same arcs, turned round, for networkx (which then searches from the event outwards)."""
    best: dict[tuple[int, int], float] = {}
    arcs = graph.arcs
    for tail, head, seconds in zip(arcs.tail.tolist(), arcs.head.tolist(), arcs.seconds.tolist(), strict=True):
        best[head, tail] = min(seconds, best.get((head, tail), np.inf))
    peer = nx.DiGraph()
    peer.add_weighted_edges_from((a, b, seconds) for (a, b), seconds in best.items())
    return peer


def exits_of(search: ArrivalSearch) -> list[list[tuple[int, float]]]:
    """For each worker the nodes their edge leads to, with the seconds there; node -1 is the event itself."""
    graph, exits = search.graph, []
    for edge, fraction in zip(search.edge.tolist(), search.fraction.tolist(), strict=True):
        own_exits = []
        for arc in graph.arcs_of_edge[edge]:
            if arc >= 0:
                forward, whole_s = graph.arcs.forward[arc], float(graph.arcs.seconds[arc])
                start = fraction if forward else 1 - fraction
                goal = search.goal_fraction if forward else 1 - search.goal_fraction
                own_exits.append((int(graph.arcs.head[arc]), whole_s * (1 - start)))
                if edge == search.goal_edge and goal >= start:
                    own_exits.append((-1, whole_s * (goal - start)))
        exits.append(own_exits)
    return exits


def peer_answer(graph: nx.DiGraph, exits: list[list[tuple[int, float]]], cutoff: float | None) -> list[float]:
    """networkx: one search from the event (node -1), then the five least times."""
    times = nx.single_source_dijkstra_path_length(graph, -1, cutoff=cutoff, weight="weight")
    return sorted(min(times.get(node, np.inf) + seconds for node, seconds in own_exits) for own_exits in exits)[:K]


def timed(call: Callable[[], object]) -> tuple[float, object]:
    """Milliseconds and the answer."""
    start = time.perf_counter()
    answer = call()
    return (time.perf_counter() - start) * 1e3, answer


def random_places(roads: ModeRoads, count: int, seed: int = 330421) -> list[tuple[float, float]]:
    """Places (lon, lat) along random streets; the same ones for the same seed."""
    rng = np.random.default_rng(seed)
    edges, usable = roads.graph.edges, np.flatnonzero(roads.graph.startable_edges)
    pieces = (edges.piece(int(rng.choice(usable)), 0.0, float(rng.uniform(0.05, 0.95))) for _ in range(count))
    return [(float(piece[-1][0]), float(piece[-1][1])) for piece in pieces]


def measure(name: str, edges: RoadEdges, tasks: int, peer_tasks: int) -> dict[str, object]:
    """Both sides on one graph."""
    build_ms, network = timed(lambda: RoadNetwork(edges, modes=("car",)))
    assert isinstance(network, RoadNetwork)
    roads = network.by_mode["car"]
    peer = peer_graph(roads.graph)
    figures: dict[str, list[float]] = {key: [] for key in ("search", "whole", "snap", "networkx", "bounded_networkx")}
    places = random_places(roads, WORKERS + tasks)
    workers = [Traveller(key, *place, "car") for key, place in enumerate(places[:WORKERS])]
    events = places[WORKERS:]
    answers: list[list[float]] = []
    for event in events:
        search = roads.search_to(edges.plane.to_metres(np.array([event])), workers)
        figures["snap"].append(timed(search.snap_all)[0])
        search_ms, times_s = timed(lambda search=search: [eta_s for eta_s, *_ in first_arrivals([search], K)])
        figures["search"].append(search_ms)
        answers.append(times_s)
    for event, times_s in zip(events, answers, strict=True):
        whole_ms, routes = timed(
            lambda event=event: [(route, route.line) for route in network.first_to_arrive(*event, workers, K)]
        )
        figures["whole"].append(whole_ms)
        assert [route.eta_s for route, _ in routes] == times_s
    for event, times_s in zip(events[:peer_tasks], answers, strict=False):
        search = roads.search_to(edges.plane.to_metres(np.array([event])), workers)
        search.snap_all()
        compare(peer, search, times_s, figures)
    medians = {f"{key}_ms": round(statistics.median(values), 3) for key, values in figures.items()}
    return {
        "graph": name,
        "nodes": edges.node_count,
        "streets": edges.count,
        "build_ms": round(build_ms),
        **medians,
        "search_p95_ms": round(float(np.percentile(figures["search"], 95)), 3),
        "times_networkx": round(medians["networkx_ms"] / medians["search_ms"]),
        "times_bounded_networkx": round(medians["bounded_networkx_ms"] / medians["search_ms"], 1),
    }


def compare(peer: nx.DiGraph, search: ArrivalSearch, times_s: list[float], figures: dict[str, list[float]]) -> None:
    """The peer on the same task: the natural call, and one given the last answer's time as its limit; equal answers."""
    exits = exits_of(search)
    entries = search.graph.entries(search.goal_edge, search.goal_fraction)
    peer.add_weighted_edges_from((-1, node, seconds) for node, seconds, _ in entries)
    for figure, cutoff in (("networkx", None), ("bounded_networkx", times_s[-1])):
        peer_ms, peer_times_s = timed(lambda cutoff=cutoff: peer_answer(peer, exits, cutoff))
        figures[figure].append(peer_ms)
        np.testing.assert_allclose(peer_times_s, times_s, atol=1e-3)
    peer.remove_node(-1)


def main() -> int:
    """Both graphs, one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "osm")
    parser.add_argument("--tasks", type=int, default=60)
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        print(f"no road graphs at {arguments.data}", file=sys.stderr)
        return 2
    print(json.dumps(measure("kashan", read_kashan(arguments.data), arguments.tasks, 12)))
    print(json.dumps(measure("dimacs_ny", read_new_york(arguments.data), arguments.tasks, 3)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
