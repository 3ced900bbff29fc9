"""Cases as they are kept: the record, the reads, the log. What writes their state: ``case_state.py``."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from base.database import Row, Transaction
from base.errors import InvalidInput, NotFound
from base.statements import load_statements
from dispatch.access.scope import Scope, readable_cases
from dispatch.cases.deadlines import is_past
from dispatch.cases.lifecycle import STAGES, STATES, Stage, State, meaning_of, stage_of, states_of
from dispatch.cases.reported import GivenPoint, Reporter
from dispatch.cases.sample import is_sampled
from dispatch.cases.task_rows import read_tasks
from dispatch.cases.tasks import Task

SQL = load_statements(Path(__file__).parent / "sql" / "incidents.sql")

LIMIT = 500  # cases a list holds at most


@dataclass(frozen=True)
class AssignedWorker:
    """Who was sent last to lead a case; open while ``ended_at`` is None."""

    worker_id: int
    name: str
    department_code: str | None
    task_id: UUID
    suggestion_id: UUID | None
    assigned_by: str
    assigned_at: datetime
    signed_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    outcome: str | None

    @property
    def is_open(self) -> bool:
        """Whether the worker is still bound by the case."""
        return self.ended_at is None


@dataclass(frozen=True)
class Case:
    """An incident as it is now. Coordinates in degrees: ``lon``, ``lat`` EPSG:4326, ``given_*`` in ``datum``.

    ``due_at`` is when it has to be handled; ``next_*`` tell what runs out first of its running clocks (None while none
    runs), ``answer_due_at`` when the first answer to a supervision or urging is due, ``extension_until`` what is asked.
    ``level`` is how far up the ladder it is (0 micro-grid to 4 county), ``round`` how often it was taken up,
    ``returned_count`` how often who was to lead it returned it, ``ruling_wanted_at`` since when it waits for the shift
    leader to say whose it is, ``support_asked_at`` since when who has it asks for others, ``objected_at`` when he
    objected, ``satisfied`` what the reporter said, ``children`` (of a case that is read alone) its merged duplicates.
    """

    area_id: int
    case_no: str
    client_id: UUID
    version: int
    state: State
    source_channel: str
    description: str
    type_code: str
    priority: str
    department_code: str
    department_name: str
    lon: float
    lat: float
    datum: str
    given_lon: float
    given_lat: float
    grid_code: str | None
    grid_name: str | None
    village_code: str | None
    village_name: str | None
    address_text: str
    reporter_name: str
    reporter_phone: str
    reported_by: str
    rework_count: int
    reported_at: datetime
    accepted_at: datetime | None
    dispatched_at: datetime | None
    signed_at: datetime | None
    arrived_at: datetime | None
    handled_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime
    due_at: datetime | None
    next_stage: str | None
    next_started_at: datetime | None
    next_due_at: datetime | None
    answer_due_at: datetime | None
    supervised_at: datetime | None
    suspended_until: datetime | None
    extension_until: datetime | None
    extended_count: int
    worker: AssignedWorker | None
    parent_case: str | None = field(default=None, kw_only=True)
    level: int = field(default=1, kw_only=True)
    round: int = field(default=1, kw_only=True)
    satisfied: bool | None = field(default=None, kw_only=True)
    score: int | None = field(default=None, kw_only=True)
    rated_at: datetime | None = field(default=None, kw_only=True)
    rated_by: str | None = field(default=None, kw_only=True)
    needs_call_back: bool = field(default=False, kw_only=True)
    acknowledged_at: datetime | None = field(default=None, kw_only=True)
    acknowledged_by: str | None = field(default=None, kw_only=True)
    archived_from: State | None = field(default=None, kw_only=True)
    raised_count: int = field(default=0, kw_only=True)
    returned_count: int = field(default=0, kw_only=True)
    ruling_wanted_at: datetime | None = field(default=None, kw_only=True)
    ruled_at: datetime | None = field(default=None, kw_only=True)
    support_asked_at: datetime | None = field(default=None, kw_only=True)
    objected_at: datetime | None = field(default=None, kw_only=True)
    children: list[str] = field(default_factory=list, kw_only=True)
    tasks: tuple[Task, ...] = field(default=(), kw_only=True)

    @property
    def given(self) -> GivenPoint:
        """Where it was reported, as it was given."""
        return GivenPoint(self.given_lon, self.given_lat, self.datum)

    @property
    def reporter(self) -> Reporter:
        """Who reported it."""
        return Reporter(self.reporter_name, self.reporter_phone)

    @property
    def open_worker(self) -> AssignedWorker | None:
        """Who leads the case now, None when nobody does."""
        return self.worker if self.worker is not None and self.worker.is_open else None

    @property
    def active_workers(self) -> frozenset[int]:
        """Everybody the case binds now, as lead or beside him."""
        return frozenset(task.worker_id for task in self.tasks if task.is_active and task.worker_id is not None)

    @property
    def done_tasks(self) -> list[Task]:
        """The work that was done about it, well or not: who did it does not judge it. A look at it is none."""
        return [task for task in self.tasks if task.done_at is not None and task.kind != "check"]

    @property
    def is_sampled(self) -> bool:
        """Whether it is one of those that are looked at even when they were settled on the spot."""
        return is_sampled(self.area_id, self.case_no)

    @property
    def stage(self) -> Stage:
        """How far it is."""
        return stage_of(self.state)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is to be done."""
        return not meaning_of(self.state).is_open

    @property
    def started_at(self) -> datetime:
        """When the clock of handling began: with the acceptance, before it with the report."""
        return self.accepted_at or self.reported_at

    def is_overdue(self, at: datetime) -> bool:
        """Whether any of its running clocks is past at this moment. Source: docs/domain.md, "Lamps"."""
        return is_past(self.next_due_at, at)


