"""Fixes on the real database: what is kept, what is flagged, what is newest; the shuffle law."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.database import Database
from mapdata.duty import begin_duty, end_duty
from mapdata.plane import moved
from mapdata.positions import Fix, Receipt, read_latest, store_fixes
from tests.small_town import AREA_ID

DAY = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
NOW = DAY + timedelta(hours=9)
LIMIT_MPS = 150 / 3.6

TABLES = """
select worker_id, recorded_at, received_at, duty_id, st_asbinary(geom) as geom, accuracy_m, speed_mps, heading_deg,
       battery_pct, flags, source, datum, given_lon, given_lat from position order by worker_id, recorded_at
"""
LATEST = "select position_latest.*, st_asbinary(geom) as wkb from position_latest order by worker_id"


@pytest.fixture
def town(small_database: Database) -> Database:
    with small_database.transaction() as transaction:
        for worker_id in (1, 2):
            begin_duty(transaction, AREA_ID, worker_id, DAY, "patrolling")
    return small_database


def fix(worker_id: int = 1, seconds: float = 0, east_m: float = 0, **rest) -> Fix:
    return Fix(worker_id, DAY + timedelta(seconds=seconds), *moved(120.95, 30.92, east_m, 0), **rest)


def store(database: Database, fixes: list[Fix], received_at: datetime = NOW) -> Receipt:
    with database.transaction() as transaction:
        return store_fixes(transaction, AREA_ID, fixes, received_at, LIMIT_MPS)


def tables(database: Database) -> tuple[list, list]:
    with database.transaction() as transaction:
        return transaction.execute(TABLES).fetchall(), transaction.execute(LATEST).fetchall()


def flags(database: Database) -> list[list[str]]:
    return [row["flags"] for row in tables(database)[0]]


def latest(database: Database, worker_id: int = 1):
    with database.transaction() as transaction:
        return next((one for one in read_latest(transaction, AREA_ID) if one.worker_id == worker_id), None)


def empty(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        connection.execute("truncate position, position_latest")


def test_a_believable_fix_is_history_and_latest(town: Database) -> None:
    assert store(town, [fix(accuracy_m=6, heading_deg=-90, speed_mps=-1)]) == Receipt(1, 0, 0)
    (row,), (newest,) = tables(town)
    assert (row["flags"], row["speed_mps"], row["heading_deg"], row["source"]) == ([], None, None, "api")
    assert newest["recorded_at"] == row["recorded_at"]


def test_a_value_too_small_for_the_database_does_not_take_the_batch(town: Database) -> None:
    assert store(town, [fix(accuracy_m=1e-320, speed_mps=1e-46), fix(seconds=15, heading_deg=360)]) == Receipt(2, 0, 0)
    tiny, turned = tables(town)[0]
    assert (tiny["accuracy_m"], tiny["speed_mps"], turned["heading_deg"]) == (0, 0, 0)


def test_the_datum_is_converted_once_and_the_original_kept(town: Database) -> None:
    store(town, [Fix(1, DAY, 120.9642207895, 30.9176891272, "gcj02")])
    (row,), _ = tables(town)
    assert (row["datum"], row["given_lon"]) == ("gcj02", 120.9642207895)
    newest = latest(town)
    assert (newest.lon, newest.lat) == (pytest.approx(120.96, abs=1e-7), pytest.approx(30.92, abs=1e-7))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (fix(3), "not_on_duty"),
        (fix(99), "no_such_worker"),
        (fix(seconds=-1), "not_on_duty"),
        (fix(seconds=9 * 3600 + 301), "in_future"),
        (fix(seconds=-8 * 86400), "too_old"),
        (Fix(1, datetime(1970, 1, 1, tzinfo=UTC), 120.95, 30.92), "too_old"),
        (Fix(1, DAY, float("nan"), 30.92), "out_of_range"),
        (Fix(1, DAY, 0.0, 0.0), "out_of_range"),
        (Fix(1, DAY, 30.92, 120.95), "out_of_range"),
    ],
)
def test_what_cannot_be_is_refused_and_the_rest_of_the_batch_kept(town: Database, given: Fix, reason: str) -> None:
    assert store(town, [given, fix(seconds=60)]) == Receipt(1, 0, 0, ((0, reason),))
    assert len(tables(town)[0]) == 1


def test_nobody_is_tracked_off_duty(town: Database) -> None:
    with town.transaction() as transaction:
        end_duty(transaction, AREA_ID, 1, DAY + timedelta(hours=1))
    receipt = store(town, [fix(seconds=3599), fix(seconds=3601)])
    assert receipt == Receipt(1, 0, 0, ((1, "not_on_duty"),))


def test_an_inaccurate_or_invented_fix_is_kept_but_is_not_the_newest(town: Database) -> None:
    assert store(town, [fix(), fix(seconds=15, accuracy_m=201), fix(seconds=30, is_mock=True)]) == Receipt(3, 2, 0)
    assert flags(town) == [[], ["inaccurate"], ["mock"]]
    assert latest(town).recorded_at == DAY


def test_a_spike_is_flagged_and_the_way_back_is_not(town: Database) -> None:
    store(town, [fix(seconds=0), fix(seconds=15, east_m=20), fix(seconds=30, east_m=5000)])
    assert flags(town) == [[], [], ["jump"]]
    assert latest(town).recorded_at == DAY + timedelta(seconds=15)
    store(town, [fix(seconds=45, east_m=60)])
    assert flags(town) == [[], [], ["jump"], []]


def test_a_far_place_is_believed_once_a_second_fix_confirms_it(town: Database) -> None:
    store(town, [fix(seconds=0), fix(seconds=15, east_m=20), fix(seconds=30, east_m=5000)])
    store(town, [fix(seconds=45, east_m=5020)])
    assert flags(town) == [[], [], [], []]
    assert latest(town).recorded_at == DAY + timedelta(seconds=45)


def test_late_fixes_do_not_move_the_newest_backwards(town: Database) -> None:
    store(town, [fix(seconds=600)])
    assert store(town, [fix(seconds=15), fix(seconds=30)]) == Receipt(2, 0, 0)
    assert latest(town).recorded_at == DAY + timedelta(seconds=600)


def test_the_same_fix_again_is_told_as_repeated(town: Database) -> None:
    store(town, [fix(), fix(seconds=15)])
    before = tables(town)
    assert store(town, [fix(), fix(seconds=15), fix(seconds=30)], NOW + timedelta(minutes=1)).repeated == 2
    assert tables(town)[0][:2] == before[0]


def test_a_day_without_a_partition_gets_one(town: Database) -> None:
    store(town, [fix()])
    with town.transaction() as transaction:
        found = transaction.execute("select tableoid::regclass::text as name from position").fetchone()
    assert found == {"name": "position_20261120"}


def test_a_thousand_known_rows_do_not_hide_the_newest(town: Database) -> None:
    """Every fix of a long wrong stretch is flagged by what comes later; the newest is looked for beyond it."""
    store(town, [fix(seconds=0), fix(seconds=15, east_m=10)])
    store(town, [fix(seconds=90 * 60 + second, accuracy_m=900) for second in range(1000)])
    assert latest(town).recorded_at == DAY + timedelta(seconds=15)


offsets = st.sampled_from([0, 0, 0, 0, 0, 3000, 200_000, -8000, -400_000])
one_fix = st.builds(
    lambda worker, step, offset, accuracy, mock, battery: fix(
        worker, step * 15, step * 10 + offset, accuracy_m=accuracy, is_mock=mock, battery_pct=battery
    ),
    st.sampled_from([1, 1, 2]),
    st.one_of(st.integers(0, 30), st.integers(0, 2000), st.integers(0, 40).map(lambda step: step * 40)),
    offsets,
    st.sampled_from([None, 5.0, 7.5, 30.0, 250.0]),
    st.sampled_from([False] * 9 + [True]),
    st.sampled_from([None, 50]),
)


@settings(
    max_examples=int(os.environ.get("GRIDCOMMAND_LAW_EXAMPLES", "25")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(day=st.lists(one_fix, min_size=1, max_size=25), seed=st.integers(0, 2**32))
def test_shuffle_law(town: Database, day: list[Fix], seed: int) -> None:
    """Any reordering, doubling and splitting of a day's uploads gives identical tables."""
    empty(town)
    store(town, day)
    at_once = tables(town)
    chance = random.Random(seed)
    for _ in range(2):
        empty(town)
        again = day + chance.sample(day, chance.randint(0, len(day)))
        chance.shuffle(again)
        while again:
            size = chance.choice([1, 1, 2, 3, 10])
            store(town, again[:size])
            again = again[size:]
        assert tables(town) == at_once
    newest = {row["worker_id"]: row["recorded_at"] for row in at_once[0] if not row["flags"]}
    assert {row["worker_id"]: row["recorded_at"] for row in at_once[1]} == newest


def test_fixes_that_wait_in_the_default_partition_move_into_their_day(town: Database) -> None:
    store(town, [fix(), fix(seconds=15)])
    with psycopg.connect(town.url) as connection:
        connection.execute("alter table position detach partition position_20261120")
        connection.execute("insert into position_other select * from position_20261120")
        connection.execute("drop table position_20261120")
    assert store(town, [fix(seconds=30), fix()]) == Receipt(1, 0, 1)
    with town.transaction() as transaction:
        names = transaction.execute("select distinct tableoid::regclass::text as name from position").fetchall()
    assert names == [{"name": "position_20261120"}]
