"""Clocks over National Day 2026, worked out by hand: holidays, days worked in exchange, a pause, an extension.

The calendar around it (the State Council's notice of 2025-11-04): Sunday 20 September is worked; 25 to 27 September
(Friday to Sunday) are off; 1 to 7 October (Thursday to Wednesday) are off; Saturday 10 October is worked. A working day
is 08:30 to 11:30 and 13:30 to 17:00: 6.5 hours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.clock import TOWN_ZONE
from dispatch.cases.calendar import Limit, SpecialDay, calendar_with, each_day, national_days
from dispatch.cases.clock_rows import Extension
from dispatch.cases.clocks import Clock, Facts, ended, follow, next_due, paused, resumed, wanted
from dispatch.cases.deadlines import CHECK, MATRIX, SUPERVISE
from dispatch.cases.due_steps import due_steps, is_settled
from dispatch.cases.tasks import Task
from words.values import code_text

CALENDAR = calendar_with()
THREE_DAYS = MATRIX["P3"]["handle"]


def town(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOWN_ZONE)


BY_HAND = [
    # 2 h on Tuesday the 29th, 6.5 on the 30th, then the holidays; 6.5 on Thursday the 8th: 15. Of 19.5 are left 4.5:
    # 3 until 11:30 on Friday, 1.5 from 13:30.
    (Limit(3, "work_day"), "2026-09-29T15:00", "2026-10-09T15:00"),
    # one day more is Saturday the 10th, worked in exchange
    (Limit(4, "work_day"), "2026-09-29T15:00", "2026-10-10T15:00"),
    # 1 h until 17:00, the other from 08:30 on the first day after the holidays
    (Limit(2, "work_hour"), "2026-09-30T16:00", "2026-10-08T09:30"),
    # 1 h on the worked Saturday, no Sunday, 3 h until 11:30 on Monday and 2.5 from 13:30
    (Limit(1, "work_day"), "2026-10-10T16:00", "2026-10-12T16:00"),
    # 3 h on Thursday, Friday to Sunday are off (Mid-Autumn), 3 h until 11:30 on Monday and half an hour from 13:30
    (Limit(1, "work_day"), "2026-09-24T14:00", "2026-09-28T14:00"),
    # 1 h on Friday, no Saturday; Sunday the 20th is worked: 3 h until 11:30 and 2.5 from 13:30
    (Limit(1, "work_day"), "2026-09-18T16:00", "2026-09-20T16:00"),
    # begun in the midst of the holidays it counts from the first morning after them: all of Thursday
    (Limit(1, "work_day"), "2026-10-03T12:00", "2026-10-08T17:00"),
    # a supervision on the worked Saturday: 2 h until 17:00, 2 more from 08:30 on Monday
    (SUPERVISE, "2026-10-10T15:00", "2026-10-12T10:30"),
    # a look on site asked for on the last afternoon: a quarter of an hour until 17:00, 1 h 45 min after the holidays
    (CHECK["P3"], "2026-09-30T16:45", "2026-10-08T10:15"),
    # natural time knows no holiday
    (MATRIX["P2"]["handle"], "2026-10-01T08:00", "2026-10-02T08:00"),
    (MATRIX["P1"]["accept"], "2026-10-01T23:59", "2026-10-02T00:01"),
]


@pytest.mark.parametrize(("limit", "start", "due"), BY_HAND)
def test_a7_a_deadline_over_national_day_matches_the_table_made_by_hand(limit: Limit, start: str, due: str) -> None:
    assert CALENDAR.after(town(start), limit) == town(due)


def handling(start: str = "2026-09-29T15:00", limit: Limit = THREE_DAYS) -> Clock:
    due = CALENDAR.after(town(start), limit)
    return Clock(UUID(int=1), "handle", None, "priority", limit, town(start), due, due)


def test_a_pause_over_national_day() -> None:
    """Of 19.5 h 3.5 are used at 10:00 on the 30th: 2 on Tuesday, 1.5 on Wednesday; 16 are left. Resumed on Friday the
    9th at 09:00: 6 h on Friday (2.5 and 3.5), 6.5 on the worked Saturday; 3.5 are left for Monday: 3 until 11:30, half
    an hour from 13:30."""
    clock = resumed(paused(handling(), town("2026-09-30T10:00")), town("2026-10-09T09:00"), CALENDAR)
    assert clock.due_at == town("2026-10-12T14:00")
    assert [(pause.since, pause.until) for pause in clock.pauses] == [
        (town("2026-09-30T10:00"), town("2026-10-09T09:00"))
    ]


def test_a_pause_an_extension_and_another_pause() -> None:
    """After the pause above due on Monday the 12th, 14:00; extended until Wednesday the 14th, 17:00. Suspended again
    for the whole of Tuesday the 13th: at 08:30 on Tuesday 13 h are left (6.5 on each of two days), so from 08:30 on
    Wednesday it is due at the end of Thursday."""
    first = resumed(paused(handling(), town("2026-09-30T10:00")), town("2026-10-09T09:00"), CALENDAR)
    extension = Extension(
        uuid4(), first.clock_id, "yi", town("2026-10-12T09:00"), town("2026-10-14T17:00"), "等配件", "chen",
        town("2026-10-12T10:00"), "granted", first.due_at,
    )  # fmt: skip
    extended = replace(first, due_at=extension.until)
    last = resumed(paused(extended, town("2026-10-13T08:30")), town("2026-10-14T08:30"), CALENDAR)
    assert last.due_at == town("2026-10-15T17:00")

    refused = replace(extension, decision="refused", until=town("2026-10-30T17:00"))
    steps = due_steps(last, [refused, extension], CALENDAR)
    assert [(step.code, step.due_at) for step in steps] == [
        ("limit", town("2026-10-09T15:00")),
        ("worked", town("2026-10-09T15:00")),
        ("crossed", town("2026-10-09T15:00")),
        ("pause", town("2026-10-12T14:00")),
        ("extension", town("2026-10-14T17:00")),
        ("pause", town("2026-10-15T17:00")),
    ]
    spans = [(f"{span.since:%m-%d %H:%M}", f"{span.until:%H:%M}") for span in steps[1].spans]
    assert spans == [
        ("09-29 15:00", "17:00"), ("09-30 08:30", "11:30"), ("09-30 13:30", "17:00"), ("10-08 08:30", "11:30"),
        ("10-08 13:30", "17:00"), ("10-09 08:30", "11:30"), ("10-09 13:30", "15:00"),
    ]  # fmt: skip
    assert [code_text(step.text, "zh") for step in steps] == [
        "按优先级,自 9月29日15:00 起 3 工作日",
        "计工作时间 19 小时 30 分,跨 4 天,自 9月29日15:00 至 10月9日15:00",
        "跨 国庆节放假(10-01–10-07)",
        "挂起 9月30日10:00 至 10月9日09:00,顺延至 10月12日14:00",
        "chen 同意延期至 10月14日17:00",
        "挂起 10月13日08:30 至 10月14日08:30,顺延至 10月15日17:00",
    ]


def test_a_pause_in_natural_time_and_one_of_what_is_over() -> None:
    day = handling("2026-10-01T08:00", MATRIX["P2"]["handle"])
    assert resumed(paused(day, town("2026-10-01T10:00")), town("2026-10-01T12:00"), CALENDAR).due_at == town(
        "2026-10-02T10:00"
    )
    over = resumed(paused(day, town("2026-10-02T09:00")), town("2026-10-05T09:00"), CALENDAR)
    assert over.due_at == day.due_at, "what was over stays over"


MOMENT = st.integers(0, 200 * 24 * 60).map(lambda minute: town("2026-03-01T00:00") + timedelta(minutes=minute))


@given(start=MOMENT, waits=st.integers(0, 9000), stands=st.integers(0, 9000), limit=st.sampled_from(BY_HAND))
def test_a_pause_never_takes_time_away_nor_gives_more_than_it_lasted(start, waits, stands, limit) -> None:
    due = CALENDAR.after(start, limit[0])
    clock = Clock(UUID(int=1), "handle", None, "priority", limit[0], start, due, due)
    since = start + timedelta(minutes=waits)
    after = resumed(paused(clock, since), since + timedelta(minutes=stands), CALENDAR)
    assert after.due_at >= due
    if due > since and limit[0].is_working_time:
        left = CALENDAR.worked_between(since, due)
        assert CALENDAR.worked_between(since + timedelta(minutes=stands), after.due_at) == left
    assert due_steps(after, [], CALENDAR)[-1].due_at == after.due_at


# which clocks run ---------------------------------------------------------------------------------------------------


def facts(state: str, **changes: object) -> Facts:
    at = town("2026-11-23T09:00")
    plain = {
        "state": state, "before": state, "priority": "P1", "type_priority": "P1", "type_limit": None, "reported_at": at,
        "accepted_at": at, "handled_at": at, "due_at": at + timedelta(hours=4),
    }  # fmt: skip
    return Facts(**plain | changes)  # type: ignore[arg-type]


def a_task(state: str, kind: str = "lead", number: int = 1, **changes: object) -> Task:
    at = town("2026-11-23T09:00")
    plain = {"area_id": 1, "task_id": UUID(int=number), "case_no": "A", "task_no": number, "kind": kind}
    plain |= {"is_required": True, "worker_id": number, "department_code": None, "parent_task_id": None, "state": state}
    plain |= {"suggestion_id": None, "created_by": "li", "created_at": at, "sent_at": at}
    return Task(**plain | changes)  # type: ignore[arg-type]


SIGNED = {"signed_at": town("2026-11-23T09:02")}


@pytest.mark.parametrize(
    ("state", "tasks", "stages"),
    [
        ("reported", [], {"accept"}),
        ("accepted", [], {"dispatch", "handle"}),
        ("accepted", [a_task("queued", sent_at=None)], {"dispatch", "handle"}),
        ("dispatched", [a_task("sent")], {"sign", "handle"}),
        ("received", [a_task("under_way", **SIGNED)], {"arrive", "handle"}),
        ("on_scene", [a_task("on_scene"), a_task("sent", "co", 2)], {"handle", "sign"}),
        ("handled", [a_task("done")], {"verify"}),
        ("self_handled", [], {"verify"}),
        ("closed", [a_task("done")], set()),
        ("cancelled", [a_task("withdrawn")], set()),
    ],
)
def test_what_is_awaited_has_its_clock(state: str, tasks: list[Task], stages: set[str]) -> None:
    assert {want.stage for want in wanted(facts(state, tasks=tasks))} == stages


def test_no_clock_of_arriving_where_there_is_no_limit() -> None:
    assert {one.stage for one in wanted(facts("received", priority="P3", tasks=[a_task("signed", **SIGNED)]))} == {
        "handle"
    }


def test_a_look_on_site_stands_the_clock_of_accepting_and_has_its_own() -> None:
    at = town("2026-11-23T09:00")
    (accepting,) = follow(facts("reported"), [], at, CALENDAR)
    checked = facts("checking", before="reported", tasks=[a_task("sent", "check")])
    stands, checking = follow(checked, [accepting], at + timedelta(minutes=1), CALENDAR)
    assert (stands.state, stands.stage, checking.stage, checking.basis) == ("paused", "accept", "handle", "check")
    assert checking.due_at == at + timedelta(minutes=15)
    done = replace(checked, tasks=[a_task("done", "check", done_at=at, ended_at=at, outcome="handled")])
    goes_on, kept = follow(done, [stands, checking], at + timedelta(minutes=11), CALENDAR)
    assert (goes_on.state, goes_on.due_at, kept.state) == ("running", at + timedelta(minutes=12), "kept")


def test_a_suspended_case_has_no_running_clock() -> None:
    at = town("2026-11-23T10:00")
    begun = follow(facts("dispatched", tasks=[a_task("sent")]), [], at, CALENDAR)
    stands = follow(facts("suspended", before="dispatched", tasks=[a_task("paused")]), begun, at, CALENDAR)
    assert {clock.state for clock in stands} == {"paused"}
    assert next_due(stands).next_due_at is None


def test_how_a_clock_ends() -> None:
    clock = handling("2026-11-23T09:00", MATRIX["P1"]["handle"])
    early, late = town("2026-11-23T13:00"), town("2026-11-23T13:01")
    assert ended(clock, early, is_done=True).state == "kept"
    assert ended(clock, late, is_done=True).state == "missed"
    assert ended(clock, early, is_done=False).state == "void"
    assert ended(clock, late, is_done=False).state == "missed"
    assert ended(clock, late, is_done=False, is_counted=False).state == "void"


# the calendar -------------------------------------------------------------------------------------------------------

NOTICE_OFF = [
    ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
]  # fmt: skip
NOTICE_WORKED = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
"""The State Council's notice of 2025-11-04."""


