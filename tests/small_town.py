"""A town small enough to know by heart: four grids, two banks of a canal, one bridge, four workers.

::

    30.926  o----------------o----------------o      north road     village 202: grids 001 (west), 002 (east)
            |                |                |
    30.921  o--o--o--o--o--o--o--o--o--o--------o    north bank road
    30.920  ~~~~~~~~~~~~~ canal ~~~~~~~~~~~~~~|~~    the only bridge, at 120.958
    30.919  o--o--o--o--o--o--o--o--o--o--------o    south bank road
            |                |                |
    30.914  o----------------o----------------o      south road     village 201: grids 001 (west), 002 (east)
         120.942          120.950          120.958

The town reaches from 120.940 to 120.960 and from 30.912 to 30.928.
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from pyproj import Geod
from shapely.geometry import LineString, MultiPolygon, Point, box

from base.bulk import copy_rows, geometry
from base.database import Database, Transaction
from mapdata.areas import Area, serve_area, write_area
from mapdata.positions import ensure_day_partitions

AREA_ID = 990001
TOWN = "990001001"
SOUTH_WEST, SOUTH_EAST = "990001001201001", "990001001201002"
NORTH_WEST, NORTH_EAST = "990001001202001", "990001001202002"
BRIDGE_LON = 120.958
SOUTH_POINT = (120.9455, 30.9190)
"""On the south bank road, in the south-west grid; the nearest worker by air stands across the canal."""
OUTSIDE_NEAR = (120.9700, 30.9200)
"""About 950 m east of the town."""
OUTSIDE_FAR = (121.4737, 31.2304)
"""Another city."""

AREA = Area(
    area_id=AREA_ID,
    name="小镇",
    case_prefix="XZ",
    is_demo=True,
    srid_m=4549,
    attribution="演示数据",
    map_approval_no="",
    map_version=1,
    centre_lon=120.950,
    centre_lat=30.920,
    west=120.940,
    south=30.912,
    east=120.960,
    north=30.928,
)


@dataclass(frozen=True)
class SmallWorker:
    """A worker of the small town and where the tests put them."""

    worker_id: int
    name: str
    role: str
    grid_code: str | None
    department_code: str | None
    skills: list[str]
    mode: str
    lon: float
    lat: float


WORKERS = (
    SmallWorker(1, "对岸甲", "grid_worker", NORTH_WEST, None, ["mediation"], "foot", 120.9455, 30.9210),
    SmallWorker(2, "同岸乙", "grid_worker", SOUTH_WEST, None, ["fire", "first_aid"], "foot", 120.9500, 30.9190),
    SmallWorker(3, "同岸丙", "grid_worker", SOUTH_EAST, None, ["water_rescue"], "ebike", 120.9570, 30.9140),
    SmallWorker(4, "执法丁", "dept_handler", None, "ZF", ["law_enforcement"], "ebike", 120.9500, 30.9260),
)
"""Worker 1 is 220 m from SOUTH_POINT by air but 2.6 km by road; worker 2 is 430 m away along the bank."""

_DEPARTMENTS = {
    "ZZ": "综治工作",
    "SG": "市场监管",
    "ZF": "综合执法",
    "BM": "便民服务",
    "PC": "派出所",
    "YJ": "应急消防站",
    "SF": "司法所",
    "CJ": "村镇建设",
    "RQ": "燃气",
}
_LONS = tuple(round(120.942 + 0.002 * step, 3) for step in range(9))
_BANKS = {"南岸路": 30.919, "北岸路": 30.921}
_OUTER = {"南大路": 30.914, "北大路": 30.926}
_CROSSINGS = (120.942, 120.950, 120.958)
_GEOD = Geod(ellps="WGS84")


def _divisions() -> list[tuple[Any, ...]]:
    shapes: list[tuple[str, str, str, str | None, Any]] = [
        (TOWN, "town", "小镇", None, box(120.940, 30.912, 120.960, 30.928)),
        (TOWN + "201", "village", "南村", TOWN, box(120.940, 30.912, 120.960, 30.920)),
        (TOWN + "202", "village", "北村", TOWN, box(120.940, 30.920, 120.960, 30.928)),
    ]
    for code, name, south in ((TOWN + "201", "南村", 30.912), (TOWN + "202", "北村", 30.920)):
        for number, (west, label) in enumerate(((120.940, "第一网格"), (120.950, "第二网格")), start=1):
            grid = f"{code}{number:03}"
            shapes.append((grid, "grid", name + label, code, box(west, south, west + 0.010, south + 0.008)))
            shapes += [
                (
                    f"{grid}{part:02}",
                    "micro_grid",
                    f"{name}{label}微网格{part}",
                    grid,
                    box(west + 0.005 * (part - 1), south, west + 0.005 * part, south + 0.008),
                )
                for part in (1, 2)
            ]
    return [
        (
            AREA_ID,
            code,
            level,
            "general",
            name,
            parent,
            300,
            geometry(MultiPolygon([shape])),
            geometry(shape.centroid),
            date(2026, 1, 1),
        )
        for code, level, name, parent, shape in shapes
    ]


def _road_lines() -> list[tuple[str, str, bool, list[tuple[float, float]]]]:
    """Every piece of road between two junctions: name, kind, whether a bridge, its two ends."""
    lines: list[tuple[str, str, bool, list[tuple[float, float]]]] = []
    for name, lat in _BANKS.items():
        lines += [(name, "residential", False, [(a, lat), (b, lat)]) for a, b in itertools.pairwise(_LONS)]
    for name, lat in _OUTER.items():
        lines += [(name, "tertiary", False, [(a, lat), (b, lat)]) for a, b in itertools.pairwise(_CROSSINGS)]
    for lon in _CROSSINGS:
        lines += [("纵路", "residential", False, [(lon, 30.914), (lon, 30.919)])]
        lines += [("纵路", "residential", False, [(lon, 30.921), (lon, 30.926)])]
    lines.append(("独桥", "residential", True, [(BRIDGE_LON, 30.919), (BRIDGE_LON, 30.921)]))
    return lines


def _write_roads(transaction: Transaction) -> None:
    lines = _road_lines()
    places = sorted({end for *_, line in lines for end in line})
    node = {place: number for number, place in enumerate(places)}
    rows = [(AREA_ID, number, geometry(Point(place))) for place, number in node.items()]
    copy_rows(transaction, "road_node", ("area_id", "node_id", "geom"), rows)
    edges = [
        (
            AREA_ID,
            number,
            node[line[0]],
            node[line[1]],
            name,
            kind,
            _GEOD.line_length(*zip(*line, strict=True)),
            False,
            is_bridge,
            ["foot", "ebike", "car"],
            geometry(LineString(line)),
        )
        for number, (name, kind, is_bridge, line) in enumerate(lines)
    ]
    columns = [
        "area_id",
        "edge_id",
        "from_node",
        "to_node",
        "name",
        "kind",
        "length_m",
        "oneway",
        "is_bridge",
        "modes",
        "geom",
    ]
    copy_rows(transaction, "road_edge", columns, edges)


def _write_surroundings(transaction: Transaction) -> None:
    """Two buildings with addresses, a school, a clinic, a hydrant, a life ring, a camera that looks west."""
    copy_rows(
        transaction,
        "address",
        ("area_id", "address_id", "level", "name", "full_text", "grid_code", "micro_grid_code", "geom"),
        [
            (
                AREA_ID,
                1,
                "building",
                "1幢",
                "小镇南村第一网格1幢",
                SOUTH_WEST,
                SOUTH_WEST + "02",
                _point(120.9457, 30.9187),
            ),
            (
                AREA_ID,
                2,
                "building",
                "2幢",
                "小镇北村第二网格2幢",
                NORTH_EAST,
                NORTH_EAST + "01",
                _point(120.9520, 30.9230),
            ),
        ],
    )
    copy_rows(
        transaction,
        "place",
        ("area_id", "place_id", "layer", "kind", "name", "grid_code", "geom"),
        [
            (AREA_ID, 1, "key_place", "school", "小镇小学", SOUTH_WEST, _point(120.9470, 30.9180)),
            (AREA_ID, 2, "station", "clinic", "小镇卫生院", NORTH_EAST, _point(120.9540, 30.9240)),
        ],
    )
    copy_rows(
        transaction,
        "thing",
        ("area_id", "thing_id", "kind", "code", "grid_code", "geom"),
        [
            (AREA_ID, 1, "hydrant", "XHS-001", SOUTH_WEST, _point(120.9450, 30.9189)),
            (AREA_ID, 2, "life_ring", "JSQ-001", NORTH_WEST, _point(120.9450, 30.9202)),
        ],
    )
    copy_rows(
        transaction,
        "camera",
        ("area_id", "camera_id", "gb28181_id", "name", "heading_deg", "fov_deg", "range_m", "grid_code", "geom"),
        [(AREA_ID, 1, "99000100001310000001", "南岸路西望", 270.0, 60.0, 120.0, SOUTH_WEST, _point(120.9462, 30.9190))],
    )


def _point(lon: float, lat: float) -> str:
    return geometry(Point(lon, lat))


def make_small_town(database: Database) -> Area:
    """Write the whole town and choose it to be served; nobody is on duty yet. Returns its area."""
    made_at = datetime(2026, 11, 2, tzinfo=UTC)
    with database.transaction() as transaction:
        write_area(transaction, AREA, made_at)
        serve_area(transaction, AREA_ID)
        columns = [
            "area_id",
            "code",
            "level",
            "kind",
            "name",
            "parent_code",
            "households",
            "geom",
            "label",
            "valid_from",
        ]
        copy_rows(transaction, "division", columns, _divisions())
        departments = [(AREA_ID, code, name, "platform") for code, name in _DEPARTMENTS.items()]
        copy_rows(transaction, "department", ("area_id", "code", "name", "kind"), departments)
        _write_roads(transaction)
        _write_surroundings(transaction)
        columns = ["area_id", "worker_id", "name", "phone", "role", "grid_code", "department_code", "skills", "mode"]
        workers = [
            (
                AREA_ID,
                w.worker_id,
                w.name,
                f"1380013800{w.worker_id}",
                w.role,
                w.grid_code,
                w.department_code,
                w.skills,
                w.mode,
            )
            for w in WORKERS
        ]
        copy_rows(transaction, "worker", columns, workers)
    return AREA


def put_on_duty(
    database: Database,
    worker_id: int,
    at: datetime,
    lon: float | None = None,
    lat: float | None = None,
    *,
    status: str = "patrolling",
    area_id: int = AREA_ID,
) -> uuid.UUID:
    """Begin a duty of the worker at this moment and give one fix (at their place of ``WORKERS`` when none is given)."""
    worker = WORKERS[worker_id - 1]
    point = _point(worker.lon if lon is None else lon, worker.lat if lat is None else lat)
    given = (worker.lon if lon is None else lon, worker.lat if lat is None else lat)
    duty_id = uuid.uuid4()
    key = (area_id, worker_id)
    with database.transaction() as transaction:
        ensure_day_partitions(transaction, [at])
        duty_columns = ("area_id", "worker_id", "duty_id", "status", "started_at")
        copy_rows(transaction, "duty", duty_columns, [(*key, duty_id, status, at)])
        columns = ["area_id", "worker_id", "recorded_at", "received_at", "geom", "accuracy_m", "source"]
        fix = (*key, at, at, point, 8.0, "api")
        copy_rows(transaction, "position_latest", columns, [fix])
        history = [*columns, "duty_id", "datum", "given_lon", "given_lat"]
        copy_rows(transaction, "position", history, [(*fix, duty_id, "wgs84", *given)])
    return duty_id


def forget_the_day(url: str) -> None:
    """Empty what a day leaves: cases, duties, fixes, hand-overs. Cheaper than a fresh database; as its owner."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("truncate case_counter, incident, task, duty, position, position_latest, handover cascade")
