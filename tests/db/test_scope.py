"""The one predicate: who may read which cases and whose places; and that it costs no index."""

from __future__ import annotations

import re
from types import SimpleNamespace
from uuid import uuid4

import pytest

from base.clock import utc_now
from base.database import Database, Transaction
from dispatch.access.roles import DEPARTMENT_ROLES, ROLES, Role
from dispatch.access.scope import Scope, readable_cases, readable_workers
from dispatch.advice.workforce import read_workforce
from dispatch.cases.incidents import SQL as CASES
from dispatch.cases.incidents import CaseFilter
from dispatch.cases.intake import Report, report
from dispatch.cases.looks import list_shown, look_through, open_case
from mapdata.tracks import SQL as TRACKS
from tests.small_town import AREA, AREA_ID, NORTH_WEST, SOUTH_POINT

CENTRE = SimpleNamespace(area=AREA, clock=utc_now)
OPERATOR = Scope("op", "operator", AREA_ID)
NORTH_VILLAGE = NORTH_WEST[:12]
WORDS = "两家争吵,打13912340001找欧阳证人"


@pytest.fixture(scope="module")
def numbers(shared_small_database: Database) -> dict[str, str]:
    """Two cases: one of the department ZF in the north-west, one of another department in the south-west."""
    made = {}
    with shared_small_database.transaction() as transaction:
        for name, point, type_code in (("north", (120.9450, 30.9240), "0501"), ("south", SOUTH_POINT, "0101")):
            told = Report(uuid4(), "phone", WORDS, *point, "wgs84", type_code, None, "欧阳证人", "13912340001")
            made[name] = report(CENTRE, transaction, OPERATOR, told).case_no  # type: ignore[arg-type]
    return made


def scope(role: Role) -> Scope:
    worker_id = {"grid_worker": 2, "parttime_worker": 2, "micro_leader": 2, "grid_leader": 1, "dept_handler": 4}.get(
        role
    )
    departments = ("ZF",) if role in DEPARTMENT_ROLES else ()
    grids = (NORTH_WEST,) if role == "grid_leader" else ()
    villages = (NORTH_VILLAGE,) if role in ("village_operator", "grid_mentor") else ()
    return Scope(f"the {role}", role, AREA_ID, worker_id, departments=departments, grids=grids, villages=villages)


CASES_OF: dict[str, set[str]] = {
    **{key: {"south"} for key in ("grid_worker", "parttime_worker")},
    **{key: {"north"} for key in (*DEPARTMENT_ROLES, "village_operator", "grid_leader", "grid_mentor")},
    **{key: set() for key in ("county_operator", "micro_leader", "sysadmin", "secadmin", "auditor")},
}
WORKERS_OF: dict[str, list[int]] = {
    **{key: [2] for key in ("grid_worker", "parttime_worker", "micro_leader")},
    **{key: [4] for key in DEPARTMENT_ROLES},
    "grid_leader": [1],
    **{key: [] for key in ("county_operator", "village_operator", "grid_mentor", "sysadmin", "secadmin", "auditor")},
}


@pytest.mark.parametrize("role", ROLES)
def test_who_reads_which_cases(shared_small_database: Database, numbers: dict[str, str], role: Role) -> None:
    with shared_small_database.transaction() as transaction:
        found = {case.case_no for case in list_shown(transaction, AREA_ID, scope(role))}
    expected = CASES_OF.get(role, {"north", "south"})
    assert found == {numbers[name] for name in expected}


@pytest.mark.parametrize("role", ROLES)
def test_whose_places_who_reads(shared_small_database: Database, role: Role) -> None:
    with shared_small_database.transaction() as transaction:
        found = read_workforce(transaction, AREA_ID, scope(role), utc_now())
    expected = WORKERS_OF.get(role, [1, 2, 3, 4])
    assert [one.worker_id for one in found] == expected
    assert all(("*" in one.name) == (role in ("display", "gateway")) for one in found)
    assert all("****" in one.phone for one in found), "phones in a list are masked for everybody"


