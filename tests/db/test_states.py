"""What a state means, and whether a case is overdue, is said alike by the rules, the statements and every screen."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Rollback

from api.shown_case import shown_case
from base.database import Database, Transaction
from dispatch.access.scope import Scope
from dispatch.cases.incidents import Case, CaseFilter, list_cases, read_case
from dispatch.cases.lifecycle import MEANINGS, OPEN_STATES, STAGES, STATES, meaning_of, states_of
from dispatch.figures.now import figures, grid_load
from dispatch.figures.statistics import Period, figures_total
from screens.console.case_view import case_view
from screens.console.queue_view import queue_rows
from screens.field.view import tasks
from screens.shell.town_features import pins
from screens.wall.view import queue_rows as wall_rows
from tests.small_town import AREA_ID, SOUTH_WEST

LEADER = Scope("chen", "shift_leader", AREA_ID)
ME = Scope("yi", "grid_worker", AREA_ID, worker_id=2)
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
NUMBER = "XZ2611210001"
INSERT = """
insert into incident (area_id, case_no, client_id, state, source_channel, description, type_code, priority,
    department_code, geom, datum, given_lon, given_lat, grid_code, reported_by, reported_at, handled_at, closed_at,
    updated_at, due_at, next_stage, next_started_at, next_due_at)
values (%(area_id)s, %(case_no)s, %(client_id)s, %(state)s, 'phone', '测试', '0501', 'P3', 'ZF',
    st_setsrid(st_makepoint(120.945, 30.919), 4326), 'wgs84', 120.945, 30.919, %(grid)s, 'op', %(reported)s,
    %(handled)s, %(closed)s, %(reported)s, %(reported)s::timestamptz + interval '9 days',
    case when %(due)s::timestamptz is not null then 'sign' end,
    case when %(due)s::timestamptz is not null then %(reported)s::timestamptz end, %(due)s)
"""
SENT = """
insert into task (area_id, task_id, case_no, task_no, kind, is_required, worker_id, state, created_by, created_at,
    sent_at)
values (%(area_id)s, %(client_id)s, %(case_no)s, 1, 'lead', true, 2, 'sent', 'op', %(reported)s, %(reported)s)
"""
MEANT = """
select state, stage_v1(state) as stage, is_open_v1(state) as is_open, is_in_hand_v1(state) as is_in_hand,
       is_counted_v1(state) as is_counted
from unnest(%(states)s::text[]) as state
"""
USED_INDEX = """
explain select grid_code, count(*) from incident where area_id = 1 and is_open_v1(state) and priority = 'P1' group by 1
"""


def test_the_database_means_what_the_table_means(empty_database: Database) -> None:
    with empty_database.transaction() as transaction:
        rows = transaction.execute(MEANT, {"states": list(STATES)}).fetchall()
    assert [row["state"] for row in rows] == list(STATES)
    for row in rows:
        meaning = meaning_of(row["state"])
        assert row == {name: getattr(meaning, name) for name in row}


def test_a_list_of_open_cases_uses_the_index_of_open_cases(empty_database: Database) -> None:
    """The function is taken apart by the planner: its condition is that of the index."""
    with empty_database.transaction() as transaction:
        transaction.execute("set local enable_seqscan = off")
        plan = " ".join(row["QUERY PLAN"] for row in transaction.execute(USED_INDEX))
    assert "incident_open" in plan, plan


@contextmanager
def tried(database: Database) -> Iterator[Transaction]:
    """A transaction of which nothing stays."""
    with database.transaction() as transaction:
        yield transaction
        raise Rollback


def write(transaction: Transaction, state: str, due: datetime | None, handled: datetime | None) -> None:
    closed = None if meaning_of(state).is_open else NOW
    given_ = {"area_id": AREA_ID, "case_no": NUMBER, "client_id": uuid.uuid4(), "state": state, "grid": SOUTH_WEST}
    given_ |= {"reported": NOW - timedelta(days=2), "handled": handled, "closed": closed, "due": due}
    transaction.execute(INSERT, given_)
    if meaning_of(state).is_in_hand:
        transaction.execute(SENT, given_)


def told(transaction: Transaction, case: Case, at: datetime) -> dict[str, bool]:
    """Whether the case is overdue at this moment, as each place says it."""
    shown = shown_case(case, LEADER, at)
    answers = {
        "api": shown.overdue,
        "lamp": shown.lamp == "red",
        "pin": pins([case], at, "zh")[0].is_overdue,
        "queue": is_over(queue_rows([case], "", "zh")[0].due, at),
        "wall's queue": is_over(wall_rows([case], "", "zh")[0].due, at),
        "console's case": is_over(case_view(case, [], [], "zh").due, at),
        "wall's figure": figures(transaction, AREA_ID, at).overdue == 1,
        "statistics": figures_total(transaction, AREA_ID, whole_time(at)).overdue == 1,
    }
    if case.open_worker is not None:
        answers["field page"] = tasks([case], ME, at, "zh")[0].is_overdue
    return answers


def is_over(due: str, at: datetime) -> bool:
    """What the page's clock makes of the deadline it is given."""
    return bool(due) and datetime.fromisoformat(due) < at


