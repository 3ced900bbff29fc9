"""Two departments, a village, the town's leader and the centre in any order: nobody is offered what is then refused,
and whatever comes of it has a way to its end.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from base.clock import utc_now
from base.errors import NotFound
from dispatch.access.audit import broken_links
from dispatch.access.scope import Scope
from dispatch.cases.incidents import Case
from dispatch.cases.lifecycle import TRANSITIONS, VERBS
from dispatch.cases.permission import verbs_for
from dispatch.cases.tasks import Task, open_tasks
from tests.db.test_casework import LEADER, OPERATOR, VERIFIER, Desk, desk
from tests.db.test_ruling import COUNTY, SG, TOWN, VILLAGE, ZF, ZF_LEADER
from tests.db.test_tasks import Followed, worker
from tests.db.test_whistle import staffed
from tests.small_town import AREA_ID, WORKERS, forget_the_day, put_on_duty

assert desk, "the fixture"
assert staffed, "the fixture"
SG_LEADER = Scope("sgl", "dept_leader", AREA_ID, departments=("SG",))
HANDLERS = {"ZF": ZF, "SG": SG}
OF_DEPARTMENT = {"ZF": 4, "SG": 3}
ACTORS = (LEADER, OPERATOR, VERIFIER, TOWN, COUNTY, VILLAGE, ZF, ZF_LEADER, SG, SG_LEADER, *map(worker, (2, 3, 4)))
ENDS = {"cancel", "reject", "merge", "close", "verify", "archive"}
"""Verbs that end a case: seldom said, so that something comes about before."""
BY_THE_CLOCK = {"close_too_early", "extension_too_late", "answer_awaited_already"}
"""What the present moment or a running clock refuses: told where the verb is performed (``guards.py``)."""
CODE = st.sampled_from(sorted(HANDLERS))
CASE = st.integers(0, 1)


def other(code: str) -> str:
    return next(one for one in HANDLERS if one != code)


class Departments(Followed):
    """Whoever is there does what he is offered, or whatever comes to mind, about two cases."""

    desk: Desk
    url: str

    TEXTS = ("店外经营占道", "燃气泄漏,气味很大")

    @initialize(code=CODE, called=st.booleans(), returned=st.integers(0, 2))
    def begin(self, code: str, called: bool, returned: int) -> None:
        """One case is with a department, or comes back from it; to the other several may have been called."""
        forget_the_day(self.url)
        for each in WORKERS:
            put_on_duty(self.desk.database, each.worker_id, utc_now())
        self.cases = [self.desk.report(text=text).case_no for text in self.TEXTS]
        self.desk.say(LEADER, self.cases[0], "dispatch", department_code=code)
        for back in [code, other(code)][:returned]:
            self.desk.say(HANDLERS[back], self.cases[0], "send_back", note="不归本部门")
            if back == code:
                self.desk.say(LEADER, self.cases[0], "dispatch", department_code=other(code))
        if called:
            self.desk.say(LEADER, self.cases[1], "whistle", lead=code, departments=(other(code),))

    def _given(self, draw: Callable[[Any], Any], who: Scope, case: Case, verb: str) -> dict[str, Any]:
        """What somebody who means it would give with the verb."""
        code = draw(CODE)
        whom = draw(st.sampled_from([{"department_code": code}, {"worker_id": 2}]))
        tasks = open_tasks(case.tasks)
        of_whom = {"task_id": draw(st.sampled_from(tasks)).task_id} if tasks else {}
        return {
            "dispatch": whom, "support": whom, "take_back": of_whom,
            "whistle": {"lead": code, "departments": (other(code),), "meet_at": self.desk.now() + timedelta(hours=2)},
            "rule": {"department_code": code},
            "transfer": {"worker_id": 2}, "divert": {"worker_id": 2, "from_case": self.cases[0]},
            "check": {"worker_id": 3},
            "hand_over": {"to_worker_id": OF_DEPARTMENT.get(who.department_code or "", 2)},
            "suspend": {"until": self.desk.now() + timedelta(days=1)},
            "ask_extension": {"until": (case.due_at or self.desk.now()) + timedelta(hours=1)},
            "merge": {"parent": next(one for one in self.cases if one != case.case_no)},
            "rate": {"rating": draw(st.sampled_from(["satisfied", "dissatisfied"]))},
            "feedback": {"found": True},
            "verify": {"passed": draw(st.booleans())},
        }.get(verb, {})  # fmt: skip

    @rule(who=st.sampled_from(ACTORS), which=CASE, end=st.integers(0, 9), data=st.data())
    def do_what_is_offered(self, who: Scope, which: int, end: int, data: st.DataObject) -> None:
        """What somebody is offered may want other words, or somebody else sent; the verb itself is not refused."""
        try:
            case = self.desk.read(self.cases[which], who)
        except NotFound:
            return
        offered = [verb for verb in verbs_for(who, case, self.desk.log(case.case_no)) if verb not in ENDS or not end]
        if not offered:
            return
        verb = data.draw(st.sampled_from(offered))
        fault = self._try(who, case.case_no, verb, **self._given(data.draw, who, case, verb))
        if fault is not None and fault.key not in BY_THE_CLOCK:
            assert fault.field != "verb", f"{who.role} was offered {verb} and told {fault.key} {fault.values}"

    @rule(who=st.sampled_from(ACTORS), which=CASE, verb=st.sampled_from(VERBS[1:]), data=st.data())
    def say_anything(self, who: Scope, which: int, verb: str, data: st.DataObject) -> None:
        """Whatever comes to mind is done, or refused with a fault that is told."""
        case = self.desk.read(self.cases[which])
        self._try(who, case.case_no, verb, **self._given(data.draw, who, case, verb))

    @rule(code=CODE, which=CASE)
    def return_it(self, code: str, which: int) -> None:
        """A department is to lead, and does not want to."""
        self._try(LEADER, self.cases[which], "dispatch", department_code=code)
        self._try(HANDLERS[code], self.cases[which], "send_back")

    @rule(code=CODE, which=CASE)
    def call(self, code: str, which: int) -> None:
        given = {"lead": code, "departments": (other(code),), "meet_at": self.desk.now() + timedelta(hours=2)}
        self._try(LEADER, self.cases[which], "whistle", **given)

    @rule(code=CODE, which=CASE)
    def hand_over(self, code: str, which: int) -> None:
        self._try(HANDLERS[code], self.cases[which], "sign")
        self._try(HANDLERS[code], self.cases[which], "hand_over", to_worker_id=OF_DEPARTMENT[code])

    @rule(which=CASE, steps=st.integers(1, 4))
    def go_on(self, which: int, steps: int) -> None:
        for _ in range(steps):
            for task in [one for one in open_tasks(self.desk.read(self.cases[which]).tasks) if one.is_active]:
                self._go(task)

    @precondition(lambda self: any(case.has_ended for case in self._read()))
    @rule()
    def begin_anew(self) -> None:
        """A case that is over makes room for another."""
        self.cases = [
            self.desk.report(text=text).case_no if case.has_ended else case.case_no
            for case, text in zip(self._read(), self.TEXTS, strict=True)
        ]

    def scope_of(self, task: Task) -> Scope:
        return HANDLERS[task.department_code] if task.worker_id is None else worker(task.worker_id)  # type: ignore[index]

    @invariant()
    def somebody_can_move_every_open_case(self) -> None:
        """A case that waits for a ruling is led by nobody; an open one is never left with remarks alone."""
        for case in self._read():
            if case.ruling_wanted_at is not None and not case.has_ended:
                assert not [task for task in open_tasks(case.tasks) if task.kind == "lead"], "led, and awaits a ruling"
            moves = {verb for who in (LEADER, VERIFIER) for verb in verbs_for(who, case)} & MOVES
            assert case.has_ended or moves, f"nobody moves a case that is {case.state}"

    @invariant()
    def a_whistle_can_be_ended(self) -> None:
        """By whom it called, one step after the other, or taken back by whoever blew it."""
        for case in self._read():
            for task in (one for one in open_tasks(case.tasks) if one.whistle_id is not None):
                assert "take_back" in verbs_for(LEADER, case) or case.state == "suspended"
                assert case.state == "suspended" or verbs_for(HANDLERS[task.department_code or ""], case)


MOVES = {line.verb for line in TRANSITIONS if line.targets}


def test_departments_in_any_order(staffed: Desk, shared_small_url: str) -> None:
    machine = type("Machine", (Departments,), {"desk": staffed, "url": shared_small_url})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=10, stateful_step_count=20, deadline=None, print_blob=True)
    )
    with staffed.database.transaction() as transaction:
        assert broken_links(transaction, AREA_ID) == []
