"""The cases a filled town's busy workers are at: invented, each with its log and the one who was sent."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from shapely.geometry import Point

from base.bulk import copy_rows, geometry
from base.bus import publish
from base.clock import TOWN_ZONE
from base.database import Row, Transaction
from base.errors import Conflict
from base.statements import load_statements
from dispatch.access.accounts import COMMAND_LINE
from dispatch.cases import deadlines, routing
from dispatch.cases.calendar import Calendar
from dispatch.cases.clock_rows import clock_values, read_calendar, type_facts
from dispatch.cases.clocks import Clock, Facts, follow, next_due
from dispatch.cases.lifecycle import TRANSITIONS, State, Verb
from dispatch.cases.tasks import Task, TaskState
from mapdata.areas import Area

SQL = load_statements(Path(__file__).parent / "sql" / "filling.sql")
DESCRIPTIONS = ("窨井盖缺失", "垃圾成堆没人清运", "邻里争吵", "路灯不亮", "电动车飞线充电", "占道经营", "河道漂浮物")
_WAY: tuple[Verb, ...] = ("accept", "dispatch", "sign", "arrive")
"""What is done about a case until somebody is there."""
_LEAST_DONE = 2
"""Every case has somebody sent."""
_STEP = timedelta(minutes=3)
_TARGETS = {line.verb: line.target for line in TRANSITIONS if line.target is not None}
_INCIDENT = [
    "area_id",
    "case_no",
    "client_id",
    "version",
    "state",
    "source_channel",
    "description",
    "type_code",
    "priority",
    "department_code",
    "geom",
    "datum",
    "given_lon",
    "given_lat",
    "grid_code",
    "village_code",
    "address_text",
    "reported_by",
    "reported_at",
    "accepted_at",
    "dispatched_at",
    "signed_at",
    "arrived_at",
    "updated_at",
    "due_at",
    "next_stage",
    "next_started_at",
    "next_due_at",
]
_LINE = [
    "area_id",
    "case_no",
    "line_no",
    "write_id",
    "at",
    "actor",
    "role",
    "verb",
    "from_state",
    "to_state",
    "note",
    "details",
    "task_id",
]
_TASK = [
    "area_id",
    "task_id",
    "case_no",
    "task_no",
    "kind",
    "is_required",
    "worker_id",
    "state",
    "created_by",
    "created_at",
    "sent_at",
    "signed_at",
    "signed_by",
    "arrived_at",
]
_CLOCK = [
    "area_id",
    "clock_id",
    "case_no",
    "task_id",
    "stage",
    "basis",
    "limit_amount",
    "limit_unit",
    "started_at",
    "first_due_at",
    "due_at",
    "state",
]
_TASK_STATES: dict[Verb, TaskState] = {"dispatch": "sent", "sign": "signed", "arrive": "on_scene"}
"""How far the lead is, by the last verb."""


@dataclass(frozen=True)
class _Invented:
    """One case: its number, who is sent, what happens there, when each verb was said, where."""

    case_no: str
    ids: list[uuid.UUID]
    worker_id: int
    description: str
    reported_at: datetime
    done: tuple[Verb, ...]
    place: Row

    @property
    def type_code(self) -> str:
        """The type its words propose."""
        return routing.propose(self.description).type_code

    def at(self, verb: Verb) -> datetime | None:
        """When the verb was said; None when it was not."""
        return self.reported_at + _STEP * (self.done.index(verb) + 1) if verb in self.done else None


def send_to_cases(
    transaction: Transaction, area: Area, worker_ids: list[int], random: np.random.Generator, at: datetime
) -> int:
    """Send each of the workers to a case of his own, reported within the last two hours; returns how many.

    Raises
    ------
    Conflict
        when the area has no building a case could lie at.
    """
    if not worker_ids:
        return 0
    places = transaction.execute(SQL["case_places"], {"area_id": area.area_id}).fetchall()
    if not places:
        raise Conflict("filling_no_addresses", area_id=area.area_id)
    numbers = _take_numbers(transaction, area, len(worker_ids), at)
    cases = [
        _invent(random, case_no, worker_id, places, at) for case_no, worker_id in zip(numbers, worker_ids, strict=True)
    ]
    calendar = read_calendar(transaction, area.area_id)
    clocks = {case.case_no: _clocks(area.area_id, case, calendar, at) for case in cases}
    incidents = (_incident(area.area_id, case, calendar, clocks[case.case_no]) for case in cases)
    copy_rows(transaction, "incident", _INCIDENT, incidents)
    copy_rows(transaction, "task", _TASK, (_task(area.area_id, case) for case in cases))
    copy_rows(transaction, "clock", _CLOCK, (row for case in cases for row in _clock_rows(area.area_id, case, clocks)))
    copy_rows(transaction, "incident_log", _LINE, (line for case in cases for line in _lines(area.area_id, case)))
    publish(transaction, area.area_id, "incident", numbers)
    return len(cases)


def _take_numbers(transaction: Transaction, area: Area, count: int, at: datetime) -> list[str]:
    day = at.astimezone(TOWN_ZONE).date()
    parameters = {"area_id": area.area_id, "day": day, "count": count}
    row = transaction.execute(SQL["take_case_numbers"], parameters).fetchone()
    assert row is not None
    last = int(row["last_number"])
    return [f"{area.case_prefix}{day:%y%m%d}{number:04}" for number in range(last - count + 1, last + 1)]


def _invent(
    random: np.random.Generator, case_no: str, worker_id: int, places: list[Row], at: datetime
) -> _Invented:  # fmt: skip
    ids = [uuid.UUID(bytes=random.bytes(16), version=4) for _ in range(2 + len(_WAY))]
    place = places[int(random.integers(len(places)))]
    done = _WAY[: int(random.integers(_LEAST_DONE, len(_WAY) + 1))]
    ago_s = float(random.uniform(20 * 60, 120 * 60))
    words = DESCRIPTIONS[int(random.integers(len(DESCRIPTIONS)))]
    return _Invented(case_no, ids, worker_id, words, at - timedelta(seconds=ago_s), done, place)


def _due_at(case: _Invented, calendar: Calendar) -> datetime:
    """When it has to be handled, counted from its acceptance."""
    accepted_at, priority = case.at("accept"), routing.priority_of(case.type_code)
    assert accepted_at is not None
    limit = routing.event_types()[case.type_code].limit
    return deadlines.handle_due(accepted_at, priority, priority, limit, calendar)


def _clocks(area_id: int, case: _Invented, calendar: Calendar, at: datetime) -> list[Clock]:
    """The clocks that run for it, with ids that follow from its own."""
    state: State = _TARGETS[case.done[-1]]
    facts = Facts(
        state=state,
        before=state,
        priority=routing.priority_of(case.type_code),
        reported_at=case.reported_at,
        accepted_at=case.at("accept"),
        handled_at=None,
        due_at=_due_at(case, calendar),
        tasks=[Task(**dict(zip(_TASK, _task(area_id, case), strict=True)), **_NO_MORE)],
        **type_facts(case.type_code),
    )
    clocks = follow(facts, [], at, calendar)
    return [replace(clock, clock_id=uuid.uuid5(case.ids[0], clock.stage)) for clock in clocks]


_NO_MORE: dict[str, Any] = {"department_code": None, "parent_task_id": None, "suggestion_id": None}


def _clock_rows(area_id: int, case: _Invented, clocks: dict[str, list[Clock]]) -> Iterator[tuple[Any, ...]]:
    for clock in clocks[case.case_no]:
        values = clock_values(area_id, case.case_no, clock)
        yield tuple(values[column] for column in _CLOCK)


def _incident(area_id: int, case: _Invented, calendar: Calendar, clocks: list[Clock]) -> tuple[Any, ...]:
    place, type_code = case.place, case.type_code
    priority, first = routing.priority_of(type_code), next_due(clocks)
    return (
        area_id, case.case_no, case.ids[0], 1 + len(case.done), _TARGETS[case.done[-1]], "hotline_12345",
        case.description, type_code, priority, routing.department_of(type_code),
        geometry(Point(place["lon"], place["lat"])), "wgs84", place["lon"], place["lat"], place["grid_code"],
        place["grid_code"][:12], place["full_text"], COMMAND_LINE, case.reported_at,
        *(case.at(verb) for verb in _WAY), case.at(case.done[-1]),
        _due_at(case, calendar), first.next_stage, first.next_started_at, first.next_due_at,
    )  # fmt: skip


def _lines(area_id: int, case: _Invented) -> Iterator[tuple[Any, ...]]:
    """The log: reported, then one line for each verb."""
    by = (COMMAND_LINE, "operator")
    state = "reported"
    yield area_id, case.case_no, 1, case.ids[0], case.reported_at, *by, "report", None, state, "", "{}", None
    for number, verb in enumerate(case.done):
        details = json.dumps({"worker": case.worker_id} if verb == "dispatch" else {})
        target = _TARGETS[verb]
        yield (
            area_id, case.case_no, number + 2, case.ids[number + 1], case.at(verb), *by, verb, state, target, "",
            details, case.ids[-1] if verb in _TASK_STATES else None,
        )  # fmt: skip
        state = target


def _task(area_id: int, case: _Invented) -> tuple[Any, ...]:
    """What the one who is sent has to do: the only task of the case."""
    sent_at, signed_at = case.at("dispatch"), case.at("sign")
    signed_by = None if signed_at is None else COMMAND_LINE
    return (
        area_id, case.ids[-1], case.case_no, 1, "lead", True, case.worker_id, _TASK_STATES[case.done[-1]],
        COMMAND_LINE, sent_at, sent_at, signed_at, signed_by, case.at("arrive"),
    )  # fmt: skip