def test_2026_is_what_the_notice_says() -> None:
    off = {one.day for first, last in NOTICE_OFF for one in
           each_day(date.fromisoformat(first), date.fromisoformat(last), "holiday", "")}  # fmt: skip
    worked = {date.fromisoformat(day) for day in NOTICE_WORKED}
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert CALENDAR.is_working_day(day) is expected, day


def test_2026_is_what_another_table_says() -> None:
    """PyPI ``holidays`` knows days off, at weekends too; days worked in exchange it calls none."""
    other = holidays.country_holidays("CN", years=2026, categories=("public",))
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        assert CALENDAR.is_working_day(day) == other.is_working_day(day), day


def test_a_year_whose_exchange_days_are_not_announced_says_so() -> None:
    assert (CALENDAR.is_settled(2026), CALENDAR.is_settled(2027), CALENDAR.is_settled(2028)) == (True, False, False)
    clock = handling("2026-12-30T15:00")
    assert not is_settled(clock, CALENDAR)
    assert code_text(due_steps(clock, [], CALENDAR)[-1].text, "zh") == "2027年调休未公布,时限可能变动"
    assert is_settled(handling("2026-12-31T15:00", MATRIX["P1"]["handle"]), CALENDAR), "natural time has no calendar"


def test_what_a_town_loads_holds_for_the_whole_year() -> None:
    loaded = [SpecialDay(date(2027, 10, 9), "workday", "国庆节调休")]
    calendar = calendar_with(loaded)
    assert calendar.is_settled(2027)
    assert calendar.is_working_day(date(2027, 10, 9))
    assert calendar.is_working_day(date(2027, 10, 1)), "of a loaded year nothing else holds"
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert len({one.day for one in national_days()}) == len(national_days())
