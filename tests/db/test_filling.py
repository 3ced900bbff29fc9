"""A demo town filled to a prefecture's size: as many as asked for, the same from the same seed, and sound."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from base.database import Database
from base.errors import Conflict, Fault, InvalidInput
from commands.terminal import fault_lines
from dispatch.access.scope import Scope
from dispatch.advice.workforce import count_on_duty, read_workforce
from dispatch.cases.incidents import OPEN_STATES, CaseFilter, list_cases
from dispatch.soundness import check_chains
from tests.databases import Databases
from tests.small_town import AREA_ID, TOWN
from towns.demo.names_of_people import check_digit
from towns.filling.town import Filling, fill_town

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LEADER = Scope("leader", "shift_leader", AREA_ID)
WORKERS, PEOPLE = 400, 600


def fill(database: Database, seed: int = 1, at: datetime = NOW, workers: int = WORKERS) -> Filling:
    return fill_town(database, AREA_ID, workers, PEOPLE, seed=seed, at=at)


def rows(database: Database, statement: str) -> list[dict[str, Any]]:
    with database.transaction() as transaction:
        return transaction.execute(statement).fetchall()  # type: ignore[arg-type]


def people_of(database: Database) -> list[dict[str, Any]]:
    return rows(database, "select person_id, id_no, name, born_on, address_id from person order by person_id")


def test_as_many_as_asked_for_in_every_state(small_database: Database) -> None:
    filled = fill(small_database)
    assert (filled.workers, filled.people) == (WORKERS, PEOPLE)
    with small_database.transaction() as transaction:
        everybody = read_workforce(transaction, AREA_ID, LEADER, NOW)
        on_duty = count_on_duty(transaction, AREA_ID, LEADER, NOW)
        cases = list_cases(transaction, AREA_ID, LEADER, CaseFilter(states=OPEN_STATES, limit=500))
    assert [one.worker_id for one in everybody] == list(range(1, WORKERS + 1))
    assert on_duty.total() == filled.on_duty
    assert set(on_duty) == {"patrolling", "on_duty_idle", "break", "responding", "on_scene", "offline"}
    assert 0.7 * WORKERS < filled.on_duty < WORKERS
    assert len(cases) == filled.sent == on_duty["responding"] + on_duty["on_scene"] > 0
    assert {one.role for one in everybody} == {"grid_worker", "parttime_worker", "dept_handler"}
    assert any(one.on_duty and one.lon is None for one in everybody), "somebody was never seen"
    west, south, east, north = 120.940, 30.912, 120.960, 30.928
    assert all(west < one.lon < east and south < one.lat < north for one in everybody if one.lon and one.lat)


def test_the_same_seed_gives_the_same_people_at_the_same_places(
    small_database: Database, databases: Databases, small_template: str
) -> None:
    fill(small_database)
    with databases.copy(small_template) as url, closing(Database(url)) as other:
        fill(other)
        with small_database.transaction() as one, other.transaction() as two:
            assert read_workforce(one, AREA_ID, LEADER, NOW) == read_workforce(two, AREA_ID, LEADER, NOW)
        assert people_of(small_database) == people_of(other)
        fill(other, workers=WORKERS + 1, seed=2)
        assert rows(other, "select name from worker where worker_id = 401")


def test_nobody_real_and_nobody_twice(small_database: Database) -> None:
    fill(small_database)
    people = people_of(small_database)
    assert len({one["id_no"] for one in people}) == PEOPLE
    for one in people:
        assert one["id_no"].startswith("999999")
        assert one["id_no"][-1] == check_digit(one["id_no"][:17])
    assert not rows(small_database, "select from worker where worker_id > 4 and not starts_with(phone, '100') limit 1")
    key_people = rows(small_database, "select count(*) as n from key_person")[0]["n"]
    floating = rows(small_database, "select count(*) as n from floating_resident")[0]["n"]
    assert 0 < key_people < floating < PEOPLE / 2


def test_cases_are_whole_and_the_chain_too(small_database: Database) -> None:
    fill(small_database)
    broken = """
        select i.case_no from incident i
        join lateral (select to_state, line_no from incident_log l where l.case_no = i.case_no
                      order by line_no desc limit 1) last on true
        left join assignment a on a.case_no = i.case_no and a.ended_at is null
        where a.case_no is null or i.state <> last.to_state or i.version <> last.line_no or i.due_at is null
           or not starts_with(i.grid_code, i.village_code) or (i.arrived_at is null) <> (a.arrived_at is null)"""
    assert rows(small_database, broken) == []
    with small_database.transaction() as transaction:
        assert {check.state for check in check_chains(transaction)} == {"ok"}
    assert rows(small_database, f"select from division where starts_with(code, '{TOWN}')")


def test_asked_again_it_renews_the_places_and_adds_nobody(small_database: Database) -> None:
    first = fill(small_database)
    later = NOW + timedelta(minutes=20)
    again = fill(small_database, at=later)
    assert again == Filling(first.workers, first.on_duty, 0, first.people)
    with small_database.transaction() as transaction:
        seen = [one.age_s for one in read_workforce(transaction, AREA_ID, LEADER, later) if one.age_s is not None]
    assert sum(age < 300 for age in seen) > 0.9 * len(seen)
    assert len(people_of(small_database)) == PEOPLE


def test_a_real_town_is_never_filled_and_numbers_have_ends(small_database: Database) -> None:
    def fault(**given: int) -> Fault:
        with pytest.raises(Fault) as raised:
            fill_town(small_database, AREA_ID, **{"workers": 5, "people": 5} | given, seed=1, at=NOW)  # type: ignore[arg-type]
        return raised.value

    assert isinstance(fault(workers=65_536), InvalidInput)
    assert isinstance(fault(people=-1), InvalidInput)
    with small_database.transaction() as transaction:
        transaction.execute("update area set is_demo = false")
    refused = fault()
    assert isinstance(refused, Conflict)
    chinese, english = fault_lines(refused).splitlines()
    assert "不是演示城镇" in chinese
    assert "is not a demo town" in english
    assert rows(small_database, "select count(*) as n from worker")[0]["n"] == 4
