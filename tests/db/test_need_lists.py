"""Need lists: units enter, others claim, both ways; a claim becomes a case and follows it; bad input is refused."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from base.clock import utc_now
from base.errors import Conflict, Fault, Forbidden, InvalidInput, NotFound
from dispatch.access.scope import Scope
from dispatch.cases.permission import VerbNotGranted
from dispatch.needs.claim_case import CaseOfClaim, make_case
from dispatch.needs.needs import (
    Claim,
    Need,
    NeedFilter,
    answer_claim,
    claim_need,
    enter_need,
    list_needs,
    read_claim,
    read_need,
    withdraw_need,
)
from dispatch.needs.units import NewUnit, list_units, write_unit
from screens.console.case_view import case_links
from tests.db.test_casework import LEADER, OPERATOR, VERIFIER, Desk, desk
from tests.small_town import AREA, AREA_ID, NORTH_WEST, OUTSIDE_NEAR, SOUTH_POINT, SOUTH_WEST

assert desk, "the fixture"
SOUTH = Scope("nan", "village_operator", AREA_ID, villages=(SOUTH_WEST[:12],))
NORTH = Scope("bei", "village_operator", AREA_ID, villages=(NORTH_WEST[:12],))
ZF = Scope("zhifa", "dept_leader", AREA_ID, departments=("ZF",))
UNITS = (
    NewUnit("C201", "南村", "community", *SOUTH_POINT, None, "南主任", "13800138201"),
    NewUnit("C202", "北村", "community", 120.9455, 30.9230, None, "北主任", "13800138202"),
    NewUnit("S1", "南村小学", "school", 120.9460, 30.9180, None, "校长", "13800138203"),
    NewUnit("ZF", "综合执法队", "public", 120.9500, 30.9260, "ZF", "队长", "13800138204"),
)


@pytest.fixture
def town(desk: Desk, shared_small_url: str) -> Iterator[Desk]:
    with desk.database.transaction() as transaction:
        for unit in UNITS:
            write_unit(transaction, AREA, LEADER, unit, utc_now())
    yield desk
    with psycopg.connect(shared_small_url, autocommit=True) as connection:
        connection.execute("truncate need_claim, need, district_unit")


def done(desk: Desk, verb: Any, *given: Any) -> Any:
    with desk.database.transaction() as transaction:
        return verb(transaction, AREA_ID, *given)


def enters(
    desk: Desk, who: Scope = SOUTH, unit: str = "S1", in_list: str = "need", need_id: UUID | None = None
) -> Need:
    entry = (in_list, "暑期托管缺场地", "每天60人,电话13800138299")
    return done(desk, enter_need, who, need_id or uuid4(), unit, entry, utc_now())


def claims(desk: Desk, need: Need, who: Scope = NORTH, unit: str = "C202", claim_id: UUID | None = None) -> Claim:
    claim_id = claim_id or uuid4()
    found = done(desk, claim_need, who, need.need_id, claim_id, unit, "文化礼堂可用", utc_now())
    return next(one for one in found.claims if one.claim_id == claim_id)


def says(desk: Desk, claim: Claim, answer: str, who: Scope = SOUTH) -> Need:
    return done(desk, answer_claim, who, claim.claim_id, answer, "", utc_now())


def case_of(desk: Desk, claim: Claim, who: Scope = LEADER, write_id: UUID | None = None, **wanted: Any):
    with desk.database.transaction() as transaction:
        return make_case(desk.centre, transaction, who, claim.claim_id, write_id or uuid4(), CaseOfClaim(**wanted))


def stands(desk: Desk, need: Need) -> tuple[str, list[str]]:
    now = done(desk, read_need, need.need_id)
    return now.state, [one.state for one in now.claims]


def test_a_unit_claims_a_need_and_a_community_a_resource(town: Desk) -> None:
    need, resource = enters(town), enters(town, NORTH, "C202", "resource")
    assert "13800138299" not in need.told
    first, other, theirs = claims(town, need), claims(town, need, ZF, "ZF"), claims(town, resource, SOUTH, "C201")
    assert stands(town, need) == ("open", ["offered", "offered"])
    says(town, first, "accept")
    assert stands(town, need) == ("taken", ["agreed", "declined"])
    says(town, first, "done")
    assert stands(town, need) == ("done", ["done", "declined"])
    says(town, theirs, "decline", NORTH)
    assert stands(town, resource) == ("open", ["declined"])
    again = claims(town, resource, SOUTH, "C201")
    says(town, again, "withdraw", SOUTH)
    assert stands(town, resource) == ("open", ["declined", "withdrawn"])
    done(town, withdraw_need, NORTH, resource.need_id, utc_now())
    assert stands(town, resource)[0] == "withdrawn"
    assert done(town, read_claim, other.claim_id)[1].state == "declined"
    found = done(town, list_needs, NeedFilter(list="need", state="done", village=SOUTH_WEST[:12], asked="小学"))
    assert [one.need_id for one in found] == [need.need_id]


def test_a_claim_becomes_a_case_and_follows_it(town: Desk) -> None:
    need = enters(town)
    claim = claims(town, need)
    says(town, claim, "accept")
    press = uuid4()
    case = case_of(town, claim, write_id=press, type_code="0501", worker_id=2)
    assert case_of(town, claim, write_id=press, type_code="0501", worker_id=2).case_no == case.case_no
    assert (case.state, case.open_worker.worker_id, case.village_code) == ("dispatched", 2, SOUTH_WEST[:12])
    told = [(line.note, line.details["need"]) for line in town.log(case.case_no) if line.verb == "remark"]
    assert told == [("南村小学 ⇄ 北村", str(need.need_id))]
    links = [link.address for link in case_links(LEADER, case, town.log(case.case_no), "zh")]
    assert f"/needs?case={case.case_no}" in links
    by_case = done(town, list_needs, NeedFilter(case_no=case.case_no))
    assert [one.need_id for one in by_case] == [need.need_id]
    with pytest.raises(Conflict) as fault:
        says(town, claim, "done")
    assert (fault.value.key, fault.value.values["case_no"]) == ("claim_has_case", case.case_no)
    with pytest.raises(Conflict):
        case_of(town, claim)
    for verb in ("sign", "start"):
        town.say(LEADER, case.case_no, verb)
    town.say(LEADER, case.case_no, "feedback", note="已落实场地")
    assert stands(town, need) == ("taken", ["agreed"])
    town.say(VERIFIER, case.case_no, "verify", passed=True)
    assert town.read(case.case_no).state == "closed"
    assert stands(town, need) == ("done", ["done"]), "the entry follows its case"
    with pytest.raises(Conflict):
        claims(town, need, ZF, "ZF")


def test_a_case_that_turns_out_to_be_none_leaves_the_claim(town: Desk) -> None:
    need = enters(town, NORTH, "C202", "resource")
    claim = claims(town, need, SOUTH, "C201")
    says(town, claim, "accept", NORTH)
    first = case_of(town, claim, SOUTH)
    assert first.village_code == SOUTH_WEST[:12], "a resource goes to who claims it"
    town.say(LEADER, first.case_no, "reject", note="不属受理范围")
    assert stands(town, need) == ("taken", ["agreed"])
    assert case_of(town, claim).case_no != first.case_no
    second = claims(town, enters(town), NORTH)
    says(town, second, "accept")
    with pytest.raises(VerbNotGranted):
        case_of(town, second, SOUTH, worker_id=2)


@pytest.mark.parametrize(
    ("what", "kind", "key"),
    [
        (lambda town: enters(town, NORTH), Forbidden, "unit_of_others"),
        (lambda town: enters(town, SOUTH, "S9"), InvalidInput, "no_such_unit"),
        (lambda town: enters(town, SOUTH, "S1", "gift"), InvalidInput, "need_filter_unknown"),
        (lambda town: claims(town, enters(town), SOUTH, "S1"), InvalidInput, "claims_its_own"),
        (lambda town: claims(town, enters(town), ZF, "C202"), Forbidden, "unit_of_others"),
        (lambda town: says(town, claims(town, enters(town)), "accept", NORTH), Forbidden, "unit_of_others"),
        (lambda town: says(town, claims(town, enters(town)), "withdraw", SOUTH), Forbidden, "unit_of_others"),
        (lambda town: says(town, claims(town, enters(town)), "done"), Conflict, "claim_stands_otherwise"),
        (lambda town: case_of(town, claims(town, enters(town))), Conflict, "claim_stands_otherwise"),
        (lambda town: case_of(town, claims(town, enters(town)), OPERATOR), Forbidden, "unit_of_others"),
        (lambda town: done(town, read_need, uuid4()), NotFound, "no_such_need"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_half_written(town: Desk, what: Any, kind: type[Fault], key: str) -> None:
    with pytest.raises(kind) as fault:
        what(town)
    assert fault.value.key == key
    assert town.list() == []


def test_twice_is_once_and_closed_is_closed(town: Desk) -> None:
    need_id, claim_id = uuid4(), uuid4()
    need = enters(town, need_id=need_id)
    assert enters(town, need_id=need_id) == need
    claim = claims(town, need, claim_id=claim_id)
    assert claims(town, need, claim_id=claim_id) == claim
    with pytest.raises(Conflict) as twice:
        claims(town, need)
    assert twice.value.key == "claimed_already"
    with pytest.raises(Conflict) as used:
        claims(town, enters(town), claim_id=claim_id)
    assert used.value.key == "claim_id_used"
    assert says(town, claim, "accept") == says(town, claim, "accept")
    for late in (lambda: claims(town, need, ZF, "ZF"), lambda: done(town, withdraw_need, SOUTH, need_id, utc_now())):
        with pytest.raises(Conflict) as closed:
            late()
        assert closed.value.key == "need_not_open"


def test_another_town_sees_and_claims_nothing(town: Desk) -> None:
    need = enters(town)
    with pytest.raises(NotFound), town.database.transaction() as transaction:
        claim_need(transaction, AREA_ID + 1, LEADER, need.need_id, uuid4(), "C202", "", utc_now())
    with town.database.transaction() as transaction:
        assert list_needs(transaction, AREA_ID + 1, NeedFilter()) == []


def test_of_many_answers_at_once_one_claim_is_agreed(town: Desk) -> None:
    need = enters(town)
    offered = [claims(town, need), claims(town, need, ZF, "ZF"), claims(town, need, SOUTH, "C201")]

    def accept(claim: Claim) -> str:
        try:
            return says(town, claim, "accept").state
        except Conflict as fault:
            return fault.key

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(accept, offered)) == [*["claim_stands_otherwise"] * 2, "taken"]


def test_whom_a_unit_is_reached_through_is_masked_for_others(town: Desk) -> None:
    own, others = done(town, list_units, SOUTH), done(town, list_units, NORTH)
    assert (own["S1"].contact_phone, own["S1"].village_name) == ("13800138203", "南村")
    assert (others["S1"].contact_name, others["S1"].contact_phone) == ("校*", "138****8203")
    for wrong, key in (
        ({"lon": OUTSIDE_NEAR[0]}, "unit_outside_town"),
        ({"department_code": "QQ"}, "no_such_department"),
    ):
        new = NewUnit(**{"unit_code": "X", "name": "某店", "kind": "shop", "lon": 120.95, "lat": 30.92} | wrong)
        with pytest.raises(InvalidInput) as fault, town.database.transaction() as transaction:
            write_unit(transaction, AREA, LEADER, new, utc_now())
        assert fault.value.key == key
