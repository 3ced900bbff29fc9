"""Clocks in a real database: each verb starts, keeps, pauses what it should, and what is kept is what the rule says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from api.shown_case import shown_case
from base.clock import TOWN_ZONE
from base.errors import Conflict, Fault, InvalidInput
from dispatch.access.scope import Scope
from dispatch.cases.clock_rows import read_clocks, read_extensions, type_facts
from dispatch.cases.clocks import STAGES, Clock, Facts, next_due, wanted
from dispatch.cases.due_steps import read_told_clocks
from dispatch.cases.extensions import extension_rules
from dispatch.cases.incidents import Case
from dispatch.cases.permission import VerbNotGranted, VerbNotPossible, verbs_for
from dispatch.figures.clocks import shares_kept
from dispatch.figures.now import figures
from dispatch.figures.statistics import Period
from mapdata.duty import end_duty
from tests.db.test_casework import LEADER, OPERATOR, VERIFIER, Desk
from tests.db.test_casework import desk as desk
from tests.db.test_tasks import Town, act, worker
from tests.small_town import AREA_ID

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=TOWN_ZONE)
GRAVE, LIGHT = "有人落水", "邻里争吵"
"""P1; P3, to be handled within so many working days."""


class Timed:
    """The centre's clock, moved by hand."""

    def __init__(self, desk: Desk, at: datetime = MONDAY) -> None:
        self.at = at
        desk.centre.clock = lambda: self.at

    def pass_(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@pytest.fixture
def time(desk: Desk) -> Timed:
    return Timed(desk)


def clocks_of(desk: Desk, case_no: str) -> list[Clock]:
    with desk.database.transaction() as transaction:
        return read_clocks(transaction, AREA_ID, case_no)


def told(desk: Desk, case_no: str) -> dict[str, str]:
    """The newest clock of each stage of a case, and its state."""
    return {clock.stage: clock.state for clock in clocks_of(desk, case_no)}


def only(desk: Desk, case_no: str, stage: str, *, live: bool = True) -> Clock:
    (clock,) = [one for one in clocks_of(desk, case_no) if one.stage == stage and one.is_live is live]
    return clock


# overdue ------------------------------------------------------------------------------------------------------------


def test_a_p1_nobody_accepted_for_31_minutes_is_red_and_counted(desk: Desk, time: Timed):
    case_no = desk.report(text=GRAVE).case_no
    assert desk.read(case_no).priority == "P1"
    now = time.pass_(minutes=31)
    case = desk.read(case_no)
    shown = shown_case(case, LEADER, now)
    assert (shown.lamp, shown.overdue, shown.step.step) == ("red", True, "accept")
    assert case.next_due_at == MONDAY + timedelta(minutes=2)
    with desk.database.transaction() as transaction:
        assert figures(transaction, AREA_ID, now).overdue == 1
    desk.say(OPERATOR, case_no, "accept")
    assert told(desk, case_no) == {"accept": "missed", "dispatch": "running", "handle": "running"}
    assert not desk.read(case_no).is_overdue(now)


def test_each_step_has_its_clock_and_is_kept(desk: Desk, time: Timed):
    case_no = desk.report(text=GRAVE).case_no
    time.pass_(minutes=1)
    desk.say(LEADER, case_no, "dispatch", worker_id=2, with_workers=(3,))
    assert told(desk, case_no) == {
        "accept": "kept", "dispatch": "kept", "handle": "running", "sign": "running",
    }  # fmt: skip
    assert [clock.due_at for clock in clocks_of(desk, case_no) if clock.stage == "sign"] == [
        MONDAY + timedelta(minutes=6)
    ] * 2
    act(desk, case_no, 2, "sign")
    assert desk.read(case_no).next_stage == "sign", "the other has not signed"
    time.pass_(minutes=30)
    act(desk, case_no, 3, "sign")
    states = [(clock.stage, clock.state) for clock in clocks_of(desk, case_no) if clock.task_id]
    assert sorted(states) == [("arrive", "running"), ("arrive", "running"), ("sign", "kept"), ("sign", "missed")]
    act(desk, case_no, 2, "arrive", "start", "feedback")
    act(desk, case_no, 3, "start", "feedback")
    assert only(desk, case_no, "handle", live=False).state == "kept"
    assert only(desk, case_no, "verify").due_at == time.at + timedelta(hours=12)
    assert desk.say(VERIFIER, case_no, "verify").next_due_at is None
    assert told(desk, case_no)["verify"] == "kept"


def test_who_waits_to_lead_does_not_stop_the_clock_of_dispatching(desk: Desk, time: Timed):
    busy, case_no = desk.report().case_no, desk.report().case_no
    desk.say(OPERATOR, busy, "dispatch", worker_id=2)
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2, queue=True)
    assert told(desk, case_no)["dispatch"] == "running"
    act(desk, busy, 2, "sign", "send_back")
    assert told(desk, case_no)["dispatch"] == "kept"
    again = only(desk, busy, "dispatch")
    assert (again.started_at, again.state) == (time.at, "running")