def whole_time(at: datetime) -> Period:
    return Period(NOW - timedelta(days=30), NOW + timedelta(days=30), at)


@settings(max_examples=80, deadline=None)
@given(
    state=st.sampled_from(STATES),
    due_s=st.none() | st.integers(-3, 3),
    was_handled=st.booleans(),
    at_s=st.integers(-3, 3),
)
def test_every_place_says_alike_whether_a_case_is_overdue(
    shared_small_database: Database, state: str, due_s: int | None, was_handled: bool, at_s: int
) -> None:
    due = None if due_s is None else NOW + timedelta(seconds=due_s)
    at = NOW + timedelta(seconds=at_s)
    if not meaning_of(state).is_open:
        due = None  # no clock runs: tests/db/test_case_clocks.py
    expected = due is not None and due < at
    with tried(shared_small_database) as transaction:
        write(transaction, state, due, NOW if was_handled else None)
        case = read_case(transaction, AREA_ID, NUMBER, LEADER)
        assert case == list_cases(transaction, AREA_ID, LEADER)[0]
        answers = told(transaction, case, at)
        assert answers == dict.fromkeys(answers, expected)


@settings(max_examples=40, deadline=None)
@given(state=st.sampled_from(STATES), stages=st.sets(st.sampled_from(STAGES), min_size=1))
def test_lists_and_figures_go_by_the_table(shared_small_database: Database, state: str, stages: set[str]) -> None:
    meaning = meaning_of(state)
    with tried(shared_small_database) as transaction:
        write(transaction, state, None, None)
        now = figures(transaction, AREA_ID, NOW)
        counted = (now.waiting, now.in_hand, now.to_verify)
        assert counted == (meaning.stage == "waiting", meaning.is_in_hand, meaning.stage == "to_verify")
        assert grid_load(transaction, AREA_ID) == ({SOUTH_WEST: 1} if meaning.is_open else {})
        assert figures_total(transaction, AREA_ID, whole_time(NOW)).open == meaning.is_open
        found = list_cases(transaction, AREA_ID, LEADER, CaseFilter(stages=tuple(stages)))
        assert bool(found) == (meaning.stage in stages)


def test_a_filter_by_state_and_stage_asks_for_both() -> None:
    assert CaseFilter().in_states() is None
    assert CaseFilter(states=("closed", "reported")).in_states() == ["closed", "reported"]
    assert CaseFilter(states=("closed", "reported"), stages=("waiting",)).in_states() == ["reported"]
    assert set(CaseFilter(stages=STAGES).in_states() or ()) == {meaning.state for meaning in MEANINGS}
    assert set(OPEN_STATES) == set(STATES) - set(states_of("ended"))
