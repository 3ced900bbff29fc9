"""Clocks act in a real database: each act once for each due time, whoever asks, whoever is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from types import SimpleNamespace

import psycopg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import dispatch.cases.acting as acting
from base.clock import TOWN_ZONE
from base.database import Database
from base.errors import Fault
from dispatch.access.audit import broken_links
from dispatch.cases.acting import act_on_clocks, tell_of_suspensions
from dispatch.cases.acts import acts_of
from dispatch.cases.archive import archive_all
from dispatch.cases.calendar import calendar_with
from dispatch.cases.clock_rows import read_clocks
from dispatch.cases.clocks import Clock
from dispatch.notices.job_runs import HEARTBEAT
from jobs.schedule import JOBS, run_due
from tests.db.test_case_clocks import GRAVE, LIGHT, Timed
from tests.db.test_casework import LEADER, OPERATOR, VERIFIER, Desk
from tests.db.test_casework import desk as desk
from tests.db.test_tasks import act, worker
from tests.small_town import AREA, AREA_ID, forget_the_day, put_on_duty

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=TOWN_ZONE)


class Town:
    """A town whose clocks are looked at by hand, and what they told."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.desk, self.url = desk, url
        self.time = Timed(desk, MONDAY)
        self.run("delete from contact; delete from account where account like 'chief%'")
        self.run(
            "insert into account (account, area_id, role, display_name, password_hash, created_at) "
            f"values ('chief', {AREA_ID}, 'shift_leader', '陈', 'x', now()) on conflict do nothing"
        )

    def run(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def sweep(self, **span: float) -> int:
        """Look at the clocks when so much time has passed."""
        self.time.pass_(**span)
        return act_on_clocks(self.desk.centre)  # type: ignore[arg-type]

    def told(self, *codes: str) -> list[tuple[str, str]]:
        """Which notices of these codes lie in the outbox, and for whom."""
        return self.run(
            f"select code, recipient_id from notice where code = any('{{{','.join(codes)}}}') "
            "order by created_at, code, recipient_id"
        )

    def lines(self, case_no: str) -> list[str]:
        return [line.verb for line in self.desk.log(case_no) if line.actor == "system"]

    def name_leaders(self, *places: int) -> None:
        for number, place in enumerate(places):
            self.run(
                "insert into contact (area_id, kind, id, post, place_in_line) "
                f"values ({AREA_ID}, 'account', 'leader{number}', 'responsible_leader', {place})"
            )


@pytest.fixture
def town(desk: Desk, shared_small_url: str) -> Iterator[Town]:
    found = Town(desk, shared_small_url)
    yield found
    found.run("delete from contact; delete from account where account = 'chief'")


def dispatched(desk: Desk, text: str = LIGHT, number: int = 2) -> str:
    case_no = desk.report(text=text).case_no
    desk.say(LEADER, case_no, "dispatch", worker_id=number)
    return case_no


# reminders ----------------------------------------------------------------------------------------------------------


def test_one_day_before_whoever_holds_it_is_reminded_once(town: Town) -> None:
    case_no = dispatched(town.desk)
    due = town.desk.read(case_no).due_at
    town.time.at = due - timedelta(days=1, seconds=1)
    town.sweep()
    assert town.told("reminder") == []
    for _ in range(3):
        town.sweep(seconds=1)
    assert town.told("reminder") == [("reminder", "2")]


def test_after_two_transfers_the_present_handler_is_reminded_once(town: Town) -> None:
    case_no = dispatched(town.desk)
    for number in (3, 1):
        town.desk.say(LEADER, case_no, "transfer", worker_id=number, note="换人")
    town.time.at = town.desk.read(case_no).due_at - timedelta(days=1)
    town.sweep()
    town.desk.say(LEADER, case_no, "transfer", worker_id=2, note="换人")
    town.sweep(hours=1)
    assert town.told("reminder") == [("reminder", "1")], "who was reminded has handed it on with its due time"


def test_who_is_sent_within_the_last_day_is_reminded_then(town: Town) -> None:
    case_no = town.desk.report(text=LIGHT).case_no
    town.desk.say(OPERATOR, case_no, "accept")
    town.time.at = town.desk.read(case_no).due_at - timedelta(hours=20)
    town.sweep()
    assert town.told("reminder") == []
    town.desk.say(OPERATOR, case_no, "dispatch", worker_id=3)
    town.sweep(seconds=5)
    town.sweep(hours=2)
    assert town.told("reminder") == [("reminder", "3")]


def test_an_extension_and_rework_remind_anew(town: Town) -> None:
    case_no = dispatched(town.desk)
    act(town.desk, case_no, 2, "sign", "start")
    due = town.desk.read(case_no).due_at
    town.time.at = due - timedelta(days=1)
    town.sweep()
    town.desk.say(worker(2), case_no, "ask_extension", until=due + timedelta(days=2), note="等配件")
    town.desk.say(LEADER, case_no, "grant_extension")
    town.sweep(hours=1)
    assert len(town.told("reminder")) == 1
    town.time.at = due + timedelta(days=1)
    town.sweep()
    assert len(town.told("reminder")) == 2
    act(town.desk, case_no, 2, "feedback")
    town.desk.say(VERIFIER, case_no, "rework", note="重做")
    town.time.at = town.desk.read(case_no).due_at - timedelta(hours=1)
    town.sweep()
    assert len(town.told("reminder")) == 3


def test_what_stands_reminds_nobody(town: Town) -> None:
    case_no = dispatched(town.desk)
    act(town.desk, case_no, 2, "sign", "start")
    due = town.desk.read(case_no).due_at
    until = due + timedelta(days=3)
    town.desk.say(LEADER, case_no, "suspend", until=until, note="等待材料")
    town.time.at = due
    town.sweep()
    assert town.told("reminder", "overdue") == []
    town.desk.say(LEADER, case_no, "resume")
    town.time.at = town.desk.read(case_no).due_at - timedelta(hours=23)
    town.sweep()
    assert town.told("reminder") == [("reminder", "2")]


def test_a_clock_that_is_moved_reminds_nobody_twice_and_late_rather_than_never(town: Town) -> None:
    case_no = dispatched(town.desk)
    due = town.desk.read(case_no).due_at
    for at in (due - timedelta(hours=20), due - timedelta(days=9), due - timedelta(hours=2), due - timedelta(days=1)):
        town.time.at = at
        town.sweep()
    assert town.told("reminder") == [("reminder", "2")]
    town.time.at = due + timedelta(days=9)
    town.sweep()
    town.time.at = due - timedelta(hours=3)
    town.sweep()
    town.time.at = due + timedelta(days=9)
    town.sweep()
    assert town.told("reminder", "overdue") == [("reminder", "2"), ("overdue", "2")]


def test_another_process_does_not_remind_again(town: Town) -> None:
    """Another process, with connections of its own, looks at the same clocks."""
    case_no = dispatched(town.desk)
    for number in (3, 1):
        town.desk.say(LEADER, case_no, "transfer", worker_id=number, note="换人")
    town.time.at = town.desk.read(case_no).due_at - timedelta(hours=23)
    for _ in range(2):
        database = Database(town.url, size=2)
        try:
            run_due(SimpleNamespace(area=AREA, clock=lambda: town.time.at, database=database))  # type: ignore[arg-type]
        finally:
            database.close()
        town.time.pass_(seconds=10)
    assert town.told("reminder") == [("reminder", "1")]


def test_two_processes_at_once_act_once(town: Town) -> None:
    cases = [town.desk.report(text=LIGHT).case_no for _ in range(8)]
    for case_no in cases:
        town.desk.say(LEADER, case_no, "dispatch", department_code="ZF")
    town.time.at = town.desk.read(cases[0]).due_at - timedelta(hours=2)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: town.sweep(), range(8)))
    assert Counter(town.told("reminder")) == {("reminder", "ZF"): 8}
    assert [town.lines(case_no).count("escalated_by_time") for case_no in cases] == [3] * 8


