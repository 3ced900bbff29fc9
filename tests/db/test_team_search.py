"""The team and whom to divert are found among few workers as they would be among all of them."""

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
from shapely.geometry import Point

from base.bulk import copy_rows, geometry
from base.database import Database, Transaction
from base.settings import read_settings
from dispatch.access.scope import Scope
from dispatch.advice import team_search
from dispatch.advice.advice import advise, read_advice
from dispatch.advice.candidates import Question
from dispatch.advice.diversions import Busy, Diversions, divertible
from dispatch.advice.needs import Needs, needs_of, with_card_holders
from dispatch.advice.ranking import Task, may_help, rank, travellers, unfit
from dispatch.advice.team_search import find_team
from dispatch.advice.teams import Candidate, Team, propose_team
from dispatch.advice.workforce import WorkerNow, read_workforce
from dispatch.cases.incidents import read_case
from dispatch.cases.intake import Report, report
from dispatch.centre import Centre
from dispatch.competence.items import NO_ITEMS, Competence, Item, lead_lack
from mapdata.roads.network import RoadNetwork, load_roads
from tests.small_town import AREA, AREA_ID, SOUTH_WEST, forget_the_day
from towns.departments import DEPARTMENTS

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LEADER = Scope("leader", "shift_leader", AREA_ID)
TASK = Task(120.9455, 30.9190, "1209", "P1", SOUTH_WEST, "PC")
PRIORITIES = ("P1", "P2", "P3", "P4")
MOST = 24


@dataclass(frozen=True)
class Drawn:
    """A worker as a test draws one; ``on_case`` the priority of the case he is on; ``card`` since how many years he has
    had an enforcement card, which holds for three.
    """

    role: str = "grid_worker"
    department: str | None = None
    skills: tuple[str, ...] = ()
    mode: str = "foot"
    duty: str | None = "patrolling"
    on_case: str | None = None
    place: tuple[float, float] = (120.9456, 30.9190)
    age_s: float = 1.0
    card: int | None = None


# places near each other, so that who is nearer by air is not who is there first, by less than a minute or more
_places = st.tuples(
    st.sampled_from([120.942, 120.9455, 120.9460, 120.9470, 120.948, 120.95, 120.957]),
    st.sampled_from([30.914, 30.9185, 30.919, 30.921]),
)
_skills = st.sampled_from(
    [(), ("water_rescue",), ("first_aid",), ("first_aid",), ("first_aid", "water_rescue"), ("fire", "mediation")]
)
_departments = st.sampled_from(["YJ", "PC", "PC", "WS", "ZF"])
_modes = st.sampled_from(["foot", "ebike", "car"])
_cards = st.sampled_from([None, 1, 1, 9])
_free = st.builds(
    Drawn, st.sampled_from(["grid_worker", "dept_handler"]), _departments, _skills, _modes, place=_places, card=_cards
)  # fmt: skip
_anybody = st.builds(
    Drawn,
    st.sampled_from(["grid_worker", "parttime_worker", "dept_handler"]),
    _departments,
    _skills,
    _modes,
    duty=st.sampled_from(["patrolling", "on_duty_idle", "break", None]),
    on_case=st.sampled_from([None, None, *PRIORITIES]),
    place=_places,
    age_s=st.sampled_from([1.0, 1.0, 301.0]),
    card=_cards,
)
_workers = st.one_of(_free, _free, _free, _free, _anybody)


@pytest.fixture(scope="module")
def town(shared_small_database: Database) -> Iterator[tuple[Centre, dict[str, list[str]]]]:
    """The small town without workers of its own, and cases of each priority for those who are sent."""
    with shared_small_database.transaction() as transaction:
        transaction.execute("delete from worker")
        for department in DEPARTMENTS:
            row = (AREA_ID, department.code, department.name, department.kind)
            transaction.execute("insert into department values (%s, %s, %s, %s) on conflict do nothing", row)
        centre = Centre(read_settings({}), shared_small_database, lambda: NOW, AREA, RoadNetwork.from_arrays(*[[]] * 5))
        told = Report(uuid.uuid4(), "phone", "暴露垃圾", TASK.lon, TASK.lat, "wgs84")
        cases = {
            priority: [
                report(centre, transaction, LEADER, replace(told, client_id=uuid.uuid4(), priority=priority)).case_no
                for _ in range(MOST)
            ]
            for priority in PRIORITIES
        }
        roads = load_roads(transaction, AREA)
    yield replace(centre, roads=roads), cases
    forget_the_day(shared_small_database.url)


