"""Returned once, ruled the second time; and what villages, departments' leaders, the town and the county may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from base.database import Database
from base.errors import Conflict, Forbidden, InvalidInput, NotFound
from dispatch.access.scope import Scope
from dispatch.cases.permission import VerbNotGranted, VerbNotPossible, verbs_for
from dispatch.cases.routing_drafts import routing_drafts
from tests.db.test_casework import LEADER, OPERATOR, WORKER, Desk
from tests.db.test_casework import desk as desk
from tests.small_town import AREA_ID, SOUTH_WEST

ZF = Scope("zf", "dept_handler", AREA_ID, departments=("ZF",))
ZF_LEADER = Scope("zfl", "dept_leader", AREA_ID, departments=("ZF",))
SG = Scope("sg", "dept_handler", AREA_ID, departments=("SG",))
CJ = Scope("cj", "dept_handler", AREA_ID, departments=("CJ",))
TOWN = Scope("town", "town_leader", AREA_ID)
COUNTY = Scope("county", "county_operator", AREA_ID)
VILLAGE = Scope("village", "village_operator", AREA_ID, villages=(SOUTH_WEST[:12],))
OTHER_VILLAGE = Scope("other", "village_operator", AREA_ID, villages=(SOUTH_WEST[:9] + "202",))


def returned_twice(desk: Desk, **where: float) -> str:
    case_no = desk.report(**where).case_no
    for code, who in (("ZF", ZF), ("SG", SG)):
        desk.say(OPERATOR, case_no, "dispatch", department_code=code)
        desk.say(who, case_no, "send_back", note="不归本部门管")
    return case_no


def test_the_first_return_is_free_the_second_waits_for_the_ruling(desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", department_code="ZF")
    once = desk.say(ZF, case_no, "send_back", note="不归本部门管")
    assert (once.state, once.returned_count, once.ruling_wanted_at) == ("accepted", 1, None)
    desk.say(OPERATOR, case_no, "dispatch", department_code="SG")
    twice = desk.say(SG, case_no, "send_back", note="也不归我管")
    assert (twice.state, twice.returned_count) == ("accepted", 2)
    assert twice.ruling_wanted_at is not None
    assert "dispatch" not in verbs_for(OPERATOR, twice)
    assert "rule" in verbs_for(LEADER, twice)
    for who in (OPERATOR, LEADER):
        with pytest.raises(VerbNotPossible) as fault:
            desk.say(who, case_no, "dispatch", department_code="CJ")
        assert fault.value.key == "ruling_awaited"


def test_a_ruling_sends_it_for_good_and_is_kept_as_a_draft(desk: Desk, shared_small_database: Database) -> None:
    case_no = returned_twice(desk)
    with pytest.raises(VerbNotGranted):
        desk.say(OPERATOR, case_no, "rule", department_code="ZF", note="归综合执法")
    for missing in ({"note": "归综合执法"}, {"department_code": "ZF"}, {"department_code": "QQ", "note": "?"}):
        with pytest.raises(InvalidInput):
            desk.say(LEADER, case_no, "rule", **missing)
    ruled = desk.say(LEADER, case_no, "rule", department_code="ZF", note="归综合执法")
    assert (ruled.state, ruled.department_code, ruled.ruling_wanted_at) == ("dispatched", "ZF", None)
    with pytest.raises(Conflict) as fault:
        desk.say(ZF, case_no, "send_back", note="仍有异议")
    assert fault.value.key == "ruled_already"
    assert "object" in verbs_for(ZF, ruled)
    assert "send_back" not in verbs_for(ZF, ruled), "nobody is offered what is refused"
    assert "send_back" in verbs_for(LEADER, ruled)
    assert desk.say(ZF, case_no, "object", note="先办理,职责有异议").objected_at is not None
    assert desk.say(ZF, case_no, "sign").state == "received"
    with shared_small_database.transaction() as transaction:
        draft = next(one for one in routing_drafts(transaction, AREA_ID) if one.case_no == case_no)
    assert (draft.type_code, draft.department_code, draft.returned_by) == (ruled.type_code, "ZF", ["ZF", "SG"])


def test_nothing_is_ruled_that_nobody_returned_twice(desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "accept")
    with pytest.raises(VerbNotPossible) as fault:
        desk.say(LEADER, case_no, "rule", department_code="ZF", note="归综合执法")
    assert fault.value.key == "no_ruling_awaited"


def test_the_same_one_contests_once(desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    desk.say(WORKER, case_no, "send_back", note="不归我管")
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    with pytest.raises(Conflict) as fault:
        desk.say(WORKER, case_no, "send_back", note="还是不归我管")
    assert fault.value.key == "contested_once"
    assert "send_back" not in verbs_for(WORKER, desk.read(case_no))
    assert "send_back" in verbs_for(LEADER, desk.read(case_no))
    freed = desk.say(LEADER, case_no, "send_back", note="另派他人")
    assert (freed.state, freed.ruling_wanted_at) == ("accepted", None), "the leader needs no ruling of himself"


def test_only_who_contested_or_was_ruled_objects(desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", department_code="ZF")
    assert "object" not in verbs_for(ZF, desk.read(case_no))
    with pytest.raises(VerbNotPossible) as fault:
        desk.say(ZF, case_no, "object", note="不归我管")
    assert fault.value.key == "nothing_contested"
    assert "object" not in dict(fault.value.allowed)
    desk.say(ZF, case_no, "send_back", note="不归本部门管")
    desk.say(OPERATOR, case_no, "dispatch", department_code="ZF")
    objected = desk.say(ZF, case_no, "object", note="先办,仍认为不归我管")
    assert (objected.state, objected.objected_at is not None) == ("dispatched", True)
    assert desk.say(LEADER, case_no, "transfer", worker_id=2, note="换人").objected_at is None


def test_who_leads_after_the_ruling_may_object_whoever_it_is(desk: Desk) -> None:
    case_no = returned_twice(desk)
    desk.say(LEADER, case_no, "rule", department_code="CJ", note="归村建")
    moved = desk.say(LEADER, case_no, "transfer", worker_id=2, note="先行处置")
    assert "send_back" not in verbs_for(WORKER, moved)
    assert desk.say(WORKER, case_no, "object", note="先办").objected_at is not None


def test_a_department_asks_the_town_for_others_and_is_answered(desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", department_code="ZF")
    with pytest.raises(InvalidInput):
        desk.say(ZF_LEADER, case_no, "ask_support")
    asked = desk.say(ZF_LEADER, case_no, "ask_support", note="需市场监管同去")
    assert asked.support_asked_at is not None
    assert "support" in verbs_for(OPERATOR, asked)
    answered = desk.say(OPERATOR, case_no, "support", department_code="SG")
    assert answered.support_asked_at is None
    assert [task.department_code for task in answered.tasks] == ["ZF", "SG"]
    desk.say(SG, case_no, "ask_support", note="再来一组")
    assert (
        desk.say(OPERATOR, case_no, "take_back", task_id=answered.tasks[0].task_id, note="x").support_asked_at is None
    )


def test_who_only_helps_gives_his_task_back_and_nothing_waits(desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    for _ in range(2):
        desk.say(OPERATOR, case_no, "support", department_code="SG")
        assert desk.say(SG, case_no, "send_back", note="不需要").returned_count == 0


def test_a_department_leader_speaks_for_his_department(desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", department_code="ZF")
    assert desk.say(ZF_LEADER, case_no, "sign").state == "received"
    handed = desk.say(ZF_LEADER, case_no, "hand_over", to_worker_id=4)
    assert [task.worker_id for task in handed.tasks if task.worker_id] == [4]


def test_who_helps_does_not_call_off_who_leads(desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", department_code="SG")
    desk.say(OPERATOR, case_no, "support", department_code="ZF")
    assert "escalate" not in verbs_for(ZF_LEADER, desk.read(case_no))
    with pytest.raises(Forbidden) as fault:
        desk.say(ZF_LEADER, case_no, "escalate", note="解决不了")
    assert (fault.value.key, fault.value.field) == ("only_lead_escalates", "verb")
    sg_leader = replace(ZF_LEADER, departments=("SG",))
    assert desk.say(sg_leader, case_no, "escalate", note="解决不了").state == "accepted"


def test_a_village_reads_its_own_speaks_for_its_workers_and_lifts_to_the_town(desk: Desk) -> None:
    case_no = desk.report().case_no
    assert case_no in [case.case_no for case in desk.list(VILLAGE)]
    assert desk.list(OTHER_VILLAGE) == []
    with pytest.raises(NotFound):
        desk.say(OTHER_VILLAGE, case_no, "remark", note="x")
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    assert desk.say(VILLAGE, case_no, "sign").state == "received"
    assert desk.log(case_no)[-1].details["on_behalf_of"] == 2
    levels = [desk.say(VILLAGE, case_no, "escalate", note="村里解决不了").level for _ in range(2)]
    assert levels == [2, 3]
    assert "escalate" not in verbs_for(VILLAGE, desk.read(case_no))
    with pytest.raises(Forbidden) as fault:
        desk.say(VILLAGE, case_no, "escalate", note="再往上")
    assert fault.value.key == "only_town_above"


def test_the_county_sees_what_was_sent_up_and_sends_it_down(desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "accept")
    assert desk.list(COUNTY) == []
    for _ in range(3):
        desk.say(LEADER, case_no, "escalate", note="镇里解决不了")
    assert [case.case_no for case in desk.list(COUNTY)] == [case_no]
    assert desk.say(LEADER, case_no, "remark", note="已上报").level == 4
    desk.say(COUNTY, case_no, "supervise", note="请镇里先行处置")
    with pytest.raises(InvalidInput):
        desk.say(COUNTY, case_no, "send_down")
    assert desk.say(COUNTY, case_no, "send_down", note="镇里先行处置").level == 3
    assert desk.list(COUNTY) == []


def test_the_town_leader_reads_all_and_instructs(desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", department_code="ZF")
    with pytest.raises(InvalidInput):
        desk.say(TOWN, case_no, "instruct")
    assert desk.say(TOWN, case_no, "instruct", note="今日内办结").state == "dispatched"
    line = desk.log(case_no)[-1]
    assert (line.verb, line.role, line.note) == ("instruct", "town_leader", "今日内办结")
    with pytest.raises(VerbNotGranted):
        desk.say(LEADER, case_no, "instruct", note="x")
    with desk.database.transaction() as transaction:
        told = transaction.execute(
            "select recipient_id from notice where case_no = %s and code = 'instructed'", [case_no]
        ).fetchall()
    assert {row["recipient_id"] for row in told} == {"ZF"}


def test_the_second_extension_is_the_town_leaders(desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    desk.say(WORKER, case_no, "sign")
    due = desk.read(case_no).due_at
    desk.say(WORKER, case_no, "ask_extension", until=due + timedelta(hours=1), note="等材料")
    desk.say(LEADER, case_no, "grant_extension")
    desk.say(WORKER, case_no, "ask_extension", until=due + timedelta(hours=2), note="还要等")
    assert "grant_extension" not in verbs_for(LEADER, desk.read(case_no))
    with pytest.raises(Forbidden):
        desk.say(LEADER, case_no, "grant_extension")
    assert desk.say(TOWN, case_no, "grant_extension").extended_count == 2