# escalation ---------------------------------------------------------------------------------------------------------


def test_an_unsigned_p1_goes_up_after_five_minutes_and_after_ten(town: Town) -> None:
    town.name_leaders(1, 2)
    case_no = dispatched(town.desk, GRAVE)
    town.sweep(minutes=4, seconds=59)
    assert town.told("unsigned") == []
    town.sweep(seconds=1)
    town.sweep(seconds=1)
    assert town.told("unsigned") == [("unsigned", "chief"), ("unsigned", "leader0")]
    assert (town.desk.read(case_no).level, town.lines(case_no)) == (3, ["escalated_by_time"])
    town.sweep(minutes=5)
    assert town.told("unsigned")[2:] == [("unsigned", "leader1")]
    assert town.desk.read(case_no).level == 4
    assert town.lines(case_no) == ["escalated_by_time", "escalate", "escalated_by_time"]
    line = next(one for one in town.desk.log(case_no) if one.verb == "escalated_by_time")
    assert (line.role, line.details["rung"], line.details["stage"]) == ("system", "unsigned_1", "sign")


@pytest.mark.parametrize(
    ("priority", "moments"),
    [
        ("P2", [(timedelta(minutes=30), "department"), (timedelta(hours=1), "account")]),
        ("P3", [(timedelta(hours=6), "department"), (timedelta(days=1), "account")]),
        ("P4", [(timedelta(days=1), "department")]),
    ],
)
def test_who_does_not_sign_is_escalated(town: Town, priority: str, moments: list[tuple[timedelta, str]]) -> None:
    case_no = town.desk.report(LEADER, text=LIGHT, priority=priority).case_no
    town.desk.say(LEADER, case_no, "accept", priority=priority)
    town.desk.say(LEADER, case_no, "dispatch", worker_id=2)
    assert town.desk.read(case_no).priority == priority
    for number, (after, kind) in enumerate(moments):
        town.time.at = MONDAY + after - timedelta(seconds=1)
        town.sweep()
        assert len(town.told("unsigned")) == number
        town.sweep(seconds=1)
        assert town.run("select recipient_kind from notice where code = 'unsigned' order by created_at")[number:] == [
            (kind,)
        ]


