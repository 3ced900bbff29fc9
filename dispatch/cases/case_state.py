"""Brings a case to where its tasks are: the one place that writes its state, its lead and its clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from base.database import Transaction
from dispatch.cases.clock_rows import Followed, decide_extension, follow_clocks, type_facts
from dispatch.cases.clocks import Facts
from dispatch.cases.incidents import SQL, Case
from dispatch.cases.lifecycle import FOLLOWS_TASKS, State, meaning_of
from dispatch.cases.task_rows import change_task, tasks_of
from dispatch.cases.tasks import Task, derive_state, derive_times, settled

_OF_THE_LEAD = ("dispatched_at", "signed_at", "arrived_at", "handled_at")
_CHANGEABLE = (
    "type_code",
    "priority",
    "department_code",
    "rework_count",
    "accepted_at",
    "closed_at",
    "due_at",
    "supervised_at",
    "suspended_until",
    "extension_until",
    "extended_count",
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
    "raised_count",
    "returned_count",
    "ruling_wanted_at",
    "ruled_at",
    "support_asked_at",
    "objected_at",
    "archived_from",
    *_OF_THE_LEAD,
)

_WHILE_IN_HAND = ("extension_until", "support_asked_at", "objected_at")
"""What whoever has the case asks for or says; with nobody on it there is nothing to answer."""


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
    if not (meaning_of(state).is_in_hand or state == "suspended"):
        if columns["extension_until"] is not None:
            decide_extension(transaction, case.area_id, case.case_no, "lapsed", by, at)
        columns |= dict.fromkeys(_WHILE_IN_HAND)
    followed = _follow(transaction, case, state, columns, tasks, at)
    columns |= asdict(followed.next) | {"due_at": followed.due_at}
    now = {"state": state, "updated_at": at if is_anew else case.updated_at}
    transaction.execute(SQL["change_incident"], {"area_id": case.area_id, "case_no": case.case_no} | columns | now)
    return state


def _follow(
    transaction: Transaction, case: Case, state: State, columns: Mapping[str, Any], tasks: Sequence[Task], at: datetime
) -> Followed:
    """The clocks of the case as it is written now, in the same transaction."""
    facts = Facts(
        state=state,
        before=case.state,
        priority=columns["priority"],
        reported_at=case.reported_at,
        accepted_at=columns["accepted_at"],
        handled_at=columns["handled_at"],
        due_at=columns["due_at"],
        tasks=tasks,
        **type_facts(columns["type_code"]),
    )
    return follow_clocks(transaction, case.area_id, case.case_no, facts, at)
