"""When a shift runs, over midnight too, held against a count of every minute."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from base.clock import TOWN_ZONE
from dispatch.roster.shifts import POSTS, Shift, default_shifts, is_at_once

DAY = date(2026, 12, 1)
MINUTES = st.integers(0, 24 * 60 - 1)


def a_shift(begins: int, ends: int, code: str = "one") -> Shift:
    return Shift(code, "班", "", time(*divmod(begins, 60)), time(*divmod(ends, 60)), 1, 1, 1)


def minutes_of(begins: int, ends: int, day: int) -> set[int]:
    """Every minute of a shift that begins on a day, counted from the first day's midnight."""
    long = (ends - begins) % 1440 or 1440
    return {day * 1440 + begins + n for n in range(long)}


@given(MINUTES, MINUTES, st.integers(-1440, 3 * 1440))
def test_it_runs_at_a_moment_when_that_is_one_of_its_minutes(begins: int, ends: int, minute: int) -> None:
    at = datetime.combine(DAY, time(), TOWN_ZONE) + timedelta(minutes=minute)
    found = a_shift(begins, ends).day_at(at.astimezone(UTC))
    days = {n for n in range(-3, 5) if minute in minutes_of(begins, ends, n)}
    assert {(found - DAY).days} == days if found else not days


@given(MINUTES, MINUTES, MINUTES, MINUTES, st.integers(-2, 2))
def test_two_are_at_once_when_they_share_a_minute(b1: int, e1: int, b2: int, e2: int, away: int) -> None:
    one, other, other_day = a_shift(b1, e1), a_shift(b2, e2), DAY + timedelta(days=away)
    shared = minutes_of(b1, e1, 0) & minutes_of(b2, e2, away)
    assert is_at_once(one, DAY, other, other_day) == bool(shared)
    assert is_at_once(other, other_day, one, DAY) == bool(shared)


@given(st.integers(0, 7 * 1440))
def test_the_shifts_that_come_with_it_leave_no_minute_out_and_none_twice(minute: int) -> None:
    at = datetime.combine(DAY, time(), TOWN_ZONE) + timedelta(minutes=minute)
    assert [one.day_at(at) for one in default_shifts()].count(None) == len(default_shifts()) - 1


def test_the_shifts_that_come_with_it_have_names_and_needs() -> None:
    for one in default_shifts():
        assert one.name("zh")
        assert one.name("en")
        assert all(one.needs(post) >= 0 for post in POSTS)
    assert default_shifts()[0].needs("grid") == 1