@dataclass(frozen=True)
class LogLine:
    """One line of a case's log; ``lon``, ``lat`` (EPSG:4326) where it was done, when known; ``task_id`` whose task."""

    line_no: int
    at: datetime
    actor: str
    role: str
    verb: str
    from_state: str | None
    to_state: str
    note: str
    details: dict[str, Any]
    lon: float | None
    lat: float | None
    task_id: UUID | None = None


@dataclass(frozen=True)
class CaseFilter:
    """What a list is narrowed to; None leaves a filter out.

    ``grid`` is a division code of any level (its beginning is enough), ``bbox`` west, south, east, north in degrees,
    ``since`` the earliest moment of reporting, ``sent_to`` the worker who has something to do about it,
    ``sent_to_department`` the one that has besides, or one of whose people has, ``stages`` those of ``lifecycle``.
    """

    states: tuple[str, ...] | None = None
    grid: str | None = None
    since: datetime | None = None
    bbox: tuple[float, float, float, float] | None = None
    limit: int = 200
    sent_to: int | None = None
    sent_to_department: str | None = None
    stages: tuple[str, ...] | None = None
    needs_call_back: bool | None = None

    def in_states(self) -> list[str] | None:
        """The states that ``states`` and ``stages`` leave; None: every one."""
        if self.stages is None:
            return None if self.states is None else list(self.states)
        return [state for state in states_of(*self.stages) if self.states is None or state in self.states]


def _worker(tasks: Sequence[Task]) -> AssignedWorker | None:
    """The lead who was sent last, if it is a worker; one that waits in his queue was not sent yet."""
    sent = next((task for task in reversed(tasks) if task.kind == "lead" and task.sent_at is not None), None)
    if sent is None or sent.worker_id is None:
        return None
    assert sent.sent_at is not None
    return AssignedWorker(
        worker_id=sent.worker_id,
        name=sent.name,
        department_code=sent.worker_department,
        task_id=sent.task_id,
        suggestion_id=sent.suggestion_id,
        assigned_by=sent.created_by,
        assigned_at=sent.sent_at,
        signed_at=sent.signed_at,
        arrived_at=sent.arrived_at,
        ended_at=sent.ended_at,
        outcome=sent.outcome,
    )


def _cases(transaction: Transaction, area_id: int, rows: Sequence[Row]) -> list[Case]:
    tasks = read_tasks(transaction, area_id, [row["case_no"] for row in rows])
    found = [(row, tasks.get(row["case_no"], ())) for row in rows]
    return [Case(**row, worker=_worker(of_case), tasks=of_case) for row, of_case in found]


def read_case(transaction: Transaction, area_id: int, case_no: str, scope: Scope) -> Case:
    """One case as it is, for the rules; who shows it opens it (``dispatch/cases/looks.py``), which masks.

    Raises
    ------
    NotFound
        when there is none of this number, or it is not for this person to know of it.
    """
    parameters = {"area_id": area_id, "case_no": case_no} | readable_cases(scope)
    rows = transaction.execute(SQL["case_by_number"], parameters).fetchall()
    if not rows:
        raise NotFound("no_such_case", field="case_no", given=case_no)
    return _cases(transaction, area_id, rows)[0]


def read_any_case(transaction: Transaction, area_id: int, case_no: str) -> Case:
    """A case whoever asks: for what a verb of one case does to another. Nothing of it is shown."""
    return read_case(transaction, area_id, case_no, Scope("", "shift_leader", area_id))


