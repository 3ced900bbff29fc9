"""How a block is filled: rows of slabs with lanes between, terraces, old lanes, halls, schools."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
import shapely.affinity
from shapely import LineString, Polygon

from mapdata.plane import Floats
from towns.demo.blocks import Block
from towns.demo.buildings import Building, slab
from towns.demo.main_roads import RoadLine


def _turn(ground: Polygon) -> float:
    """The direction of the block's longer side, brought nearest to east (radians)."""
    corners = np.array(shapely.minimum_rotated_rectangle(ground).exterior.coords)
    side = corners[1] - corners[0]
    turn = float(np.arctan2(side[1], side[0]))
    return (turn + np.pi / 4) % (np.pi / 2) - np.pi / 4


ROW_M = {"estate": 28.0, "villas": 22.0}
"""From one row of buildings to the next; every second gap holds a lane."""


def _spine(block: Block) -> LineString | None:
    """The lane through the block from street to street, where it has one."""
    if block.use not in ("estate", "villas", "dormitory", "industry", "old_town") or block.ground.area < 9_000:
        return None
    turn = _turn(block.ground)
    middle = np.array(block.ground.centroid.coords[0])
    across = np.array([-np.sin(turn), np.cos(turn)])
    return _within(block.ground.buffer(14), LineString([middle - across * 400, middle + across * 400]), middle)


def _free(block: Block) -> Polygon:
    """The block's ground beside its lane, as one shape."""
    spine = _spine(block)
    return block.ground.difference(spine.buffer(6.5)) if spine else block.ground


