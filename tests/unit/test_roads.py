"""The road part against networkx on the same roads: same people, same times, ways that stay on the streets."""

from __future__ import annotations

import itertools
import math
import threading

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from mapdata.plane import line_length_m, moved
from mapdata.roads.edges import make_edges
from mapdata.roads.modes import EBIKE_MPS, WALK_MPS, is_open, speed_mps
from mapdata.roads.network import RoadNetwork
from mapdata.roads.routes import Route, Traveller

LON, LAT = 120.95, 30.91
STEP = 0.001
KINDS = ("residential", "footway", "steps", "motorway", "primary", "track")


def _town(columns, rows, oneways, kinds, missing):
    """A lattice of streets: every third line bent, some one-way, some missing."""
    places = [
        (LON + STEP * x + STEP * 0.2 * math.sin(x * 3 + y), LAT + STEP * y) for y in range(rows) for x in range(columns)
    ]
    pairs = [(n, n + 1) for n in range(rows * columns) if n % columns < columns - 1]
    pairs += [(n, n + columns) for n in range((rows - 1) * columns)]
    pairs = [pair for number, pair in enumerate(pairs) if number not in missing]
    lines = []
    for number, (a, b) in enumerate(pairs):
        (x1, y1), (x2, y2) = places[a], places[b]
        bend = [((x1 + x2) / 2 + STEP * 0.1, (y1 + y2) / 2 + STEP * 0.1)] if number % 3 == 0 else []
        lines.append(shapely.LineString([(x1, y1), *bend, (x2, y2)]))
    kind = [kinds[number % len(kinds)] for number in range(len(pairs))]
    oneway = [number in oneways for number in range(len(pairs))]
    lengths = [line_length_m(line) for line in lines]
    return make_edges([a for a, _ in pairs], [b for _, b in pairs], lengths, kind, lines, oneway=oneway), kind


def _peer(edges, kind, mode):
    """The same roads as a networkx graph with every edge known by number; written independently of the part tested."""
    graph = nx.MultiDiGraph()
    for edge in range(edges.count):
        a, b, length = int(edges.from_node[edge]), int(edges.to_node[edge]), float(edges.length_m[edge])
        if mode == "foot":
            there = back = length / WALK_MPS if is_open(kind[edge], "foot") else None
        else:
            ride = length / speed_mps(kind[edge], "ebike") if is_open(kind[edge], "ebike") else None
            push = length / WALK_MPS if is_open(kind[edge], "foot") and kind[edge] != "steps" else None
            there = min((s for s in (ride, push) if s is not None), default=None)
            back = push if edges.oneway[edge] else there
        if there is not None:
            graph.add_edge(a, b, key=(edge, True), seconds=there)
        if back is not None:
            graph.add_edge(b, a, key=(edge, False), seconds=back)
    return graph


def _put_on(graph, edges, usable, lon, lat, name):
    """Split the nearest edge at the point's foot; returns the metres walked to the road."""
    point = shapely.Point(edges.plane.to_metres(np.array([[lon, lat]]))[0])
    edge = min(usable, key=lambda e: edges.lines[e].distance(point))
    fraction = edges.lines[edge].project(point, normalized=True)
    for ahead in (True, False):
        for tail, head, key, data in list(graph.edges(keys=True, data=True)):
            if key[0] != edge or key[1] != ahead or len(key) != 2:
                continue
            gone = fraction if ahead else 1 - fraction
            graph.add_edge(tail, name, key=(*key, "in", name), seconds=data["seconds"] * gone, part=(edge, ahead, gone))
            graph.add_edge(
                name, head, key=(*key, "out", name), seconds=data["seconds"] * (1 - gone), part=(edge, ahead, gone)
            )
    return edge, fraction, edges.lines[edge].distance(point)


def _join_same_edge(graph, edges, name, edge, fraction, other, other_edge, other_fraction):
    if edge != other_edge:
        return
    for ahead in (True, False):
        gone, goal = (fraction, other_fraction) if ahead else (1 - fraction, 1 - other_fraction)
        for _, _, key, data in list(graph.edges(keys=True, data=True)):
            if key == (edge, ahead) and goal >= gone:
                graph.add_edge(name, other, key=("same", ahead), seconds=data["seconds"] * (goal - gone))


