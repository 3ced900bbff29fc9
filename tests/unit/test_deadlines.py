"""When a case is due: natural and working time, holidays, what is left after rework, lamps."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.clock import TOWN_ZONE
from dispatch.cases.calendar import WORKING_TIMES, Limit, calendar_with
from dispatch.cases.deadlines import MATRIX, handle_due, lamp, rework_due

CALENDAR = calendar_with()
after, is_working_day = CALENDAR.after, CALENDAR.is_working_day


def town(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOWN_ZONE)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2026-11-23T09:00", Limit(20, "minute"), "2026-11-23T09:20"),
        ("2026-11-21T23:00", Limit(4, "hour"), "2026-11-22T03:00"),
        ("2026-11-23T09:00", Limit(2, "work_hour"), "2026-11-23T11:00"),
        ("2026-11-23T10:30", Limit(2, "work_hour"), "2026-11-23T14:30"),
        ("2026-11-23T12:00", Limit(1, "work_hour"), "2026-11-23T14:30"),
        ("2026-11-27T16:00", Limit(4, "work_hour"), "2026-11-30T11:30"),
        ("2026-11-21T10:00", Limit(1, "work_day"), "2026-11-23T17:00"),
        ("2026-11-23T09:00", Limit(1, "work_day"), "2026-11-24T09:00"),
        ("2026-11-23T09:00", Limit(20, "work_day"), "2026-12-21T09:00"),
        ("2026-09-30T16:00", Limit(2, "work_hour"), "2026-10-08T09:30"),
        ("2026-10-09T16:00", Limit(2, "work_hour"), "2026-10-10T09:30"),
        ("2026-02-14T16:30", Limit(1, "work_hour"), "2026-02-24T09:00"),
    ],
)
def test_a_limit_runs_out(start: str, limit: Limit, due: str):
    assert after(town(start), limit) == town(due)


def test_days_worked_in_exchange_and_days_off():
    assert is_working_day(date(2026, 10, 10))
    assert not is_working_day(date(2026, 10, 7))
    assert not is_working_day(date(2027, 2, 8))
    assert is_working_day(date(2031, 10, 2)), "beyond the table the week decides"


FIRST_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 700 * 24 * 60).map(lambda minute: FIRST_MOMENT + timedelta(minutes=minute))
working = st.builds(Limit, st.floats(0.1, 200), st.sampled_from(["work_hour", "work_day"]))


@given(start=moments, limit=working)
def test_working_time_ends_in_working_time(start: datetime, limit: Limit):
    due = after(start, limit).astimezone(TOWN_ZONE)
    assert due > start
    assert is_working_day(due.date())
    assert any(begins <= due.time() <= ends for begins, ends in WORKING_TIMES)


@given(start=moments, one=working, more=st.floats(0.1, 10), later=st.integers(0, 10**6))
def test_more_time_and_a_later_start_are_never_due_earlier(start: datetime, one: Limit, more: float, later: int):
    assert after(start, Limit(one.amount + more, one.unit)) > after(start, one)
    assert after(start + timedelta(seconds=later), one) >= after(start, one)


def test_a_raised_case_is_due_by_the_shorter_limit():
    start = town("2026-11-23T09:00")
    days = Limit(3, "work_day")
    assert handle_due(start, "P3", "P3", days, CALENDAR) == after(start, days)
    assert handle_due(start, "P1", "P3", days, CALENDAR) == start + timedelta(hours=4)
    assert handle_due(start, "P1", "P3", Limit(1, "hour"), CALENDAR) == start + timedelta(hours=1)
    assert handle_due(start, "P4", "P4", None, CALENDAR) == after(start, MATRIX["P4"]["handle"])


def test_rework_has_at_least_half_the_time():
    start, due = town("2026-11-23T09:00"), town("2026-11-23T13:00")
    late = town("2026-11-23T15:00")
    assert rework_due(late, start, due) == late + timedelta(hours=2)
    early = town("2026-11-23T09:30")
    assert rework_due(early, start, due) == due


@pytest.mark.parametrize(
    ("hours_gone", "colour"), [(0, "green"), (17, "green"), (18.1, "yellow"), (24, "yellow"), (24.1, "red")]
)
def test_the_lamp_of_a_day(hours_gone: float, colour: str):
    start = town("2026-11-23T09:00")
    due = start + timedelta(hours=24)
    assert lamp(start, due, start + timedelta(hours=hours_gone)) == colour
    assert lamp(None, None, due + timedelta(days=9)) == "off", "no clock runs"
    assert lamp(None, None, due, is_paused=True) == "blue"


def test_the_lamp_of_a_week_is_yellow_on_its_last_day():
    start = town("2026-11-23T09:00")
    due = start + timedelta(days=3)
    assert lamp(start, due, due - timedelta(hours=25)) == "green"
    assert lamp(start, due, due - timedelta(hours=23)) == "yellow"