def _rows(ground: Polygon, turn: float, step_m: float) -> list[tuple[Floats, Floats]]:
    """Parallel rows over the block: for each row its start (2,) and the vector to its end (2,)."""
    west, south, east, north = shapely.affinity.rotate(ground, -turn, origin=(0, 0), use_radians=True).bounds
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    count = max(1, int((north - south) // step_m))
    spare = (north - south - (count - 1) * step_m) / 2
    return [
        (rotation @ [west, south + spare + number * step_m], rotation @ [east - west, 0.0]) for number in range(count)
    ]


def _row_of(
    random: np.random.Generator, ground: Polygon, start: Floats, along: Floats, length: tuple[float, float],
    depth_m: float, gap_m: float, turn: float,
) -> list[Polygon]:  # fmt: skip
    """Slabs one after the other along a row, where they fit into the block."""
    reach = float(np.hypot(*along))
    unit = along / reach
    slabs = []
    at = random.uniform(0, 6)
    while at < reach:
        size = float(random.uniform(*length))
        shape = slab(start + unit * (at + size / 2), size, depth_m, turn)
        if ground.contains(shape):
            slabs.append(shape)
            at += size + gap_m
        else:
            at += 6
    return slabs


def estate(random: np.random.Generator, block: Block) -> list[Building]:
    """Rows of apartment slabs facing south."""
    turn = _turn(block.ground)
    storeys = int(random.choice([5, 6, 9, 11], p=[0.35, 0.4, 0.1, 0.15]))
    ground = _free(block)
    buildings = []
    for start, along in _rows(block.ground, turn, ROW_M["estate"]):
        for shape in _row_of(random, ground, start, along, (36, 58), 12.5, 9, turn):
            stairways = max(1, round(shape.area / 12.5 / 19))
            buildings.append(Building("apartments", shape, "dwelling", block.name, storeys, stairways, random.random()))
    return buildings


def villas(random: np.random.Generator, block: Block) -> list[Building]:
    """Terraces of three-storey houses, as in resettlement estates."""
    turn = _turn(block.ground)
    ground = _free(block)
    buildings = []
    for start, along in _rows(block.ground, turn, ROW_M["villas"]):
        for terrace in _row_of(random, ground, start, along, (19, 21), 11.5, 3.5, turn):
            middle = np.array(terrace.centroid.coords[0])
            unit = np.array([np.cos(turn), np.sin(turn)])
            for side in (-5.4, 5.4):
                shape = slab(middle + unit * side, 9.4, 11.5, turn)
                buildings.append(Building("house", shape, "dwelling", block.name, 3, 0, random.random()))
    return buildings


def old_town(random: np.random.Generator, block: Block) -> list[Building]:
    """Shops along the streets, old houses behind."""
    buildings = _along_border(random, block, "shop", (9, 15), 11)
    turn = _turn(block.ground)
    inner = _free(block).buffer(-15)
    for part in shapely.get_parts(inner):
        for start, along in _rows(part, turn, 17) if part.area > 500 else []:
            for shape in _row_of(random, part, start, along, (9, 15), 10.5, float(random.uniform(1.5, 5)), turn):
                if random.random() < 0.85:
                    buildings.append(Building("house", shape, "dwelling", block.name, 2, 0, 1 + random.random()))
    return buildings


def _along_border(
    random: np.random.Generator, block: Block, kind: str, length: tuple[float, float], depth_m: float
) -> list[Building]:
    inner = [part for part in shapely.get_parts(block.ground.buffer(-depth_m / 2 - 1)) if part.area > 400]
    ring = LineString(max(inner, key=lambda part: part.area).exterior) if inner else LineString()
    buildings = []
    at = 0.0
    while at < ring.length:
        size = float(random.uniform(*length))
        here, there = (np.array(ring.interpolate(at + step).coords[0]) for step in (0, size))
        turn = float(np.arctan2(*(there - here)[::-1]))
        if random.random() < 0.88:
            use = "business" if kind == "shop" else "office"
            shape = slab((here + there) / 2, size - 1.4, depth_m, turn)
            buildings.append(Building(kind, shape, use, block.name, 2, 0, random.random()))
        at += size + (8 if random.random() < 0.08 else 0.3)
    return buildings


def shops(random: np.random.Generator, block: Block) -> list[Building]:
    """Shops around the block, offices inside."""
    return _along_border(random, block, "shop", (11, 24), 14) + offices(random, block)


def offices(random: np.random.Generator, block: Block) -> list[Building]:
    """A few public buildings with room between them."""
    turn = _turn(block.ground)
    buildings = []
    for start, along in _rows(block.ground.buffer(-14), turn, 46):
        for shape in _row_of(random, block.ground.buffer(-6), start, along, (34, 62), 17, 18, turn):
            storeys = int(random.integers(3, 6))
            buildings.append(Building("public", shape, "public", block.name, storeys, 0, random.random() - 1))
    return buildings


def school(random: np.random.Generator, block: Block) -> list[Building]:
    """Teaching wings over one part of the block; the rest is the sports ground."""
    turn = _turn(block.ground)
    west, _, east, _ = block.ground.bounds
    half = block.ground.intersection(shapely.box(west, -1e9, west + 0.55 * (east - west), 1e9))
    buildings = []
    for part in shapely.get_parts(half):
        for start, along in _rows(part, turn, 30):
            for shape in _row_of(random, part, start, along, (38, 66), 13, 10, turn):
                rank = random.random() - 1
                buildings.append(Building("school", shape, "school", block.name, 4, 0, rank))
    return buildings


def halls(random: np.random.Generator, block: Block) -> list[Building]:
    """Works: big halls with yards, now and then an office."""
    turn = _turn(block.ground)
    depth_m = float(random.uniform(30, 50))
    ground = _free(block)
    buildings = []
    for start, along in _rows(block.ground, turn, depth_m + 15):
        for shape in _row_of(random, ground, start, along, (40, 100), depth_m, 15, turn):
            if random.random() < 0.86:
                storeys = int(random.integers(1, 4))
                buildings.append(Building("factory", shape, "industry", block.name, storeys, 0, random.random()))
    return buildings


def dormitory(random: np.random.Generator, block: Block) -> list[Building]:
    """Slabs of workers' rooms."""
    turn = _turn(block.ground)
    return [
        Building("apartments", shape, "dormitory", block.name, 6, 0, random.random() - 1)
        for start, along in _rows(block.ground, turn, 25)
        for shape in _row_of(random, _free(block), start, along, (48, 62), 14, 9, turn)
    ]


def market(random: np.random.Generator, block: Block) -> list[Building]:
    """A market hall, shops around it."""
    middle = np.array(block.ground.centroid.coords[0])
    hall = Building("shop", slab(middle, 58, 34, _turn(block.ground)), "market", block.name, 2, 0, -2)
    return [hall, *_along_border(random, block, "shop", (8, 13), 10)]


def nothing(random: np.random.Generator, block: Block) -> list[Building]:
    """Open ground."""
    del random, block
    return []


FILLINGS: dict[str, Callable[[np.random.Generator, Block], list[Building]]] = {
    "estate": estate, "villas": villas, "old_town": old_town, "shops": shops, "industry": halls, "school": school,
    "kindergarten": offices, "dormitory": dormitory, "market": market, "mall": shops, "park": nothing,
    "government": offices, "police": offices, "clinic": offices, "culture": offices, "fire_station": offices,
    "utility": offices,
}  # fmt: skip


def lanes(block: Block) -> list[RoadLine]:
    """The lanes inside a block: one through it from street to street; in estates side lanes between the rows."""
    spine = _spine(block)
    if spine is None:
        return []
    kind = "service" if block.use in ("industry", "dormitory") else "living_street"
    name = f"{block.name}内部路" if block.name else ""
    found = [RoadLine(name, kind, spine)]
    step_m = ROW_M.get(block.use)
    if step_m is None:
        return found
    turn = _turn(block.ground)
    across = np.array([-np.sin(turn), np.cos(turn)]) * step_m / 2
    for start, along in _rows(block.ground, turn, step_m)[:-1:2]:
        row = LineString([start + across, start + along + across])
        crossing = spine.intersection(row)
        if crossing.geom_type == "Point" and not crossing.is_empty:
            side = _within(block.ground.buffer(-4), row, np.array(crossing.coords[0]))
            found += [RoadLine(name, kind, side)] if side else []
    return found


def _within(ground: Polygon, line: LineString, through: Floats) -> LineString | None:
    parts = [part for part in shapely.get_parts(line.intersection(ground)) if part.length > 30]
    near = [part for part in parts if part.distance(shapely.Point(through)) < 1]
    return near[0] if near else None