def test_rework_begins_a_new_clock_of_handling(desk: Desk, time: Timed):
    case_no = desk.report(text=LIGHT).case_no
    first = desk.say(OPERATOR, case_no, "dispatch", worker_id=2).due_at
    time.pass_(days=2)
    act(desk, case_no, 2, "sign", "start", "feedback")
    time.pass_(hours=2)
    case = desk.say(VERIFIER, case_no, "rework", note="重做")
    handling = [clock for clock in clocks_of(desk, case_no) if clock.stage == "handle"]
    assert [(clock.state, clock.basis) for clock in handling] == [("kept", "type"), ("running", "rework")]
    assert (handling[1].started_at, handling[1].due_at) == (time.at, case.due_at)
    assert case.due_at == time.at + max(first - time.at, (first - MONDAY) / 2)


def test_a_cancelled_case_has_void_clocks(desk: Desk, time: Timed):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    time.pass_(days=30)
    desk.say(LEADER, case_no, "cancel", note="误报")
    assert (told(desk, case_no)["handle"], told(desk, case_no)["sign"]) == ("void", "void")
    assert desk.read(case_no).next_due_at is None


# suspended ----------------------------------------------------------------------------------------------------------


def in_hand(desk: Desk, text: str = LIGHT) -> str:
    case_no = desk.report(text=text).case_no
    desk.say(LEADER, case_no, "dispatch", worker_id=2, with_workers=(3,))
    act(desk, case_no, 2, "sign", "arrive")
    return case_no


def test_a_suspended_case_stands_and_frees_its_people(desk: Desk, time: Timed):
    case_no, waiting = in_hand(desk), desk.report().case_no
    due = desk.read(case_no).due_at
    desk.say(OPERATOR, waiting, "dispatch", worker_id=3, queue=True)
    until = time.at + timedelta(days=5)
    case = desk.say(LEADER, case_no, "suspend", until=until, note="等待材料")
    assert (case.state, case.suspended_until, [task.state for task in case.tasks]) == (
        "suspended",
        until,
        ["paused"] * 2,
    )
    assert (case.next_due_at, shown_case(case, LEADER, time.at).lamp) == (None, "blue")
    assert desk.read(waiting).state == "dispatched", "who is freed is sent on"
    with desk.database.transaction() as transaction:
        end_duty(transaction, AREA_ID, 2, time.at)
    assert set(told(desk, case_no).values()) == {"kept", "paused"}
    begun = time.at
    time.pass_(days=1)
    case = desk.say(LEADER, case_no, "resume")
    lead, helper = case.tasks[0], case.tasks[-1]
    assert (case.state, lead.state, helper.worker_id, helper.state) == ("accepted", "withdrawn", 3, "queued")
    handling = only(desk, case_no, "handle")
    assert [(pause.since, pause.until) for pause in handling.pauses] == [(begun, time.at)]
    assert case.due_at == handling.due_at == due + timedelta(days=1)


