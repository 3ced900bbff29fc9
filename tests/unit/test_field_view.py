"""What the field page makes of the cases: my task first, my queue in its order, each by its own state."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import Mock
from uuid import uuid4

from dispatch.access.scope import Scope
from dispatch.cases.clock_rows import Extension
from dispatch.cases.incidents import Case
from dispatch.cases.tasks import Task
from screens.field import layout, view
from screens.shell.visitor import Visitor
from tests.small_town import AREA_ID
from tests.unit.test_task_rules import NOW, a_task
from tests.unit.test_wall_view import words_of

ME = Scope("yi", "grid_worker", AREA_ID, worker_id=2)
HANDLER = Scope("ding", "dept_handler", AREA_ID, worker_id=4, departments=("ZF",))


def a_case(number: int, *tasks: Task, state: str = "handling", priority: str = "P3") -> Case:
    case = Mock(spec=Case, case_no=f"XZ26112100{number:02}", state=state, priority=priority, tasks=tasks)
    case.configure_mock(
        type_code="0501", description="垃圾", address_text="南岸路", grid_name=None, due_at=NOW, stage="at_work"
    )
    case.configure_mock(next_due_at=NOW, next_started_at=NOW, answer_due_at=None)
    case.configure_mock(extension_until=None, extended_count=0)
    case.configure_mock(lon=120.95, lat=30.92, is_overdue=lambda _now: False)
    return case


def rows(me: Scope, *cases: Case) -> list[view.MyTask]:
    return view.tasks(cases, me, NOW, "zh")


def presses(row: view.MyTask) -> tuple[str, ...]:
    return (row.next.verb if row.next else "", *(press.verb for press in row.besides))


def test_a_helper_s_buttons_follow_his_own_task() -> None:
    lead = a_task(1, "working", name="张某")
    wanted = {
        "sent": ("sign", "ask_support", "send_back"),
        "signed": ("set_out", "arrive", "ask_support", "ask_extension", "send_back"),
        "under_way": ("arrive", "ask_support", "ask_extension", "send_back"),
        "on_scene": ("start", "ask_support", "ask_extension"),
        "working": ("feedback", "ask_support", "ask_extension"),
    }
    for state, verbs in wanted.items():
        (row,) = rows(ME, a_case(1, lead, a_task(2, state, "co")))
        assert presses(row) == verbs, state
        assert (row.part, row.others) == ("协办", "张某(主办,处置中)")


def test_what_a_department_was_given_may_be_handed_over() -> None:
    task = a_task(2, "signed", "co", worker_id=None, department_code="ZF", name="综合执法")
    (row,) = rows(HANDLER, a_case(1, a_task(1, "working"), task))
    assert presses(row) == ("set_out", "arrive", "hand_over", "ask_support", "ask_extension", "send_back")


def test_whom_a_whistle_called_is_led_to_its_page() -> None:
    called = a_task(1, "signed", worker_id=None, department_code="ZF", whistle_id=uuid4())
    given = a_task(2, "sent", "co", worker_id=2, parent_task_id=called.task_id)
    for me in (ME, HANDLER):
        (row, *_) = rows(me, a_case(1, called, given))
        assert row.whistle == "/whistle?case=XZ2611210001"
        assert row.whistle in str(layout.task_list([row], Visitor(me, "zh")))
    (row,) = rows(ME, a_case(1, a_task(1, "working", worker_id=7, name="张某"), a_task(2, "sent", "co")))
    assert row.whistle == ""


def test_who_left_is_not_among_those_on_the_case() -> None:
    mine = a_task(2, "sent")
    gone = [a_task(n, state, "co", name="某") for n, state in enumerate(("returned", "withdrawn", "diverted"), start=3)]
    failed = a_task(6, "done", name="某", failed_at=NOW)
    done = a_task(7, "done", "co", name="李某")
    assert rows(ME, a_case(1, mine, *gone, failed, done))[0].others == "李某(协办,已完成)"


def test_mine_comes_first_then_my_queue_as_it_is_sent_whatever_its_priority() -> None:
    waits = [a_task(2, "queued", created_at=NOW + timedelta(minutes=n)) for n in range(2)]
    cases = (
        a_case(3, waits[1], priority="P1"),
        a_case(1, waits[0], priority="P3"),
        a_case(2, a_task(2, "signed"), priority="P4"),
        a_case(4, a_task(9, "sent")),
    )
    found = rows(ME, *cases)
    assert [(row.case_no[-1], row.place_on_page) for row in found] == [("2", "now"), ("1", "queue"), ("3", "queue")]
    assert [presses(row) for row in found[1:]] == [("",)] * 2


def test_a_handler_sees_his_department_s_tasks_and_its_people_s_after_his_own() -> None:
    asked = a_task(1, "sent", "co", worker_id=None, department_code="ZF", name="综合执法")
    other = a_task(2, "sent", "co", worker_id=None, department_code="SG", name="市场监管")
    person = a_task(5, "signed", worker_department="ZF", name="王某")
    found = rows(HANDLER, a_case(1, person, asked, other), a_case(2, a_task(4, "queued", worker_department="ZF")))
    assert [(row.place_on_page, row.part) for row in found] == [
        ("queue", "主办"),
        ("department", "主办 · 王某"),
        ("department", "协办 · 综合执法"),
    ]
    assert rows(ME, a_case(1, person, asked)) != rows(HANDLER, a_case(1, person, asked))


def test_the_page_tells_which_is_which() -> None:
    page = layout.task_list(rows(ME, a_case(1, a_task(2, "sent")), a_case(2, a_task(2, "queued"))), Visitor(ME, "zh"))
    shown = list(words_of(page))
    assert shown.index("待签收") < shown.index("签收") < shown.index("排队中")
    assert shown.count("签收") == 1
    assert "当前没有派给您的任务" in list(words_of(layout.task_list([], Visitor(ME, "zh"))))


def test_an_awaited_answer_comes_first_and_more_time_is_asked_for_once() -> None:
    case = a_case(1, a_task(2, "working"))
    case.configure_mock(answer_due_at=NOW, extension_until=NOW)
    asked = Mock(spec=Extension, decision=None, until=NOW)
    (row,) = view.tasks([case], ME, NOW, "zh", view.Beside(asked={case.case_no: asked}))
    assert presses(row) == ("feedback", "reply", "ask_support")
    assert [line.split(" ")[0] for line in row.told] == ["指挥中心等待答复,请于", "已申请延期至"]
    for decision, words in (("granted", "已同意延期"), ("refused", "未同意延期")):
        answered = Mock(spec=Extension, decision=decision, until=NOW)
        (row,) = view.tasks(
            [a_case(1, a_task(2, "working"))], ME, NOW, "zh", view.Beside(asked={case.case_no: answered})
        )
        assert row.told[0].startswith(words)
    urgent = a_case(1, a_task(2, "working"), priority="P1")
    assert "ask_extension" not in presses(rows(ME, urgent)[0])