def test_who_signs_in_time_is_not_escalated(town: Town) -> None:
    case_no = dispatched(town.desk, GRAVE)
    town.time.pass_(minutes=4)
    act(town.desk, case_no, 2, "sign")
    town.sweep(minutes=30)
    assert town.told("unsigned") == []


def test_overdue_is_told_to_who_has_it_and_a_day_later_to_the_department(town: Town) -> None:
    case_no = dispatched(town.desk)
    act(town.desk, case_no, 2, "sign")
    town.time.at = town.desk.read(case_no).due_at
    town.sweep()
    assert town.told("overdue", "overdue_day") == [("overdue", "2")]
    town.sweep(days=1)
    assert town.told("overdue_day") == [("overdue_day", town.desk.read(case_no).department_code)]


def test_what_is_not_settled_goes_up_the_ladder(town: Town) -> None:
    case_no = dispatched(town.desk)
    act(town.desk, case_no, 2, "sign")
    levels = []
    for days in (0, 1, 2, 12, 30):
        town.sweep(days=days)
        levels.append(town.desk.read(case_no).level)
    assert levels == [1, 2, 3, 4, 4]
    assert town.told("escalated") == [("escalated", "chief")] * 2
    assert town.desk.read(case_no).state == "received", "who is on it stays on it"


def test_an_act_that_fails_stops_no_other_and_is_tried_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = dispatched(town.desk, GRAVE), dispatched(town.desk, GRAVE, 3)
    real, broken = acting.tell, True

    def tell(transaction: object, area_id: int, at: datetime, code: str, about: object, to: object = None) -> int:
        if broken and about.case_no == first:  # type: ignore[attr-defined]
            raise KeyError("x")
        return real(transaction, area_id, at, code, about, to)  # type: ignore[arg-type]

    monkeypatch.setattr(acting, "tell", tell)
    town.sweep(minutes=6)
    assert (town.lines(first), town.lines(second)) == ([], ["escalated_by_time"])
    broken = False
    town.sweep(minutes=1)
    assert town.lines(first) == []
    town.sweep(minutes=4)
    assert "escalated_by_time" in town.lines(first)