def _write(transaction: Transaction, workers: list[Drawn], cases: dict[str, list[str]]) -> None:
    """The workers, numbered from 1."""
    numbered = list(enumerate(workers, start=1))
    columns = (
        "area_id", "worker_id", "name", "phone", "role", "department_code", "mode", "skills", "card_no", "card_issuer",
        "card_from", "card_to",
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (AREA_ID, n, f"员{n}", f"1380013{n:04}", one.role, one.department, one.mode, *_card(n, one))
        for n, one in numbered
    ]
    copy_rows(transaction, "worker", columns, rows)
    columns = ("area_id", "worker_id", "duty_id", "status", "started_at")
    rows = [(AREA_ID, n, uuid.uuid4(), one.duty, NOW - timedelta(hours=1)) for n, one in numbered if one.duty]
    copy_rows(transaction, "duty", columns, rows)
    columns = ("area_id", "worker_id", "recorded_at", "received_at", "geom", "accuracy_m", "source")
    seen = [(n, NOW - timedelta(seconds=one.age_s), one.place) for n, one in numbered]
    rows = [(AREA_ID, n, at, at, geometry(Point(place)), 8.0, "api") for n, at, place in seen]
    copy_rows(transaction, "position_latest", columns, rows)
    columns = (
        "area_id", "task_id", "case_no", "task_no", "kind", "is_required", "worker_id", "state", "created_by",
        "created_at", "sent_at", "arrived_at",
    )  # fmt: skip
    rows = [
        (AREA_ID, uuid.uuid4(), cases[one.on_case][n - 1], 1, "lead", True, n, "on_scene" if n % 2 else "sent", "x",
         NOW, NOW, NOW if n % 2 else None)
        for n, one in numbered if one.on_case
    ]  # fmt: skip
    copy_rows(transaction, "task", columns, rows)


def _card(n: int, one: Drawn) -> tuple[Any, ...]:
    """Skills, and the card if he has one."""
    if one.card is None:
        return (list(one.skills), None, None, None, None)
    first = NOW.date() - timedelta(days=365 * one.card)
    return ([*one.skills, "law_enforcement"], f"Z-{n}", "x", first, first + timedelta(days=3 * 365))


def _question(transaction: Transaction, centre: Centre, task: Task) -> Question:
    return Question(transaction, AREA_ID, LEADER, NOW, task, centre.roads.top_speed_mps)


def _arrivals(centre: Centre, task: Task, needs: Needs, workers: list[WorkerNow]) -> list[Candidate]:
    units = {need.any_of[0] for need in needs.units}

    def is_fit(worker: WorkerNow) -> bool:
        reason = unfit(worker, task)
        return may_help(reason) or (reason.code == "other_department" and worker.department_code in units)

    fit = {worker.worker_id: worker for worker in workers if is_fit(worker)}
    ways = centre.roads.first_to_arrive(task.lon, task.lat, travellers(list(fit.values())), len(fit))
    return [_candidate(task, fit[one.key], one.eta_s) for one in ways]


def _candidate(task: Task, worker: WorkerNow, eta_s: float) -> Candidate:
    may_lead = lead_lack(task.competence, worker.card, worker.department_code) is None
    return Candidate(worker.worker_id, tuple(worker.skills), worker.department_code, eta_s, worker.has_card, may_lead)


