"""What the console shows of records: order of the queue, steps, lengths and times, groups of what is around."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.cases.incidents import AssignedWorker, Case, LogLine
from dispatch.cases.lifecycle import STATES, TRANSITIONS
from screens.console.advice_view import advice_view
from screens.console.around import around_marks, around_view
from screens.console.case_view import VERB_ORDER, case_step, case_view
from screens.console.queue_view import GROUPS, group_counts, queue_group
from screens.console.queue_view import queue_rows as rows_of
from screens.console.ways import suggested_ways
from words.catalogue import LANGUAGES, catalogue
from words.names import near_address
from words.units import distance_text, duration_text, time_of_day

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
        running_due_at=NOW + timedelta(hours=24), worker=None,
    )  # fmt: skip
    return replace(whole, **changes)  # type: ignore[arg-type]


def on_the_way(case: Case) -> Case:
    worker = AssignedWorker(
        worker_id=7, name="王建国", department_code=None, task_id=UUID(int=2), suggestion_id=None,
        assigned_by="leader", assigned_at=NOW, signed_at=None, arrived_at=None, ended_at=None, outcome=None,
    )  # fmt: skip
    return replace(case, state="dispatched", worker=worker)


# queue --------------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from(["P1", "P2", "P3", "P4"])), max_size=12))
def test_what_waits_comes_first_and_the_urgent_before_the_rest(cases: list[tuple[str, str]]) -> None:
    made = [a_case(case_no=f"YZ26112100{n:02}", state=s, priority=p) for n, (s, p) in enumerate(cases)]
    rows = rows_of(made, "姚庄镇", "zh")
    assert sorted(row.case_no for row in rows) == [case.case_no for case in made]
    keys = [(GROUPS.index(row.group), row.priority) for row in rows]
    assert keys == sorted(keys)
    counts = group_counts(rows)
    assert counts["all"] == len(rows)
    assert counts["waiting"] == sum(queue_group(state) == "waiting" for state, _ in cases)


def test_a_row_is_found_by_number_type_place_and_worker() -> None:
    (row,) = rows_of([on_the_way(a_case())], "姚庄镇", "zh")
    for word in ("yz2611210001", "银水路", "王建国", "窨井盖"):
        assert word in row.words
    assert row.worker == "王建国"


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_group_and_step(state: str) -> None:
    assert queue_group(state) in GROUPS
    assert -1 <= case_step(state) <= 6


def test_a_case_whose_clock_does_not_run_is_not_due_and_stands_by_its_deadline() -> None:
    late = a_case(case_no="YZ2", state="handled", due_at=NOW + timedelta(hours=2), running_due_at=None)
    soon = a_case(case_no="YZ1", state="handled", due_at=NOW + timedelta(hours=1), running_due_at=None)
    rows = rows_of([late, soon], "姚庄镇", "zh")
    assert [(row.case_no, row.due) for row in rows] == [("YZ1", ""), ("YZ2", "")]


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


FOR_SEVERAL = {"support", "divert", "take_back", "set_out"}
"""Verbs of the centre about one of several people, which a button by itself does not name."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_of_the_centre_has_a_button_and_a_line_in_both_languages(language: str) -> None:
    verbs = {each.verb for each in TRANSITIONS if {"operator", "shift_leader"} & (each.roles | each.urgent_roles)}
    assert verbs - {"dispatch"} - FOR_SEVERAL == set(VERB_ORDER)
    for verb in VERB_ORDER:
        assert f"console.verb.{verb}" in catalogue(language)
    for verb in {each.verb for each in TRANSITIONS} | {"report", "send_queued"}:
        assert f"console.done.{verb}" in catalogue(language)


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

ADVICE = {
    "suggestion": str(UUID(int=9)), "case_no": "YZ2611210001", "nobody": None,
    "workers": [
        {
            "rank": rank, "worker": rank + 10, "name": f"人{rank}", "role": "grid_worker", "mode": "ebike",
            "skills": [], "grid_code": None, "status": "patrolling", "eta_s": 61.0 * rank, "distance_m": 400.0 * rank,
            "straight_m": 300.0, "fix_age_s": 4.0, "accuracy_m": 6.0, "reasons": [{"code": "free", "text": "空闲"}],
            "route": {"type": "LineString", "coordinates": [[120.95, 30.91], [120.96, 30.92]]},
        }
        for rank in (1, 2)
    ],
    "passed_over": [
        {"worker": 3, "name": "远", "straight_m": 90.0, "reason": {"code": "across_water", "text": "隔河"}}
    ],
}  # fmt: skip