# a P1 nobody answers ------------------------------------------------------------------------------------------------


def test_a_p1_nobody_acknowledges_is_raised_to_the_next_in_line(town: Town) -> None:
    town.name_leaders(1, 2, 3)
    case_no = town.desk.report(text=GRAVE).case_no
    assert town.told("p1_reported") == [("p1_reported", "centre"), ("p1_reported", "leader0")]
    version = town.desk.read(case_no).version
    town.sweep(minutes=1, seconds=59)
    assert town.told("raised_again") == []
    for _ in range(3):
        town.sweep(minutes=2)
    assert [who for _, who in town.told("raised_again") if who != "centre"] == [
        "leader1", "leader2", "chief", "leader0", "leader1", "leader2",
    ]  # fmt: skip
    case = town.desk.read(case_no)
    assert (case.raised_count, case.version) == (3, version + 3)
    assert town.lines(case_no) == ["raise_again"] * 3


def test_acknowledged_it_is_raised_when_nobody_is_sent_and_has_to_be_acknowledged_anew(town: Town) -> None:
    case_no = town.desk.report(text=GRAVE).case_no
    town.time.pass_(minutes=1)
    town.desk.say(OPERATOR, case_no, "acknowledge")
    town.sweep(minutes=2, seconds=59)
    assert town.desk.read(case_no).raised_count == 0
    town.sweep(seconds=1)
    case = town.desk.read(case_no)
    assert (case.raised_count, case.acknowledged_at, case.acknowledged_by) == (1, None, None)
    assert town.desk.say(LEADER, case_no, "acknowledge").acknowledged_by == "chen"
    assert [line.actor for line in town.desk.log(case_no) if line.verb == "acknowledge"] == ["li", "chen"]


def test_where_somebody_is_sent_nothing_is_raised(town: Town) -> None:
    dispatched(town.desk, GRAVE)
    town.sweep(minutes=60)
    assert town.told("raised_again") == []


def test_accepted_and_nobody_sent_is_raised_after_the_limit_of_dispatching(town: Town) -> None:
    case_no = town.desk.report(text=GRAVE).case_no
    town.desk.say(OPERATOR, case_no, "accept")
    town.sweep(minutes=2)
    assert town.desk.read(case_no).raised_count == 0
    town.sweep(minutes=1)
    assert town.desk.read(case_no).raised_count == 1


# suspended, put away ------------------------------------------------------------------------------------------------


def test_a_suspension_that_is_over_is_told_once_and_nothing_goes_on_by_itself(town: Town) -> None:
    case_no = dispatched(town.desk)
    act(town.desk, case_no, 2, "sign")
    until = town.time.at + timedelta(days=1)
    town.desk.say(LEADER, case_no, "suspend", until=until, note="等待材料")
    for at in (until - timedelta(seconds=1), until, until + timedelta(hours=1)):
        town.time.at = at
        with town.desk.database.transaction() as transaction:
            tell_of_suspensions(town.desk.centre, transaction, at)  # type: ignore[arg-type]
    assert town.told("suspension_over") == [("suspension_over", "chief")]
    assert (town.desk.read(case_no).state, town.lines(case_no)) == ("suspended", ["suspension_over"])


