"""Several people on one case in a real database: all or nobody, one active task each, and the case follows."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from base.clock import utc_now
from base.errors import Conflict, Fault, Forbidden, InvalidInput, NotFound
from dispatch.access.audit import broken_links
from dispatch.access.scope import Scope
from dispatch.advice.workforce import read_workforce
from dispatch.cases.incidents import Case
from dispatch.cases.lifecycle import FOLLOWS_TASKS, VERBS, transition_of
from dispatch.cases.permission import Named, VerbNotGranted, VerbNotPossible, check_permitted, verbs_for
from dispatch.cases.photos import add_photo
from dispatch.cases.pictures import Picture
from dispatch.cases.tasks import ACTIVE, TASK_STATES, Task, derive_state, derive_times, open_tasks, settled, verbs_of
from dispatch.figures.now import figures
from mapdata.duty import begin_duty, end_duty
from tests.db.test_casework import DEPARTMENT, LEADER, OPERATOR, VERIFIER, Desk, desk, finish
from tests.small_town import AREA_ID, WORKERS, forget_the_day, put_on_duty

assert desk, "the fixture"
ZF = Scope("token:ZF", "dept_handler", AREA_ID, departments=("ZF",))
"""The department of worker 4."""


def worker(number: int) -> Scope:
    return Scope(f"w{number}", "grid_worker", AREA_ID, worker_id=number)


def tasks_told(case: Case) -> list[tuple[str, int | str | None, str]]:
    """Each task of a case: kind, whose, state."""
    return [(task.kind, task.worker_id or task.department_code, task.state) for task in case.tasks]


def act(desk: Desk, case_no: str, number: int, *verbs: str) -> Case:
    """A worker performs verbs on his task of a case."""
    for verb in verbs:
        case = desk.say(worker(number), case_no, verb, note="说明")
    return case


# sending ------------------------------------------------------------------------------------------------------------


def test_one_leads_and_others_go_with_him(desk: Desk):
    case = desk.say(OPERATOR, desk.report().case_no, "dispatch", worker_id=2, with_workers=(3, 1))
    assert tasks_told(case) == [("lead", 2, "sent"), ("co", 3, "sent"), ("co", 1, "sent")]
    assert (case.state, case.open_worker.worker_id) == ("dispatched", 2)
    line = desk.log(case.case_no)[-1]
    assert (line.details["worker"], line.details["with"]) == (2, [3, 1])


def test_all_of_them_or_nobody(desk: Desk):
    busy, case_no = desk.report().case_no, desk.report().case_no
    desk.say(OPERATOR, busy, "dispatch", worker_id=3)
    with pytest.raises(Conflict) as fault:
        desk.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(1, 3))
    assert (fault.value.key, fault.value.values["other_case"]) == ("worker_already_sent", busy)
    assert (desk.read(case_no).state, desk.read(case_no).tasks) == ("reported", ())


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"worker_id": 2, "with_workers": (2,)}, "worker_named_twice"),
        ({"worker_id": 2, "with_workers": (77,)}, "no_such_worker"),
        ({"worker_id": 2, "with_workers": tuple(range(3, 30))}, "too_many_workers"),
    ],
)
def test_who_is_named_must_make_sense(desk: Desk, given: dict, key: str):
    with pytest.raises(InvalidInput) as fault:
        desk.say(OPERATOR, desk.report().case_no, "dispatch", **given)
    assert (fault.value.key, fault.value.field) == (key, "with")


def test_support_signs_while_the_first_works_and_is_awaited(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    assert act(desk, case_no, 2, "sign", "start").state == "handling"
    desk.say(OPERATOR, case_no, "support", worker_id=3, note="带绳")
    assert "sign" in verbs_for(worker(3), desk.read(case_no))
    assert "sign" not in verbs_for(worker(2), desk.read(case_no))
    assert act(desk, case_no, 3, "sign", "set_out", "arrive").state == "handling"
    assert act(desk, case_no, 2, "feedback").state == "handling", "the other has not answered yet"
    assert desk.read(case_no).open_worker is None
    case = act(desk, case_no, 3, "feedback")
    assert (case.state, case.handled_at is not None) == ("handled", True)
    assert case.arrived_at is None, "the lead never said that he arrived"


def test_support_needs_somebody_and_a_case_in_hand(desk: Desk):
    case_no = desk.report().case_no
    with pytest.raises(VerbNotPossible):
        desk.say(OPERATOR, case_no, "support", worker_id=3)
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    with pytest.raises(InvalidInput) as fault:
        desk.say(OPERATOR, case_no, "support")
    assert fault.value.key == "worker_needed"
    with pytest.raises(Conflict) as taken:
        desk.say(OPERATOR, case_no, "support", worker_id=2)
    assert taken.value.key == "worker_already_sent"


def test_who_helps_reads_the_case_and_is_on_the_way(desk: Desk):
    case_no = desk.report(lon=120.955, lat=30.925).case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=3)
    with pytest.raises(NotFound):
        desk.read(case_no, worker(2))
    desk.say(OPERATOR, case_no, "support", worker_id=2)
    assert [case.case_no for case in desk.list(worker(2), sent_to=2)] == [case_no]
    with desk.database.transaction() as transaction:
        people = {one.worker_id: one for one in read_workforce(transaction, AREA_ID, LEADER, utc_now())}
    assert (people[2].status, people[2].open_case_no) == ("responding", case_no)


def test_what_the_centre_says_is_of_the_lead_unless_it_names_one(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(3,))
    desk.say(OPERATOR, case_no, "sign", worker_id=3)
    assert tasks_told(desk.say(OPERATOR, case_no, "sign")) == [("lead", 2, "signed"), ("co", 3, "signed")]
    lines = desk.log(case_no)[-2:]
    assert [line.details["on_behalf_of"] for line in lines] == [3, 2]
    helper = desk.read(case_no).tasks[1]
    assert desk.say(OPERATOR, case_no, "start", task_id=helper.task_id).tasks[1].state == "working"
    with pytest.raises(InvalidInput):
        desk.say(OPERATOR, case_no, "start", task_id=uuid4())
    with pytest.raises(VerbNotPossible):
        desk.say(OPERATOR, case_no, "start", worker_id=1)


# the queue ----------------------------------------------------------------------------------------------------------


def test_who_is_busy_gets_it_when_he_is_free(desk: Desk):
    first, second, third = (desk.report().case_no for _ in range(3))
    desk.say(OPERATOR, first, "dispatch", worker_id=2)
    for case_no in (second, third):
        case = desk.say(OPERATOR, case_no, "dispatch", worker_id=2, queue=True)
        assert (case.state, case.open_worker, case.tasks[0].state) == ("accepted", None, "queued")
    assert {case.case_no for case in desk.list(worker(2), sent_to=2)} == {first, second, third}
    act(desk, first, 2, "sign", "start", "feedback")
    case = desk.read(second)
    assert (case.state, case.open_worker.worker_id, case.dispatched_at is not None) == ("dispatched", 2, True)
    line = desk.log(second)[-1]
    assert (line.verb, line.from_state, line.to_state) == ("send_queued", "accepted", "dispatched")
    assert desk.read(third).state == "accepted", "the oldest first"
    act(desk, second, 2, "send_back")
    assert desk.read(third).state == "dispatched"


def test_who_waits_to_lead_gives_way(desk: Desk):
    first, second = desk.report().case_no, desk.report().case_no
    desk.say(OPERATOR, first, "dispatch", worker_id=2)
    desk.say(OPERATOR, second, "dispatch", worker_id=2, queue=True)
    case = desk.say(OPERATOR, second, "dispatch", worker_id=3)
    assert tasks_told(case) == [("lead", 2, "withdrawn"), ("lead", 3, "sent")]
    act(desk, first, 2, "sign", "start", "feedback")
    assert desk.read(second).open_worker.worker_id == 3


def test_rework_waits_for_the_same_lead(desk: Desk):
    first, second = desk.report().case_no, desk.report().case_no
    finish(desk, first)
    desk.say(LEADER, second, "dispatch", worker_id=2)
    case = desk.say(VERIFIER, first, "rework", note="重做")
    assert (case.state, tasks_told(case)[-1]) == ("accepted", ("lead", 2, "queued"))
    assert case.tasks[0].failed_at is not None
    act(desk, second, 2, "sign", "start", "feedback")
    assert desk.read(first).open_worker.worker_id == 2


def test_rework_of_who_is_off_duty_waits_for_the_centre(desk: Desk):
    case_no = desk.report().case_no
    finish(desk, case_no)
    with desk.database.transaction() as transaction:
        end_duty(transaction, AREA_ID, 2, utc_now())
    case = desk.say(VERIFIER, case_no, "verify", passed=False, note="重做")
    assert (case.state, open_tasks(case.tasks), case.handled_at) == ("accepted", [], None)
    assert desk.say(OPERATOR, case_no, "dispatch", worker_id=3).state == "dispatched"


def test_a_duty_does_not_end_while_something_is_to_be_done(desk: Desk):
    first, second = desk.report().case_no, desk.report().case_no
    desk.say(OPERATOR, first, "dispatch", worker_id=3)
    desk.say(OPERATOR, second, "dispatch", worker_id=2, with_workers=(3,), queue=True)
    with desk.database.transaction() as transaction, pytest.raises(Conflict) as fault:
        end_duty(transaction, AREA_ID, 3, utc_now())
    assert (fault.value.key, fault.value.values["case_no"]) == ("duty_has_open_case", first)


# taken back, diverted -----------------------------------------------------------------------------------------------


def test_taking_back(desk: Desk):
    case_no = desk.report().case_no
    case = desk.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(3,))
    lead, helper = case.tasks
    with pytest.raises(InvalidInput) as fault:
        desk.say(OPERATOR, case_no, "take_back", note="不用了")
    assert fault.value.key == "task_needed"
    act(desk, case_no, 2, "sign", "start", "feedback")
    assert desk.read(case_no).state == "handling"
    case = desk.say(OPERATOR, case_no, "take_back", task_id=helper.task_id, note="不用了")
    assert (case.state, case.tasks[1].outcome) == ("handled", "taken_back"), "nobody is awaited any more"
    with pytest.raises(VerbNotPossible):
        desk.say(OPERATOR, case_no, "take_back", task_id=lead.task_id, note="不用了")


def test_taking_back_the_lead_leaves_the_others(desk: Desk):
    case_no = desk.report().case_no
    case = desk.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(3,))
    case = desk.say(OPERATOR, case_no, "take_back", task_id=case.tasks[0].task_id, note="另有任务")
    assert (case.state, case.dispatched_at, case.tasks[1].state) == ("accepted", None, "sent")
    assert act(desk, case_no, 3, "sign").state == "accepted"
    assert desk.say(OPERATOR, case_no, "dispatch", worker_id=1).state == "dispatched"


def test_a_worker_is_diverted_from_a_lighter_case(desk: Desk):
    light, grave = desk.report().case_no, desk.report(text="有人落水").case_no
    before = desk.say(OPERATOR, light, "dispatch", worker_id=3)
    desk.say(OPERATOR, light, "support", worker_id=1)
    case = desk.say(LEADER, grave, "divert", worker_id=3, from_case=light, note="离得最近")
    assert (case.state, case.open_worker.worker_id, case.accepted_at is not None) == ("dispatched", 3, True)
    left = desk.read(light)
    assert (left.state, left.due_at, left.dispatched_at) == ("accepted", before.due_at, None)
    assert tasks_told(left) == [("lead", 3, "diverted"), ("co", 1, "sent")]
    here, there = desk.log(grave)[-1], desk.log(light)[-1]
    assert (here.verb, here.details["from_case"]) == ("divert", light)
    assert (there.verb, there.details["to_case"], there.to_state) == ("divert", grave, "accepted")
    assert desk.say(LEADER, grave, "divert", worker_id=1, from_case=light, note="再来一人").tasks[1].kind == "co"


@pytest.mark.parametrize(
    ("who", "given", "key"),
    [
        (OPERATOR, {}, "verb_not_granted"),
        (LEADER, {"from_case": None}, "from_case_needed"),
        (LEADER, {"note": ""}, "note_needed"),
        (LEADER, {"worker_id": 2}, "worker_not_on_case"),
        (LEADER, {"from_case": "other"}, "worker_already_sent"),
    ],
)
def test_what_a_diversion_needs(desk: Desk, who: Scope, given: dict, key: str):
    light, grave = desk.report().case_no, desk.report(text="有人落水").case_no
    desk.say(OPERATOR, light, "dispatch", worker_id=3)
    if given.get("from_case"):
        given = given | {"from_case": desk.report().case_no}
    with pytest.raises(Fault) as fault:
        desk.say(who, grave, "divert", **({"worker_id": 3, "from_case": light, "note": "近"} | given))
    assert fault.value.key == key
    assert (desk.read(grave).state, desk.read(light).state) == ("reported", "dispatched")


def test_nobody_is_diverted_from_what_is_as_grave(desk: Desk):
    one, other = desk.report().case_no, desk.report().case_no
    desk.say(OPERATOR, one, "dispatch", worker_id=3)
    with pytest.raises(Conflict) as fault:
        desk.say(LEADER, other, "divert", worker_id=3, from_case=one, note="近")
    assert fault.value.key == "not_lighter"


def test_who_has_just_answered_is_told_with_who_and_when(desk: Desk):
    light, grave = desk.report().case_no, desk.report(text="有人落水").case_no
    desk.say(OPERATOR, light, "dispatch", worker_id=3)
    act(desk, light, 3, "sign", "start", "feedback")
    with pytest.raises(Conflict) as fault:
        desk.say(LEADER, grave, "divert", worker_id=3, from_case=light, note="近")
    assert fault.value.key == "worker_left_case"
    assert (fault.value.values["by"], fault.value.values["other_case"]) == ("w3", light)
    assert fault.value.values["at"] == desk.read(light).tasks[0].ended_at


def test_who_waits_for_a_case_is_diverted_to_lead_it(desk: Desk):
    light, grave = desk.report().case_no, desk.report(text="有人落水").case_no
    desk.say(OPERATOR, light, "dispatch", worker_id=3)
    desk.say(LEADER, grave, "dispatch", worker_id=3, queue=True)
    case = desk.say(LEADER, grave, "divert", worker_id=3, from_case=light, note="马上去")
    assert tasks_told(case) == [("lead", 3, "withdrawn"), ("lead", 3, "sent")]


def test_a_transfer_is_of_the_lead_and_nobody_is_on_a_case_twice(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(3,))
    with pytest.raises(Conflict):
        desk.say(OPERATOR, case_no, "transfer", worker_id=3, note="他带队")
    case = desk.say(OPERATOR, case_no, "transfer", worker_id=1, note="他带队")
    assert tasks_told(case) == [("lead", 2, "withdrawn"), ("co", 3, "sent"), ("lead", 1, "sent")]
    assert case.tasks[0].outcome == "transferred"


def test_cancelling_frees_everybody(desk: Desk):
    case_no, waiting = desk.report().case_no, desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(3,))
    desk.say(OPERATOR, waiting, "dispatch", worker_id=3, queue=True)
    case = desk.say(LEADER, case_no, "cancel", note="误报")
    assert (case.state, [task.outcome for task in case.tasks]) == ("cancelled", ["cancelled"] * 2)
    assert desk.read(waiting).state == "dispatched"


# words, eyes --------------------------------------------------------------------------------------------------------


def test_asking_for_support_is_told_and_changes_nothing(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    before = desk.read(case_no)
    with pytest.raises(InvalidInput):
        desk.say(worker(2), case_no, "ask_support")
    with pytest.raises(VerbNotGranted):
        desk.say(OPERATOR, case_no, "ask_support", note="要人")
    after = desk.say(worker(2), case_no, "ask_support", note="要两个人")
    assert (after.state, after.updated_at, after.version) == (before.state, before.updated_at, before.version + 1)
    assert (desk.log(case_no)[-1].verb, desk.log(case_no)[-1].note) == ("ask_support", "要两个人")


def test_the_clock_of_the_lead_is_not_moved_by_others(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(3,))
    before = desk.read(case_no).updated_at
    act(desk, case_no, 3, "sign")
    assert desk.read(case_no).updated_at == before
    act(desk, case_no, 2, "sign")
    assert desk.read(case_no).updated_at > before


def test_nobody_who_did_some_of_it_judges_it(desk: Desk):
    case_no = desk.report().case_no
    desk.say(LEADER, case_no, "dispatch", worker_id=2, with_workers=(3,))
    act(desk, case_no, 2, "sign", "start", "feedback")
    act(desk, case_no, 3, "sign")
    desk.say(OPERATOR, case_no, "start", worker_id=3)
    act(desk, case_no, 3, "feedback")
    helper = Scope("bing_office", "verifier", AREA_ID, worker_id=3)
    for verb in ("verify", "rework"):
        assert verb not in verbs_for(helper, desk.read(case_no))
        with pytest.raises(Forbidden) as fault:
            desk.say(helper, case_no, verb, note="好")
        assert fault.value.key == "own_work"
    now_verifier = replace(OPERATOR, role="verifier")
    assert "verify" not in verbs_for(now_verifier, desk.read(case_no), desk.log(case_no))
    with pytest.raises(Forbidden) as fault:
        desk.say(now_verifier, case_no, "verify")
    assert fault.value.key == "own_work_spoken"
    assert desk.say(VERIFIER, case_no, "verify").state == "closed"


def test_the_mean_way_is_that_of_everybody_who_arrived(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(3,))
    act(desk, case_no, 3, "sign", "arrive")
    with desk.database.transaction() as transaction:
        assert figures(transaction, AREA_ID, utc_now()).mean_arrival_s is not None


def test_a_picture_is_of_its_senders_task(desk: Desk):
    case_no = desk.report().case_no
    case = desk.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(3,))
    with desk.database.transaction() as transaction:
        for who in (OPERATOR, worker(3)):
            add_photo(transaction, AREA_ID, who, case_no, uuid4(), Picture(b"x", 2, 2), utc_now())
        rows = transaction.execute("select task_id from photo order by received_at").fetchall()
    assert [row["task_id"] for row in rows] == [task.task_id for task in case.tasks]


# departments --------------------------------------------------------------------------------------------------------


def test_a_department_hands_over_and_is_done_when_its_people_are(desk: Desk):
    case_no = desk.report(text="两家为晾衣杆争吵", lon=120.955, lat=30.925).case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    with pytest.raises(NotFound):
        desk.say(ZF, case_no, "sign")
    desk.say(OPERATOR, case_no, "support", department_code="ZF", note="请到场")
    with pytest.raises(Conflict):
        desk.say(OPERATOR, case_no, "support", department_code="ZF")
    case = desk.say(ZF, case_no, "sign")
    assert (case.tasks[1].state, case.tasks[1].signed_by, case.tasks[1].name) == ("signed", "token:ZF", "综合执法")
    with pytest.raises(InvalidInput) as fault:
        desk.say(ZF, case_no, "hand_over", to_worker_id=3)
    assert fault.value.key == "not_of_department"
    case = desk.say(ZF, case_no, "hand_over", to_worker_id=4)
    assert tasks_told(case)[1:] == [("co", "ZF", "signed"), ("co", 4, "sent")]
    act(desk, case_no, 2, "sign", "start", "feedback")
    parent = case.tasks[1]
    with pytest.raises(Fault):
        desk.say(ZF, case_no, "feedback", task_id=parent.task_id, note="好了")
    for verb in ("sign", "start"):
        case = desk.say(DEPARTMENT, case_no, verb)
    assert case.state == "handling"
    case = desk.say(DEPARTMENT, case_no, "feedback", note="好了")
    assert (case.state, tasks_told(case)[1:]) == ("handled", [("co", "ZF", "done"), ("co", 4, "done")])


def test_a_department_leads_signs_hands_over_and_answers(desk: Desk):
    case_no = desk.report(text="店外经营占道").case_no
    case = desk.say(OPERATOR, case_no, "dispatch", department_code="ZF", with_workers=(2,), note="请处理")
    assert (case.state, tasks_told(case)) == ("dispatched", [("lead", "ZF", "sent"), ("co", 2, "sent")])
    with pytest.raises(VerbNotPossible) as fault:
        desk.say(OPERATOR, case_no, "dispatch", worker_id=1)
    assert (fault.value.key, fault.value.values["worker"]) == ("case_already_sent", "综合执法")
    assert desk.say(ZF, case_no, "sign").state == "received"
    desk.say(ZF, case_no, "hand_over", to_worker_id=4)
    act(desk, case_no, 2, "sign", "start", "feedback")
    for verb in ("sign", "start", "feedback"):
        case = desk.say(DEPARTMENT, case_no, verb, note="好了")
    assert (case.state, tasks_told(case)[0]) == ("handled", ("lead", "ZF", "done"))
    assert desk.say(VERIFIER, case_no, "rework", note="没有清").state == "dispatched", "the same department again"


def test_a_department_may_answer_by_itself(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", department_code="ZF")
    for verb in ("sign", "start", "feedback"):
        case = desk.say(ZF, case_no, verb, note="好了")
    assert case.state == "handled"


def test_what_is_handled_does_not_wait_for_who_may_be_missing(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=1)
    case = desk.say(OPERATOR, case_no, "support", worker_id=2, required=False)
    assert [task.is_required for task in case.tasks] == [True, False]
    desk.say(OPERATOR, case_no, "support", department_code="ZF", required=False)
    desk.say(ZF, case_no, "sign")
    desk.say(ZF, case_no, "hand_over", to_worker_id=4)
    case = act(desk, case_no, 1, "sign", "start", "feedback")
    assert (case.state, tasks_told(case)[1:3]) == ("handled", [("co", 2, "sent"), ("co", "ZF", "signed")])
    other = desk.report().case_no
    desk.say(OPERATOR, other, "dispatch", worker_id=2, queue=True)
    case = desk.say(VERIFIER, case_no, "verify")
    assert (case.state, open_tasks(case.tasks)) == ("closed", [])
    assert desk.read(other).open_worker.worker_id == 2, "and he is sent on"


@pytest.mark.parametrize("verb", ["dispatch", "support"])
def test_a_worker_or_a_department(desk: Desk, verb: str):
    case_no = desk.report().case_no
    if verb == "support":
        desk.say(OPERATOR, case_no, "dispatch", worker_id=1)
    with pytest.raises(InvalidInput) as fault:
        desk.say(OPERATOR, case_no, verb, worker_id=2, department_code="ZF")
    assert fault.value.key == "worker_or_department"


def test_an_unknown_department_is_refused(desk: Desk):
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2)
    with pytest.raises(InvalidInput) as fault:
        desk.say(OPERATOR, case_no, "support", department_code="QQ")
    assert fault.value.key == "no_such_department"


# the machine --------------------------------------------------------------------------------------------------------


ACTORS = (LEADER, worker(1), worker(2), worker(3), ZF)
WAY = ("sign", "start", "feedback", "opinion")
CASE = st.integers(0, 2)
WORKER_ID = st.integers(1, 4)
BESIDE = st.lists(WORKER_ID, max_size=1).map(tuple)


class Followed(RuleBasedStateMachine):
    """What holds of every case whoever has done whatever: what is stored follows, and whatever is open can be ended."""

    desk: Desk
    cases: list[str]

    def scope_of(self, task: Task) -> Scope:
        """Whose task it is."""
        return {None: ZF, 4: DEPARTMENT}.get(task.worker_id) or worker(task.worker_id or 0)

    def _try(self, who: Scope, case_no: str, verb: str, **given: object) -> Fault | None:
        """What the verb is refused with; None when it is performed."""
        before = self._read()
        try:
            self.desk.say(who, case_no, verb, **({"note": "说明"} | given))
        except Fault as fault:
            assert self._read() == before, "a refused verb changes nothing"
            return fault
        return None

    def _go(self, task: Task) -> None:
        """The addressee performs the next verb that leads on; who was handed a task answers for it."""
        children = [one for one in self.desk.read(task.case_no).tasks if one.parent_task_id == task.task_id]
        verb = next((verb for verb in WAY if verb in verbs_of(task)), None)
        if verb is not None and not (verb in ("feedback", "opinion") and any(child.is_open for child in children)):
            self.desk.say(self.scope_of(task), task.case_no, verb, task_id=task.task_id, note="说明", found=True)

    def _read(self) -> list[Case]:
        return [self.desk.read(case_no) for case_no in getattr(self, "cases", [])]

    @invariant()
    def what_is_stored_is_what_follows(self) -> None:
        for case in self._read():
            assert derive_state(case.state, case.tasks) == case.state
            assert settled(case.tasks, utc_now(), "chen") == []
            if case.state in FOLLOWS_TASKS:
                stored = (case.dispatched_at, case.signed_at, case.arrived_at, case.handled_at)
                times = derive_times(case.state, case.tasks, case.handled_at or utc_now())
                assert (times.dispatched_at, times.signed_at, times.arrived_at, times.handled_at) == stored

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        tasks = [task for case in self._read() for task in case.tasks]
        active = [task.worker_id for task in tasks if task.is_active and task.worker_id is not None]
        assert len(active) == len(set(active))
        assert {task.worker_id for task in tasks if task.state == "queued"} <= set(active), "nobody waits for the idle"
        for case in self._read():
            open_ones = open_tasks(case.tasks)
            assert sum(task.kind == "lead" for task in open_ones) <= 1
            addressees = [task.worker_id or task.department_code for task in open_ones]
            assert len(addressees) == len(set(addressees))
            assert [task.task_no for task in case.tasks] == list(range(1, len(case.tasks) + 1))

    @invariant()
    def every_open_task_has_a_way_to_its_end(self) -> None:
        for case in self._read():
            assert not (case.has_ended and open_tasks(case.tasks))
            for task in open_tasks(case.tasks):
                take_back = transition_of("take_back")
                assert check_permitted(LEADER, case, take_back, Named(task_id=task.task_id)) == task
                if task.is_active:
                    verb = next(verb for verb in WAY if verb in verbs_of(task))
                    assert check_permitted(self.scope_of(task), case, transition_of(verb), Named(task_id=task.task_id))

    def teardown(self) -> None:
        """What stands goes on, whoever has something to do does it, and nothing is left."""
        for case in self._read():
            if case.state == "suspended":
                self.desk.say(LEADER, case.case_no, "resume")
        for _ in range(60):
            active = [task for case in self._read() for task in open_tasks(case.tasks) if task.is_active]
            for task in active:
                self._go(task)
            if not active:
                break
        assert not [task for case in self._read() for task in open_tasks(case.tasks)]


class Town(Followed):
    """A leader, three workers and a department do whatever comes to mind about three cases."""

    desk: Desk
    url: str

    TEXTS = ("店外经营占道", "路灯不亮", "有人落水")

    @initialize(queue=st.booleans(), department=st.booleans())
    def begin(self, queue: bool, department: bool) -> None:
        """In the midst of a shift: one case has its people, another waits for its lead."""
        forget_the_day(self.url)
        for each in WORKERS:
            put_on_duty(self.desk.database, each.worker_id, utc_now())
        self.cases = [self.desk.report(text=text).case_no for text in self.TEXTS]
        self.desk.say(LEADER, self.cases[0], "dispatch", worker_id=1, with_workers=(2,))
        if queue:
            self.desk.say(LEADER, self.cases[1], "dispatch", worker_id=1, with_workers=(2, 3), queue=True)
        if department:
            self.desk.say(LEADER, self.cases[0], "support", department_code="ZF")

    @rule(which=CASE, worker_id=WORKER_ID, beside=BESIDE, queue=st.booleans())
    def dispatch(self, which: int, worker_id: int, beside: tuple[int, ...], queue: bool) -> None:
        self._try(LEADER, self.cases[which], "dispatch", worker_id=worker_id, with_workers=beside, queue=queue)

    @rule(
        which=CASE,
        verb=st.sampled_from(["dispatch", "support", "support"]),
        worker_id=st.none() | WORKER_ID,
        queue=st.booleans(),
        required=st.booleans(),
    )
    def send(self, which: int, verb: str, worker_id: int | None, queue: bool, required: bool) -> None:
        """A worker, or the department."""
        whom = {"worker_id": worker_id, "department_code": None if worker_id else "ZF"}
        self._try(LEADER, self.cases[which], verb, queue=queue, required=required, **whom)

    @rule(which=CASE, worker_id=WORKER_ID)
    def transfer(self, which: int, worker_id: int) -> None:
        self._try(LEADER, self.cases[which], "transfer", worker_id=worker_id)

    @rule(worker_id=WORKER_ID)
    def divert(self, worker_id: int) -> None:
        """To the grave case, from whatever he is on."""
        for case in self._read():
            if worker_id in case.active_workers:
                self._try(LEADER, self.cases[2], "divert", worker_id=worker_id, from_case=case.case_no)

    @rule(which=CASE, place=st.integers(0, 3), verb=st.sampled_from(["take_back", "send_back", "hand_over"]))
    def end_or_hand_over(self, which: int, place: int, verb: str) -> None:
        tasks = open_tasks(self.desk.read(self.cases[which]).tasks)
        for task in tasks[place : place + 1]:
            who = ZF if verb == "hand_over" else LEADER
            self._try(who, task.case_no, verb, task_id=task.task_id, to_worker_id=4)

    @rule(which=CASE, passed=st.booleans())
    def verify(self, which: int, passed: bool) -> None:
        self._try(VERIFIER, self.cases[which], "verify", passed=passed)

    @rule(which=CASE)
    def begin_anew(self, which: int) -> None:
        """A case that is over, or called off, makes room for another."""
        case = self.desk.read(self.cases[which])
        if not case.has_ended:
            self._try(LEADER, case.case_no, "cancel")
        if self.desk.read(case.case_no).has_ended:
            self.cases[which] = self.desk.report(text=self.TEXTS[which]).case_no

    @rule(
        who=st.sampled_from(ACTORS),
        which=CASE,
        verb=st.sampled_from([verb for verb in VERBS if verb != "report"]),
        worker_id=st.none() | WORKER_ID,
        of_task=st.none() | st.integers(0, 3),
        note=st.sampled_from(["", "说明"]),
    )
    def say_anything(
        self, who: Scope, which: int, verb: str, worker_id: int | None, of_task: int | None, note: str
    ) -> None:
        case = self.desk.read(self.cases[which])
        task_id = case.tasks[of_task % len(case.tasks)].task_id if case.tasks and of_task is not None else None
        given = {"worker_id": worker_id, "task_id": task_id, "from_case": self.cases[0], "to_worker_id": 4}
        self._try(who, case.case_no, verb, note=note, **given)

    @rule(which=CASE, steps=st.integers(1, 3))
    def go_on(self, which: int, steps: int) -> None:
        """Whoever has something to do about a case does it."""
        for _ in range(steps):
            for task in open_tasks(self.desk.read(self.cases[which]).tasks):
                if task.is_active:
                    self._go(task)

    @rule(worker_id=WORKER_ID, on=st.booleans())
    def change_duty(self, worker_id: int, on: bool) -> None:
        # what stands with a suspended case binds nobody
        bound = any(
            task.worker_id == worker_id and task.is_open and task.state != "paused"
            for case in self._read()
            for task in case.tasks
        )
        with self.desk.database.transaction() as transaction:
            if on:
                begin_duty(transaction, AREA_ID, worker_id, utc_now())
                return
            try:
                end_duty(transaction, AREA_ID, worker_id, utc_now())
            except Conflict:
                assert bound
                return
        assert not bound


def test_a_leader_three_workers_and_a_department_in_any_order(desk: Desk, shared_small_url: str):
    machine = type("Machine", (Town,), {"desk": desk, "url": shared_small_url})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=15, stateful_step_count=25, deadline=None, print_blob=True)
    )
    with desk.database.transaction() as transaction:
        assert broken_links(transaction, AREA_ID) == []


def test_the_database_says_what_the_table_says_of_an_active_task(desk: Desk):
    with desk.database.transaction() as transaction:
        rows = transaction.execute(
            "select state, is_active_task_v1(state) as is_active from unnest(%s::text[]) state", [list(TASK_STATES)]
        ).fetchall()
    assert {row["state"] for row in rows if row["is_active"]} == ACTIVE