def _plain(centre: Centre, task: Task, everybody: list[WorkerNow], drawn: list[Drawn]) -> tuple[Team, Diversions]:
    """The team and whom to divert, of everybody."""
    needs = with_card_holders(needs_of(task.type_code, task.priority), task.competence)
    free = _arrivals(centre, task, needs, everybody)
    absent = [one for one in everybody if one.worker_id not in {candidate.worker_id for candidate in free}]
    sent = [
        replace(one, open_case_no=None, status="patrolling" if one.status in ("responding", "on_scene") else one.status)
        for one in everybody
        if one.open_case_no
    ]
    case_of = {one.worker_id: one.open_case_no for one in everybody}
    busy = [
        Busy(one, case_of[one.worker_id] or "", drawn[one.worker_id - 1].on_case or "",
             "on_scene" if one.worker_id % 2 else "sent")
        for one in _arrivals(centre, task, needs, sent)
    ]  # fmt: skip
    team = propose_team(needs, free, absent)
    return team, divertible(needs, task.priority, team, busy)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    workers=st.sampled_from([0, 2, 6, 12, 18, MOST]).flatmap(lambda n: st.lists(_workers, min_size=n, max_size=n)),
    first=st.integers(1, 3), at=_places,
    kind=st.sampled_from([("1209", "P1", "PC"), ("0301", "P2", "YJ"), ("0110", "P1", "ZZ"), ("1204", "P2", "CJ")]),
    competence=st.sampled_from([NO_ITEMS, NO_ITEMS, *(
        Competence((Item("X", "x", "x", "12", departments, "lead", holders),))
        for departments in (("PC", "YJ"), ("ZF",)) for holders in (1, 2)
    )]),
)  # fmt: skip
def test_the_team_is_as_if_everybody_had_been_read(
    town: Any, monkeypatch: pytest.MonkeyPatch, workers: list[Drawn], first: int, at: tuple[float, float],
    kind: tuple[str, str, str], competence: Competence,
) -> None:  # fmt: skip
    centre, cases = town
    monkeypatch.setattr(team_search, "FIRST", first)
    monkeypatch.setattr(team_search, "GROWTH", 2)
    type_code, priority, department = kind
    task = replace(TASK, lon=at[0], lat=at[1], type_code=type_code, priority=priority, department_code=department,
                   competence=competence)  # fmt: skip

    def find_nearest(travellers: Any, count: int) -> Any:
        return centre.roads.first_to_arrive(task.lon, task.lat, travellers, count)

    with centre.database.transaction() as transaction, transaction.transaction():
        _write(transaction, workers, cases)
        everybody = read_workforce(transaction, AREA_ID, LEADER, NOW)
        ranking = rank(task, everybody, {}, find_nearest)
        helpers = rank(replace(task, competence=NO_ITEMS), everybody, {}, find_nearest)
        needs = with_card_holders(needs_of(type_code, priority), competence)
        question = _question(transaction, centre, task)
        found = find_team(question, "none", needs, ranking, find_nearest, helpers=helpers)
        assert (found.team, found.diversions) == _plain(centre, task, everybody, workers)
        raise psycopg.Rollback


