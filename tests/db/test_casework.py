"""A case in a real database: once is once, one worker for one case, nobody outside the table."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from base.clock import TOWN_ZONE, utc_now
from base.database import Database
from base.errors import Conflict, Fault, Forbidden, InvalidInput, NotFound
from dispatch.access.audit import broken_links
from dispatch.access.scope import Scope
from dispatch.cases.allowed import allowed
from dispatch.cases.incidents import CaseFilter, list_cases, read_case, read_log
from dispatch.cases.intake import Report, report
from dispatch.cases.lifecycle import STATES, VERBS, is_possible, meaning_of, transition_of
from dispatch.cases.permission import VerbNotGranted, VerbNotPossible, verbs_for
from dispatch.cases.steps import VerbInput
from dispatch.cases.tasks import open_tasks
from dispatch.cases.time_verbs import TIME_VERBS
from dispatch.cases.verbs import perform
from dispatch.figures.now import figures, grid_load
from tests.small_town import AREA, AREA_ID, NORTH_EAST, SOUTH_POINT, SOUTH_WEST, WORKERS, forget_the_day, put_on_duty

LEADER = Scope("chen", "shift_leader", AREA_ID)
OPERATOR = Scope("li", "operator", AREA_ID)
WORKER = Scope("yi", "grid_worker", AREA_ID, worker_id=2)
DEPARTMENT = Scope("ding", "dept_handler", AREA_ID, worker_id=4, departments=("ZF",))
VERIFIER = Scope("wang", "verifier", AREA_ID)


class Desk:
    """Says things to one centre, each in its own transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        settings = SimpleNamespace(satisfied_days=3.0)
        self.later = timedelta()
        self.centre = SimpleNamespace(area=AREA, clock=self.now, database=database, settings=settings)

    def now(self) -> datetime:
        """The present moment, or ``later``."""
        return utc_now() + self.later

    def report(self, who: Scope = OPERATOR, text: str = "店外经营占道", **changes):
        lon, lat = SOUTH_POINT
        told = {"client_id": uuid4(), "source_channel": "phone", "lon": lon, "lat": lat, "datum": "wgs84"} | changes
        with self.database.transaction() as transaction:
            return report(self.centre, transaction, who, Report(description=text, **told))

    def say(self, who: Scope, case_no: str, verb: str, **given):
        """Perform a verb; who answers has no picture, unless the test is about that."""
        if verb in ("feedback", "self_handle"):
            given = {"no_photo_reason": "没带手机"} | given
        with self.database.transaction() as transaction:
            return perform(self.centre, transaction, who, case_no, verb, VerbInput(**given))

    def read(self, case_no: str, who: Scope = LEADER):
        with self.database.transaction() as transaction:
            return read_case(transaction, AREA_ID, case_no, who)

    def log(self, case_no: str):
        with self.database.transaction() as transaction:
            return read_log(transaction, AREA_ID, case_no)

    def list(self, who: Scope = LEADER, **narrowed):
        with self.database.transaction() as transaction:
            return list_cases(transaction, AREA_ID, who, CaseFilter(**narrowed))


@pytest.fixture
def desk(shared_small_url: str, shared_small_database: Database) -> Desk:
    forget_the_day(shared_small_url)
    for worker in WORKERS:
        put_on_duty(shared_small_database, worker.worker_id, utc_now())
    return Desk(shared_small_database)


def test_sending_to_a_case_nobody_accepted_accepts_it(desk: Desk):
    case = desk.say(OPERATOR, desk.report().case_no, "dispatch", worker_id=2)
    assert (case.state, case.open_worker.worker_id) == ("dispatched", 2)
    assert [line.verb for line in desk.log(case.case_no)] == ["report", "accept", "dispatch"]
    assert case.accepted_at is not None
    assert case.due_at > case.accepted_at


def test_the_same_write_twice_is_one(desk: Desk):
    case_no = desk.report().case_no
    write = uuid4()
    first = desk.say(OPERATOR, case_no, "dispatch", worker_id=2, write_id=write)
    again = desk.say(OPERATOR, case_no, "dispatch", worker_id=2, write_id=write)
    assert first == again
    assert len(desk.log(case_no)) == 3


def test_the_same_report_by_many_at_once_is_one_case(desk: Desk):
    client_id = uuid4()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: desk.report(client_id=client_id).case_no, range(8)))
    assert len(set(found)) == 1
    assert len(desk.list()) == 1
    assert len(desk.log(found[0])) == 1


