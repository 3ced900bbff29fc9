"""Of a workforce only those are read who can have a part in an advice, and the advice is as if all had been read."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from base.bulk import copy_rows, geometry
from base.clock import TOWN_ZONE
from base.database import Database, Transaction
from base.settings import read_settings
from dispatch.access.scope import Scope
from dispatch.advice import candidates
from dispatch.advice.advice import advise
from dispatch.advice.candidates import Question, rank_everybody
from dispatch.advice.ranking import Ranking, Task, rank
from dispatch.advice.workforce import read_workforce
from dispatch.cases.intake import Report, report
from dispatch.centre import Centre
from mapdata.roads.network import RoadNetwork, load_roads
from tests.small_town import AREA, AREA_ID, SOUTH_WEST, forget_the_day

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LEADER = Scope("leader", "shift_leader", AREA_ID)
ISLAND = ((120.9700, 30.9180), (120.9720, 30.9180), (120.9720, 30.9190), (120.9700, 30.9190))
"""Roads no bridge leads to: whoever stands there reaches nobody in the town."""
TASK = Task(120.9455, 30.9190, "0102", "P3", SOUTH_WEST, "SF")
MOST = 24


@dataclass(frozen=True)
class Drawn:
    """A worker as a test draws one."""

    role: str
    department: str | None
    mode: str
    duty: str | None
    is_sent: bool
    tasks_before: int
    place: tuple[float, float] | None
    age_s: float


# few places, so that many stand at the same one and arrive at the same moment
_places = st.tuples(
    st.sampled_from([120.942, 120.9455, 120.948, 120.95, 120.957, 120.9715]),
    st.sampled_from([30.914, 30.9185, 30.919, 30.921, 30.9235]),
)
_modes = st.sampled_from(["foot", "foot", "ebike", "car"])
_anybody = st.builds(
    Drawn,
    role=st.sampled_from(["grid_worker", "parttime_worker", "dept_handler", "grid_leader"]),
    department=st.sampled_from(["SF", "ZF"]),
    mode=_modes,
    duty=st.sampled_from(["patrolling", "on_duty_idle", "break", "sos", None]),
    is_sent=st.booleans(),
    tasks_before=st.integers(0, 2),
    place=st.none() | _places,
    age_s=st.sampled_from([1.0, 300.0, 301.0]),
)
_free = st.builds(
    Drawn,
    role=st.just("grid_worker"),
    department=st.sampled_from([None, "SF"]),
    mode=_modes,
    duty=st.just("patrolling"),
    is_sent=st.just(False),
    tasks_before=st.integers(0, 1),
    place=_places,
    age_s=st.just(1.0),
)
_workforces = st.lists(_anybody, max_size=MOST) | st.tuples(
    st.lists(_free, min_size=8, max_size=16), st.lists(_anybody, max_size=8)
).map(lambda parts: [*parts[0], *parts[1]])


@pytest.fixture(scope="module")
def town(shared_small_database: Database) -> Iterator[tuple[Database, RoadNetwork, list[str]]]:
    """The small town without workers of its own, with an island, and cases for those who are sent."""
    with shared_small_database.transaction() as transaction:
        transaction.execute("delete from worker")
        _add_island(transaction)
        centre = Centre(read_settings({}), shared_small_database, lambda: NOW, AREA, RoadNetwork.from_arrays(*[[]] * 5))
        told = Report(uuid.uuid4(), "phone", "暴露垃圾", TASK.lon, TASK.lat, "wgs84")
        cases = [
            report(centre, transaction, LEADER, replace(told, client_id=uuid.uuid4())).case_no for _ in range(MOST + 1)
        ]
        roads = load_roads(transaction, AREA)
    yield shared_small_database, roads, cases
    forget_the_day(shared_small_database.url)


def _add_island(transaction: Transaction) -> None:
    nodes = [(AREA_ID, 900 + number, geometry(Point(place))) for number, place in enumerate(ISLAND)]
    copy_rows(transaction, "road_node", ("area_id", "node_id", "geom"), nodes)
    columns = ("area_id", "edge_id", "from_node", "to_node", "kind", "length_m", "modes", "geom")
    ends = [(number, (number + 1) % len(ISLAND)) for number in range(len(ISLAND))]
    edges = [
        (AREA_ID, 900 + a, 900 + a, 900 + b, "residential", 150.0, ["foot", "ebike", "car"],
         geometry(LineString([ISLAND[a], ISLAND[b]])))
        for a, b in ends
    ]  # fmt: skip
    copy_rows(transaction, "road_edge", columns, edges)


def _write(transaction: Transaction, workers: list[Drawn], cases: list[str]) -> None:
    """The workers, numbered from 1."""
    numbered = list(enumerate(workers, start=1))
    columns = ("area_id", "worker_id", "name", "phone", "role", "department_code", "mode")
    rows: list[tuple[Any, ...]] = [
        (AREA_ID, n, f"员{n}", f"1380013{n:04}", one.role, one.department, one.mode) for n, one in numbered
    ]
    copy_rows(transaction, "worker", columns, rows)
    columns = ("area_id", "worker_id", "duty_id", "status", "started_at")
    rows = [(AREA_ID, n, uuid.uuid4(), one.duty, NOW - timedelta(hours=1)) for n, one in numbered if one.duty]
    copy_rows(transaction, "duty", columns, rows)
    columns = ("area_id", "worker_id", "recorded_at", "received_at", "geom", "accuracy_m", "source")
    seen = [(n, NOW - timedelta(seconds=one.age_s), one.place) for n, one in numbered if one.place]
    rows = [(AREA_ID, n, at, at, geometry(Point(place)), 8.0, "api") for n, at, place in seen]
    copy_rows(transaction, "position_latest", columns, rows)
    _write_assignments(transaction, numbered, cases)


def _write_assignments(transaction: Transaction, numbered: list[tuple[int, Drawn]], cases: list[str]) -> None:
    columns = (
        "area_id", "assignment_id", "case_no", "worker_id", "assigned_by", "assigned_at", "arrived_at", "ended_at",
        "outcome",
    )  # fmt: skip
    opened = [
        (AREA_ID, uuid.uuid4(), cases[n], n, "x", NOW - timedelta(days=n % 2), NOW if n % 3 else None, None, None)
        for n, one in numbered if one.is_sent
    ]  # fmt: skip
    ended = [
        (AREA_ID, uuid.uuid4(), cases[n], n, "x", NOW - timedelta(hours=30 * k), None, NOW, "handled")
        for n, one in numbered for k in range(one.tasks_before)
    ]  # fmt: skip
    copy_rows(transaction, "assignment", columns, opened + ended)


def _both_ways(transaction: Transaction, scope: Scope, roads: RoadNetwork, task: Task) -> tuple[Ranking, Ranking]:
    """The advice of reading everybody, the plain way, and of reading those who can have a part in it."""

    def find_nearest(travellers: Any, count: int) -> Any:
        return roads.first_to_arrive(task.lon, task.lat, travellers, count)

    midnight = NOW.astimezone(TOWN_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = transaction.execute(
        "select worker_id, count(*) as n from assignment where assigned_at >= %s group by 1", [midnight]
    )
    loads = {row["worker_id"]: row["n"] for row in counted}
    plain = rank(task, read_workforce(transaction, AREA_ID, scope, NOW), loads, find_nearest)
    question = Question(transaction, AREA_ID, scope, NOW, task, roads.top_speed_mps)
    return plain, rank_everybody(question, lambda workers, tasks: rank(task, workers, tasks, find_nearest))


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    workers=_workforces, first=st.integers(1, 10), priority=st.sampled_from(["P1", "P3"]),
    at=_places, of_department=st.booleans(),
)  # fmt: skip
def test_the_advice_is_as_if_everybody_had_been_read(
    town: Any, monkeypatch: pytest.MonkeyPatch, workers: list[Drawn], first: int, priority: str,
    at: tuple[float, float], of_department: bool,
) -> None:  # fmt: skip
    database, roads, cases = town
    monkeypatch.setattr(candidates, "FIRST", first)
    scope = Scope("chief", "dept_handler", AREA_ID, None, "SF") if of_department else LEADER
    task = replace(TASK, lon=at[0], lat=at[1], priority=priority, reporter_worker_id=2)
    with database.transaction() as transaction, transaction.transaction():
        _write(transaction, workers, cases)
        plain, near = _both_ways(transaction, scope, roads, task)
        assert near == plain
        raise psycopg.Rollback


def test_by_car_from_far_before_the_nearer_ones_on_foot(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    database, roads, cases = town
    monkeypatch.setattr(candidates, "FIRST", 6)
    free = Drawn("grid_worker", None, "foot", "patrolling", False, 0, (120.950, 30.919), 1.0)
    car = replace(free, place=(120.957, 30.919), mode="car")
    at_home = replace(free, place=(120.954, 30.919), duty=None)
    with database.transaction() as transaction, transaction.transaction():
        _write(transaction, [free] * 6 + [car, at_home], cases)
        plain, near = _both_ways(transaction, LEADER, roads, TASK)
        assert near == plain
        assert [pick.worker.worker_id for pick in near.suggested] == [7, 1, 2, 3, 4]
        assert [entry.worker.worker_id for entry in near.passed_over] == [5, 6, 8], "the one at home is nearer than it"
        raise psycopg.Rollback


def test_who_is_far_off_is_not_read(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    database, roads, cases = town
    monkeypatch.setattr(candidates, "FIRST", 8)
    free = Drawn("grid_worker", None, "foot", "patrolling", False, 0, (120.9456, 30.9190), 1.0)
    asked: list[int] = []

    def read_workers(transaction: Transaction, area_id: int, scope: Scope, at: datetime, ids: list[int]) -> Any:
        asked.extend(ids)
        return [one for one in read_workforce(transaction, area_id, scope, at) if one.worker_id in ids]

    monkeypatch.setattr(candidates, "read_workers", read_workers)
    far = [replace(free, place=(120.958, 30.926), mode="car")] + [replace(free, place=(120.958, 30.926))] * 15
    with database.transaction() as transaction, transaction.transaction():
        _write(transaction, [free] * 8 + far, cases)
        plain, near = _both_ways(transaction, LEADER, roads, TASK)
        assert near == plain
        assert sorted(asked) == list(range(1, 9)), "in a few metres nobody overtakes them, by car neither"
        raise psycopg.Rollback


def test_an_advice_names_whom_it_names_whatever_is_read_first(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    database, roads, cases = town
    centre = Centre(read_settings({}), database, lambda: NOW, AREA, roads)
    free = Drawn("grid_worker", None, "foot", "patrolling", False, 0, (120.95, 30.919), 1.0)
    with database.transaction() as transaction, transaction.transaction():
        _write(transaction, [free, replace(free, place=(120.9715, 30.9185)), replace(free, mode="car")], cases)
        given = []
        for first in (1, 2, 100):
            monkeypatch.setattr(candidates, "FIRST", first)
            advice = advise(centre, transaction, LEADER, cases[0])
            given.append([one.worker for one in advice.workers])
        assert given == [[3, 1]] * 3
        raise psycopg.Rollback
