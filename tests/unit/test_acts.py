"""What clocks do and when: reminders, rungs, a P1 raised again. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.clock import TOWN_ZONE
from dispatch.cases.acts import Answered, acts_of, before_holidays, due_now, next_moment, raises_at, rungs
from dispatch.cases.calendar import Limit, calendar_with
from dispatch.cases.clocks import STAGES, Clock, paused, resumed
from dispatch.cases.deadlines import MATRIX
from dispatch.cases.ladder import COUNTY, GRID
from dispatch.cases.lifecycle import PRIORITIES
from dispatch.notices.rules import rules_of

CALENDAR = calendar_with()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def town(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=TOWN_ZONE)


MONDAY = town(11, 23)


def clock(stage: str, limit: Limit, started_at: datetime = MONDAY, of_task: bool = False) -> Clock:
    due_at = CALENDAR.after(started_at, limit)
    task_id = uuid4() if of_task else None
    return Clock(uuid4(), stage, task_id, "priority", limit, started_at, due_at, due_at)  # type: ignore[arg-type]


def moments(one: Clock, priority: str) -> dict[str, datetime]:
    return {act.name: act.at for act in acts_of(one, priority, CALENDAR)}


@pytest.mark.parametrize(
    ("priority", "first", "second"),
    [
        ("P1", MONDAY + 5 * MINUTE, MONDAY + 10 * MINUTE),
        ("P2", MONDAY + 30 * MINUTE, MONDAY + HOUR),
        ("P3", town(11, 23, 15), town(11, 24)),
        ("P4", town(11, 24), None),
    ],
)
def test_who_does_not_sign_is_escalated_by_the_table(priority: str, first: datetime, second: datetime | None) -> None:
    found = moments(clock("sign", MATRIX[priority]["sign"], of_task=True), priority)
    assert found == {"unsigned_1": first} | ({"unsigned_2": second} if second else {})


def test_handling_is_reminded_of_and_escalated() -> None:
    found = moments(clock("handle", Limit(3, "work_day")), "P3")
    assert found == {
        "to_village": town(11, 24),
        "reminder": town(11, 25),
        "to_town": town(11, 26),
        "overdue": town(11, 26),
        "overdue_day": town(11, 27),
        "to_county": town(12, 3),
    }


def test_what_may_take_a_day_at_most_is_reminded_of_when_a_quarter_is_left() -> None:
    grave = moments(clock("handle", MATRIX["P1"]["handle"]), "P1")
    assert grave["reminder"] == MONDAY + 3 * HOUR
    urgent = moments(clock("handle", MATRIX["P2"]["handle"]), "P2")
    assert urgent["reminder"] == MONDAY + 18 * HOUR


def test_an_extension_moves_the_reminder_with_the_deadline() -> None:
    urgent = clock("handle", MATRIX["P2"]["handle"])
    extended = replace(urgent, due_at=urgent.due_at + 20 * HOUR)
    assert moments(extended, "P2")["reminder"] == extended.due_at - 6 * HOUR


def test_due_after_the_national_holiday_is_reminded_of_before_it_as_well() -> None:
    """Due on 8 October at 10:00, the first working day; 30 September is the last one before it."""
    due = clock("handle", Limit(3, "work_day"), town(9, 28, 10))
    due = replace(due, due_at=town(10, 8, 10), first_due_at=town(10, 8, 10))
    found = moments(due, "P3")
    assert (found["reminder_early"], found["reminder"]) == (town(9, 30, 16), town(10, 7, 10))
    begun_on_holiday = replace(due, started_at=town(10, 3))
    assert "reminder_early" not in moments(begun_on_holiday, "P3")


@pytest.mark.parametrize(
    ("due", "before"),
    [
        (town(11, 30, 10), None),
        (town(10, 8, 10), town(9, 30, 16)),
        (town(10, 9, 10), None),
        (town(10, 5, 10), None),
        (town(2, 24, 9), town(2, 14, 16)),
    ],
    ids=["a Monday", "after the holidays", "the day after", "within them", "after a Saturday worked in exchange"],
)
def test_the_last_working_day_before_holidays(due: datetime, before: datetime | None) -> None:
    assert before_holidays(due, CALENDAR) == before


def test_what_stood_does_not_count_towards_a_rung() -> None:
    one = paused(clock("sign", MATRIX["P2"]["sign"], of_task=True), MONDAY + 10 * MINUTE)
    one = resumed(one, MONDAY + 70 * MINUTE, CALENDAR)
    assert moments(one, "P2") == {"unsigned_1": MONDAY + 90 * MINUTE, "unsigned_2": MONDAY + 120 * MINUTE}


def test_a_look_on_site_that_is_late_is_told_to_who_was_asked_only() -> None:
    assert set(moments(clock("handle", Limit(30, "minute"), of_task=True), "P2")) == {"overdue"}


@given(st.sampled_from(STAGES), st.sampled_from(PRIORITIES), st.integers(0, 60 * 24 * 40), st.integers(0, 60 * 24 * 40))
def test_each_act_once_whatever_the_order_of_moments(stage: str, priority: str, first: int, second: int) -> None:
    """Whenever it is looked at, nothing that was done is done again, and what is told to come does come."""
    limits = MATRIX[priority]
    one = clock(stage, limits.get(stage, Limit(4, "work_hour")))  # type: ignore[call-overload]
    acts = acts_of(one, priority, CALENDAR)
    done: list[str] = []
    for minutes in (first, second, first, second):
        at = MONDAY + minutes * MINUTE
        now = due_now(acts, done, at)
        done += [act.name for act in now]
        upcoming = next_moment(acts, done, at)
        assert upcoming is None or upcoming > at
        assert not due_now(acts, done, at)
    assert len(done) == len(set(done))
    end = max((act.at for act in acts), default=MONDAY)
    lost = {act.name for act in acts} - set(done) - {act.name for act in due_now(acts, done, end)}
    assert lost <= {"reminder", "reminder_early"}, "a reminder has no point after its deadline"


# a P1 nobody answers ------------------------------------------------------------------------------------------------


def test_a_p1_is_raised_until_somebody_answers() -> None:
    accept = clock("accept", MATRIX["P1"]["accept"])
    answered, told = Answered(None, None, 0), []
    for _ in range(7):
        at = raises_at(accept, "P1", answered)
        assert at is not None
        told.append((at - MONDAY) / MINUTE)
        answered = Answered(None, at, answered.raised_count + 1)
    assert told == [2, 4, 6, 10, 18, 34, 66]
    late = raises_at(accept, "P1", Answered(None, MONDAY, 100))
    assert late == MONDAY + HOUR


def test_acknowledged_it_is_raised_when_nothing_follows() -> None:
    accept = clock("accept", MATRIX["P1"]["accept"])
    assert raises_at(accept, "P1", Answered(MONDAY + MINUTE, None, 0)) == MONDAY + 4 * MINUTE
    assert raises_at(clock("dispatch", Limit(3, "minute")), "P1", Answered(None, None, 0)) == MONDAY + 3 * MINUTE


def test_only_a_p1_that_waits_is_raised() -> None:
    nobody = Answered(None, None, 0)
    assert raises_at(clock("accept", MATRIX["P2"]["accept"]), "P2", nobody) is None
    assert raises_at(clock("sign", MATRIX["P1"]["sign"]), "P1", nobody) is None


# the table ----------------------------------------------------------------------------------------------------------


def test_the_table_of_rungs_names_what_there_is() -> None:
    for rung in rungs():
        assert rung.stage in STAGES
        assert rung.priorities <= set(PRIORITIES)
        assert rung.since in ("start", "due")
        assert rung.level is None or GRID < rung.level <= COUNTY
        assert bool(rung.code) == bool(rung.to)
        assert rung.to <= {rule.to for rule in rules_of(rung.code)}
    keys = [(rung.act, rung.stage, priority) for rung in rungs() for priority in rung.priorities]
    assert len(keys) == len(set(keys))
