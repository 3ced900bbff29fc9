"""Who is there now: states, ages, and one fast statement."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from base.bulk import copy_rows
from base.database import Database
from dispatch.access.scope import Scope
from dispatch.advice.workforce import (
    STATUSES,
    count_on_duty,
    phone_of,
    read_worker,
    read_workers,
    read_workforce,
    status_of,
)
from tests.small_town import AREA_ID, put_on_duty

LEADER = Scope("leader", "shift_leader", AREA_ID)
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("duty", "assigned", "arrived", "age_s", "status"),
    [
        (None, False, False, 5, "off_duty"),
        (None, True, True, 5, "off_duty"),
        ("patrolling", False, False, 5, "patrolling"),
        ("on_duty_idle", False, False, 300, "on_duty_idle"),
        ("patrolling", False, False, 300.1, "offline"),
        ("patrolling", False, False, None, "offline"),
        ("patrolling", True, False, 900, "responding"),
        ("on_duty_idle", True, True, 900, "on_scene"),
        ("sos", True, True, 900, "sos"),
        ("break", False, False, None, "break"),
    ],
)
def test_status(duty: str | None, assigned: bool, arrived: bool, age_s: float | None, status: str) -> None:
    assert status_of(duty, assigned, arrived, age_s) == status
    assert status in STATUSES


def test_everybody_with_place_and_age(small_database: Database) -> None:
    put_on_duty(small_database, 1, NOW - timedelta(seconds=40))
    put_on_duty(small_database, 2, NOW - timedelta(seconds=400), status="on_duty_idle")
    with small_database.transaction() as transaction:
        people = {one.worker_id: one for one in read_workforce(transaction, AREA_ID, LEADER, NOW)}
    assert [people[n].status for n in (1, 2, 3, 4)] == ["patrolling", "offline", "off_duty", "off_duty"]
    assert (people[1].age_s, people[1].lon, people[1].accuracy_m) == (40, pytest.approx(120.9455), 8)
    assert (people[3].lon, people[3].age_s, people[3].on_duty) == (None, None, False)
    assert people[1].phone == "138****8001"


def test_one_or_a_few_are_read_as_everybody_is(small_database: Database) -> None:
    put_on_duty(small_database, 1, NOW - timedelta(seconds=40))
    put_on_duty(small_database, 2, NOW - timedelta(seconds=400), status="on_duty_idle")
    put_on_duty(small_database, 3, NOW, status="sos")
    handler = Scope("four", "dept_handler", AREA_ID, 4, "ZF")
    with small_database.transaction() as transaction:
        everybody = read_workforce(transaction, AREA_ID, LEADER, NOW)
        assert read_workers(transaction, AREA_ID, LEADER, NOW, [4, 2, 99]) == [everybody[1], everybody[3]]
        assert read_workers(transaction, AREA_ID, LEADER, NOW, []) == []
        assert read_worker(transaction, AREA_ID, LEADER, NOW, 3) == everybody[2]
        assert read_worker(transaction, AREA_ID, LEADER, NOW, 99) is None
        assert read_worker(transaction, AREA_ID, LEADER, NOW, None) is None
        assert read_worker(transaction, AREA_ID, handler, NOW, 1) is None, "of another department"
        counts = count_on_duty(transaction, AREA_ID, LEADER, NOW)
        assert count_on_duty(transaction, AREA_ID, handler, NOW) == {}
    assert counts == Counter(one.status for one in everybody if one.on_duty)
    assert counts == {"patrolling": 1, "offline": 1, "sos": 1}


def test_a_phone_is_whole_for_who_may_call_people(shared_small_database: Database) -> None:
    with shared_small_database.transaction() as transaction:
        seen = {
            role: phone_of(transaction, AREA_ID, Scope("one", role, AREA_ID, 1), 2)
            for role in ("operator", "reviewer", "sysadmin", "grid_worker")
        }
    assert seen == {"operator": "13800138002", "reviewer": "138****8002", "sysadmin": "", "grid_worker": ""}


def test_a_thousand_workers_in_one_fast_statement(small_database: Database) -> None:
    with small_database.transaction() as transaction:
        extra = range(5, 1001)
        copy_rows(
            transaction,
            "worker",
            ("area_id", "worker_id", "name", "role"),
            [(AREA_ID, n, f"员{n}", "grid_worker") for n in extra],
        )
        duties = [(AREA_ID, n, uuid.uuid4(), NOW) for n in extra]
        copy_rows(transaction, "duty", ("area_id", "worker_id", "duty_id", "started_at"), duties)
    with psycopg.connect(small_database.url, autocommit=True) as admin:
        admin.execute("analyze worker, duty")
    took_s = []
    with small_database.transaction() as transaction:
        for _ in range(15):
            began = time.process_time()
            assert len(read_workforce(transaction, AREA_ID, LEADER, NOW)) == 1000
            took_s.append(time.process_time() - began)
    assert sorted(took_s)[7] < 0.1
