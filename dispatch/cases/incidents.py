"""Cases as they are kept: the record, the reads, the few statements that change them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from base.database import Row, Transaction
from base.errors import InvalidInput, NotFound
from base.statements import load_statements
from dispatch.access.scope import Scope, readable_cases
from dispatch.cases.lifecycle import ENDED, STATES

SQL = load_statements(Path(__file__).parent / "sql" / "incidents.sql")

LIMIT = 500
"""Cases a list holds at most."""
_CHANGEABLE = (
    "type_code",
    "priority",
    "department_code",
    "rework_count",
    "accepted_at",
    "dispatched_at",
    "signed_at",
    "arrived_at",
    "handled_at",
    "closed_at",
    "due_at",
)
OPEN_STATES = tuple(state for state in STATES if state not in ENDED)


@dataclass(frozen=True)
class AssignedWorker:
    """Who was sent to a case last; open while ``ended_at`` is None."""

    worker_id: int
    name: str
    department_code: str | None
    assignment_id: UUID
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


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported a case, as far as it is known."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class GivenPoint:
    """A point as it was given: degrees in its datum."""

    lon: float
    lat: float
    datum: str


@dataclass(frozen=True)
class Case:
    """An incident as it is now. Coordinates in degrees: ``lon``, ``lat`` EPSG:4326, ``given_*`` in ``datum``."""

    area_id: int
    case_no: str
    client_id: UUID
    version: int
    state: str
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
    worker: AssignedWorker | None

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
        """Who is on the case now, None when nobody is."""
        return self.worker if self.worker is not None and self.worker.is_open else None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is to be done."""
        return self.state in ENDED


@dataclass(frozen=True)
class LogLine:
    """One line of a case's log; ``lon``, ``lat`` (EPSG:4326) where it was done, when known."""

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


@dataclass(frozen=True)
class CaseFilter:
    """What a list is case_filter to; None leaves a filter out.

    ``grid`` is a division code of any level (its beginning is enough), ``bbox`` west, south, east, north in degrees,
    ``since`` the earliest moment of reporting, ``sent_to`` the worker who is on it now.
    """

    states: tuple[str, ...] | None = None
    grid: str | None = None
    since: datetime | None = None
    bbox: tuple[float, float, float, float] | None = None
    limit: int = 200
    sent_to: int | None = None


def _worker(row: Row) -> AssignedWorker | None:
    columns = {
        "worker_id": row.pop("worker_id"),
        "name": row.pop("worker_name"),
        "department_code": row.pop("worker_department_code"),
        "signed_at": row.pop("worker_signed_at"),
        "arrived_at": row.pop("worker_arrived_at"),
        "ended_at": row.pop("worker_ended_at"),
    }
    same = ("assignment_id", "suggestion_id", "assigned_by", "assigned_at", "outcome")
    columns |= {name: row.pop(name) for name in same}
    return None if columns["worker_id"] is None else AssignedWorker(**columns)


def _case(row: Row) -> Case:
    worker = _worker(row)
    return Case(**row, worker=worker)


def read_case(transaction: Transaction, area_id: int, case_no: str, scope: Scope) -> Case:
    """One case as it is, for the rules; who shows it opens it (``dispatch/cases/looks.py``), which masks.

    Raises
    ------
    NotFound
        when there is none of this number, or it is not for this person to know of it.
    """
    parameters = {"area_id": area_id, "case_no": case_no} | readable_cases(scope)
    row = transaction.execute(SQL["case_by_number"], parameters).fetchone()
    if row is None:
        raise NotFound("no_such_case", field="case_no", given=case_no)
    return _case(row)


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
        "states": None if case_filter.states is None else list(case_filter.states),
        "grid": case_filter.grid,
        "since": case_filter.since,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "limit": case_filter.limit,
        "sent_to": case_filter.sent_to,
    }
    return [_case(row) for row in transaction.execute(SQL["cases"], parameters | readable_cases(scope))]


def _check(case_filter: CaseFilter) -> None:
    unknown = [state for state in case_filter.states or () if state not in STATES]
    if unknown:
        raise InvalidInput("unknown_state", field="state", given=unknown[0], allowed=STATES)
    if case_filter.grid is not None and not (case_filter.grid.isascii() and case_filter.grid.isdigit()):
        raise InvalidInput("grid_not_a_code", field="grid", given=case_filter.grid)
    if not 1 <= case_filter.limit <= LIMIT:
        raise InvalidInput("limit_out_of_range", field="limit", given=case_filter.limit, high=LIMIT)
    if case_filter.bbox is not None:
        west, south, east, north = case_filter.bbox
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise InvalidInput("bbox_invalid", field="bbox")


def read_log(transaction: Transaction, area_id: int, case_no: str) -> list[LogLine]:
    """Everything that was done about a case, the first line first. Read the case before: this does not ask who asks."""
    rows = transaction.execute(SQL["case_log"], {"area_id": area_id, "case_no": case_no})
    return [LogLine(**row) for row in rows]


def lock_case(transaction: Transaction, area_id: int, case_no: str) -> None:
    """Hold a case until the transaction ends, so that verbs come one after the other."""
    transaction.execute(SQL["lock_case"], {"area_id": area_id, "case_no": case_no})


def is_written_already(
    transaction: Transaction, area_id: int, case_no: str, account: str, write_id: UUID, verb: str
) -> bool:
    """Whether this very write was taken before; the same id by another account is another write."""
    parameters = {"area_id": area_id, "case_no": case_no, "account": account, "write_id": write_id, "verb": verb}
    return transaction.execute(SQL["is_written_already"], parameters).fetchone() is not None


def times_performed(transaction: Transaction, area_id: int, case_no: str, verb: str) -> int:
    """How often a verb was performed on a case."""
    parameters = {"area_id": area_id, "case_no": case_no, "verb": verb}
    row = transaction.execute(SQL["times_performed"], parameters).fetchone()
    return 0 if row is None else int(row["times"])


def has_spoken_for(transaction: Transaction, case: Case, account: str, worker_id: int) -> bool:
    """Whether the account performed a verb of the case on the worker's behalf."""
    parameters = {"area_id": case.area_id, "case_no": case.case_no, "account": account, "worker_id": worker_id}
    return transaction.execute(SQL["line_on_behalf"], parameters).fetchone() is not None


def change_case(transaction: Transaction, case: Case, state: str, at: datetime, changes: dict[str, Any]) -> None:
    """Bring a held case into a state, with some of its columns changed."""
    kept = {column: getattr(case, column) for column in _CHANGEABLE}
    now = {"area_id": case.area_id, "case_no": case.case_no, "state": state, "at": at}
    transaction.execute(SQL["change_incident"], kept | changes | now)


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
        },
    )