def _expected(edges, kind, mode, goal, travellers):
    graph = _peer(edges, kind, mode)
    usable = sorted({key[0] for _, _, key in graph.edges(keys=True)})
    if not usable:
        return {}
    goal_edge, goal_fraction, goal_off = _put_on(graph, edges, usable, *goal, "goal")
    answers = {}
    for traveller in travellers:
        if traveller.mode != mode:
            continue
        own = graph.copy()
        edge, fraction, off = _put_on(own, edges, usable, traveller.lon, traveller.lat, "me")
        _join_same_edge(own, edges, "me", edge, fraction, "goal", goal_edge, goal_fraction)
        try:
            answers[traveller.key] = (
                nx.shortest_path_length(own, "me", "goal", weight="seconds") + (off + goal_off) / WALK_MPS
            )
        except nx.NetworkXNoPath:
            continue
    return answers


spot = st.tuples(st.floats(-0.5, 4.5), st.floats(-0.5, 4.5)).map(lambda at: (LON + STEP * at[0], LAT + STEP * at[1]))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 5),
    st.integers(2, 5),
    st.sets(st.integers(0, 40), max_size=20),
    st.lists(st.sampled_from(KINDS), min_size=1, max_size=9),
    st.sets(st.integers(0, 40), max_size=14),
    spot,
    st.lists(st.tuples(spot, st.sampled_from(["foot", "ebike"])), min_size=1, max_size=7),
    st.integers(1, 8),
)
def test_the_same_people_and_times_as_networkx(columns, rows, oneways, kinds, missing, goal, people, k):
    edges, kind = _town(columns, rows, oneways, kinds, missing)
    if not edges.count:
        return
    network = RoadNetwork(edges, keep_fragments=True, modes=("foot", "ebike"))
    travellers = [Traveller(key, lon, lat, mode) for key, ((lon, lat), mode) in enumerate(people)]
    expected = _expected(edges, kind, "foot", goal, travellers) | _expected(edges, kind, "ebike", goal, travellers)
    ways = network.first_to_arrive(*goal, travellers, k)
    assert [way.eta_s for way in ways] == pytest.approx(sorted(expected.values())[:k], abs=1e-6)
    for way in ways:
        assert way.eta_s == pytest.approx(expected[way.key], abs=1e-6)
        _stays_on_the_streets(network, way)


def _stays_on_the_streets(network: RoadNetwork, way: Route):
    """Every vertex on a road, neighbours joined without a jump, and as long as it says."""
    plane = network.edges.plane
    metres = plane.to_metres(np.array(way.line))
    roads = shapely.union_all(network.edges.lines)
    assert len(way.line) >= 2
    for start, end in itertools.pairwise(metres):
        assert roads.buffer(0.3).covers(shapely.LineString([start, end]))
    drawn = shapely.length(shapely.LineString(metres))
    assert drawn <= (way.distance_m - way.off_road_m) * 1.2 + 1


def _cross(**more):
    """Two streets either side of a canal, joined by one bridge far to the east."""
    at = lambda x, y: moved(LON, LAT, x, y)  # noqa: E731
    nodes = [at(0, 0), at(1000, 0), at(1000, 40), at(0, 40)]
    pairs = [(0, 1), (1, 2), (2, 3)]
    lines = [shapely.LineString([nodes[a], nodes[b]]) for a, b in pairs]
    water = [shapely.box(*at(-200, 15), *at(995, 25))]
    edges = make_edges(
        [a for a, _ in pairs], [b for _, b in pairs], [1000.0, 40.0, 1000.0], ["residential"] * 3, lines,
        is_bridge=[False, True, False], **more,
    )  # fmt: skip
    return RoadNetwork(edges, water=np.array(water), keep_fragments=True), at


def test_the_one_across_the_canal_comes_over_the_bridge():
    network, at = _cross()
    ways = network.first_to_arrive(*at(100, 0), [Traveller(1, *at(100, 40)), Traveller(2, *at(600, 0))], 2)
    assert [way.key for way in ways] == [2, 1]
    assert ways[0].eta_s == pytest.approx(500 / WALK_MPS, rel=0.01)
    assert ways[1].distance_m == pytest.approx(1840, rel=0.01)
    assert (ways[0].bridges, ways[1].bridges) == (0, 1)


def test_a_house_on_the_bank_belongs_to_its_own_side():
    network, at = _cross()
    # 14 m from the water's south bank, its road 12 m south; the road on the north bank is nearer to nobody
    way = network.route(*at(50, 14.5), *at(50, 26), "foot")
    assert way is not None
    assert way.distance_m > 1900