def test_who_is_free_goes_on_where_he_was(desk: Desk, time: Timed):
    case_no = in_hand(desk, GRAVE)
    before = only(desk, case_no, "sign")
    time.pass_(minutes=2)
    desk.say(LEADER, case_no, "suspend", until=time.at + timedelta(hours=1), note="封路")
    time.pass_(minutes=40)
    case = desk.say(LEADER, case_no, "resume")
    assert (case.state, [task.state for task in case.tasks]) == ("on_scene", ["on_scene", "sent"])
    assert only(desk, case_no, "sign").due_at == before.due_at + timedelta(minutes=40)
    assert case.suspended_until is None


@pytest.mark.parametrize(
    ("who", "given", "key"),
    [
        (LEADER, {"until": MONDAY - timedelta(hours=1), "note": "等"}, "until_in_past"),
        (LEADER, {"until": MONDAY + timedelta(days=400), "note": "等"}, "until_too_far"),
        (LEADER, {"note": "等"}, "until_needed"),
        (LEADER, {"until": MONDAY + timedelta(days=1)}, "note_needed"),
        (OPERATOR, {"until": MONDAY + timedelta(days=1), "note": "等"}, "verb_not_granted"),
    ],
)
def test_what_suspending_needs(desk: Desk, time: Timed, who, given: dict, key: str):
    case_no = in_hand(desk)
    before = desk.read(case_no), clocks_of(desk, case_no)
    with pytest.raises(Fault) as fault:
        desk.say(who, case_no, "suspend", **given)
    assert fault.value.key == key
    assert (desk.read(case_no), clocks_of(desk, case_no)) == before, "nothing half-written"


# extended -----------------------------------------------------------------------------------------------------------


def ask(desk: Desk, case_no: str, until: datetime) -> Case:
    return desk.say(worker(2), case_no, "ask_extension", until=until, note="等配件")


def test_an_extension_is_asked_and_granted(desk: Desk, time: Timed):
    case_no = in_hand(desk)
    due = desk.read(case_no).due_at
    assert "ask_extension" in verbs_for(worker(2), desk.read(case_no))
    assert "grant_extension" not in verbs_for(LEADER, desk.read(case_no))
    until = due + timedelta(days=1)
    case = ask(desk, case_no, until)
    assert (case.due_at, case.extension_until) == (due, until)
    assert {"grant_extension", "refuse_extension"} <= set(verbs_for(LEADER, case))
    with pytest.raises(Conflict, match="extension_asked_already"):
        ask(desk, case_no, until)
    with pytest.raises(VerbNotGranted):
        desk.say(OPERATOR, case_no, "grant_extension")
    case = desk.say(LEADER, case_no, "grant_extension")
    assert (case.due_at, case.extended_count, case.extension_until) == (until, 1, None)
    handling = only(desk, case_no, "handle")
    assert (handling.due_at, handling.first_due_at) == (until, due)
    with desk.database.transaction() as transaction:
        (extension,) = read_extensions(transaction, AREA_ID, case_no)
    assert (extension.decision, extension.decided_by, extension.due_before) == ("granted", "chen", due)


def test_a_refused_extension_leaves_the_deadline_and_another_may_be_asked(desk: Desk, time: Timed):
    case_no = in_hand(desk)
    due = desk.read(case_no).due_at
    ask(desk, case_no, due + timedelta(hours=20))
    with pytest.raises(InvalidInput, match="note_needed"):
        desk.say(LEADER, case_no, "refuse_extension")
    assert desk.say(LEADER, case_no, "refuse_extension", note="抓紧").due_at == due
    time.pass_(minutes=1)
    assert ask(desk, case_no, due + timedelta(hours=20)).extension_until is not None
    act(desk, case_no, 2, "start", "feedback")
    act(desk, case_no, 3, "sign", "start", "feedback")
    with desk.database.transaction() as transaction:
        decided = [one.decision for one in read_extensions(transaction, AREA_ID, case_no)]
    assert decided == ["refused", "lapsed"], "nobody decides what is done"
    with pytest.raises(VerbNotPossible):
        desk.say(LEADER, case_no, "grant_extension")


