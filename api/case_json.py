"""A case as the API gives it: names beside codes, what is due next, what the asker may do, person data masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from base.clock import rfc3339
from dispatch.access.scope import Scope
from dispatch.cases import deadlines
from dispatch.cases.incidents import AssignedWorker, Case, LogLine
from dispatch.cases.looks import shown, shown_log
from dispatch.cases.permission import verbs_for
from dispatch.cases.tasks import Task
from words.catalogue import text
from words.names import type_name

_PLAIN = (
    "case_no version state stage source_channel type_code priority department_code department_name lon lat grid_code "
    "grid_name village_code village_name address_text reported_by rework_count"
)
_TASK_PLAIN = "kind is_required state created_by outcome"
_TASK_TIMES = "created_at sent_at signed_at set_out_at arrived_at started_at done_at failed_at ended_at"
_TIMES = "reported_at accepted_at dispatched_at signed_at arrived_at handled_at closed_at updated_at due_at"


def describe_case(
    case: Case, scope: Scope, language: str, at: datetime, log: Sequence[LogLine] | None = None
) -> dict[str, Any]:
    """A case as JSON.

    Parameters
    ----------
    case
        as it is now.
    scope
        who asks: decides ``allowed`` and what is masked.
    language
        ``zh`` or ``en``, of the names.
    at
        the present moment (aware), for the lamp.
    log
        its lines, when they are asked for too.
    """
    lines = None if log is None else shown_log(log, case, scope)
    case = shown(case, scope)
    answer = {name: getattr(case, name) for name in _PLAIN.split()}
    answer |= {name: rfc3339(getattr(case, name)) for name in _TIMES.split()}
    answer |= {
        "id": str(case.client_id),
        "datum": "wgs84",
        "given": {"lon": case.given_lon, "lat": case.given_lat, "datum": case.datum},
        "description": case.description,
        "state_name": text(f"lifecycle.state.{case.state}", language),
        "channel_name": text(f"lifecycle.channel.{case.source_channel}", language),
        "type_name": type_name(case.type_code, language),
        "priority_name": text(f"lifecycle.priority.{case.priority}", language),
        "reporter": {"name": case.reporter_name, "phone": case.reporter_phone},
        "worker": None if case.worker is None else _worker(case.worker),
        "allowed": list(verbs_for(scope, case, log or ())),
    }
    answer |= _due(case, at)
    if lines is not None:
        answer["tasks"] = [_task(task, language) for task in case.tasks]
        answer["log"] = [_line(line, language) for line in lines]
    return answer


def _due(case: Case, at: datetime) -> dict[str, Any]:
    return {
        "lamp": deadlines.lamp(case.started_at, case.running_due_at, at),
        "overdue": case.is_overdue(at),
        "step": _step(case, at),
    }


def _step(case: Case, at: datetime) -> dict[str, Any] | None:
    found = deadlines.step_due(case.state, case.priority, case.updated_at, case.due_at)
    if found is None:
        return None
    step, due_at = found
    return {"step": step, "due_at": rfc3339(due_at), "overdue": deadlines.is_past(due_at, at)}


def _worker(worker: AssignedWorker) -> dict[str, Any]:
    return {
        "worker": worker.worker_id,
        "name": worker.name,
        "is_open": worker.is_open,
        "assigned_by": worker.assigned_by,
        "assigned_at": rfc3339(worker.assigned_at),
        "signed_at": rfc3339(worker.signed_at),
        "arrived_at": rfc3339(worker.arrived_at),
        "ended_at": rfc3339(worker.ended_at),
        "outcome": worker.outcome,
        "suggestion": None if worker.suggestion_id is None else str(worker.suggestion_id),
    }


def _task(task: Task, language: str) -> dict[str, Any]:
    worker_id = task.worker_id
    kind, addressee = ("department", task.department_code) if worker_id is None else ("worker", worker_id)
    return (
        {name: getattr(task, name) for name in _TASK_PLAIN.split()}
        | {
            "task": str(task.task_id),
            "parent": None if task.parent_task_id is None else str(task.parent_task_id),
            "state_name": text(f"lifecycle.task_state.{task.state}", language),
            "active": task.is_active,
            "addressee": {"kind": kind, "id": addressee, "name": task.name},
        }
        | {name: rfc3339(getattr(task, name)) for name in _TASK_TIMES.split()}
    )


def _line(line: LogLine, language: str) -> dict[str, Any]:
    return {
        "line_no": line.line_no,
        "at": rfc3339(line.at),
        "actor": line.actor,
        "role": line.role,
        "verb": line.verb,
        "verb_name": text(f"lifecycle.verb.{line.verb}", language),
        "from_state": line.from_state,
        "to_state": line.to_state,
        "note": line.note,
        "details": line.details,
        "lon": line.lon,
        "lat": line.lat,
    }