def test_nobody_walks_over_the_water_to_a_nearer_road():
    at = lambda x, y: moved(LON, LAT, x, y)  # noqa: E731
    pairs = [(0, 1), (2, 3)]
    nodes = [at(0, -60), at(500, -60), at(0, 30), at(500, 30)]
    lines = [shapely.LineString([nodes[a], nodes[b]]) for a, b in pairs]
    network = RoadNetwork(
        make_edges([0, 2], [1, 3], [500.0, 500.0], ["residential"] * 2, lines),
        water=np.array([shapely.box(*at(-500, 5), *at(900, 20))]),
        keep_fragments=True,
    )
    way = network.route(*at(100, -60), *at(300, 0), "foot")
    assert way is not None
    assert way.off_road_m == pytest.approx(60, rel=0.02)
    assert network.route(*at(100, 30), *at(300, 0), "foot") is None


def test_one_ways_bind_wheels_and_not_feet():
    line = [shapely.LineString([(LON, LAT), (LON + 0.01, LAT)])]
    edges = make_edges([0], [1], [956.0], ["residential"], line, oneway=[True])
    network = RoadNetwork(edges, keep_fragments=True)
    start, end = (LON + 0.002, LAT), (LON + 0.008, LAT)
    assert network.route(*start, *end, "car").eta_s == pytest.approx(574 / (30 / 3.6), rel=0.01)
    assert network.route(*end, *start, "car") is None
    assert network.route(*end, *start, "foot").eta_s == pytest.approx(574 / WALK_MPS, rel=0.01)
    assert network.route(*start, *end, "ebike").eta_s == pytest.approx(574 / EBIKE_MPS, rel=0.01)
    assert network.route(*end, *start, "ebike").eta_s == pytest.approx(574 / WALK_MPS, rel=0.01)


def test_a_car_is_left_where_the_footpath_begins():
    lines = [
        shapely.LineString([(LON, LAT), (LON + 0.01, LAT)]),
        shapely.LineString([(LON + 0.01, LAT), (LON + 0.012, LAT)]),
    ]
    network = RoadNetwork(
        make_edges([0, 1], [1, 2], [956.0, 191.0], ["residential", "footway"], lines), keep_fragments=True
    )
    way = network.route(LON, LAT, LON + 0.012, LAT, "car")
    assert way.eta_s == pytest.approx(956 / (30 / 3.6) + 191 / WALK_MPS, rel=0.01)
    assert way.distance_m == pytest.approx(1147, rel=0.01)


def test_far_from_any_road_is_walked_and_told():
    line = [shapely.LineString([(LON, LAT), (LON + 0.01, LAT)])]
    network = RoadNetwork(make_edges([0], [1], [956.0], ["residential"], line), keep_fragments=True)
    way = network.route(LON, LAT, LON + 0.005, LAT + 0.01, "ebike")
    assert way.off_road_m == pytest.approx(1109, rel=0.01)
    assert way.eta_s == pytest.approx(478 / EBIKE_MPS + 1109 / WALK_MPS, rel=0.01)


def test_no_roads_no_way():
    network = RoadNetwork(make_edges([], [], [], [], np.array([], object)))
    assert network.first_to_arrive(LON, LAT, [Traveller(1, LON, LAT)], 5) == []
    assert network.route(LON, LAT, LON, LAT, "car") is None


def test_leftovers_of_drawing_are_not_started_from():
    edges, _ = _town(12, 12, set(), ["residential"], set())
    stray = shapely.LineString([(LON + 0.0045, LAT + 0.0045), (LON + 0.0046, LAT + 0.0045)])
    owner = np.repeat(np.arange(edges.count), np.diff(edges.first_vertex))
    whole = make_edges(
        np.append(edges.from_node, 500),
        np.append(edges.to_node, 501),
        np.append(edges.length_m, 9.5),
        ["residential"] * (edges.count + 1),
        np.append(shapely.linestrings(edges.lon_lat, indices=owner), stray),
    )
    way = RoadNetwork(whole).route(LON, LAT, LON + 0.00455, LAT + 0.0045, "foot")
    assert way is not None
    assert RoadNetwork(whole, keep_fragments=True).route(LON, LAT, LON + 0.00455, LAT + 0.0045, "foot") is None


def test_many_threads_get_the_answers_of_one():
    edges, _ = _town(9, 9, {3, 9, 27}, ["residential", "footway"], set())
    network = RoadNetwork(edges)
    rng = np.random.default_rng(5)
    tasks = [(LON + x, LAT + y) for x, y in rng.uniform(0, 0.008, (24, 2))]
    travellers = [
        Traveller(key, LON + x, LAT + y, "ebike") for key, (x, y) in enumerate(rng.uniform(0, 0.008, (12, 2)))
    ]
    alone = [[(way.key, way.eta_s) for way in network.first_to_arrive(*task, travellers, 5)] for task in tasks]
    together: list = [None] * len(tasks)

    def ask(number):
        together[number] = [(way.key, way.eta_s) for way in network.first_to_arrive(*tasks[number], travellers, 5)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone
