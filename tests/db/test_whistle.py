"""The whistle in a real database: several departments called at once, each signs in and says what it found."""

from datetime import datetime, timedelta

import pytest

from base.clock import utc_now
from base.errors import Conflict, Fault, InvalidInput
from dispatch.access.scope import Scope
from dispatch.cases.acting import act_once
from dispatch.cases.clock_rows import read_clocks
from dispatch.cases.incidents import Case
from dispatch.cases.permission import VerbNotGranted, VerbNotPossible, own_part, verbs_for
from dispatch.cases.whistle import WhistleNow, cases_whistled
from dispatch.cases.whistle_look import open_whistle
from dispatch.figures.statistics import Period
from dispatch.figures.whistles import whistles_of
from tests.db.test_casework import LEADER, OPERATOR, VERIFIER, Desk, desk
from tests.db.test_ruling import returned_twice
from tests.small_town import AREA_ID, OUTSIDE_FAR, OUTSIDE_NEAR, SOUTH_POINT

assert desk, "the fixture"
ZF = Scope("token:ZF", "dept_handler", AREA_ID, departments=("ZF",))
SG = Scope("token:SG", "dept_handler", AREA_ID, departments=("SG",))
AT_THE_PLACE = {"lon": SOUTH_POINT[0], "lat": SOUTH_POINT[1], "datum": "wgs84"}
FAR_OFF = {"lon": 120.958, "lat": 30.926, "datum": "wgs84"}


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """The market supervision has somebody too: for these tests worker 3 is theirs."""
    with desk.database.transaction() as transaction:
        transaction.execute("update worker set department_code = 'SG' where area_id = %s and worker_id = 3", [AREA_ID])
    yield desk
    with desk.database.transaction() as transaction:
        transaction.execute("update worker set department_code = null where area_id = %s and worker_id = 3", [AREA_ID])


def blown(desk: Desk, text: str = "燃气泄漏,气味很大", **given) -> Case:
    return desk.say(LEADER, desk.report(text=text).case_no, "whistle", **{"lead": "ZF", "departments": ("SG",)} | given)


def task_of(case: Case, code: str):
    return next(task for task in case.tasks if task.department_code == code)


def does(desk: Desk, case: Case, who: Scope, *verbs: str, **given) -> Case:
    task = task_of(case, who.departments[0])
    for verb in verbs:
        case = desk.say(who, case.case_no, verb, task_id=task.task_id, **{"note": "", **given})
    return case


def now(desk: Desk, case: Case, who: Scope = LEADER) -> WhistleNow:
    with desk.database.transaction() as transaction:
        return open_whistle(transaction, AREA_ID, who, case.case_no, desk.now())


def meet_clocks(desk: Desk, case: Case) -> list[tuple[str, datetime]]:
    with desk.database.transaction() as transaction:
        clocks = read_clocks(transaction, AREA_ID, case.case_no)
    return [(clock.state, clock.due_at) for clock in clocks if clock.stage == "meet"]


def test_all_are_called_at_once_and_each_has_a_clock(staffed: Desk) -> None:
    case = blown(staffed, note="带检测仪")
    assert case.priority == "P1"
    assert [(task.kind, task.department_code, task.state) for task in case.tasks] == [
        ("lead", "ZF", "sent"),
        ("co", "SG", "sent"),
    ]
    assert case.state == "dispatched"
    assert case.accepted_at is not None
    whistle = now(staffed, case)
    assert whistle.meet_at - whistle.blown_at == timedelta(minutes=30)
    assert [(one.name, one.is_lead, one.is_late) for one in whistle.members] == [
        ("综合执法", True, False),
        ("市场监管", False, False),
    ]
    assert (whistle.note, whistle.blown_by) == ("带检测仪", "chen")
    assert meet_clocks(staffed, case) == [("running", whistle.meet_at)] * 2
    line = staffed.log(case.case_no)[-1]
    assert (line.verb, line.details["lead"], line.details["departments"]) == ("whistle", "ZF", ["SG"])