@pytest.mark.parametrize(
    ("until", "late", "key"),
    [
        (timedelta(0), timedelta(0), "extension_not_later"),
        (timedelta(hours=-1), timedelta(0), "extension_not_later"),
        (timedelta(days=60), timedelta(0), "extension_too_long"),
        (timedelta(days=1), timedelta(minutes=1), "extension_too_late"),
    ],
)
def test_an_extension_that_cannot_be(desk: Desk, time: Timed, until: timedelta, late: timedelta, key: str):
    case_no = in_hand(desk)
    due = desk.read(case_no).due_at
    if late:
        time.at = due + late
    with pytest.raises(Fault) as fault:
        ask(desk, case_no, due + until)
    assert fault.value.key == key
    assert desk.read(case_no).extension_until is None


def test_no_extension_of_what_is_most_urgent_and_none_without_end(desk: Desk, time: Timed):
    grave = in_hand(desk, GRAVE)
    assert "ask_extension" not in verbs_for(worker(2), desk.read(grave))
    with pytest.raises(Conflict, match="extension_not_for_p1"):
        ask(desk, grave, desk.read(grave).due_at + timedelta(hours=1))
    desk.say(LEADER, grave, "cancel", note="误报")
    case_no = in_hand(desk)
    for _ in extension_rules():
        ask(desk, case_no, desk.read(case_no).due_at + timedelta(hours=20))
        desk.say(Scope("town", "town_leader", AREA_ID), case_no, "grant_extension")
    with pytest.raises(Conflict, match="extension_no_more"):
        ask(desk, case_no, desk.read(case_no).due_at + timedelta(hours=20))


# supervised, urged --------------------------------------------------------------------------------------------------


def test_a_supervision_is_answered_by_a_reply(desk: Desk, time: Timed):
    case_no = in_hand(desk)
    assert "reply" not in verbs_for(worker(2), desk.read(case_no))
    with pytest.raises(Conflict, match="nothing_to_reply"):
        desk.say(worker(2), case_no, "reply", note="马上好")
    case = desk.say(LEADER, case_no, "supervise", note="群众催问")
    assert (case.supervised_at, case.answer_due_at) == (time.at, MONDAY.replace(hour=15))
    assert case.state == "on_scene"
    with pytest.raises(Conflict, match="answer_awaited_already"):
        desk.say(LEADER, case_no, "supervise", note="再催")
    urged = desk.say(OPERATOR, case_no, "urge")
    assert urged.answer_due_at == time.at + timedelta(hours=1)
    assert (urged.next_stage, urged.next_due_at) == ("answer", urged.answer_due_at)
    time.pass_(hours=2)
    assert desk.read(case_no).is_overdue(time.at)
    case = desk.say(worker(2), case_no, "reply", note="下午完成")
    assert (case.answer_due_at, case.is_overdue(time.at)) == (None, False)
    answers = {clock.basis: clock.state for clock in clocks_of(desk, case_no) if clock.stage == "answer"}
    assert answers == {"supervise": "kept", "urge": "missed"}


def test_feedback_answers_as_well(desk: Desk, time: Timed):
    case_no = in_hand(desk)
    assert desk.say(LEADER, case_no, "urge").answer_due_at is not None
    assert act(desk, case_no, 2, "start", "feedback").answer_due_at is None