def test_many_reports_at_once_have_numbers_of_their_own(desk: Desk):
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: desk.report().case_no, range(24)))
    assert len(set(numbers)) == 24
    assert all(number.startswith(f"XZ{utc_now().astimezone():%y}") for number in numbers)


def test_many_reports_at_once_are_dated_in_the_order_of_their_numbers(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: desk.report(), range(48)))
    found = sorted((case.case_no, case.reported_at) for case in desk.list())
    assert [at for _, at in found] == sorted(at for _, at in found)


def test_a_report_at_midnight_has_a_number_of_the_day_it_is_dated(desk: Desk) -> None:
    moments = iter([datetime(2026, 11, 23, 23, 59, 59, tzinfo=TOWN_ZONE)])
    after = datetime(2026, 11, 24, tzinfo=TOWN_ZONE)
    desk.centre.clock = lambda: next(moments, after)
    case = desk.report()
    assert (case.case_no, case.reported_at) == ("XZ2611240001", after)


def test_many_leaders_send_the_same_worker_and_one_wins(desk: Desk):
    cases = [desk.report().case_no for _ in range(8)]

    def send(number: int) -> str | Fault:
        try:
            who = Scope(f"leader{number}", "shift_leader", AREA_ID)
            return desk.say(who, cases[number], "dispatch", worker_id=2).case_no
        except Conflict as fault:
            return fault

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    won = [answer for answer in answers if isinstance(answer, str)]
    lost = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(won) == 1
    assert {fault.key for fault in lost} == {"worker_already_sent"}
    winner = f"leader{cases.index(won[0])}"
    assert {(fault.values["other_case"], fault.values["by"]) for fault in lost} == {(won[0], winner)}
    assert [desk.read(case_no).state for case_no in cases].count("reported") == 7, "nothing half-written"


def test_two_send_different_workers_to_one_case(desk: Desk):
    case_no = desk.report().case_no
    answers = []

    def send(worker_id: int) -> None:
        try:
            answers.append(desk.say(OPERATOR, case_no, "dispatch", worker_id=worker_id).open_worker.worker_id)
        except VerbNotPossible as fault:
            answers.append(fault.key)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(send, (1, 2, 3)))
    assert sorted(map(str, answers))[1:] == ["case_already_sent"] * 2, "told who was first"


def test_a_verb_out_of_turn_tells_what_may_follow_and_who(desk: Desk):
    case_no = desk.report().case_no
    with pytest.raises(VerbNotPossible) as fault:
        desk.say(OPERATOR, case_no, "sign")
    assert dict(fault.value.allowed)["accept"] == ("operator", "shift_leader")
    urgent = desk.report(text="有人落水", priority=None).case_no
    with pytest.raises(VerbNotGranted) as fault:
        desk.say(OPERATOR, urgent, "dispatch", worker_id=2)
    assert dict(fault.value.allowed)["dispatch"] == ("shift_leader",)
    with pytest.raises(NotFound):
        desk.say(OPERATOR, case_no, "sing")
    with pytest.raises(NotFound):
        desk.say(OPERATOR, "XZ0000000000", "accept")


@pytest.mark.parametrize("verb", ["dispatch", "reject", "rework"])
def test_a_verb_says_what_it_needs(desk: Desk, verb: str):
    case_no = desk.report().case_no
    if verb == "rework":
        finish(desk, case_no)
    with pytest.raises(InvalidInput) as fault:
        desk.say(VERIFIER if verb == "rework" else LEADER, case_no, verb)
    assert fault.value.field in ("worker", "note")


def finish(desk: Desk, case_no: str, worker: int = 2) -> None:
    desk.say(LEADER, case_no, "dispatch", worker_id=worker)
    for verb in ("sign", "start"):
        desk.say(LEADER, case_no, verb)
    desk.say(LEADER, case_no, "feedback", note="好了")


