"""The ranking as rules: who may be sent, what is counted, why the nearer one is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.advice.ranking import (
    PASSED_OVER_MOST,
    TOP,
    Task,
    rank,
    unfit,
    wanted_skills,
)
from dispatch.advice.workforce import STATUSES, WorkerNow
from dispatch.cases.routing import event_types
from mapdata.plane import distance_m
from words.catalogue import catalogue
from words.values import code_text

LON, LAT = 120.95, 30.91
TASK = Task(LON, LAT, "0102", "P3", "330421111001001", "SF")
FREE = WorkerNow(
    worker_id=1, name="沈建国", phone="", role="grid_worker", grid_code=None, department_code=None, skills=[],
    mode="foot", shift="day", status="patrolling", on_duty=True, lon=LON + 0.001, lat=LAT,
    recorded_at=datetime(2026, 11, 21, tzinfo=UTC), age_s=10.0, accuracy_m=8.0, heading_deg=None, speed_mps=None,
    battery_pct=None, open_case_no=None,
)  # fmt: skip


@dataclass(frozen=True)
class _KnownWay:
    """A way on foot over one bridge."""

    key: int
    eta_s: float
    bridges: int = 1
    off_road_m: float = 0.0
    line: tuple = ()

    @property
    def distance_m(self) -> float:
        return self.eta_s * 1.39


def in_words(reason, language):
    return code_text(reason.told, language)


def _race(etas: dict[int, float]):
    """A road network that knows the travel times by heart."""

    def race(seekers, count):
        found = sorted((etas[seeker.key], seeker.key) for seeker in seekers if seeker.key in etas)
        return [_KnownWay(key, eta) for eta, key in found[:count]]

    return race


def _workers(number: int, **same) -> list[WorkerNow]:
    return [replace(FREE, worker_id=one, lon=LON + 0.001 * one, **same) for one in range(1, number + 1)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"on_duty": False, "status": "off_duty"}, "off_duty"),
        ({"status": "responding", "open_case_no": "YZ2611210001"}, "responding"),
        ({"status": "on_scene", "open_case_no": "YZ2611210001"}, "on_scene"),
        ({"status": "break"}, "break"),
        ({"status": "sos"}, "sos"),
        ({"status": "offline", "age_s": 301.0}, "fix_too_old"),
        ({"status": "offline", "lon": None, "lat": None, "age_s": None}, "never_seen"),
        ({"role": "micro_leader"}, "role_not_sent"),
        ({"role": "grid_leader"}, "role_not_sent"),
        ({"role": "dept_handler", "department_code": "ZF"}, "other_department"),
    ],
)
def test_one_reason_why_not(change, code):
    reason = unfit(replace(FREE, **change), TASK)
    assert reason is not None
    assert reason.code == code
    assert in_words(reason, "zh") != f"suggestion.reason.{code}"


def test_who_can_be_sent():
    assert unfit(FREE, TASK) is None
    assert unfit(replace(FREE, age_s=300.0), TASK) is None
    assert unfit(replace(FREE, role="dept_handler", department_code="SF"), TASK) is None
    assert unfit(replace(FREE, role="parttime_worker"), TASK) is None
    assert unfit(replace(FREE, role="parttime_worker"), replace(TASK, priority="P1")).code == "light_tasks_only"


@given(st.lists(st.floats(1, 5000), min_size=0, max_size=30), st.sampled_from(["0102", "0301", "1101"]))
def test_travel_time_alone_decides(etas, type_code):
    workers = _workers(len(etas))
    ranking = rank(replace(TASK, type_code=type_code), workers, {}, _race(dict(enumerate(etas, start=1))))
    assert [pick.way.eta_s for pick in ranking.suggested] == sorted(etas)[:TOP]
    assert (ranking.nobody is None) == bool(etas)


@given(
    st.lists(
        st.tuples(st.floats(1, 3000), st.booleans(), st.booleans(), st.integers(0, 9), st.floats(3, 200)),
        min_size=1, max_size=40,
    )
)  # fmt: skip
def test_the_first_there_are_suggested_and_every_nearer_one_explained(people):
    workers, loads, etas = [], {}, {}
    for number, (eta, skilled, own, load, accuracy) in enumerate(people, start=1):
        workers.append(
            replace(
                FREE, worker_id=number, lon=LON + 0.0007 * ((number * 7) % 41), skills=["mediation"] if skilled else [],
                grid_code=TASK.grid_code if own else "x", accuracy_m=accuracy,
            )
        )  # fmt: skip
        loads[number], etas[number] = load, eta
    ranking = rank(TASK, workers, loads, _race(etas))
    assert [pick.way.eta_s for pick in ranking.suggested] == sorted(etas.values())[:TOP]
    suggested = {pick.worker.worker_id for pick in ranking.suggested}
    reach = max(pick.straight_m for pick in ranking.suggested)
    left = [w for w in workers if w.worker_id not in suggested and distance_m(w.lon, w.lat, LON, LAT) < reach * 0.999]
    told = [entry.worker.worker_id for entry in ranking.passed_over]
    assert len(told) == len(set(told)) <= PASSED_OVER_MOST
    assert len(told) >= min(len(left), PASSED_OVER_MOST)
    assert len(told) + ranking.passed_over_more >= len(left)
    assert not suggested & set(told)


def test_of_more_than_can_be_told_it_is_said_how_many_there_are():
    far = replace(FREE, worker_id=99, lon=LON + 0.1)
    for number in (PASSED_OVER_MOST, PASSED_OVER_MOST + 3):
        ranking = rank(TASK, [*_workers(number, on_duty=False), far], {}, _race({99: 60.0}))
        assert len(ranking.passed_over) == PASSED_OVER_MOST
        assert ranking.passed_over_more == number - PASSED_OVER_MOST


def test_skill_and_grid_are_told_and_do_not_move_anybody():
    able = replace(FREE, worker_id=2, lon=LON + 0.004, skills=["mediation"], grid_code=TASK.grid_code)
    ranking = rank(TASK, [FREE, able], {}, _race({1: 100.0, 2: 101.0}))
    assert [pick.worker.worker_id for pick in ranking.suggested] == [1, 2]
    first, second = ({reason.code for reason in pick.reasons} for pick in ranking.suggested)
    assert "no_skill" in first
    assert {"skill", "same_grid"} <= second


def test_across_the_water_and_without_a_road():
    workers = [replace(FREE, worker_id=number, lon=LON + 0.0001 * number) for number in (1, 2)] + [
        replace(FREE, worker_id=number, lon=LON + 0.01) for number in range(3, 9)
    ]
    etas = {1: 3000.0} | {number: 600.0 + number for number in range(3, 9)}
    ranking = rank(TASK, workers, {}, _race(etas))
    over = {entry.worker.worker_id: entry.reason for entry in ranking.passed_over}
    assert over[1].code == "slower_bridge"
    assert over[2].code == "unreachable"
    assert in_words(over[1], "zh") == "直线 10 米,隔水需绕桥 4.2 公里,需 50 分钟"


def test_the_reporter_may_go_and_is_marked():
    ranking = rank(replace(TASK, reporter_worker_id=1), [FREE], {}, _race({1: 60.0}))
    assert "reporter" in {reason.code for reason in ranking.suggested[0].reasons}


def test_nobody_because():
    assert rank(TASK, [], {}, _race({})).nobody.code == "no_workers"
    off = [replace(worker, on_duty=False, status="off_duty") for worker in _workers(3)]
    assert in_words(rank(TASK, off, {}, _race({})).nobody, "zh") == "全部 3 人都不在岗"
    mixed = [*off, replace(FREE, worker_id=9, status="break"), replace(FREE, worker_id=10, open_case_no="YZ2611210001")]
    told = in_words(rank(TASK, mixed, {}, _race({})).nobody, "zh")
    assert told == "无人可派:不在岗 3 人、休息 1 人、赶往其他事件 1 人"
    assert in_words(rank(TASK, [FREE], {}, _race({})).nobody, "en") == "Nobody can be sent: 1 without a road to it"


def test_every_skill_of_the_table_has_a_name_and_every_prefix_a_type():
    import csv
    from pathlib import Path

    with Path("dispatch/advice/type_skills.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for language in ("zh", "en"):
        texts = catalogue(language)
        for row in rows:
            assert row["prefix"] in event_types()
            assert all(f"suggestion.skill.{skill}" in texts for skill in row["skills"].split("|") if skill)
        assert all(f"suggestion.status.{status}" in texts for status in STATUSES)
    assert wanted_skills("0102") == ("mediation",)
    assert "fire" in wanted_skills("0305")
    assert "water_rescue" in wanted_skills("1209")
    assert wanted_skills("0501") == ()
