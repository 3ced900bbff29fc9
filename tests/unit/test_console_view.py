"""What the console shows of records: order of the queue, steps, lengths and times, groups of what is around."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.values import Code, Seconds
from dispatch.advice.given import Advice, AdvisedWorker, Line, PassedOverWorker
from dispatch.advice.given_team import AdvisedDiversion, AdvisedMember, AdvisedTeam, UnitCall
from dispatch.advice.needs import Need
from dispatch.advice.ranking import Reason
from dispatch.advice.surroundings import CameraDetail, CaseDetail, Detail, Nearby, NearRow, ThingDetail
from dispatch.advice.teams import Unmet
from dispatch.cases.allowed import allowed
from dispatch.cases.incidents import AssignedWorker, Case, LogLine
from dispatch.cases.lifecycle import PRIORITIES, STATES, TRANSITIONS
from dispatch.cases.tasks import Task
from mapdata.resources import Circle
from screens.console.advice_panel import advice_panel
from screens.console.advice_view import advice_view
from screens.console.around import around_marks, around_view
from screens.console.case_panel import responder_strips
from screens.console.case_view import case_step, case_view
from screens.console.queue_view import GROUPS, group_counts, queue_group
from screens.console.queue_view import queue_rows as rows_of
from screens.console.responder_view import Responder, responder_view
from screens.console.verb_view import VERB_ORDER, in_sight, verb_buttons_of
from screens.console.ways import suggested_ways, ways_still
from words.catalogue import LANGUAGES, catalogue
from words.names import near_address, type_name

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def a_case(**changes: object) -> Case:
    whole = Case(
        area_id=330421, case_no="YZ2611210001", client_id=UUID(int=1), version=3, state="reported",
        source_channel="phone", description="窨井盖缺失", type_code="0701", priority="P2", department_code="CJ",
        department_name="村镇建设", lon=120.95, lat=30.91, datum="wgs84", given_lon=120.95, given_lat=30.91,
        grid_code="330421111201001", grid_name="第一网格", village_code="330421111201", village_name="南鹿村",
        address_text="银水路 12 号", reporter_name="李四", reporter_phone="13800138000", reported_by="leader",
        rework_count=0, reported_at=NOW, accepted_at=None, dispatched_at=None, signed_at=None, arrived_at=None,
        handled_at=None, closed_at=None, updated_at=NOW, due_at=NOW + timedelta(hours=24),
        next_stage="accept", next_started_at=NOW, next_due_at=NOW + timedelta(minutes=10), answer_due_at=None,
        supervised_at=None, suspended_until=None, extension_until=None, extended_count=0, worker=None,
    )  # fmt: skip
    return replace(whole, **changes)  # type: ignore[arg-type]


def on_the_way(case: Case) -> Case:
    worker = AssignedWorker(
        worker_id=7, name="王建国", department_code=None, task_id=UUID(int=2), suggestion_id=None,
        assigned_by="leader", assigned_at=NOW, signed_at=None, arrived_at=None, ended_at=None, outcome=None,
    )  # fmt: skip
    return replace(case, state="dispatched", worker=worker)


# queue --------------------------------------------------------------------------------------------------------------


A_CASE = st.tuples(st.sampled_from(STATES), st.sampled_from(["P1", "P2", "P3", "P4"]), st.none() | st.integers(-90, 90))


@given(st.lists(A_CASE, max_size=12))
def test_what_burns_first_stands_first_and_no_urgent_case_below_another(
    cases: list[tuple[str, str, int | None]],
) -> None:
    made = {
        f"YZ26112100{n:02}": a_case(
            case_no=f"YZ26112100{n:02}", state=s, priority=p,
            next_due_at=None if due is None else NOW + timedelta(minutes=due),
        )
        for n, (s, p, due) in enumerate(cases)
    }  # fmt: skip
    rows = rows_of(list(made.values()), "姚庄镇", "zh")
    assert sorted(row.case_no for row in rows) == sorted(made)
    still = [made[row.case_no] for row in rows if row.group != "finished"]
    assert [row.group == "finished" for row in rows] == sorted(row.group == "finished" for row in rows)
    is_urgent = [case.priority in ("P1", "P2") for case in still]
    assert is_urgent == sorted(is_urgent, reverse=True)
    for kind in (True, False):
        dues = [case.next_due_at for case in still if (case.priority in ("P1", "P2")) is kind]
        burning = [due for due in dues if due is not None]
        assert dues == sorted(burning) + [None] * (len(dues) - len(burning))
    counts = group_counts(rows)
    assert counts["all"] == len(rows)
    assert counts["waiting"] == sum(queue_group(state) == "waiting" for state, _, _ in cases)


def test_a_row_is_found_by_number_type_place_and_worker() -> None:
    (row,) = rows_of([on_the_way(a_case())], "姚庄镇", "zh")
    for word in ("yz2611210001", "银水路", "王建国", "窨井盖"):
        assert word in row.words
    assert row.worker == "王建国"


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_group_and_step(state: str) -> None:
    assert queue_group(state) in GROUPS
    assert -1 <= case_step(state) <= 6


def test_a_case_whose_clocks_stand_is_not_due_and_stands_last() -> None:
    stands = a_case(case_no="YZ2", state="suspended", next_stage=None, next_started_at=None, next_due_at=None)
    soon = a_case(case_no="YZ1", state="handled", reported_at=NOW + timedelta(hours=1))
    rows = rows_of([stands, soon], "姚庄镇", "zh")
    assert [(row.case_no, row.due, row.is_paused) for row in rows][1] == ("YZ2", "", True)
    assert rows[0].case_no == "YZ1"


# case ---------------------------------------------------------------------------------------------------------------


def test_after_a_transfer_the_log_still_names_who_was_sent_first() -> None:
    def line(role: str, verb: str, **details: object) -> LogLine:
        return LogLine(1, NOW, "x", role, verb, None, "dispatched", "", details, None, None)

    log = [
        line("shift_leader", "dispatch", worker=7, worker_name="王建国"),
        line("gateway", "sign", on_behalf_of=7),
        line("operator", "arrive", on_behalf_of=7),
        line("shift_leader", "transfer", from_worker=7, worker=8, worker_name="李芳"),
        line("gateway", "sign", on_behalf_of=8),
    ]
    said = case_view(a_case(), log, (), "zh").log
    assert said[3].what == "转派 · 王建国 → 李芳"
    assert [said[at].who for at in (1, 4)] == ["王建国", "李芳"]
    assert said[2].who.endswith("代 王建国")


ELSEWHERE = {"divert", "take_back", "set_out"}
"""Verbs of the centre that are pressed beside who they are about; setting out is told by who does."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_of_the_centre_has_a_button_and_a_line_in_both_languages(language: str) -> None:
    verbs = {each.verb for each in TRANSITIONS if {"operator", "shift_leader"} & (each.roles | each.urgent_roles)}
    assert verbs - ELSEWHERE == set(VERB_ORDER)
    for verb in VERB_ORDER:
        assert f"console.verb.{verb}" in catalogue(language)
    for verb in {each.verb for each in TRANSITIONS} | {"report", "send_queued"}:
        assert f"console.done.{verb}" in catalogue(language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["operator", "shift_leader"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("priority", PRIORITIES)
def test_few_verbs_are_in_sight_and_none_is_lost(language: str, role: str, state: str, priority: str) -> None:
    buttons = verb_buttons_of(allowed(state, role, priority, is_assignee=False), language)
    shown, rest = in_sight(buttons)
    assert len(shown) <= 4
    assert shown or not rest
    assert {id(one) for one in (*shown, *rest)} == {id(one) for one in buttons}


def test_a_form_asks_what_the_verb_needs() -> None:
    forms = {one.verb: one.form for one in verb_buttons_of(VERB_ORDER, "zh")}
    assert forms["suspend"] == ("until", "note")
    assert forms["merge"] == ("parent", "note")
    assert forms["supervise"] == forms["escalate"] == forms["reopen"] == forms["refuse_extension"] == ("note",)
    assert not any(forms[verb] for verb in ("accept", "check", "transfer", "rate", "grant_extension", "acknowledge"))


def test_a_case_is_given_to_a_department_by_a_button_of_its_own() -> None:
    staffed = {verb: [("ZF", "综合执法"), ("SG", "市场监管")] for verb in ("dispatch", "support")}
    buttons = verb_buttons_of(("accept", "dispatch"), "zh", staffed)
    assert [(one.label, one.form) for one in buttons if one.verb == "dispatch"] == [("交部门", ("department", "note"))]
    assert in_sight(buttons)[1] == []
    shown, rest = in_sight(verb_buttons_of(("support",), "zh", staffed))
    assert [one.label for one in (*shown, *rest)] == ["增派", "增派部门"]
    assert verb_buttons_of(("dispatch",), "zh") == (), "a town without departments has none"


def test_the_panel_tells_the_case() -> None:
    lines = [
        LogLine(1, NOW, "leader", "shift_leader", "report", None, "reported", "", {}, None, None),
        LogLine(
            2, NOW, "leader", "shift_leader", "dispatch", "accepted", "dispatched", "快", {"worker_name": "王建国"},
            None, None,
        ),
    ]  # fmt: skip
    shown = case_view(a_case(), lines, ("accept", "cancel", "dispatch"), "zh")
    assert [button.verb for button in shown.verbs] == ["accept", "cancel"]
    assert shown.may_send
    assert dict(shown.facts)["地址"] == "银水路 12 号"
    assert shown.log[0].at == "18:00:00"
    assert shown.log[1].what == "派单 · 王建国"
    assert shown.log[1].note == "快"


# suggestion ---------------------------------------------------------------------------------------------------------

ADVICE = Advice(
    suggestion=UUID(int=9), case_no="YZ2611210001", given_at=NOW, nobody=None, passed_over_more=3,
    workers=tuple(
        AdvisedWorker(
            rank=rank, worker=rank + 10, name=f"人{rank}", role="grid_worker", mode="ebike", skills=(), grid_code=None,
            status="patrolling", lon=120.95, lat=30.91, eta_s=61.0 * rank, distance_m=400.0 * rank, straight_m=300.0,
            off_road_m=0.0, bridges=0, fix_age_s=4.0, accuracy_m=6.0, reasons=(Reason("same_grid"),),
            route=Line(((120.95, 30.91), (120.96, 30.92))),
        )
        for rank in (1, 2)
    ),
    passed_over=(PassedOverWorker(3, "远", 90.0, Reason("unreachable")),),
)  # fmt: skip


def test_the_suggestion_is_told_with_times_reasons_and_who_was_passed_over() -> None:
    shown = advice_view(ADVICE, {}, "dispatch", "zh")
    assert [row.eta for row in shown.rows] == ["1 分 01 秒", "2 分 02 秒"]
    assert shown.rows[0].reasons == ("本网格",)
    assert shown.passed_over == (("远", "90 米", "没有道路可到"),)
    assert shown.nobody == ""


@pytest.mark.parametrize(("language", "told"), [("zh", "另有 3 人"), ("en", "3 more")])
def test_how_many_more_were_passed_over_is_told(language, told) -> None:
    assert told in str(advice_panel(advice_view(ADVICE, {}, "dispatch", language), "dispatch", language))
    nobody_more = advice_view(replace(ADVICE, passed_over_more=0), {}, "dispatch", language)
    assert told not in str(advice_panel(nobody_more, "dispatch", language))


NEED = Need("skill", 1, ("first_aid",))
TEAM = replace(
    ADVICE,
    team=AdvisedTeam(
        (AdvisedMember(11, "人1", True, 61.0, (Code("team.role", "lead"),)),
         AdvisedMember(30, "远者", False, 300.0, (Code("team.role", "second"),))),
        (Unmet(NEED, 0, "nobody_at_all"),),
        (UnitCall("CJ"),),
    ),
    divertible=(
        AdvisedDiversion(
            40, "忙者", 50.0, 250.0, "YZ2611210002", "P3", "signed",
            Code("team.divert", "earlier", {"need": Code("team.need", "people"), "earlier": Seconds(250.0)}),
            Code("team.divert", "waits_again", {"case_no": "YZ2611210002", "priority": "P3"}),
        ),
    ),
    divertible_more=2,
)  # fmt: skip
LEFT = {"YZ2611210002": "0701"}


def test_the_team_is_said_with_roles_what_is_lacking_and_whom_to_call() -> None:
    team = advice_view(TEAM, LEFT, "dispatch", "zh").team
    assert team is not None
    assert [(row.name, row.roles, row.eta) for row in team.members] == [
        ("人1", "带队", "1 分 01 秒"),
        ("远者", "同行", "5 分钟"),
    ]
    assert len(team.lacking) == 2
    assert team.lacking[1].startswith("通知")
    assert advice_view(TEAM, LEFT, "transfer", "zh").team is None, "one takes the place of one"


def test_whom_to_divert_is_told_with_the_case_that_would_suffer() -> None:
    (row,) = advice_view(TEAM, LEFT, "support", "zh").divertible
    assert (row.worker, row.name, row.case_no) == (40, "忙者", "YZ2611210002")
    assert "早到" in row.gain
    assert all(word in row.case for word in ("YZ2611210002", type_name("0701", "zh"), "P3", "已签收"))
    assert "退回待派" in row.loss
    assert advice_view(TEAM, {}, "support", "zh").divertible == (), "not for who may not divert"
    assert advice_view(TEAM, LEFT, "transfer", "zh").divertible == (), "he would help, not take over"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_panel_offers_the_team_and_the_diverted_in_the_readers_language(language: str) -> None:
    told = str(advice_panel(advice_view(TEAM, LEFT, "dispatch", language), "dispatch", language))
    assert "data-team" in told
    assert "YZ2611210002" in told
    assert "data-team" not in str(advice_panel(advice_view(TEAM, LEFT, "", language), "", language))
    assert re.findall(r"(?:console|team|lifecycle)\.[a-z_]+\.[a-z_.]+", told) == []


def a_task(number: int, **changes: object) -> Task:
    task = Task(
        area_id=330421, task_id=UUID(int=100 + number), case_no="YZ2611210001", task_no=number,
        kind="lead" if number == 1 else "co", is_required=True, worker_id=number, department_code=None,
        parent_task_id=None, state="sent", suggestion_id=None, created_by="leader", created_at=NOW, name=f"人{number}",
    )  # fmt: skip
    return replace(task, **changes)  # type: ignore[arg-type]


def test_everybody_on_the_case_is_told_and_may_be_taken_back() -> None:
    way: Any = SimpleNamespace(eta_s=125.0, distance_m=900.0, line=[(120.95, 30.91), (120.96, 30.92)])
    there = a_task(2, state="on_scene")
    views = [
        responder_view(Responder(a_task(1), None), way, NOW, "zh", may_take_back=True),
        responder_view(Responder(there, None), None, NOW, "zh", may_take_back=True),
    ]
    assert [(one.name, one.part, one.status) for one in views] == [("人1", "主办", "待签收"), ("人2", "协办", "已到场")]
    assert "18:02 到达" in views[0].still
    assert views[1].still == ""
    told = str(responder_strips(views, "zh"))
    assert told.count("take_back") == 2
    kept = [replace(one, may_take_back=False) for one in views]
    assert "take_back" not in str(responder_strips(kept, "zh"))
    ways = ways_still(views, {"case_no": "YZ1", "lon": 120.95, "lat": 30.91})
    assert [way["properties"]["label"] for way in ways["features"]] == ["人1 2 分 05 秒"]


def test_the_log_tells_whose_task_it_was_and_the_other_case_of_a_divert() -> None:
    def line(verb: str, task: int | None, **details: object) -> LogLine:
        about = None if task is None else UUID(int=100 + task)
        return LogLine(1, NOW, "x", "shift_leader", verb, None, "received", "", details, None, None, about)

    log = [
        line("dispatch", 1, worker=1, worker_name="人1", **{"with": [2]}),
        line("set_out", 2),
        line("sign", 2, on_behalf_of=2),
        line("take_back", 2, from_worker=2),
        line("divert", 3, worker=3, worker_name="人3", from_case="YZ2611210002"),
        line("divert", 1, worker=1, worker_name="人1", to_case="YZ2611210003"),
    ]
    rows = case_view(a_case(tasks=(a_task(1), a_task(2), a_task(3))), log, (), "zh").log
    assert [row.what for row in rows] == [
        "派单 · 人1、人2", "出发 · 人2", "签收", "撤回 · 人2", "调离改派 · 人3,调自 YZ2611210002",
        "调离改派 · 人1,调往 YZ2611210003",
    ]  # fmt: skip
    assert rows[2].who.endswith("代 人2")


def test_returns_and_what_is_asked_stand_on_the_row_and_on_the_case() -> None:
    def line(verb: str, note: str) -> LogLine:
        return LogLine(1, NOW, "zf", "dept_handler", verb, None, "received", note, {}, None, None, UUID(int=101))

    assert rows_of([a_case()], "", "zh")[0].marks == ""
    waiting = a_case(returned_count=2, ruling_wanted_at=NOW)
    assert rows_of([waiting], "", "zh")[0].marks == "退回 2 次 · 待裁定"
    asked = a_case(support_asked_at=NOW, objected_at=NOW, tasks=(a_task(1, name="综合执法"),))
    shown = case_view(asked, [line("ask_support", "需两人"), line("object", "不归我管")], ("support",), "zh")
    assert shown.marks == "请求支援 · 有异议"
    assert [one.split(" ")[-1] for one in shown.asked.splitlines()] == [
        "综合执法请求支援:需两人",
        "综合执法提出异议(先办后议):不归我管",
    ]


def test_the_best_way_is_drawn_on_top_and_named_after_its_worker() -> None:
    stage = {"case_no": "YZ2611210001", "lon": 120.95, "lat": 30.91}
    ways = suggested_ways(ADVICE, stage, "zh")
    assert [way["properties"]["key"] for way in ways["features"]] == ["12", "11"]
    assert ways["fit"]["case_no"] == "YZ2611210001"


# around -------------------------------------------------------------------------------------------------------------


HERE = Circle(120.95, 30.91, 500.0)
CAMERA = Code("nearby.kind", "camera")
EYE = CameraDetail(90.0, 60.0, 80.0, "ok", None, None, sees=True, offline=False, kind_name=CAMERA)
BROKEN = ThingDetail("3", "fault", Code("nearby.kind", "hydrant"))
CASE = CaseDetail("0501", "closed", "P3", NOW, open=False, state_name=Code("lifecycle.state", "closed"))


def near(kind: str, name: str | Code, detail: Detail, why: Code | None = None, key: str = "2") -> NearRow:
    return NearRow(kind, key, name, 42.0, 120.95, 30.91, detail, why)


def nearby(**groups: tuple[NearRow, ...]) -> Nearby:
    empty = Nearby("YZ1", HERE, people=(), places=(), things=(), incidents=(), notes=(), counts={"things": 7})
    return replace(empty, **groups)


def test_five_groups_in_the_order_they_are_said() -> None:
    camera = near("camera", "一号", EYE, Code("nearby.why", "sees"), key="1")
    hydrant = near("hydrant", Code("nearby.name", "thing", {"kind": BROKEN.kind_name, "code": "3"}), BROKEN)
    seen = around_view(nearby(things=(camera, hydrant)), "姚庄镇", "zh")
    assert [group.sign for group in seen.groups] == ["人", "地", "事", "物", "情"]
    shown = seen.groups[3]
    assert shown.count == 7
    assert [row.tone for row in shown.rows] == ["useful", "off"]
    assert [row.name for row in shown.rows] == ["一号", "消火栓 3"]
    assert shown.rows[0].under == "可看到现场 · 摄像头"
    assert [mark["properties"]["kind"] for mark in around_marks(seen)["features"]] == ["circle", "thing"]
    assert len(seen.cameras) == 1


def test_a_neighbouring_event_knows_its_number_and_nothing_else_does() -> None:
    case = near("incident", "YZ2611210002 垃圾", CASE, key="YZ2611210002")
    seen = around_view(nearby(incidents=(case,), things=(near("bin", "垃圾桶", BROKEN),)), "姚庄镇", "zh")
    assert [row.case_no for group in seen.groups for row in group.rows] == ["YZ2611210002", ""]


def test_a_remark_has_no_place_on_the_map() -> None:
    values = {"count": 3, "floating": 1}
    note = NearRow("residents", "residents", Code("nearby.note", "residents", values), None, None, None, values)
    seen = around_view(nearby(notes=(note,)), "姚庄镇", "zh")
    assert (seen.groups[4].rows[0].name, seen.groups[4].rows[0].under) == ("周边居民 3 人,其中流动人口 1 人", "")
    assert len(around_marks(seen)["features"]) == 1


# words --------------------------------------------------------------------------------------------------------------


def test_an_address_leaves_out_what_its_reader_knows() -> None:
    whole = "浙江省嘉兴市嘉善县姚庄镇姚庄社区第一网格洪福小区5幢"
    assert near_address(whole, "姚庄镇", "姚庄社区第一网格") == "洪福小区5幢"
    assert near_address(whole, "别处镇") == whole
    assert near_address("姚庄镇", "姚庄镇") == "姚庄镇", "never nothing"
    assert near_address("", "姚庄镇", None) == ""