def test_old_cases_are_put_away_in_small_steps(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatch.cases.archive.AT_ONCE", 2)
    cases = [town.desk.report(text=LIGHT).case_no for _ in range(5)]
    for case_no in cases:
        town.desk.say(OPERATOR, case_no, "reject", note="重复")
    assert archive_all(town.desk.centre, town.time.at + timedelta(days=29)) == 0  # type: ignore[arg-type]
    assert archive_all(town.desk.centre, town.time.at + timedelta(days=31)) == 5  # type: ignore[arg-type]
    assert {town.desk.read(case_no).state for case_no in cases} == {"archived"}


def test_every_job_runs(town: Town) -> None:
    dispatched(town.desk, GRAVE)
    town.time.pass_(minutes=20)
    town.run("truncate job_run")
    assert run_due(town.desk.centre) == [job.name for job in JOBS]  # type: ignore[arg-type]
    assert HEARTBEAT in {job.name for job in JOBS}
    assert len(town.told("unsigned")) > 0
    with town.desk.database.transaction() as transaction:
        assert broken_links(transaction, AREA_ID) == []


# whatever is said ---------------------------------------------------------------------------------------------------


class Days(RuleBasedStateMachine):
    """Cases are sent, transferred, extended, suspended; the machine's clock jumps; several processes look at once."""

    town: Town

    @initialize()
    def a_new_day(self) -> None:
        forget_the_day(self.town.url)
        for number in (1, 2, 3):
            put_on_duty(self.town.desk.database, number, MONDAY)
        self.town.time.at = MONDAY
        self.cases = [self.town.desk.report(text=LIGHT).case_no for _ in range(2)]

    def attempt(self, who: object, which: int, verb: str, **given: object) -> None:
        with suppress(Fault):
            self.town.desk.say(who, self.cases[which], verb, note="说明", **given)  # type: ignore[arg-type]

    @rule(which=st.integers(0, 1), number=st.integers(1, 3), verb=st.sampled_from(["dispatch", "transfer"]))
    def somebody_is_sent(self, which: int, number: int, verb: str) -> None:
        self.attempt(LEADER, which, verb, worker_id=number)

    @rule(which=st.integers(0, 1), number=st.integers(1, 3), verb=st.sampled_from(["sign", "start", "feedback"]))
    def somebody_works(self, which: int, number: int, verb: str) -> None:
        self.attempt(worker(number), which, verb)

    @rule(which=st.integers(0, 1), verb=st.sampled_from(["suspend", "resume", "rework"]))
    def it_stands_or_goes_on(self, which: int, verb: str) -> None:
        self.attempt(VERIFIER if verb == "rework" else LEADER, which, verb, until=self.town.time.at + timedelta(days=1))

    @rule(which=st.integers(0, 1), number=st.integers(1, 3))
    def it_is_extended(self, which: int, number: int) -> None:
        due = self.town.desk.read(self.cases[which]).due_at
        if due is not None:
            self.attempt(worker(number), which, "ask_extension", until=due + timedelta(hours=30))
            self.attempt(LEADER, which, "grant_extension")

    @rule(hours=st.sampled_from([1, 20, 30, 100, -1, -30]), many=st.booleans())
    def clocks_are_looked_at(self, hours: int, many: bool) -> None:
        self.town.time.pass_(hours=hours)
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda _: act_on_clocks(self.town.desk.centre), range(3 if many else 1)))
        self.check_told()

    @invariant()
    def nobody_is_told_twice(self) -> None:
        told = self.town.run(
            "select case_no, code, occasion_at, count(distinct recipient_id) from notice "
            "where code in ('reminder', 'overdue', 'unsigned') group by 1, 2, 3"
        )
        assert all(count <= (2 if code == "unsigned" else 1) for _, code, _, count in told), told

    def check_told(self) -> None:
        """Of each clock of handling that runs: who has it was told a day before, or that it is overdue."""
        for case_no in self.cases:
            with self.town.desk.database.transaction() as transaction:
                clocks = read_clocks(transaction, AREA_ID, case_no)
            for one in clocks:
                if one.key == ("handle", None) and one.is_running:
                    self.check_clock(case_no, one)

    def check_clock(self, case_no: str, one: Clock) -> None:
        at = self.town.time.at
        done = {name for (name,) in self.town.run(
            f"select act from clock_act where clock_id = '{one.clock_id}' and due_at = '{one.due_at}'"
        )}  # fmt: skip
        is_held = any(task.is_active for task in self.town.desk.read(case_no).tasks)
        (reminder,) = (each for each in acts_of(one, "P3", calendar_with()) if each.name == "reminder")
        assert at < one.due_at or "overdue" in done
        assert not reminder.at <= at < one.due_at or not is_held or "reminder" in done


def test_whatever_is_said_each_is_told_once(town: Town) -> None:
    machine = type("Machine", (Days,), {"town": town})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=15, stateful_step_count=20, deadline=None, print_blob=True)
    )