def read_any_cases(transaction: Transaction, area_id: int, case_nos: Collection[str]) -> dict[str, Case]:
    """Several cases by their numbers, as :func:`read_any_case` reads one; of their duplicates nothing is told."""
    parameters = {"area_id": area_id, "case_nos": list(case_nos)}
    rows = transaction.execute(SQL["cases_by_number"], parameters | readable_cases(Scope("", "shift_leader", area_id)))
    return {case.case_no: case for case in _cases(transaction, area_id, rows.fetchall())}


def list_cases(
    transaction: Transaction, area_id: int, scope: Scope, case_filter: CaseFilter = CaseFilter()
) -> list[Case]:
    """The cases the asker may know of that fit every filter, the newest first; whole: :func:`looks.list_shown` masks.

    Raises
    ------
    InvalidInput
        naming the filter, when a value cannot be.
    """
    _check(case_filter)
    west, south, east, north = case_filter.bbox or (None, None, None, None)
    parameters = {
        "area_id": area_id,
        "states": case_filter.in_states(),
        "grid": case_filter.grid,
        "since": case_filter.since,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "limit": case_filter.limit,
        "sent_to": case_filter.sent_to,
        "sent_to_department": case_filter.sent_to_department,
        "needs_call_back": case_filter.needs_call_back,
    }
    rows = transaction.execute(SQL["cases"], parameters | readable_cases(scope)).fetchall()
    return _cases(transaction, area_id, rows)


def _check(case_filter: CaseFilter) -> None:
    _check_known("state", case_filter.states, STATES)
    _check_known("stage", case_filter.stages, STAGES)
    if case_filter.grid is not None and not (case_filter.grid.isascii() and case_filter.grid.isdigit()):
        raise InvalidInput("grid_not_a_code", field="grid", given=case_filter.grid)
    if not 1 <= case_filter.limit <= LIMIT:
        raise InvalidInput("limit_out_of_range", field="limit", given=case_filter.limit, high=LIMIT)
    if case_filter.bbox is not None:
        west, south, east, north = case_filter.bbox
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise InvalidInput("bbox_invalid", field="bbox")


def _check_known(field: str, given: Sequence[str] | None, known: Sequence[str]) -> None:
    unknown = [name for name in given or () if name not in known]
    if unknown:
        raise InvalidInput(f"unknown_{field}", field=field, given=unknown[0], allowed=known)


def read_log(transaction: Transaction, area_id: int, case_no: str) -> list[LogLine]:
    """Everything that was done about a case, the first line first. Read the case before: this does not ask who asks."""
    rows = transaction.execute(SQL["case_log"], {"area_id": area_id, "case_no": case_no})
    return [LogLine(**row) for row in rows]


def is_written_already(
    transaction: Transaction, area_id: int, case_no: str, account: str, write_id: UUID, verb: str
) -> bool:
    """Whether this very write was taken before; the same id by another account is another write."""
    parameters = {"area_id": area_id, "case_no": case_no, "account": account, "write_id": write_id, "verb": verb}
    return transaction.execute(SQL["is_written_already"], parameters).fetchone() is not None


def state_before(transaction: Transaction, area_id: int, case_no: str, verb: str) -> State:
    """The state a case was in before a verb was last performed on it, which must have been."""
    parameters = {"area_id": area_id, "case_no": case_no, "verb": verb}
    row = transaction.execute(SQL["last_line"], parameters).fetchone()
    assert row is not None
    state: State = row["from_state"]
    return state


def spoken_for(transaction: Transaction, case: Case, account: str) -> set[int | str]:
    """The workers and departments on whose behalf the account performed a verb of the case."""
    parameters = {"area_id": case.area_id, "case_no": case.case_no, "account": account}
    rows = transaction.execute(SQL["lines_on_behalf"], parameters).fetchall()
    workers = {int(row["worker_id"]) for row in rows if row["worker_id"] is not None}
    return workers | {str(row["department_code"]) for row in rows if row["department_code"] is not None}


@dataclass(frozen=True)
class NewLogLine:
    """What is to be written into a case's log."""

    write_id: UUID
    verb: str
    from_state: str | None
    to_state: str
    note: str = ""
    details: dict[str, Any] | None = None
    lon: float | None = None
    lat: float | None = None
    task_id: UUID | None = None


def add_line(
    transaction: Transaction, area_id: int, case_no: str, at: datetime, scope: Scope, line: NewLogLine
) -> None:
    """Add one line to the log of a held case."""
    transaction.execute(
        SQL["add_log_line"],
        {
            "area_id": area_id,
            "case_no": case_no,
            "write_id": line.write_id,
            "at": at,
            "actor": scope.account,
            "role": scope.role,
            "verb": line.verb,
            "from_state": line.from_state,
            "to_state": line.to_state,
            "note": line.note,
            "details": json.dumps(line.details or {}, ensure_ascii=False),
            "lon": line.lon,
            "lat": line.lat,
            "task_id": line.task_id,
        },
    )