def test_the_share_kept_of_each_step(desk: Desk, time: Timed):
    grave, light = desk.report(text=GRAVE).case_no, desk.report(text=LIGHT).case_no
    time.pass_(minutes=31)
    for case_no in (grave, light):
        desk.say(OPERATOR, case_no, "accept")
    period = Period(MONDAY, MONDAY + timedelta(days=1), time.at)
    with desk.database.transaction() as transaction:
        shares = {one.stage: (one.kept, one.missed, one.share) for one in shares_kept(transaction, AREA_ID, period)}
    assert list(shares) == list(STAGES)
    assert shares["accept"] == (1, 1, 0.5)
    assert shares["answer"] == (0, 0, None)


# what is kept is what the rule says ---------------------------------------------------------------------------------


class TownWithClocks(Town):
    """The leader also suspends, extends, supervises; time passes."""

    def begin_time(self) -> Timed:
        if not hasattr(self, "time"):
            self.time = Timed(self.desk)
        return self.time

    @rule(minutes=st.sampled_from([1, 45, 600, 6000]))
    def time_passes(self, minutes: int) -> None:
        self.begin_time().pass_(minutes=minutes)

    @rule(
        which=st.integers(0, 2),
        verb=st.sampled_from(["suspend", "resume", "grant_extension", "refuse_extension", "supervise", "urge"]),
        hours=st.sampled_from([-1, 20, 90]),
    )
    def about_time(self, which: int, verb: str, hours: int) -> None:
        until = self.begin_time().at + timedelta(hours=hours)
        self._try(LEADER, self.cases[which], verb, until=until)

    @rule(which=st.integers(0, 2), number=st.integers(1, 3), hours=st.sampled_from([1, 20, 90]))
    def ask_or_reply(self, which: int, number: int, hours: int) -> None:
        case = self.desk.read(self.cases[which])
        self._try(worker(number), case.case_no, "reply")
        if case.due_at is not None:
            self._try(worker(number), case.case_no, "ask_extension", until=case.due_at + timedelta(hours=hours))

    def teardown(self) -> None:
        """Whoever has something to do does it, when the leader has let what stands go on."""
        for case in self._read():
            if case.state == "suspended":
                self.desk.say(LEADER, case.case_no, "cancel", note="收班")
        super().teardown()

    @invariant()
    def what_is_kept_of_clocks_is_what_follows(self) -> None:
        for case in self._read():
            check_clocks(case, clocks_of(self.desk, case.case_no))
            with self.desk.database.transaction() as transaction:
                told_clocks = read_told_clocks(transaction, AREA_ID, case.case_no, self.begin_time().at)
            assert all(clock.steps[-1].due_at == clock.due_at for clock in told_clocks), "why it is due when it is"


def check_clocks(case: Case, clocks: list[Clock]) -> None:
    """Live are the clocks the rule wants, and what runs out first is kept beside the case."""
    facts = Facts(
        case.state, case.state, case.priority, reported_at=case.reported_at, accepted_at=case.accepted_at,
        handled_at=case.handled_at, due_at=case.due_at, tasks=case.tasks, **type_facts(case.type_code),
    )  # fmt: skip
    wants = {want.key: want.is_paused for want in wanted(facts)}
    live = {clock.key: clock.state == "paused" for clock in clocks if clock.is_live and clock.stage != "answer"}
    assert live == wants, (case.state, live, wants)
    first = next_due(clocks)
    stored = (case.next_stage, case.next_started_at, case.next_due_at, case.answer_due_at)
    assert stored == (first.next_stage, first.next_started_at, first.next_due_at, first.answer_due_at)
    assert case.has_ended <= (not live)
    for clock in clocks:
        if clock.key == ("handle", None) and clock.is_live:
            assert clock.due_at == case.due_at
        if clock.ended_at is not None and clock.state != "void":
            assert (clock.state == "missed") == (clock.due_at < clock.ended_at) or clock.pauses


def test_clocks_follow_whatever_is_said(desk: Desk, shared_small_url: str):
    Timed(desk)
    machine = type("Machine", (TownWithClocks,), {"desk": desk, "url": shared_small_url})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=25, stateful_step_count=20, deadline=None, print_blob=True)
    )