def test_from_the_press_to_the_last_opinion(staffed: Desk) -> None:
    case = blown(staffed)
    case = does(staffed, case, ZF, "sign", "arrive", **AT_THE_PLACE)
    assert case.state == "on_scene"
    case = does(staffed, case, SG, "sign", "arrive", **AT_THE_PLACE)
    assert "opinion" in verbs_for(SG, case)
    assert "feedback" not in verbs_for(SG, case)
    assert "opinion" not in verbs_for(ZF, case)
    case = does(staffed, case, ZF, "feedback", note="已关阀疏散")
    assert case.state == "handling"
    with pytest.raises(InvalidInput):
        does(staffed, case, SG, "opinion")
    case = does(staffed, case, SG, "opinion", note="该户钢瓶过期,已扣押")
    assert case.state == "handled"
    whistle = now(staffed, case)
    assert whistle.is_over
    assert [(one.opinion, one.is_late) for one in whistle.members] == [
        ("已关阀疏散", False),
        ("该户钢瓶过期,已扣押", False),
    ]
    assert {state for state, _ in meet_clocks(staffed, case)} == {"kept"}
    assert staffed.say(VERIFIER, case.case_no, "verify").state == "closed"


def test_where_they_meet_counts_and_who_is_far_off_says_why(staffed: Desk) -> None:
    case = blown(staffed, lon=120.9520, lat=30.9231, datum="wgs84")
    assert now(staffed, case).place_text == "小镇北村第二网格2幢"
    with pytest.raises(Conflict) as fault:
        does(staffed, case, ZF, "sign", "arrive", **AT_THE_PLACE)
    assert fault.value.key == "too_far_to_arrive"
    case = staffed.read(case.case_no)
    case = does(staffed, case, ZF, "arrive", lon=120.9521, lat=30.9232, datum="wgs84")
    assert task_of(case, "ZF").arrived_at is not None


def test_the_first_of_a_departments_people_signs_it_in(staffed: Desk) -> None:
    case = blown(staffed)
    does(staffed, case, ZF, "sign")
    case = does(staffed, case, ZF, "hand_over", to_worker_id=4)
    worker = Scope("w4", "grid_worker", AREA_ID, worker_id=4)
    staffed.say(worker, case.case_no, "sign")
    case = staffed.say(worker, case.case_no, "arrive", note="看过", **AT_THE_PLACE)
    assert task_of(case, "ZF").arrived_at is not None
    with pytest.raises(Conflict):
        does(staffed, case, ZF, "feedback", note="完成")
    case = staffed.say(worker, case.case_no, "feedback", note="我的部分已办")
    assert task_of(case, "ZF").is_open, "the department has still to say it"
    assert does(staffed, case, ZF, "feedback", note="完成").state == "handling"


def test_who_begins_at_once_signs_his_department_in(staffed: Desk) -> None:
    case = does(staffed, blown(staffed), ZF, "sign")
    case = does(staffed, case, ZF, "hand_over", to_worker_id=4)
    worker = Scope("w4", "grid_worker", AREA_ID, worker_id=4)
    staffed.say(worker, case.case_no, "sign")
    case = staffed.say(worker, case.case_no, "start")
    assert (case.state, task_of(case, "ZF").state) == ("on_scene", "on_scene")


def test_nobody_is_called_before_it_is_ruled_whose_case_it_is(staffed: Desk) -> None:
    case_no = returned_twice(staffed)
    assert "whistle" not in verbs_for(LEADER, staffed.read(case_no))
    with pytest.raises(VerbNotPossible) as fault:
        staffed.say(LEADER, case_no, "whistle", lead="ZF", departments=("SG",), meet_at=utc_now() + timedelta(hours=1))
    assert fault.value.key == "ruling_awaited"
    staffed.say(LEADER, case_no, "rule", department_code="ZF", note="归综合执法")
    given = {"lead": "SG", "departments": ("ZF",), "meet_at": utc_now() + timedelta(hours=1)}
    assert staffed.say(LEADER, case_no, "whistle", **given).state == "dispatched"


