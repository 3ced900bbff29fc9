"""Every type of case reaches somebody, or is told at the start and by the doctor."""

from __future__ import annotations

from base.clock import utc_now
from base.database import Database
from dispatch.access.accounts import NewAccount, create_account, set_disabled
from dispatch.cases.routing import department_of, event_types, is_reportable
from dispatch.departments import check_departments, list_departments, types_without_anybody
from tests.small_town import AREA_ID
from towns.demo.units import AREA_ID as DEMO
from words.checks import check_text


def test_where_a_department_has_nobody_its_types_are_told(small_database: Database) -> None:
    with small_database.transaction() as transaction:
        found = types_without_anybody(transaction, AREA_ID)
        assert "ZF" not in found, "it has a worker"
        expected = {code for code in event_types() if is_reportable(code) and department_of(code) != "ZF"}
        assert {code for codes in found.values() for code in codes} == expected
        told = check_departments(transaction, AREA_ID)
        assert (told.state, told.values["count"]) == ("warning", len(expected))
        assert "市场监管" in check_text(told, "zh")
        create_account(transaction, AREA_ID, NewAccount("sg", "dept_handler", department_code="SG"), utc_now())
        assert "SG" not in types_without_anybody(transaction, AREA_ID)
        set_disabled(transaction, AREA_ID, "sg", is_disabled=True)
        assert "SG" in types_without_anybody(transaction, AREA_ID)


def test_in_the_invented_town_every_type_reaches_somebody(demo_database: Database) -> None:
    with demo_database.transaction() as transaction:
        assert check_departments(transaction, DEMO).state == "ok"
        assert all(one.is_served for one in list_departments(transaction, DEMO))
        cars = transaction.execute(
            "select distinct department_code from worker where area_id = %s and mode = 'car' and role = 'dept_handler'",
            [DEMO],
        ).fetchall()
    assert {row["department_code"] for row in cars} >= {"ZZ", "SG", "ZF", "BM"}
