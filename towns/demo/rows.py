"""The plan of the town as rows of the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from base.bulk import copy_rows
from base.database import Transaction
from towns.demo.basemap import Feature
from towns.demo.divisions import Divisions
from towns.demo.names_of_people import telephone
from towns.demo.needs import claim_rows, demo_units, need_rows, unit_rows
from towns.demo.network import Network, modes_of
from towns.demo.plan import TownPlan
from towns.demo.plane import in_degrees, in_tiles
from towns.demo.units import AREA_ID
from towns.departments import DEPARTMENTS

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


def write_plan(transaction: Transaction, plan: TownPlan, progress: Callable[[str, float], None]) -> None:
    """Write every row of the town."""
    for number, (table, rows) in enumerate(tables(plan)):
        progress(table, 0.65 + 0.35 * number / len(COLUMNS))
        copy_rows(transaction, table, COLUMNS[table].split(), rows)


COLUMNS: dict[str, str] = {
    "division": "area_id code level kind name parent_code households geom label valid_from",
    "road_node": "area_id node_id geom",
    "road_edge": "area_id edge_id from_node to_node name kind length_m oneway is_bridge modes geom",
    "base_feature": "area_id feature_id layer kind name min_zoom geom",
    "department": "area_id code name kind phone geom",
    "worker": "area_id worker_id name phone role grid_code department_code skills mode shift",
    "camera": "area_id camera_id gb28181_id name heading_deg fov_deg range_m state grid_code geom",
    "address": "area_id address_id parent_id level name full_text grid_code micro_grid_code geom",
    "person": "area_id person_id id_no name gender born_on phone residence address_id",
    "floating_resident": "area_id person_id reason permit_kind registered_on expires_on",
    "key_person": "area_id person_id kind attention visit_every_days last_visit_on",
    "house": "area_id house_id address_id use floor_area_m2 storeys owner_id",
    "rental_house": "area_id house_id purpose grade hazard tenants",
    "place": "area_id place_id layer kind name address_text phone in_charge "
    "check_every_days last_checked_on grid_code geom",
    "thing": "area_id thing_id kind code name state grid_code geom",
    "contact": "area_id kind id post name phone email language place_in_line",
    "district_unit": "area_id unit_code name kind village_code department_code contact_name contact_phone geom",
    "need": "area_id need_id unit_code list title told entered_by entered_at",
    "need_claim": "area_id claim_id need_id unit_code claimed_by claimed_at state answered_by answered_at",
}
"""Every table of the town and its columns, in an order its foreign keys allow."""


def tables(plan: TownPlan) -> Iterator[tuple[str, Rows]]:
    """The rows of every table, in the order of :data:`COLUMNS`."""
    units = demo_units(plan.divisions, plan.places, _seats_of(plan))
    rows: dict[str, Rows] = {
        "division": _divisions(plan.divisions),
        "road_node": _nodes(plan.network),
        "road_edge": _edges(plan.network),
        "base_feature": _features(plan.features),
        "department": _departments(plan),
        "worker": _workers(plan),
        "camera": _cameras(plan),
        "address": _addresses(plan),
        "person": _persons(plan),
        "floating_resident": ((AREA_ID, *row) for row in plan.population.floating),
        "key_person": ((AREA_ID, *row) for row in plan.population.key_persons),
        "house": _houses(plan),
        "rental_house": _rental_houses(plan),
        "place": _places(plan),
        "thing": _things(plan),
        "contact": _contacts(),
        "district_unit": unit_rows(units, points([one.at for one in units])),
        "need": need_rows(units),
        "need_claim": claim_rows(units),
    }
    for table in COLUMNS:
        yield table, rows[table]


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


_SEATS = {"PC": "姚庄派出所", "YJ": "姚庄消防站", "WS": "姚庄镇卫生院", "GD": "供电所", "GS": "供电所", "RQ": "供电所",
          "MZ": "文化活动中心", "XJ": "姚庄社区便民服务中心", "WY": "姚庄社区便民服务中心"}  # fmt: skip
"""Where a department sits; the others sit in the town hall."""


def _seats_of(plan: TownPlan) -> dict[str, tuple[float, float]]:
    """Where each department sits, in metres, by its code."""
    seats: dict[str, list[tuple[float, float]]] = {}
    for building in plan.buildings:
        middle = building.shape.centroid
        seats.setdefault(building.place, []).append((middle.x, middle.y))
    hall = seats["姚庄镇社会治理综合指挥中心"]
    places = {}
    for number, department in enumerate(DEPARTMENTS):
        buildings = seats.get(_SEATS.get(department.code, ""), hall)
        places[department.code] = buildings[number % len(buildings)]
    return places


def _departments(plan: TownPlan) -> Rows:
    shapes = points(list(_seats_of(plan).values()))
    for number, (department, shape) in enumerate(zip(DEPARTMENTS, shapes, strict=True), start=1):
        phone = telephone(9_000_000 + number)
        yield AREA_ID, department.code, f"姚庄镇{department.name}", department.kind, phone, shape


def _contacts() -> Rows:
    """Who is told of every P1, and how the shift leader is reached; nobody has these numbers and addresses."""
    leader, shift = telephone(9_500_001), telephone(9_500_002)
    post = "responsible_leader"
    yield AREA_ID, "account", "town_leader", post, "演示分管领导", leader, "leader@town.example", "zh", 1
    yield AREA_ID, "account", "second_leader", post, "演示带班领导", leader, "second@town.example", "zh", 2
    yield AREA_ID, "account", "shift_leader", "", "演示值班长", shift, "shift@town.example", "zh", 1


def _addresses(plan: TownPlan) -> Rows:
    shapes = points([address.at for address in plan.book.addresses])
    for address, shape in zip(plan.book.addresses, shapes, strict=True):
        yield (
            AREA_ID, address.address_id, address.parent_id, address.level, address.name, address.full_text,
            address.grid_code, address.micro_grid_code, shape,
        )  # fmt: skip


def _persons(plan: TownPlan) -> Rows:
    for person in plan.population.persons:
        yield (
            AREA_ID, person.person_id, person.id_no, person.name, person.gender, person.born_on, person.phone,
            person.residence, person.address_id,
        )  # fmt: skip


def _houses(plan: TownPlan) -> Rows:
    for number, home in enumerate(plan.book.homes):
        owner = plan.population.owners.get(number)
        yield AREA_ID, number + 1, home.address_id, home.use, home.floor_area_m2, home.storeys, owner


def _rental_houses(plan: TownPlan) -> Rows:
    for rented in plan.population.rented_homes:
        yield AREA_ID, rented.home + 1, rented.purpose, rented.grade, rented.hazard, rented.tenants


def _places(plan: TownPlan) -> Rows:
    shapes = points([place.at for place in plan.places])
    for number, (place, shape) in enumerate(zip(plan.places, shapes, strict=True), start=1):
        yield (
            AREA_ID, number, place.layer, place.kind, place.name, place.address_text,
            telephone(8_000_000 + number * 13), place.in_charge,
            place.check_every_days, place.last_checked_on, place.grid_code, shape,
        )  # fmt: skip


def _things(plan: TownPlan) -> Rows:
    shapes = points([thing.at for thing in plan.things])
    for number, (thing, grid, shape) in enumerate(zip(plan.things, plan.thing_grids, shapes, strict=True), start=1):
        yield AREA_ID, number, thing.kind, thing.code, thing.name, thing.state, grid, shape


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