def test_a_department_without_its_code_reads_nobody_elses(shared_small_database: Database) -> None:
    with shared_small_database.transaction() as transaction:
        handler = Scope("x", "dept_handler", AREA_ID, worker_id=4)
        assert [one.worker_id for one in read_workforce(transaction, AREA_ID, handler, utc_now())] == [4]
        nobody = Scope("x", "dept_handler", AREA_ID)
        assert read_workforce(transaction, AREA_ID, nobody, utc_now()) == []
        assert list_shown(transaction, AREA_ID, nobody) == []


def test_in_a_list_people_are_masked_for_everybody(shared_small_database: Database, numbers: dict[str, str]) -> None:
    assert numbers
    for role in ROLES:
        with shared_small_database.transaction() as transaction:
            told = str(list_shown(transaction, AREA_ID, scope(role)) + list_shown(transaction, AREA_ID, OPERATOR))
        assert "欧阳证人" not in told
        assert "13912340001" not in told


def test_opened_it_is_whole_for_the_centre_and_empty_for_a_display(
    shared_small_database: Database, numbers: dict[str, str]
) -> None:
    seen = {}
    for role in ("operator", "reviewer", "display"):
        with shared_small_database.transaction() as transaction:
            seen[role] = open_case(transaction, AREA_ID, scope(role), numbers["south"], utc_now())[0]  # type: ignore[arg-type]
    assert (seen["operator"].description, seen["operator"].reporter_phone) == (WORDS, "13912340001")
    assert seen["reviewer"].description == "两家争吵,打139****0001找欧**人"
    assert (seen["reviewer"].reporter_name, seen["reviewer"].reporter_phone) == ("欧**人", "139****0001")
    assert seen["display"].description == ""


def last_look(transaction: Transaction) -> dict[str, object] | None:
    return transaction.execute(
        "select action, object, details from audit where area_id = %s order by link_no desc limit 1", [AREA_ID]
    ).fetchone()


def test_a_list_leaves_one_line_with_its_filter_and_how_many_it_had(
    shared_small_database: Database, numbers: dict[str, str]
) -> None:
    assert numbers
    narrowed = CaseFilter(states=("reported",), grid=NORTH_WEST)
    with shared_small_database.transaction() as transaction:
        look_through(transaction, AREA_ID, OPERATOR, utc_now(), narrowed)
        line = last_look(transaction)
        brief = look_through(transaction, AREA_ID, OPERATOR, utc_now(), narrowed, is_brief=True)
        machine = look_through(transaction, AREA_ID, scope("gateway"), utc_now(), narrowed)
        assert last_look(transaction) == line, "nobody's data, no line"
    assert line == {
        "action": "incident.list",
        "object": "incidents",
        "details": {"states": ["reported"], "grid": NORTH_WEST, "limit": 200, "cases": 1},
    }
    assert [case.description for case in brief] == [""]
    assert "13912340001" not in str(machine)


@pytest.mark.parametrize("role", ["operator", "grid_worker"])
def test_the_planner_takes_the_predicate_apart(shared_small_database: Database, role: Role) -> None:
    parameters = {"area_id": AREA_ID, "case_no": "XZ2611210001", "since": utc_now(), "until": utc_now()}
    parameters |= {"worker_ids": None}
    with shared_small_database.transaction() as transaction:
        transaction.execute("set local enable_seqscan = off")
        case = explained(transaction, CASES["case_by_number"], parameters | readable_cases(scope(role)))
        track = explained(transaction, TRACKS["fixes"], parameters | readable_workers(scope(role)))
    assert re.search(r"Index Scan using \w+ on incident i\b", case), case
    assert "Function Scan" not in case + track, "the predicate is called for each row instead of being taken apart"


def explained(transaction: Transaction, statement: str, parameters: dict[str, object]) -> str:
    rows = transaction.execute(f"explain {statement}", parameters).fetchall()  # type: ignore[arg-type]
    return "\n".join(str(row["QUERY PLAN"]) for row in rows)