def test_who_is_far_off_is_not_read(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    centre, cases = town
    monkeypatch.setattr(team_search, "FIRST", 4)
    asked: list[int] = []

    def read_workers(transaction: Transaction, area_id: int, scope: Scope, at: datetime, ids: list[int]) -> Any:
        asked.extend(ids)
        return [one for one in read_workforce(transaction, area_id, scope, at) if one.worker_id in ids]

    def find_nearest(travellers: Any, count: int) -> Any:
        return centre.roads.first_to_arrive(TASK.lon, TASK.lat, travellers, count)

    monkeypatch.setattr(team_search, "read_workers", read_workers)
    rescuer = Drawn(skills=("water_rescue", "first_aid"))
    with centre.database.transaction() as transaction, transaction.transaction():
        _write(transaction, [rescuer] * 4 + [replace(rescuer, place=(120.957, 30.9235))] * 12, cases)
        ranking = rank(TASK, read_workforce(transaction, AREA_ID, LEADER, NOW), {}, find_nearest)
        question = _question(transaction, centre, TASK)
        team = find_team(question, "none", needs_of("1209", "P1"), ranking, find_nearest).team
        assert [member.candidate.worker_id for member in team.members] == [1, 2]
        assert set(asked) == {1, 2, 3, 4}
        raise psycopg.Rollback


def test_one_who_can_do_both_is_found_a_minute_behind_the_others(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    centre, cases = town
    monkeypatch.setattr(team_search, "FIRST", 2)
    at_once, behind = (120.9460, 30.9190), (120.9464, 30.9190)
    drawn = [Drawn(), *(Drawn(skills=(skill,), place=at_once) for skill in ("water_rescue", "first_aid") * 2)]

    def find_nearest(travellers: Any, count: int) -> Any:
        return centre.roads.first_to_arrive(TASK.lon, TASK.lat, travellers, count)

    with centre.database.transaction() as transaction, transaction.transaction():
        _write(transaction, [*drawn, Drawn(skills=("water_rescue", "first_aid"), place=behind)], cases)
        ranking = rank(TASK, read_workforce(transaction, AREA_ID, LEADER, NOW), {}, find_nearest)
        question = _question(transaction, centre, TASK)
        team = find_team(question, "none", needs_of("1209", "P1"), ranking, find_nearest).team
        assert [member.candidate.worker_id for member in team.members] == [1, 6]
        raise psycopg.Rollback


def test_an_advice_carries_its_team_and_is_read_again(town: Any) -> None:
    centre, cases = town
    near, far = Drawn(), Drawn(skills=("water_rescue",), place=(120.957, 30.9235))
    litter, resting = Drawn(skills=("first_aid",), on_case="P3"), Drawn(department="WS", role="dept_handler", duty=None)
    police = Drawn(role="dept_handler", department="PC", place=(120.95, 30.919))
    fire = replace(police, department="YJ", mode="car")
    drowned = Report(uuid.uuid4(), "phone", "有人落水", TASK.lon, TASK.lat, "wgs84", type_code="1209", priority="P1")
    with centre.database.transaction() as transaction, transaction.transaction():
        _write(transaction, [near, near, far, litter, resting, police, fire], cases)
        case_no = report(centre, transaction, LEADER, drowned).case_no
        advice = advise(centre, transaction, LEADER, case_no)
        assert advice.team is not None
        assert [(one.worker, one.name, [role.code for role in one.roles]) for one in advice.team.members] == [
            (1, "员1", ["lead"]), (7, "员7", ["unit"]), (6, "员6", ["unit"]), (3, "员3", ["skill"]),
        ]  # fmt: skip
        assert [one.worker for one in advice.workers] == [1, 2, 6, 3], "the handlers of other departments are not there"
        assert [(one.told.code, one.need.any_of, one.why) for one in advice.team.unmet] == [
            ("need_skill", ("first_aid",), "nobody_free"), ("need_unit", ("WS",), "nobody_on_duty"),
        ]  # fmt: skip
        assert [call.department for call in advice.team.call] == ["WS"]
        (taken,) = advice.divertible
        assert (taken.worker, taken.case_no, taken.priority, taken.state) == (4, cases["P3"][3], "P3", "sent")
        assert (taken.earlier_s, taken.gain.code, taken.loss.code) == (None, "lacking", "waits_again")
        assert read_advice(centre, transaction, LEADER, case_no, advice.suggestion) == advice
        query = "select details from audit where action = 'incident.suggestion' order by link_no desc limit 1"
        details = transaction.execute(query).fetchone()["details"]
        assert (details["team"], details["divertible"]) == ([1, 7, 6, 3], [4])
        raise psycopg.Rollback


def test_a_light_case_needs_no_team(town: Any) -> None:
    centre, cases = town
    with centre.database.transaction() as transaction, transaction.transaction():
        _write(transaction, [Drawn()], cases)
        case = read_case(transaction, AREA_ID, cases["P3"][0], LEADER)
        advice = advise(centre, transaction, LEADER, case.case_no)
        assert (advice.team, advice.divertible, advice.divertible_more) == (None, (), 0)
        raise psycopg.Rollback
