"""In which period a standing duty is due, and how a spot stands: held against a walk from day to day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dispatch.standing.due import state_of
from dispatch.standing.duties import EVERY, SPOTS, StandingDuty, before, default_duties, period_of

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
BEGINS = {
    "day": lambda day: True,
    "week": lambda day: day.weekday() == 0,
    "month": lambda day: day.day == 1,
    "quarter": lambda day: day.day == 1 and day.month in (1, 4, 7, 10),
}


def a_duty(every: str) -> StandingDuty:
    return StandingDuty("one", "一", "", "", "", every, "grid", ())  # type: ignore[arg-type]


@given(DAYS, st.sampled_from(EVERY))
def test_a_period_begins_on_the_last_day_one_begins_and_ends_on_the_next(day: date, every) -> None:
    first, until = period_of(every, day)
    back, forth = day, day + timedelta(days=1)
    while not BEGINS[every](back):
        back -= timedelta(days=1)
    while not BEGINS[every](forth):
        forth += timedelta(days=1)
    assert (first, until) == (back, forth)
    assert period_of(every, before(every, day))[1] == first


@given(DAYS, st.integers(0, 400), st.sampled_from(EVERY))
def test_what_was_left_out_a_whole_period_is_overdue(today: date, ago: int, every) -> None:
    last = today - timedelta(days=ago)
    state, due_by = state_of(a_duty(every), last, today, date(2010, 1, 1))
    assert (state == "overdue") == (due_by < today)
    assert (state == "done") == (period_of(every, last) == period_of(every, today))
    assert period_of(every, due_by)[0] == period_of(every, last)[1]


def test_what_was_never_done_counts_from_the_towns_first_day() -> None:
    first = date(2026, 11, 30)
    assert state_of(a_duty("month"), None, date(2026, 12, 1), first) == ("due", date(2026, 12, 31))
    assert state_of(a_duty("day"), None, first, first) == ("due", first)
    assert state_of(a_duty("day"), None, date(2026, 12, 2), first) == ("overdue", date(2026, 12, 1))


def test_there_are_eight_and_each_says_what_is_to_be_done() -> None:
    duties = default_duties()
    assert len({one.code for one in duties}) == 8
    for one in duties:
        assert one.every in EVERY
        assert one.spots in SPOTS
        assert all((one.zh, one.en, one.todo_zh, one.todo_en))
        assert one.zh.endswith("员")