def test_who_does_not_come_escalates_once(staffed: Desk) -> None:
    case = blown(staffed)
    does(staffed, case, ZF, "sign", "arrive", **AT_THE_PLACE)
    staffed.later = timedelta(minutes=31)
    for _ in range(2):
        with staffed.database.transaction() as transaction:
            act_once(staffed.centre, transaction, staffed.now())
    lines = [line for line in staffed.log(case.case_no) if line.details.get("rung") == "absent"]
    assert len(lines) == 1
    with staffed.database.transaction() as transaction:
        told = transaction.execute(
            "select recipient_kind, recipient_id from notice where code = 'whistle_absent' and case_no = %s",
            [case.case_no],
        ).fetchall()
    assert ("department", "SG") in {(row["recipient_kind"], row["recipient_id"]) for row in told}
    members = {one.department_code: one for one in now(staffed, case).members}
    assert (members["SG"].is_late, members["SG"].came_at) == (True, None)
    assert not members["ZF"].is_late
    case = does(staffed, staffed.read(case.case_no), SG, "sign", "arrive", **AT_THE_PLACE)
    members = {one.department_code: one for one in now(staffed, case).members}
    assert members["SG"].is_late
    assert members["SG"].came_at is not None
    with staffed.database.transaction() as transaction:
        period = Period(utc_now() - timedelta(hours=1), utc_now() + timedelta(hours=2), staffed.now())
        figures = whistles_of(transaction, AREA_ID, period)
    assert (figures.blown, figures.called, figures.on_time, figures.late, figures.absent) == (1, 2, 1, 1, 0)
    assert figures.on_time_share == 0.5


def test_whoever_led_gives_way(staffed: Desk) -> None:
    case_no = staffed.report().case_no
    staffed.say(OPERATOR, case_no, "dispatch", worker_id=2)
    case = staffed.say(
        LEADER, case_no, "whistle", lead="ZF", departments=("SG",), meet_at=utc_now() + timedelta(hours=3)
    )
    assert [(task.kind, task.worker_id or task.department_code, task.state) for task in case.tasks] == [
        ("lead", 2, "withdrawn"),
        ("lead", "ZF", "sent"),
        ("co", "SG", "sent"),
    ]
    assert staffed.log(case_no)[-1].details["from_worker"] == 2


def test_one_that_is_on_it_already_goes_on(staffed: Desk) -> None:
    case_no = staffed.report().case_no
    case = staffed.say(OPERATOR, case_no, "dispatch", department_code="ZF")
    does(staffed, case, ZF, "sign")
    case = staffed.say(
        LEADER, case_no, "whistle", lead="ZF", departments=("SG",), meet_at=utc_now() + timedelta(hours=3)
    )
    assert [(task.kind, task.state) for task in case.tasks] == [("lead", "signed"), ("co", "sent")]
    assert len(now(staffed, case).members) == 2
    with staffed.database.transaction() as transaction:
        assert cases_whistled(transaction, AREA_ID, SG) == [case_no]
        assert cases_whistled(transaction, AREA_ID, Scope("x", "dept_handler", AREA_ID, departments=("PC",))) == []


@pytest.mark.parametrize(
    ("given", "key", "field"),
    [
        ({"lead": None}, "lead_needed", "lead"),
        ({"departments": ()}, "whistle_to_nobody", "departments"),
        ({"departments": ("YJ",)}, "department_has_nobody", "departments"),
        ({"lead": "YJ"}, "department_has_nobody", "lead"),
        ({"departments": ("QQ",)}, "no_such_department", "departments"),
        ({"departments": ("ZF",)}, "department_named_twice", "departments"),
        ({"departments": ("SG", "SG")}, "department_named_twice", "departments"),
        ({"department_code": "SG"}, "whistle_two_leads", "department"),
        ({"worker_id": 2}, "whistle_two_leads", "worker"),
        ({"lon": OUTSIDE_NEAR[0], "lat": OUTSIDE_NEAR[1], "datum": "wgs84"}, "whistle_outside_town", "lon"),
        ({"lon": OUTSIDE_FAR[0], "lat": OUTSIDE_FAR[1], "datum": "wgs84"}, "point_outside_town", "lon"),
        ({"lon": 120.95, "lat": 30.92}, "datum_missing", "datum"),
        ({"meet_at": utc_now() - timedelta(minutes=1)}, "meet_at_in_past", "meet_at"),
        ({"meet_at": utc_now() + timedelta(days=60)}, "meet_at_too_far", "meet_at"),
    ],
)
def test_a_whistle_that_cannot_be_is_refused_whole(staffed: Desk, given: dict, key: str, field: str) -> None:
    case_no = staffed.report(text="燃气泄漏,气味很大").case_no
    with pytest.raises(Fault) as fault:
        staffed.say(LEADER, case_no, "whistle", **{"lead": "ZF", "departments": ("SG",)} | given)
    assert (fault.value.key, fault.value.field) == (key, field)
    case = staffed.read(case_no)
    assert (case.state, case.tasks) == ("reported", ())


