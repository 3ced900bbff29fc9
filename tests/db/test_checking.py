"""Looked at: before a case is accepted and after it was handled; nothing is closed unseen but by the two exceptions."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from base.clock import utc_now
from base.errors import Fault, Forbidden
from dispatch.access.scope import Scope
from dispatch.cases.permission import VerbNotGranted, VerbNotPossible, verbs_for
from dispatch.cases.photos import Moment, add_photo
from dispatch.cases.pictures import Picture
from dispatch.cases.sample import is_sampled
from tests.db.test_case_life import key_of
from tests.db.test_casework import LEADER, OPERATOR, VERIFIER, WORKER, Desk, desk, finish
from tests.small_town import AREA_ID

assert desk, "the fixture"
CHECKER = Scope("bing", "grid_worker", AREA_ID, worker_id=3)


def go(desk: Desk, who: Scope, case_no: str) -> None:
    """Somebody signs and begins."""
    for verb in ("sign", "start"):
        desk.say(who, case_no, verb, note="说明")


# before it is accepted ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", [True, False])
def test_somebody_looks_before_the_case_is_accepted(desk: Desk, found: bool):
    case_no = desk.report().case_no
    assert key_of(desk, OPERATOR, case_no, "check") == "worker_needed"
    case = desk.say(OPERATOR, case_no, "check", worker_id=3)
    assert (case.state, [(task.kind, task.worker_id) for task in case.tasks]) == ("checking", [("check", 3)])
    go(desk, CHECKER, case_no)
    assert desk.read(case_no).state == "checking"
    assert key_of(desk, CHECKER, case_no, "feedback", note="看过") == "found_needed"
    case = desk.say(CHECKER, case_no, "feedback", note="看过", found=found)
    assert (case.state, case.active_workers, case.handled_at) == ("reported", frozenset(), None)
    assert desk.log(case_no)[-1].details == {"found": found}
    assert desk.say(OPERATOR, case_no, "accept").state == "accepted"


def test_who_was_to_look_is_let_go_when_it_is_decided_without_him(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "check", worker_id=3)
    case = desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    assert [(task.kind, task.state) for task in case.tasks] == [("check", "withdrawn"), ("lead", "sent")]
    assert case.state == "dispatched"
    again = desk.report().case_no
    desk.say(OPERATOR, again, "check", worker_id=3)
    assert desk.say(CHECKER, again, "send_back", note="太远").state == "reported"


# after it was handled -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [OPERATOR, LEADER, WORKER, CHECKER])
def test_only_whose_office_it_is_verifies(desk: Desk, who: Scope):
    case_no = desk.report(CHECKER).case_no
    finish(desk, case_no)
    for verb in ("verify", "rework", "close"):
        assert verb not in verbs_for(who, desk.read(case_no), desk.log(case_no))
        with pytest.raises(Fault) as fault:
            desk.say(who, case_no, verb, note="好")
        assert dict(fault.value.allowed)["verify"] == ("checker", "verifier")
    assert desk.say(VERIFIER, case_no, "verify").state == "closed"


def test_who_was_asked_to_check_verifies(desk: Desk):
    case_no = desk.report().case_no
    finish(desk, case_no)
    assert key_of(desk, VERIFIER, case_no, "check", worker_id=2) == "handler_cannot_check"
    case = desk.say(VERIFIER, case_no, "check", worker_id=3)
    assert (case.state, case.handled_at is not None) == ("verifying", True)
    assert "verify" in verbs_for(CHECKER, desk.read(case_no))
    go(desk, CHECKER, case_no)
    with pytest.raises(VerbNotGranted):
        desk.say(WORKER, case_no, "verify")
    case = desk.say(CHECKER, case_no, "verify", note="已清")
    assert (case.state, case.tasks[-1].state, case.tasks[-1].outcome) == ("closed", "done", "handled")
    assert "check" not in {task.kind for task in case.done_tasks}


def test_a_gateway_verifies_for_the_worker_it_names(desk: Desk):
    case_no = desk.report().case_no
    finish(desk, case_no)
    desk.say(OPERATOR, case_no, "check", worker_id=3)
    gateway = Scope("token:g", "gateway", AREA_ID)
    for number in (None, 2):
        with pytest.raises(VerbNotGranted):
            desk.say(gateway, case_no, "verify", worker_id=number)
    assert desk.say(gateway, case_no, "verify", worker_id=3).state == "closed"


def test_who_looks_may_only_tell_and_the_verifier_decides(desk: Desk):
    case_no = desk.report().case_no
    finish(desk, case_no)
    desk.say(OPERATOR, case_no, "check", worker_id=3)
    go(desk, CHECKER, case_no)
    assert desk.say(CHECKER, case_no, "feedback", note="还有垃圾", found=False).state == "handled"
    case = desk.say(VERIFIER, case_no, "rework", note="还有垃圾")
    assert (case.state, case.open_worker.worker_id, case.rework_count) == ("dispatched", 2, 1)


def test_a_failed_look_sends_the_handler_again_and_lets_the_checker_go(desk: Desk):
    case_no = desk.report().case_no
    finish(desk, case_no)
    desk.say(OPERATOR, case_no, "check", worker_id=3)
    case = desk.say(VERIFIER, case_no, "verify", passed=False, note="没清")
    assert (case.state, [task.state for task in case.tasks]) == ("dispatched", ["done", "withdrawn", "sent"])


# closed unseen: the two exceptions ----------------------------------------------------------------------------------


def self_handled(desk: Desk, sampled: bool) -> str:
    """A case settled on the spot that is, or is not, of the sample."""
    while True:
        case_no = desk.report(WORKER).case_no
        if is_sampled(AREA_ID, case_no) == sampled:
            desk.say(WORKER, case_no, "self_handle", note="清了")
            return case_no


def test_what_was_settled_on_the_spot_is_closed_but_for_the_sample(desk: Desk):
    free, sampled = self_handled(desk, sampled=False), self_handled(desk, sampled=True)
    assert "close" in verbs_for(OPERATOR, desk.read(free))
    assert desk.say(OPERATOR, free, "close").state == "closed"
    assert "close" not in verbs_for(OPERATOR, desk.read(sampled))
    with pytest.raises(VerbNotPossible) as fault:
        desk.say(OPERATOR, sampled, "close")
    assert fault.value.key == "sampled_needs_verify"
    assert "close" not in dict(fault.value.allowed)
    with pytest.raises(Forbidden):
        desk.say(replace(WORKER, role="verifier"), sampled, "verify")
    assert desk.say(VERIFIER, sampled, "verify").state == "closed"


def test_a_failed_look_at_what_was_settled_on_the_spot_puts_it_among_the_accepted(desk: Desk):
    case_no = self_handled(desk, sampled=True)
    case = desk.say(VERIFIER, case_no, "verify", passed=False, note="没清")
    assert (case.state, case.handled_at, case.rework_count) == ("accepted", None, 1)
    assert desk.say(OPERATOR, case_no, "dispatch", worker_id=3).state == "dispatched"


def test_a_light_case_whose_reporter_is_satisfied_is_closed_after_three_days(desk: Desk):
    case_no = desk.report().case_no
    desk.say(LEADER, case_no, "accept", priority="P4")
    finish(desk, case_no)
    assert key_of(desk, OPERATOR, case_no, "close") == "close_needs_verify"
    desk.say(OPERATOR, case_no, "rate", rating="satisfied")
    assert key_of(desk, OPERATOR, case_no, "close") == "close_too_early"
    desk.later = timedelta(days=3, minutes=1)
    assert desk.say(OPERATOR, case_no, "close").state == "closed"


def test_who_was_satisfied_with_work_that_failed_is_not_asked_of_the_next(desk: Desk):
    case_no = desk.report().case_no
    desk.say(LEADER, case_no, "accept", priority="P4")
    finish(desk, case_no)
    desk.say(OPERATOR, case_no, "rate", rating="satisfied")
    desk.say(VERIFIER, case_no, "rework", note="没做完")
    desk.later = timedelta(minutes=1)
    for verb in ("sign", "start", "feedback"):
        desk.say(LEADER, case_no, verb, note="好了")
    desk.later = timedelta(days=4)
    assert key_of(desk, OPERATOR, case_no, "close") == "close_needs_verify"


def test_a_case_of_another_priority_is_not(desk: Desk):
    case_no = desk.report().case_no
    finish(desk, case_no)
    desk.say(OPERATOR, case_no, "rate", rating="satisfied")
    desk.later = timedelta(days=30)
    assert key_of(desk, OPERATOR, case_no, "close") == "close_needs_verify"


def test_one_in_ten_is_of_the_sample_and_always_the_same():
    numbers = [f"XZ2611{day:02}{number:04}" for day in range(1, 29) for number in range(300)]
    sampled = [number for number in numbers if is_sampled(AREA_ID, number)]
    assert 0.085 < len(sampled) / len(numbers) < 0.115
    assert sampled == [number for number in numbers if is_sampled(AREA_ID, number)]


# pictures -----------------------------------------------------------------------------------------------------------


def take_photo(desk: Desk, who: Scope, case_no: str, moment: Moment) -> None:
    picture = Picture(b"\xff\xd8\xff\xd9", 1, 1)
    with desk.database.transaction() as transaction:
        add_photo(transaction, AREA_ID, who, case_no, uuid4(), picture, utc_now(), moment)


def test_who_answers_shows_what_was_done_or_says_why_not(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    go(desk, WORKER, case_no)
    take_photo(desk, WORKER, case_no, "before")
    assert key_of(desk, WORKER, case_no, "feedback", note="好了", no_photo_reason=" ") == "photo_needed"
    take_photo(desk, WORKER, case_no, "after")
    desk.say(WORKER, case_no, "feedback", note="好了", no_photo_reason="")
    assert desk.log(case_no)[-1].details == {"photos": 1}
    desk.say(VERIFIER, case_no, "rework", note="重做")
    go(desk, WORKER, case_no)
    assert key_of(desk, WORKER, case_no, "feedback", note="好了", no_photo_reason="") == "photo_needed", "a new one"
    desk.say(WORKER, case_no, "feedback", note="好了", no_photo_reason="手机没电")
    assert desk.log(case_no)[-1].details == {"no_photo_reason": "手机没电"}


def test_who_settles_it_on_the_spot_shows_it_too(desk: Desk):
    case_no = desk.report(WORKER).case_no
    assert key_of(desk, WORKER, case_no, "self_handle", note="清了", no_photo_reason="") == "photo_needed"
    take_photo(desk, WORKER, case_no, "after")
    assert desk.say(WORKER, case_no, "self_handle", note="清了", no_photo_reason="").state == "self_handled"
