"""Brings a case to where its tasks are: the one place that writes its state and what it tells of its lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from base.database import Transaction
from dispatch.cases.incidents import SQL, Case
from dispatch.cases.lifecycle import FOLLOWS_TASKS, State
from dispatch.cases.task_rows import change_task, tasks_of
from dispatch.cases.tasks import derive_state, derive_times, settled

_OF_THE_LEAD = ("dispatched_at", "signed_at", "arrived_at", "handled_at")
_CHANGEABLE = (
    "type_code",
    "priority",
    "department_code",
    "rework_count",
    "accepted_at",
    "closed_at",
    "due_at",
    "parent_case",
    "level",
    "round",
    "satisfied",
    "score",
    "rated_at",
    "rated_by",
    "needs_call_back",
    "acknowledged_at",
    "acknowledged_by",
    "archived_from",
    *_OF_THE_LEAD,
)


def write_case(
    transaction: Transaction,
    case: Case,
    at: datetime,
    by: str,
    own_state: State | None = None,
    changes: Mapping[str, Any] | None = None,
) -> State:
    """Bring a case to where its tasks are: the one place that writes its state and what it tells of its lead.

    Parameters
    ----------
    transaction, case, at, by
        the case as it was, the present moment, and the account that acts.
    own_state
        a state it is brought into itself; None: it goes on from the one it is in.
    changes
        other columns that change with it.

    Returns
    -------
    State
        the one it is in now.
    """
    for task in settled(tasks_of(transaction, case.area_id, case.case_no), at, by):
        change_task(transaction, task)
    tasks = tasks_of(transaction, case.area_id, case.case_no)
    before = own_state or case.state
    state = derive_state(before, tasks)
    columns = {column: getattr(case, column) for column in _CHANGEABLE} | dict(changes or {})
    if before in FOLLOWS_TASKS:
        columns |= asdict(derive_times(state, tasks, case.handled_at or at))
    is_anew = state != case.state or any(columns[name] != getattr(case, name) for name in _OF_THE_LEAD)
    now = {"state": state, "updated_at": at if is_anew else case.updated_at}
    transaction.execute(SQL["change_incident"], {"area_id": case.area_id, "case_no": case.case_no} | columns | now)
    return state