def test_what_is_not_urgent_needs_an_agreed_time(staffed: Desk) -> None:
    with pytest.raises(InvalidInput) as fault:
        blown(staffed, text="店外经营占道")
    assert fault.value.key == "meet_at_needed"


def test_it_is_the_shift_leaders_and_once_at_a_time(staffed: Desk) -> None:
    case = blown(staffed)
    with pytest.raises(Conflict) as fault:
        staffed.say(LEADER, case.case_no, "whistle", lead="ZF", departments=("SG",))
    assert fault.value.key == "whistle_blown_already"
    assert "whistle" not in verbs_for(LEADER, staffed.read(case.case_no))
    with pytest.raises(VerbNotGranted):
        staffed.say(OPERATOR, staffed.report().case_no, "whistle", lead="ZF", departments=("SG",))


def test_nobody_signs_for_a_colleagues_department(staffed: Desk) -> None:
    case = blown(staffed)
    task = task_of(case, "ZF")
    with pytest.raises(VerbNotGranted):
        staffed.say(SG, case.case_no, "sign", task_id=task.task_id)
    does(staffed, case, SG, "sign", "arrive", **AT_THE_PLACE)
    for who in (ZF, OPERATOR, LEADER):
        with pytest.raises((VerbNotGranted, VerbNotPossible)):
            staffed.say(who, case.case_no, "opinion", task_id=task_of(case, "SG").task_id, note="代签")


def test_whoever_is_called_has_a_part_and_others_look(staffed: Desk) -> None:
    case = blown(staffed)
    leader = Scope("sg-leader", "dept_leader", AREA_ID, departments=("SG",))
    assert own_part(leader, case.tasks) == task_of(case, "SG")
    case = does(staffed, case, leader, "sign", "arrive", **AT_THE_PLACE)
    does(staffed, case, ZF, "sign")
    case = does(staffed, case, ZF, "hand_over", to_worker_id=4)
    worker = Scope("w4", "grid_worker", AREA_ID, worker_id=4)
    own = own_part(worker, case.tasks)
    assert own is not None
    assert (own.worker_id, own.parent_task_id) == (4, task_of(case, "ZF").task_id)
    for who in (LEADER, OPERATOR, Scope("town", "town_leader", AREA_ID)):
        assert own_part(who, case.tasks) is None
        assert len(now(staffed, case, who).members) == 2


def test_a_villages_station_is_its_village_service(staffed: Desk) -> None:
    with staffed.database.transaction() as transaction:
        transaction.execute("insert into department values (%s, 'WY', '物业与村社服务', 'line')", [AREA_ID])
        transaction.execute("update worker set department_code = 'WY' where area_id = %s and worker_id = 3", [AREA_ID])
    case = blown(staffed, departments=("WY",))
    village = Scope("village", "village_operator", AREA_ID, villages=(str(case.village_code),))
    other = Scope("other", "village_operator", AREA_ID, villages=(str(case.village_code)[:9] + "999",))
    assert own_part(village, case.tasks) == task_of(case, "WY")
    assert own_part(other, case.tasks) is None
    with staffed.database.transaction() as transaction:
        assert cases_whistled(transaction, AREA_ID, village) == [case.case_no]
        assert cases_whistled(transaction, AREA_ID, other) == []
    for verb in ("sign", "arrive"):
        case = staffed.say(village, case.case_no, verb, task_id=task_of(case, "WY").task_id, **AT_THE_PLACE)
    assert task_of(case, "WY").arrived_at is not None
    with pytest.raises(VerbNotGranted):
        staffed.say(village, case.case_no, "sign", task_id=task_of(case, "ZF").task_id)
