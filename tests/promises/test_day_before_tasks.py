"""A day kept by the release before tasks, with cases in every state: migrated, nothing is lost, every figure is as it
was, and every case goes on from where it stood."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from base import migrations
from base.database import Database
from base.migrations import migrate
from dispatch.access.scope import Scope
from dispatch.cases.clock_rows import read_calendar, read_clocks, type_facts
from dispatch.cases.clocks import Facts, next_due, wanted
from dispatch.cases.incidents import Case, CaseFilter, list_cases
from dispatch.cases.lifecycle import FOLLOWS_TASKS, STATES
from dispatch.cases.steps import VerbInput
from dispatch.cases.tasks import derive_state, derive_times
from dispatch.cases.verbs import perform
from dispatch.figures import statistics
from dispatch.figures.now import figures
from dispatch.figures.statistics import DIMENSIONS, MEASURES, FigureRow, Period, figures_by, figures_total
from tests.databases import Databases
from tests.small_town import AREA, AREA_ID

DUMP = Path(__file__).parent / "earlier" / "day_before_tasks.sql"
RELEASE, TASKS = "0014", "pre_task.sql"
LEADER = Scope("chen", "shift_leader", AREA_ID)
GATEWAY = Scope("token:gateway", "gateway", AREA_ID)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PERIODS = (
    Period(NOW - timedelta(days=1), NOW + timedelta(days=1), NOW + timedelta(days=2)),
    Period(NOW - timedelta(hours=8), NOW - timedelta(hours=4), NOW),
)
LATER = {
    "task_id", "next_stage", "next_started_at", "next_due_at", "answer_due_at", "supervised_at", "suspended_until",
    "extension_until", "extended_count",
}  # fmt: skip
"""Columns that later releases added."""
KEPT = ("incident", "incident_log", "photo", "suggestion", "duty", "worker", "case_counter")


@dataclass(frozen=True)
class Kept:
    """What a database holds: rows by table, the figures of the periods, the mean way of all arrivals."""

    rows: dict[str, list[dict[str, Any]]]
    figures: list[Any]


def rows_of(url: str, table: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        found = connection.execute(f"select * from {table} order by 1, 2, 3").fetchall()
    return [{name: value for name, value in row.items() if name not in LATER} for row in found]


def without_overdue(rows: list[FigureRow]) -> list[FigureRow]:
    """Every figure but how many are overdue: since clocks are rows that asks every clock."""
    left = [replace(row, overdue=0) for row in rows]
    return [row for row in left if any(getattr(row, measure) for measure in MEASURES)]


def kept_then(url: str) -> Kept:
    """What a database of before holds, whose figures are counted by the function it has."""
    with pytest.MonkeyPatch.context() as patch:
        counted = statistics.SQL["figures"]
        patch.setitem(statistics.SQL, "figures", counted.replace("counted_events_v2", "counted_events_v1"))
        return kept_in(url)


def kept_in(url: str) -> Kept:
    with closing(Database(url, size=2)) as database, database.transaction() as transaction:
        figures = [
            [without_overdue([figures_total(transaction, AREA_ID, period)])]
            + [without_overdue(figures_by(transaction, AREA_ID, period, by)) for by in DIMENSIONS]
            for period in PERIODS
        ]
    return Kept({table: rows_of(url, table) for table in KEPT}, figures)


def migrate_until(url: str, folder: Path, last: str) -> None:
    """Apply the migrations up to this number, or up to before the file of this ending."""
    files = migrations.migration_files()
    wanted = [file for file in files if file.name[:4] <= last] if last.isdigit() else []
    for file in files if not wanted else []:
        if file.name.endswith(last):
            break
        wanted.append(file)
    folder.mkdir()
    for file in wanted:
        shutil.copy(file, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", folder)
        migrate(url)


@dataclass(frozen=True)
class Migrated:
    """The database now, what it held before, and its assignments then."""

    url: str
    before: Kept
    assignments: list[dict[str, Any]]
    mean_arrival_s: float


@pytest.fixture(scope="module")
def migrated(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migrated]:
    folder = tmp_path_factory.mktemp("migrations")
    with databases.copy() as url:
        migrate_until(url, folder / "release", RELEASE)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(DUMP.read_bytes())
        migrate_until(url, folder / "before", TASKS)
        before, assignments = kept_then(url), rows_of(url, "assignment")
        ways = [row["arrived_at"] - row["assigned_at"] for row in assignments if row["arrived_at"] is not None]
        migrate(url)
        yield Migrated(url, before, assignments, sum(ways, timedelta()).total_seconds() / len(ways))


@pytest.fixture(scope="module")
def database(migrated: Migrated) -> Iterator[Database]:
    with closing(Database(migrated.url, size=2)) as database:
        yield database


@pytest.fixture(scope="module")
def cases(database: Database) -> list[Case]:
    with database.transaction() as transaction:
        return list_cases(transaction, AREA_ID, LEADER, CaseFilter(limit=500))


def test_the_day_has_cases_in_every_state(cases: list[Case]) -> None:
    assert {case.state for case in cases} == set(STATES)


@pytest.mark.parametrize("table", KEPT)
def test_no_row_is_lost_or_changed(migrated: Migrated, table: str) -> None:
    before, now = migrated.before.rows[table], rows_of(migrated.url, table)
    assert before
    assert [{name: row[name] for name in before[0]} for row in now] == before, "columns may be added"


def test_the_statistics_are_what_they_were(migrated: Migrated) -> None:
    assert kept_in(migrated.url).figures == migrated.before.figures


def test_the_mean_way_is_what_it_was(migrated: Migrated, database: Database) -> None:
    with database.transaction() as transaction:
        assert figures(transaction, AREA_ID, NOW).mean_arrival_s == pytest.approx(migrated.mean_arrival_s)


def test_every_assignment_is_the_task_of_a_lead(migrated: Migrated, cases: list[Case]) -> None:
    tasks = {task.task_id: task for case in cases for task in case.tasks}
    assert len(tasks) == len(migrated.assignments)
    for row in migrated.assignments:
        task = tasks[row["assignment_id"]]
        assert (task.case_no, task.worker_id, task.kind) == (row["case_no"], row["worker_id"], "lead")
        assert (task.suggestion_id, task.created_by) == (row["suggestion_id"], row["assigned_by"])
        assert (task.created_at, task.sent_at) == (row["assigned_at"], row["assigned_at"])
        assert (task.signed_at, task.arrived_at) == (row["signed_at"], row["arrived_at"])
        assert (task.ended_at, task.outcome) == (row["ended_at"], row["outcome"])
        assert (task.signed_by is None) == (task.signed_at is None)
        assert (task.done_at is not None) == (task.outcome == "handled")


def test_what_is_stored_is_what_follows_from_the_tasks(cases: list[Case]) -> None:
    for case in cases:
        # nobody was ever told to check: the release had the state, and no verb that led there
        expected = {"verifying": "handled", "checking": "reported"}.get(case.state, case.state)
        assert derive_state(case.state, case.tasks) == expected, case.case_no
        if case.state in FOLLOWS_TASKS:
            assert case.handled_at is not None or expected != "handled"
            times = derive_times(case.state, case.tasks, case.handled_at or NOW)
            assert (times.dispatched_at, times.signed_at) == (case.dispatched_at, case.signed_at), case.case_no
            assert (times.arrived_at, times.handled_at) == (case.arrived_at, case.handled_at), case.case_no


def test_every_open_case_has_the_clocks_the_rule_says(database: Database, cases: list[Case]) -> None:
    with database.transaction() as transaction:
        calendar = read_calendar(transaction, AREA_ID)
        for case in cases:
            clocks = read_clocks(transaction, AREA_ID, case.case_no)
            live = [clock for clock in clocks if clock.is_live]
            facts = Facts(
                case.state, case.state, case.priority, reported_at=case.reported_at, accepted_at=case.accepted_at,
                handled_at=case.handled_at, due_at=case.due_at, tasks=case.tasks, **type_facts(case.type_code),
            )  # fmt: skip
            wants = {want.key: want for want in wanted(facts)}
            assert {clock.key for clock in live} == set(wants), (case.case_no, case.state)
            for clock in live:
                assert (clock.state == "paused") == wants[clock.key].is_paused
                if clock.limit is not None:
                    assert clock.due_at == calendar.after(clock.started_at, clock.limit), (case.case_no, clock)
                    assert clock.limit == wants[clock.key].limit
                else:
                    assert clock.due_at == case.due_at
            first = next_due(clocks)
            assert (case.next_stage, case.next_due_at) == (first.next_stage, first.next_due_at)
            if case.handled_at is not None and case.handled_at > case.started_at and clocks:
                (handling,) = [clock for clock in clocks if clock.key == ("handle", None)]
                assert handling.state == ("kept" if case.handled_at <= handling.due_at else "missed")


def test_overdue_is_what_a_clock_of_it_is(migrated: Migrated, database: Database, cases: list[Case]) -> None:
    period = PERIODS[0]
    with database.transaction() as transaction:
        total = figures_total(transaction, AREA_ID, period)
    expected = [case for case in cases if case.is_overdue(period.now) and period.since <= case.next_due_at]
    assert total.overdue == len([case for case in expected if case.next_due_at < period.until]) > 0


def test_the_log_and_the_pictures_are_of_a_task(migrated: Migrated) -> None:
    with psycopg.connect(migrated.url) as connection:
        (wrong,) = connection.execute(
            "select count(*) from incident_log l left join task t using (area_id, task_id, case_no) "
            "where l.verb in ('dispatch', 'transfer', 'sign', 'arrive', 'start', 'feedback', 'send_back') "
            "and (t.worker_id is null or l.details ->> 'on_behalf_of' <> t.worker_id::text "
            "or l.details ->> 'worker' <> t.worker_id::text)"
        ).fetchone()
        pictures = connection.execute("select case_no, task_id is null from photo order by received_at").fetchall()
        started = connection.execute("select count(*) from task where started_at is not null").fetchone()
        starts = connection.execute("select count(*) from incident_log where verb = 'start'").fetchone()
    assert wrong == 0
    assert [is_none for _, is_none in pictures].count(False) == 1, "one was sent while somebody was on the case"
    assert started == starts


def test_every_case_in_hand_goes_on(database: Database, cases: list[Case]) -> None:
    centre = SimpleNamespace(area=AREA, clock=lambda: NOW, database=database)
    way = {"dispatched": ("sign", "start", "feedback"), "received": ("start", "feedback"), "on_scene": ("feedback",)}
    way["handling"] = ("feedback",)
    for case in cases:
        for verb in way.get(case.state, ()):
            assert case.open_worker is not None
            given = VerbInput(note="好了", no_photo_reason="没带手机", worker_id=case.open_worker.worker_id)
            with database.transaction() as transaction:
                after = perform(centre, transaction, GATEWAY, case.case_no, verb, given)  # type: ignore[arg-type]
            if verb == "feedback":
                assert after.state == "handled"