def test_the_suggestion_is_told_with_times_reasons_and_who_was_passed_over() -> None:
    shown = advice_view(ADVICE, "zh")
    assert [row.eta for row in shown.rows] == ["1 分 01 秒", "2 分 02 秒"]
    assert shown.rows[0].reasons == ("空闲",)
    assert shown.passed_over == (("远", "90 米", "隔河"),)
    assert shown.nobody == ""


def test_the_best_way_is_drawn_on_top_and_named_after_its_worker() -> None:
    stage = {"case_no": "YZ2611210001", "lon": 120.95, "lat": 30.91}
    ways = suggested_ways(ADVICE, stage, "zh")
    assert [way["properties"]["key"] for way in ways["features"]] == ["12", "11"]
    assert ways["fit"]["case_no"] == "YZ2611210001"


# around -------------------------------------------------------------------------------------------------------------


def nearby(**groups: object) -> dict[str, object]:
    empty: dict[str, object] = {code: [] for code in ("people", "places", "things", "incidents", "notes")}
    return {"case_no": "YZ1", "lon": 120.95, "lat": 30.91, "radius_m": 500.0, "counts": {"things": 7}} | empty | groups


def test_five_groups_in_the_order_they_are_said() -> None:
    at = {"lon": 120.95, "lat": 30.91}
    eye = {"heading_deg": 90.0, "fov_deg": 60.0, "range_m": 80.0, "state": "ok", "kind_name": "摄像头"}
    things = [
        {"kind": "camera", "id": "1", "name": "一号", "distance_m": 42.0, "why": "可看到现场", "detail": eye} | at,
        {"kind": "hydrant", "id": "2", "name": "消火栓 3", "distance_m": 51.0, "detail": {"state": "fault"}} | at,
    ]
    seen = around_view(nearby(things=things), "姚庄镇", "zh")
    assert [group.sign for group in seen.groups] == ["人", "地", "事", "物", "情"]
    shown = seen.groups[3]
    assert shown.count == 7
    assert [row.tone for row in shown.rows] == ["useful", "off"]
    assert shown.rows[0].under == "可看到现场 · 摄像头"
    assert [mark["properties"]["kind"] for mark in around_marks(seen)["features"]] == ["circle", "thing"]
    assert len(seen.cameras) == 1


def test_a_neighbouring_event_knows_its_number_and_nothing_else_does() -> None:
    at = {"distance_m": 42.0, "lon": 120.95, "lat": 30.91, "detail": {"state": "closed", "priority": "P3"}}
    case = {"kind": "incident", "id": "YZ2611210002", "name": "YZ2611210002 垃圾"} | at
    thing = {"kind": "bin", "id": "2", "name": "垃圾桶"} | at
    seen = around_view(nearby(incidents=[case], things=[thing]), "姚庄镇", "zh")
    assert [row.case_no for group in seen.groups for row in group.rows] == ["YZ2611210002", ""]


def test_a_remark_has_no_place_on_the_map() -> None:
    note = {
        "kind": "residents",
        "id": "residents",
        "name": "周边居民 3 人",
        "distance_m": None,
        "lon": None,
        "lat": None,
    }
    seen = around_view(nearby(notes=[note | {"detail": {"count": 3}}]), "姚庄镇", "zh")
    assert seen.groups[4].rows[0].under == ""
    assert len(around_marks(seen)["features"]) == 1


# words --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("distance_m", "words"), [(3, "10 米"), (94, "90 米"), (994, "990 米"), (996, "1.0 公里"), (12345, "12.3 公里")]
)
def test_distances(distance_m: float, words: str) -> None:
    assert distance_text(distance_m, "zh") == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 秒"), (59.4, "59 秒"), (59.6, "1 分 00 秒"), (599, "9 分 59 秒"), (600, "10 分钟"), (3700, "1 小时 01 分")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration_text(seconds, "zh") == words


def test_an_address_leaves_out_what_its_reader_knows() -> None:
    whole = "浙江省嘉兴市嘉善县姚庄镇姚庄社区第一网格洪福小区5幢"
    assert near_address(whole, "姚庄镇", "姚庄社区第一网格") == "洪福小区5幢"
    assert near_address(whole, "别处镇") == whole
    assert near_address("姚庄镇", "姚庄镇") == "姚庄镇", "never nothing"
    assert near_address("", "姚庄镇", None) == ""


def test_times_are_the_towns() -> None:
    assert time_of_day(datetime(2026, 11, 21, 16, 30, 5, tzinfo=UTC)) == "00:30:05"
