"""The plan of the town as rows of the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapdata.bulk import copy_rows
from mapdata.database import Transaction
from mapdata.demo.basemap import Feature
from mapdata.demo.divisions import Divisions
from mapdata.demo.network import Network, modes_of
from mapdata.demo.plan import TownPlan
from mapdata.demo.plane import in_degrees, in_tiles
from mapdata.demo.units import AREA_ID
from mapdata.departments import DEPARTMENTS

VALID_FROM = date(2024, 1, 1)
Rows = Iterator[tuple[Any, ...]]


def hexes(shapes: list[BaseGeometry], srid: int = 4326) -> list[str]:
    """The shapes as hexadecimal EWKB with their SRID, all at once."""
    if not shapes:
        return []
    return list(shapely.to_wkb(shapely.set_srid(np.array(shapes, dtype=object), srid), hex=True, include_srid=True))


def points(places: list[tuple[float, float]]) -> list[str]:
    """Points given in metres as hexadecimal EWKB in EPSG:4326."""
    return hexes(in_degrees(list(shapely.points(np.array(places).reshape(-1, 2)))))


def write_plan(transaction: Transaction, plan: TownPlan, tell: Callable[[str, float], None]) -> None:
    """Write every row of the town."""
    for part, (table, columns, rows) in enumerate(tables(plan)):
        tell(table, 0.55 + 0.03 * part)
        copy_rows(transaction, table, columns.split(), rows)


def tables(plan: TownPlan) -> Iterator[tuple[str, str, Rows]]:
    """Each table of the town in an order its foreign keys allow: name, columns, rows."""
    yield (
        "division",
        "area_id code level kind name parent_code households geom label valid_from",
        _divisions(plan.divisions),
    )
    yield "road_node", "area_id node_id geom", _nodes(plan.network)
    yield (
        "road_edge",
        "area_id edge_id from_node to_node name kind length_m oneway is_bridge modes geom",
        _edges(plan.network),
    )
    yield "base_feature", "area_id feature_id layer kind name min_zoom geom", _features(plan.features)
    yield "department", "area_id code name kind phone geom", _departments(plan)
    yield (
        "worker",
        "area_id worker_id name phone role grid_code department_code skills mode shift",
        _workers(plan),
    )
    yield (
        "camera",
        "area_id camera_id gb28181_id name heading_deg fov_deg range_m state grid_code geom",
        _cameras(plan),
    )


def _divisions(divisions: Divisions) -> Rows:
    rows = sorted(divisions.rows, key=lambda row: (len(row.code), row.code))
    areas = hexes(in_degrees([row.area for row in rows]))
    labels = hexes(in_degrees([row.label for row in rows]))
    for row, area, label in zip(rows, areas, labels, strict=True):
        yield (
            AREA_ID, row.code, row.level, row.kind, row.name, row.parent_code, row.households, area, label, VALID_FROM
        )  # fmt: skip


def _nodes(network: Network) -> Rows:
    shapes = hexes(in_degrees(list(shapely.points(network.nodes))))
    for number, shape in enumerate(shapes):
        yield AREA_ID, number, shape


def _edges(network: Network) -> Rows:
    shapes = hexes(in_degrees([edge.line for edge in network.edges]))
    for number, (edge, shape) in enumerate(zip(network.edges, shapes, strict=True)):
        name = edge.bridge or edge.name
        length_m = round(edge.line.length, 2)
        yield (
            AREA_ID, number, edge.start, edge.end, name, edge.kind, length_m, False, edge.is_bridge,
            modes_of(edge.kind), shape,
        )  # fmt: skip


def _features(features: list[Feature]) -> Rows:
    shapes = hexes(in_tiles([feature.shape for feature in features]), 3857)
    for number, (feature, shape) in enumerate(zip(features, shapes, strict=True)):
        yield AREA_ID, number, feature.layer, feature.kind, feature.name, feature.min_zoom, shape


def _departments(plan: TownPlan) -> Rows:
    row = plan.divisions.level("village")[0].label
    shapes = points([(row.x + 15 * number, row.y) for number in range(len(DEPARTMENTS))])
    for number, (department, shape) in enumerate(zip(DEPARTMENTS, shapes, strict=True)):
        yield AREA_ID, department.code, f"姚庄镇{department.name}", department.kind, f"0573-8000{number:04d}", shape


def _workers(plan: TownPlan) -> Rows:
    for worker in plan.workers:
        yield (
            AREA_ID, worker.worker_id, worker.name, worker.phone, worker.role, worker.grid_code,
            worker.department_code, list(worker.skills), worker.mode, worker.shift,
        )  # fmt: skip


def _cameras(plan: TownPlan) -> Rows:
    places = [camera.at for camera in plan.cameras]
    grids = plan.divisions.codes_at(np.array(places), "grid")
    for number, (camera, grid, shape) in enumerate(zip(plan.cameras, grids, points(places), strict=True), start=1):
        yield (
            AREA_ID, number, f"33042111001320{number:06d}", camera.name, camera.heading_deg, camera.fov_deg,
            camera.range_m, camera.state, grid, shape,
        )  # fmt: skip
