"""A case as the API tells it: names beside codes, what is due next, what the asker may do, person data masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dispatch import deadlines, routing
from dispatch.access import Principal, may
from dispatch.incidents import AssignedWorker, Case, LogLine
from dispatch.lifecycle import ENDED
from dispatch.masking import mask_name, mask_phone
from dispatch.texts import text
from dispatch.turn import verbs_for

_PLAIN = (
    "case_no version state source_channel type_code priority department_code department_name lon lat grid_code "
    "grid_name village_code village_name address_text reported_by rework_count"
)
_TIMES = "reported_at accepted_at dispatched_at signed_at arrived_at handled_at closed_at updated_at due_at"
_NUMBERS = re.compile(r"(?<![0-9A-Za-z])(?:1\d{10}|\d{17}[\dXx]|0\d{2,3}-?\d{7,8})(?![0-9A-Za-z])")
"""Mobile numbers, identity numbers, fixed lines with their area code."""


def type_name(type_code: str, language: str) -> str:
    """What a type of event is called; the Chinese name of the table where there is no other."""
    key = f"types.{type_code}"
    name = text(key, language)
    known = routing.event_types().get(type_code)
    return name if name != key else known.name if known else type_code


def moment(at: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def without_numbers(words: str) -> str:
    """A free text with phone and identity numbers masked."""
    return _NUMBERS.sub(lambda hit: mask_phone(hit.group()) if len(hit.group()) < 17 else "*" * 18, words)


def describe_case(
    case: Case, principal: Principal, language: str, at: datetime, log: Sequence[LogLine] | None = None
) -> dict[str, Any]:
    """A case as JSON.

    Parameters
    ----------
    case
        as it is now.
    principal
        who asks: decides ``allowed`` and what is masked.
    language
        ``zh`` or ``en``, of the names.
    at
        the present moment (aware), for the lamp.
    log
        its lines, when they are asked for too.
    """
    sees_people = may(principal, "person.unmask") or case.reported_by == principal.account
    told = {name: getattr(case, name) for name in _PLAIN.split()}
    told |= {name: moment(getattr(case, name)) for name in _TIMES.split()}
    told |= {
        "id": str(case.client_id),
        "datum": "wgs84",
        "given": {"lon": case.given_lon, "lat": case.given_lat, "datum": case.datum},
        "description": case.description if sees_people else without_numbers(case.description),
        "state_name": text(f"lifecycle.state.{case.state}", language),
        "channel_name": text(f"lifecycle.channel.{case.source_channel}", language),
        "type_name": type_name(case.type_code, language),
        "priority_name": text(f"lifecycle.priority.{case.priority}", language),
        "reporter": _reporter(case, sees_people),
        "worker": None if case.worker is None else _worker(case.worker),
        "allowed": list(verbs_for(principal, case)),
    }
    told |= _due(case, at)
    if log is not None:
        told["log"] = [_line(line, language, sees_people) for line in log]
    return told


def _due(case: Case, at: datetime) -> dict[str, Any]:
    started_at = case.accepted_at or case.reported_at
    waits = case.state not in ENDED and case.handled_at is None
    step = deadlines.step_due(case.state, case.priority, case.updated_at, case.due_at)
    return {
        "lamp": deadlines.lamp(started_at, case.due_at, at, ended=not waits),
        "overdue": waits and case.due_at is not None and at > case.due_at,
        "step": None if step is None else {"step": step[0], "due_at": moment(step[1]), "overdue": at > step[1]},
    }


def _reporter(case: Case, sees_people: bool) -> dict[str, str]:
    if sees_people:
        return {"name": case.reporter_name, "phone": case.reporter_phone}
    return {"name": mask_name(case.reporter_name), "phone": mask_phone(case.reporter_phone)}


def _worker(worker: AssignedWorker) -> dict[str, Any]:
    return {
        "worker": worker.worker_id,
        "name": worker.name,
        "is_open": worker.is_open,
        "assigned_by": worker.assigned_by,
        "assigned_at": moment(worker.assigned_at),
        "signed_at": moment(worker.signed_at),
        "arrived_at": moment(worker.arrived_at),
        "ended_at": moment(worker.ended_at),
        "outcome": worker.outcome,
        "suggestion": None if worker.suggestion_id is None else str(worker.suggestion_id),
    }


def _line(line: LogLine, language: str, sees_people: bool) -> dict[str, Any]:
    return {
        "line_no": line.line_no,
        "at": moment(line.at),
        "actor": line.actor,
        "role": line.role,
        "verb": line.verb,
        "verb_name": text(f"lifecycle.verb.{line.verb}", language),
        "from_state": line.from_state,
        "to_state": line.to_state,
        "note": line.note if sees_people else without_numbers(line.note),
        "details": line.details,
        "lon": line.lon,
        "lat": line.lat,
    }
