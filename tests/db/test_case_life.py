"""Beside the way of a case: duplicates, the ladder, what the reporter says, the end and after it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from base.clock import utc_now
from base.errors import Fault, Forbidden
from dispatch.access.scope import Scope
from dispatch.cases.archive import archive_old, escalate_unanswered
from dispatch.cases.permission import VerbNotGranted, VerbNotPossible, verbs_for
from dispatch.figures.statistics import Period, figures_total
from tests.db.test_casework import DEPARTMENT, LEADER, OPERATOR, VERIFIER, WORKER, Desk, desk, finish
from tests.small_town import AREA_ID

assert desk, "the fixture"
DISPLAY = Scope("wall", "display", AREA_ID)


def key_of(desk: Desk, who: Scope, case_no: str, verb: str, **given: object) -> str:
    """The key of the fault a verb is refused with, after which the case is as it was."""
    before = desk.read(case_no)
    with pytest.raises(Fault) as fault:
        desk.say(who, case_no, verb, **given)
    assert desk.read(case_no) == before, "a refused verb changes nothing"
    return fault.value.key


def closed(desk: Desk) -> str:
    case_no = desk.report().case_no
    finish(desk, case_no)
    desk.say(VERIFIER, case_no, "verify")
    return case_no


# duplicates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_accepted", [False, True])
def test_a_duplicate_is_merged_and_taken_out_again(desk: Desk, is_accepted: bool):
    parent, child = desk.report().case_no, desk.report().case_no
    if is_accepted:
        desk.say(OPERATOR, child, "accept")
    before = desk.read(child)
    case = desk.say(OPERATOR, child, "merge", parent=parent, note="同一处")
    assert (case.state, case.parent_case, case.has_ended) == ("merged", parent, True)
    assert desk.read(parent).children == [child]
    line = desk.log(parent)[-1]
    assert (line.verb, line.details, line.note) == ("take_in", {"child": child}, "同一处")
    case = desk.say(OPERATOR, child, "unmerge")
    assert (case.state, case.parent_case, case.due_at, case.closed_at) == (before.state, None, before.due_at, None)
    assert desk.read(parent).children == []
    assert desk.log(parent)[-1].verb == "let_go"


def test_what_a_case_cannot_be_merged_into(desk: Desk):
    one, other, third = (desk.report().case_no for _ in range(3))
    assert key_of(desk, OPERATOR, one, "merge") == "parent_needed"
    assert key_of(desk, OPERATOR, one, "merge", parent=one) == "parent_is_itself"
    assert key_of(desk, OPERATOR, one, "merge", parent="XZ0000000000") == "no_such_parent"
    desk.say(OPERATOR, other, "merge", parent=one)
    assert key_of(desk, OPERATOR, third, "merge", parent=other) == "parent_is_merged"
    assert key_of(desk, OPERATOR, one, "merge", parent=third) == "case_has_children"
    desk.say(LEADER, third, "cancel", note="误报")
    assert key_of(desk, OPERATOR, desk.report().case_no, "merge", parent=third) == "parent_has_ended"


def test_a_case_is_not_merged_into_its_own_child(desk: Desk):
    parent, child = desk.report().case_no, desk.report().case_no
    desk.say(OPERATOR, child, "merge", parent=parent)
    assert key_of(desk, OPERATOR, parent, "merge", parent=child) == "parent_is_child"


# the ladder ---------------------------------------------------------------------------------------------------------


def test_a_case_goes_up_to_the_county_and_no_higher(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    assert key_of(desk, OPERATOR, case_no, "escalate", note="办不了") == "verb_not_granted"
    assert key_of(desk, LEADER, case_no, "escalate") == "note_needed"
    case = desk.say(LEADER, case_no, "escalate", note="办不了")
    assert (case.state, case.level, case.open_worker, case.active_workers) == ("accepted", 2, None, frozenset())
    assert desk.log(case_no)[-1].details == {"level": 2}
    for level in (3, 4):
        assert desk.say(LEADER, case_no, "escalate", note="再上报").level == level
    assert key_of(desk, LEADER, case_no, "escalate", note="再上报") == "at_the_top"


def test_a_major_emergency_begins_with_the_town(desk: Desk):
    assert desk.report(text="有人落水").level == 3
    light = desk.report().case_no
    assert desk.say(OPERATOR, light, "accept", priority="P1").level == 3


def test_the_clock_takes_a_case_up_and_leaves_who_is_on_it(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    with desk.database.transaction() as transaction:
        assert escalate_unanswered(desk.centre, transaction, case_no, utc_now())
    case, line = desk.read(case_no), desk.log(case_no)[-1]
    assert (case.state, case.level, case.open_worker.worker_id) == ("dispatched", 2, 2)
    assert (line.actor, line.role, line.verb) == ("system", "system", "escalate")


# what the reporter says ---------------------------------------------------------------------------------------------


def test_the_reporter_rates_once(desk: Desk):
    reporter = Scope("bing", "grid_worker", AREA_ID, worker_id=3)
    case_no = desk.report(reporter).case_no
    finish(desk, case_no)
    desk.say(VERIFIER, case_no, "verify")
    assert "rate" in verbs_for(reporter, desk.read(case_no))
    assert key_of(desk, reporter, case_no, "rate") == "rating_needed"
    assert key_of(desk, reporter, case_no, "rate", score=1, rating="satisfied") == "rating_contradicts_score"
    case = desk.say(reporter, case_no, "rate", score=4)
    assert (case.satisfied, case.score, case.rated_by, case.needs_call_back) == (True, 4, "bing", False)
    assert key_of(desk, reporter, case_no, "rate", score=5) == "already_rated"
    assert "rate" not in verbs_for(OPERATOR, desk.read(case_no))


def test_who_handled_it_does_not_rate_it(desk: Desk):
    case_no = desk.report(WORKER).case_no
    finish(desk, case_no)
    assert "rate" not in verbs_for(WORKER, desk.read(case_no))
    with pytest.raises(Forbidden):
        desk.say(WORKER, case_no, "rate", score=5)


def test_who_is_not_satisfied_is_called_back(desk: Desk):
    case_no = closed(desk)
    case = desk.say(OPERATOR, case_no, "rate", rating="dissatisfied", note="又堆满了")
    assert (case.satisfied, case.needs_call_back) == (False, True)
    assert desk.log(case_no)[-1].details == {"satisfied": False, "for_reporter": True}
    assert desk.say(VERIFIER, case_no, "remark", note="已致电,约定周三", called_back=True).needs_call_back is False


def test_after_seven_days_nobody_rates(desk: Desk):
    case_no = closed(desk)
    desk.later = timedelta(days=7, minutes=1)
    assert key_of(desk, OPERATOR, case_no, "rate", rating="satisfied") == "rated_too_late"


# the end and after it -----------------------------------------------------------------------------------------------


def test_a_case_is_opened_again_and_the_figures_keep_its_first_round(desk: Desk):
    case_no = closed(desk)
    desk.say(OPERATOR, case_no, "rate", rating="dissatisfied")
    assert key_of(desk, OPERATOR, case_no, "reopen", note="没解决") == "verb_not_granted"
    case = desk.say(LEADER, case_no, "reopen", note="没解决")
    assert (case.state, case.round, case.satisfied, case.handled_at, case.closed_at) == (
        "accepted",
        2,
        None,
        None,
        None,
    )
    assert case.due_at > utc_now()
    figures = _figures(desk)
    assert (figures["reported"], figures["accepted"], figures["handled"], figures["closed"]) == (1, 1, 1, 1)
    assert (figures["on_time"], figures["open"]) == (1, 1)
    finish(desk, case_no, worker=3)
    assert desk.say(VERIFIER, case_no, "verify").state == "closed"
    figures = _figures(desk)
    assert (figures["reported"], figures["accepted"], figures["handled"], figures["closed"]) == (1, 1, 2, 2)
    assert desk.say(VERIFIER, case_no, "rate", rating="satisfied").satisfied is True, "each round is rated once"


def _figures(desk: Desk) -> dict[str, int]:
    now = utc_now()
    with desk.database.transaction() as transaction:
        told = figures_total(transaction, AREA_ID, Period(now - timedelta(hours=1), now + timedelta(days=30), now))
    return vars(told)


def test_after_thirty_days_a_case_is_not_opened_again_but_put_away(desk: Desk):
    case_no, merged, rejected = closed(desk), desk.report().case_no, desk.report().case_no
    desk.say(OPERATOR, merged, "merge", parent=desk.report().case_no)
    desk.say(OPERATOR, rejected, "reject", note="不属实")
    before = _figures(desk)
    with desk.database.transaction() as transaction:
        assert archive_old(desk.centre, transaction, utc_now() + timedelta(days=29)) == []
    assert key_of(desk, LEADER, case_no, "archive") == "verb_not_granted"
    desk.later = timedelta(days=30, minutes=1)
    assert key_of(desk, LEADER, case_no, "reopen", note="没解决") == "reopened_too_late"
    with desk.database.transaction() as transaction:
        assert sorted(archive_old(desk.centre, transaction, desk.now())) == sorted([case_no, merged, rejected])
        assert archive_old(desk.centre, transaction, desk.now()) == []
    assert {desk.read(one).state for one in (case_no, merged, rejected)} == {"archived"}
    assert desk.log(rejected)[-1].actor == "system"
    assert _figures(desk) == before, "what is put away counts as before"
    assert desk.say(OPERATOR, case_no, "remark", note="调阅").state == "archived"


def test_a_remark_changes_nothing(desk: Desk):
    case_no = desk.report().case_no
    before = desk.read(case_no)
    assert key_of(desk, DEPARTMENT, case_no, "remark") == "note_needed"
    case = desk.say(DEPARTMENT, case_no, "remark", note="已联系业主")
    assert replace(case, version=before.version) == before
    assert desk.log(case_no)[-1].note == "已联系业主"
    assert key_of(desk, DISPLAY, case_no, "remark", note="看见了") == "verb_not_granted"


# acknowledged -------------------------------------------------------------------------------------------------------


def test_a_major_case_is_acknowledged_once_by_somebody_with_a_name(desk: Desk):
    case_no = desk.report(text="有人落水").case_no
    for who in (DISPLAY, VERIFIER, WORKER):
        with pytest.raises(VerbNotGranted):
            desk.say(who, case_no, "acknowledge")
    case = desk.say(OPERATOR, case_no, "acknowledge")
    assert (case.acknowledged_by, case.state, case.acknowledged_at is not None) == ("li", "reported", True)
    assert desk.log(case_no)[-1].verb == "acknowledge"
    with pytest.raises(VerbNotPossible) as second:
        desk.say(LEADER, case_no, "acknowledge")
    assert (second.value.key, second.value.values["by"]) == ("already_acknowledged", "li")
    assert key_of(desk, LEADER, desk.report().case_no, "acknowledge") == "verb_out_of_turn"
