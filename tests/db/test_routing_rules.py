"""A ruling becomes a rule of the town when somebody adopts it; new cases go by it until it is revoked."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from base.clock import TOWN_ZONE, utc_now
from base.errors import Conflict, InvalidInput, NotFound
from dispatch.access.scope import Scope
from dispatch.cases.routing_drafts import (
    Adoption,
    Effect,
    RoutingDraft,
    adopt,
    drop,
    effect_of,
    revoke,
    routing_drafts,
)
from dispatch.cases.routing_rules import list_rules
from dispatch.figures.returns import returns_by_department
from dispatch.figures.statistics import Period
from tests.db.test_casework import LEADER, OPERATOR, Desk
from tests.db.test_casework import desk as desk
from tests.db.test_ruling import returned_twice
from tests.small_town import AREA_ID, SOUTH_WEST

OTHER_LEADER = Scope("second", "shift_leader", AREA_ID)
ACROSS = {"lon": 120.9455, "lat": 30.9215}
"""On the north bank: the other village."""
VILLAGE = Adoption(whole_town=False, reason="三定方案已明确")
TOWN = Adoption(whole_town=True, reason="三定方案已明确")


def a_draft(desk: Desk, department: str = "CJ") -> RoutingDraft:
    """Two cases of one type in one village, another across; one was returned twice and ruled."""
    case_no = returned_twice(desk)
    desk.report()
    desk.report(**ACROSS)
    desk.say(LEADER, case_no, "rule", department_code=department, note="归村建")
    with desk.database.transaction() as transaction:
        return next(one for one in routing_drafts(transaction, AREA_ID) if one.case_no == case_no)


def adopted(desk: Desk, draft: RoutingDraft, how: Adoption, who: Scope = LEADER):
    with desk.database.transaction() as transaction:
        return adopt(desk.centre, transaction, who, draft.draft_id, how)


def effect(desk: Desk, draft: RoutingDraft, *, whole_town: bool) -> Effect:
    with desk.database.transaction() as transaction:
        return effect_of(transaction, AREA_ID, LEADER, draft, desk.now(), whole_town=whole_town)


def test_before_adopting_it_tells_what_would_have_gone_elsewhere(desk: Desk) -> None:
    draft = a_draft(desk)
    assert draft.village_code == SOUTH_WEST[:12]
    assert draft.village_name
    assert effect(desk, draft, whole_town=False).count == 2
    town = effect(desk, draft, whole_town=True)
    assert (town.count, len(town.cases)) == (3, 3)
    assert draft.case_no in town.cases, "it came there by the ruling only"
    desk.later = timedelta(days=91)
    assert effect(desk, draft, whole_town=True) == Effect(0, ())


def test_what_the_table_says_already_changes_nothing(desk: Desk) -> None:
    draft = a_draft(desk, "ZF")
    assert effect(desk, draft, whole_town=True).count == 0


def test_new_cases_go_by_the_rule_of_the_village_until_it_is_revoked(desk: Desk) -> None:
    draft = a_draft(desk)
    rule = adopted(desk, draft, VILLAGE)
    assert adopted(desk, draft, VILLAGE) == rule, "the same press again"
    case = desk.report()
    assert case.department_code == "CJ"
    assert desk.log(case.case_no)[0].details["routing_rule"] == str(rule.rule_id)
    assert desk.report(**ACROSS).department_code == "ZF"
    assert desk.report(type_code="0101").department_code != "CJ", "another type"
    assert desk.say(OPERATOR, case.case_no, "accept").department_code == "CJ"
    changed = desk.report(type_code="0101").case_no
    assert desk.say(OPERATOR, changed, "accept", type_code=draft.type_code).department_code == "CJ"
    with desk.database.transaction() as transaction:
        assert routing_drafts(transaction, AREA_ID) == []
        gone = revoke(desk.centre, transaction, LEADER, rule.rule_id, "机构改革")
        assert gone == revoke(desk.centre, transaction, LEADER, rule.rule_id, "机构改革")
        assert list_rules(transaction, AREA_ID) == [gone]
        with pytest.raises(Conflict) as fault:
            revoke(desk.centre, transaction, OTHER_LEADER, rule.rule_id, "机构改革")
    assert fault.value.key == "rule_revoked"
    assert desk.report().department_code == "ZF"
    with desk.database.transaction() as transaction:
        lines = transaction.execute(
            "select action from audit where area_id = %s and action like 'routing.%%' order by link_no", [AREA_ID]
        ).fetchall()
    assert [line["action"] for line in lines][-2:] == ["routing.adopt", "routing.revoke"]


def test_the_village_comes_before_the_town(desk: Desk) -> None:
    adopted(desk, a_draft(desk), VILLAGE)
    second = a_draft(desk, "SG")
    with pytest.raises(Conflict) as fault:
        adopted(desk, second, VILLAGE)
    assert fault.value.key == "rule_holds"
    told = effect(desk, second, whole_town=True)
    assert told.count == 2, "only across: here the village's own rule goes before"
    adopted(desk, second, TOWN)
    assert (desk.report().department_code, desk.report(**ACROSS).department_code) == ("CJ", "SG")


def test_a_rule_begins_on_its_day(desk: Desk) -> None:
    draft = a_draft(desk)
    today = utc_now().astimezone(TOWN_ZONE).date()
    for day in (today - timedelta(days=1), today + timedelta(days=400)):
        with pytest.raises(InvalidInput) as fault:
            adopted(desk, draft, Adoption(whole_town=True, reason="自下月起", since=day))
        assert (fault.value.key, fault.value.field) == ("rule_since_out_of_range", "since")
    adopted(desk, draft, Adoption(whole_town=True, reason="自下月起", since=today + timedelta(days=2)))
    assert desk.report().department_code == "ZF"
    desk.later = timedelta(days=3)
    assert desk.report().department_code == "CJ"


def test_a_draft_is_settled_once(desk: Desk) -> None:
    draft = a_draft(desk)
    with desk.database.transaction() as transaction:
        with pytest.raises(InvalidInput):
            drop(desk.centre, transaction, LEADER, draft.draft_id, "  ")
        with pytest.raises(NotFound):
            drop(desk.centre, transaction, LEADER, uuid4(), "个案")
        dropped = drop(desk.centre, transaction, LEADER, draft.draft_id, "个案")
        assert drop(desk.centre, transaction, LEADER, draft.draft_id, "个案") == dropped
    for who in (LEADER, OTHER_LEADER):
        with pytest.raises(Conflict) as fault:
            adopted(desk, draft, TOWN, who)
        assert fault.value.key == "draft_dropped"
    assert desk.report().department_code == "ZF"


def test_what_lies_in_no_village_becomes_the_towns_rule_only(desk: Desk) -> None:
    outside = {"lon": 120.9700, "lat": 30.9200}
    case_no = returned_twice(desk, **outside)
    desk.say(LEADER, case_no, "rule", department_code="CJ", note="归村建")
    with desk.database.transaction() as transaction:
        draft = routing_drafts(transaction, AREA_ID)[0]
    with pytest.raises(InvalidInput) as fault:
        adopted(desk, draft, VILLAGE)
    assert fault.value.field == "whole_town"
    assert adopted(desk, draft, TOWN).village_code is None


def test_returns_are_counted_by_department(desk: Desk) -> None:
    a_draft(desk)
    now = utc_now()
    period = Period(now - timedelta(hours=1), now + timedelta(hours=1), now)
    with desk.database.transaction() as transaction:
        found = returns_by_department(transaction, AREA_ID, period)
        nothing = returns_by_department(
            transaction, AREA_ID, Period(now - timedelta(days=2), now - timedelta(days=1), now)
        )
    counted = {one.department_code: (one.returned, one.returned_again, one.ruled) for one in found[:-1]}
    assert counted == {"ZF": (1, 0, 0), "SG": (1, 1, 0), "CJ": (0, 0, 1)}
    total = found[-1]
    assert (total.is_total, total.returned, total.returned_again, total.ruled) == (True, 2, 1, 1)
    assert [(one.is_total, one.returned) for one in nothing] == [(True, 0)]