def test_what_the_centre_says_for_the_worker_is_noted(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    desk.say(WORKER, case_no, "sign")
    desk.say(OPERATOR, case_no, "start")
    lines = {line.verb: line.details for line in desk.log(case_no)}
    assert "on_behalf_of" not in lines["sign"]
    assert lines["start"]["on_behalf_of"] == 2


def test_another_worker_may_not_sign_and_does_not_see(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    neighbour = Scope("bing", "grid_worker", AREA_ID, worker_id=3)
    with pytest.raises(NotFound):
        desk.say(neighbour, case_no, "sign")
    assert desk.list(neighbour) == []
    assert [case.case_no for case in desk.list(WORKER)] == [case_no]
    assert [case.case_no for case in desk.list(DEPARTMENT)] == [case_no], "the case is the department's"
    with pytest.raises(VerbNotGranted):
        desk.say(DEPARTMENT, case_no, "sign")
    assert verbs_for(DEPARTMENT, desk.read(case_no)) == ("remark",), "the worker who was sent is not its own"


def test_a_department_speaks_for_its_own_people(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=4)
    other = Scope("shi", "dept_handler", AREA_ID, departments=("SG",))
    own = Scope("token:ZF", "dept_handler", AREA_ID, departments=("ZF",))
    assert "sign" not in verbs_for(other, desk.read(case_no))
    with pytest.raises(NotFound):
        desk.say(other, case_no, "sign")
    assert desk.say(own, case_no, "sign").state == "received"
    assert desk.log(case_no)[-1].details["on_behalf_of"] == 4


@pytest.mark.parametrize(
    ("bound", "may"),
    [({}, True), ({"worker_id": 2}, True), ({"worker_id": 3}, False), ({"departments": ("ZF",)}, False)],
)
def test_a_gateway_speaks_for_all_or_for_those_it_was_made_for(desk: Desk, bound: dict, may: bool):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    gateway = Scope("token:g", "gateway", AREA_ID, **bound)
    assert ("sign" in verbs_for(gateway, desk.read(case_no))) is may
    if may:
        assert desk.say(gateway, case_no, "sign", worker_id=2).state == "received"
    else:
        with pytest.raises(VerbNotGranted):
            desk.say(gateway, case_no, "sign", worker_id=2)


def test_arriving_is_believed_near_the_place_only(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    desk.say(WORKER, case_no, "sign")
    with pytest.raises(Conflict) as fault:
        desk.say(WORKER, case_no, "arrive")
    assert fault.value.key == "too_far_to_arrive"
    assert 380 < fault.value.values["distance"].value < 480
    assert desk.read(case_no).worker.arrived_at is None
    lon, lat = SOUTH_POINT
    assert desk.say(WORKER, case_no, "arrive", lon=lon + 0.0005, lat=lat, datum="wgs84").state == "on_scene"
    line = desk.log(case_no)[-1]
    assert line.details["fence"] == "inside"
    assert line.lon == pytest.approx(lon + 0.0005)


def test_arriving_from_afar_with_a_reason(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    desk.say(WORKER, case_no, "sign")
    assert desk.say(WORKER, case_no, "arrive", note="桥封了,在对岸").state == "on_scene"
    assert desk.log(case_no)[-1].details["fence"] == "overridden"


@pytest.mark.parametrize("verb", ["verify", "rework"])
def test_who_handled_does_not_judge_it(desk: Desk, verb: str):
    case_no = desk.report().case_no
    finish(desk, case_no)
    same_person = Scope("yi_office", "verifier", AREA_ID, worker_id=2)
    assert verb not in verbs_for(same_person, desk.read(case_no))
    with pytest.raises(Forbidden) as fault:
        desk.say(same_person, case_no, verb, note="好")
    assert fault.value.key == "own_work"
    assert desk.say(VERIFIER, case_no, "verify").state == "closed", "passed, unless said otherwise"


@pytest.mark.parametrize("verb", ["verify", "rework"])
def test_who_spoke_for_the_handler_does_not_verify(desk: Desk, verb: str):
    case_no = desk.report().case_no
    desk.say(LEADER, case_no, "dispatch", worker_id=2)
    desk.say(WORKER, case_no, "sign")
    desk.say(OPERATOR, case_no, "start")
    desk.say(WORKER, case_no, "feedback", note="好了")
    now_verifier = replace(OPERATOR, role="verifier")
    assert verb not in verbs_for(now_verifier, desk.read(case_no), desk.log(case_no))
    assert verb in verbs_for(VERIFIER, desk.read(case_no), desk.log(case_no))
    with pytest.raises(Forbidden) as fault:
        desk.say(now_verifier, case_no, verb, note="好")
    assert fault.value.key == "own_work_spoken"
    assert desk.say(replace(LEADER, role="verifier"), case_no, "verify").state == "closed", (
        "who sent him has not spoken"
    )


@pytest.mark.parametrize("verb", ["verify", "rework", "close"])
def test_a_grid_worker_does_not_judge_a_colleagues_work(desk: Desk, verb: str):
    case_no = desk.report(Scope("bing", "grid_worker", AREA_ID, worker_id=3)).case_no
    finish(desk, case_no)
    for worker_id in (1, 2, 3):
        colleague = Scope("bing", "grid_worker", AREA_ID, worker_id=worker_id)
        assert verb not in verbs_for(colleague, desk.read(case_no))
        with pytest.raises(Fault):
            desk.say(colleague, case_no, verb, note="好")


def test_settled_on_the_spot_is_said_by_who_found_it(desk: Desk):
    found = desk.report(WORKER).case_no
    neighbour = Scope("jia", "grid_worker", AREA_ID, worker_id=2)
    assert "self_handle" not in verbs_for(neighbour, desk.read(found))
    with pytest.raises(VerbNotGranted):
        desk.say(neighbour, found, "self_handle", note="好了")
    assert "self_handle" in verbs_for(WORKER, desk.read(found))
    assert desk.say(WORKER, found, "self_handle", note="好了").state == "self_handled"


def test_rework_sends_the_same_worker_again_with_time_left(desk: Desk):
    case_no = desk.report().case_no
    finish(desk, case_no)
    before = desk.read(case_no)
    assert before.open_worker is None, "free after the answer"
    case = desk.say(VERIFIER, case_no, "verify", passed=False, note="没清干净")
    assert (case.state, case.open_worker.worker_id, case.rework_count) == ("dispatched", 2, 1)
    assert case.due_at >= before.due_at


def test_rework_when_the_worker_is_elsewhere_waits_to_be_sent_anew(desk: Desk):
    first, second = desk.report().case_no, desk.report().case_no
    finish(desk, first)
    desk.say(LEADER, second, "dispatch", worker_id=2)
    case = desk.say(VERIFIER, first, "rework", note="重做")
    assert (case.state, case.open_worker) == ("accepted", None)


def test_a_transfer_keeps_the_limit_and_frees_the_first(desk: Desk):
    case_no = desk.report().case_no
    due_at = desk.say(OPERATOR, case_no, "dispatch", worker_id=2).due_at
    case = desk.say(OPERATOR, case_no, "transfer", worker_id=3, note="有船")
    assert (case.due_at, case.open_worker.worker_id) == (due_at, 3)
    assert desk.say(OPERATOR, desk.report().case_no, "dispatch", worker_id=2).state == "dispatched"


def test_only_the_leader_lowers_a_priority(desk: Desk):
    case_no = desk.report(text="有人落水").case_no
    assert desk.read(case_no).priority == "P1"
    with pytest.raises(Forbidden):
        desk.say(OPERATOR, case_no, "accept", priority="P3")
    assert desk.say(LEADER, case_no, "accept", priority="P3").priority == "P3"


def test_off_duty_unknown_and_not_advised(desk: Desk):
    with desk.database.transaction() as transaction:
        from mapdata.duty import end_duty

        end_duty(transaction, AREA_ID, 3, utc_now())
    case_no = desk.report().case_no
    for given, key in (
        ({"worker_id": 3}, "worker_off_duty"),
        ({"worker_id": 999}, "no_such_worker"),
        ({"worker_id": 2, "suggestion_id": uuid4()}, "unknown_suggestion"),
    ):
        with pytest.raises(Fault) as fault:
            desk.say(OPERATOR, case_no, "dispatch", **given)
        assert fault.value.key == key
    assert desk.read(case_no).state == "reported"


def test_lists_are_narrowed(desk: Desk):
    south = desk.report().case_no
    north = desk.report(lon=120.955, lat=30.925).case_no
    desk.say(OPERATOR, south, "dispatch", worker_id=2)
    assert [case.case_no for case in desk.list(states=("dispatched",))] == [south]
    assert [case.case_no for case in desk.list(grid=NORTH_EAST)] == [north]
    assert [case.case_no for case in desk.list(grid=SOUTH_WEST[:12])] == [south]
    assert [case.case_no for case in desk.list(bbox=(120.95, 30.92, 120.96, 30.93))] == [north]
    assert len(desk.list(limit=1)) == 1
    assert desk.list(since=utc_now()) == []
    for bad in ({"states": ("x",)}, {"grid": "3304%"}, {"bbox": (2, 0, 1, 0)}, {"limit": 0}):
        with pytest.raises(InvalidInput):
            desk.list(**bad)


def test_the_figures_follow(desk: Desk):
    case_no = desk.report().case_no
    with desk.database.transaction() as transaction:
        before = figures(transaction, AREA_ID, utc_now())
        assert grid_load(transaction, AREA_ID) == {SOUTH_WEST: 1}
    finish(desk, case_no)
    desk.say(VERIFIER, case_no, "verify")
    with desk.database.transaction() as transaction:
        now = figures(transaction, AREA_ID, utc_now())
        assert grid_load(transaction, AREA_ID) == {}
    assert (before.waiting, before.on_duty, before.reported_today) == (1, 4, 1)
    assert (now.waiting, now.in_hand, now.closed_today, now.hours[-1].closed) == (0, 0, 1, 1)


def test_every_write_leaves_its_audit_link_and_the_chain_is_whole(desk: Desk):
    finish(desk, desk.report().case_no)
    with desk.database.transaction() as transaction:
        rows = broken_links(transaction, AREA_ID)
    assert rows == []


ACTORS = (LEADER, OPERATOR, WORKER, VERIFIER)


AFTER_THE_END = {"rate", "reopen", "remark", "unmerge"}
FOR_SEVERAL = {"support", "divert", "take_back", "set_out", "ask_support", "hand_over", "check"} | set(TIME_VERBS)
"""Verbs of cases that several share (tests/db/test_tasks.py, test_checking.py), and those about time
(tests/db/test_case_clocks.py)."""


class Centre(RuleBasedStateMachine):
    """Four people say whatever comes to mind of three cases; the database keeps to the table."""

    desk: Desk
    numbers = count(1)

    @initialize()
    def begin(self) -> None:
        self.cases: dict[str, str] = {}
        for text in ("店外经营占道", "有人落水"):
            case = self.desk.report(text=text)
            self.cases[case.case_no] = case.state

    @rule(
        who=st.sampled_from(ACTORS),
        which=st.integers(0, 1),
        verb=st.sampled_from([verb for verb in VERBS if verb != "report" and verb not in FOR_SEVERAL]),
        worker_id=st.sampled_from([2, 3]),
        passed=st.booleans(),
        note=st.sampled_from(["", "说明"]),
    )
    def say(self, who: Scope, which: int, verb: str, worker_id: int, passed: bool, note: str) -> None:
        case_no = list(self.cases)[which]
        before = self.desk.read(case_no)
        try:
            after = self.desk.say(who, case_no, verb, worker_id=worker_id, passed=passed, note=note)
        except Fault:
            assert self.desk.read(case_no) == before, "a refused verb changes nothing"
            return
        self.cases[case_no] = after.state
        transition = transition_of(verb)
        assert transition is not None
        if verb == "close" and before.state == "closed":
            assert after == before
            return
        assert is_possible(verb, before.state, before.priority)
        assert after.state in (transition.targets or (before.state,))
        assert after.version > before.version
        assert verb in verbs_for(who, before), f"{who.role} said {verb} of {before.state}"

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        cases = [self.desk.read(case_no) for case_no in getattr(self, "cases", {})]
        sent = [case.open_worker.worker_id for case in cases if case.open_worker is not None]
        assert len(sent) == len(set(sent))
        for case in cases:
            assert case.state in STATES
            assert meaning_of(case.state).is_in_hand == (case.open_worker is not None)
            assert not case.has_ended or set(allowed(case.state, "shift_leader", case.priority, True)) <= AFTER_THE_END

    def teardown(self) -> None:
        """The next round finds everybody free."""
        for case_no in getattr(self, "cases", {}):
            if open_tasks(self.desk.read(case_no).tasks):
                self.desk.say(LEADER, case_no, "cancel", note="收班")


def test_three_people_in_any_order(desk: Desk):
    machine = type("Machine", (Centre,), {"desk": desk})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=15, stateful_step_count=25, deadline=None, print_blob=True)
    )
    with desk.database.transaction() as transaction:
        assert broken_links(transaction, AREA_ID) == []


def test_ids_of_clients_are_kept(desk: Desk):
    client_id = UUID("01930f3e-7a10-7cc0-8000-2b5d3c1e4f60")
    assert desk.report(client_id=client_id).client_id == client_id
