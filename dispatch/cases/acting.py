"""Does what clocks have to do at their time: reminds, escalates, raises again. Several processes may do it at once.

Each batch is a transaction of its own and holds the town's verbs only as long; what was done is a row of it
(``clock_act``), so that it is done once whoever is killed. What stands in ``acts.py`` decides; this does it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from uuid import UUID

from base.clock import rfc3339
from base.database import Row, Transaction
from base.statements import load_statements
from base.values import Code, Moment, Value
from dispatch.cases.acts import Act, Answered, acts_of, due_now, next_moment, raises_at
from dispatch.cases.archive import add_system_line, escalate_unanswered
from dispatch.cases.calendar import Calendar
from dispatch.cases.clock_rows import clock_of, read_calendar
from dispatch.cases.clocks import Clock
from dispatch.cases.incidents import Case, read_any_case, read_any_cases
from dispatch.cases.task_rows import lock_verbs
from dispatch.cases.telling import about_case, addressee_of
from dispatch.centre import Centre
from dispatch.notices.outbox import tell
from dispatch.notices.recipients import About, Addressed, Recipient, leaders_in_line, shift_leaders

SQL = load_statements(Path(__file__).parent / "sql" / "acts.sql")

AT_ONCE = 100
"""Clocks of one batch: about as long as the verbs of a town may have to wait for it."""
LONGEST_S = 10.0
LOOK_AGAIN = timedelta(minutes=5)
"""When a clock whose act failed is looked at again."""
_log = logging.getLogger("gridcommand.jobs")


@dataclass(frozen=True)
class _Due:
    """A clock about which something may have to be done."""

    clock: Clock
    case_no: str
    priority: str
    answered: Answered
    done: frozenset[str]


@dataclass(frozen=True)
class _Plan:
    """What is to be done about a clock now, and when it is next to be looked at."""

    due: _Due
    acts: list[Act]
    is_raised: bool
    next_at: datetime | None


def act_on_clocks(centre: Centre) -> int:
    """Do what the clocks of a town have to do by now; how many clocks were looked at.

    What cannot be done within ``LONGEST_S`` is left to the next time: notices are sent in between.
    """
    at, looked, began = centre.clock(), 0, monotonic()
    while True:
        with centre.database.transaction(timeout_s=30.0) as transaction:
            found = act_once(centre, transaction, at)
        looked += found
        if found < AT_ONCE or monotonic() - began > LONGEST_S:
            return looked


def act_once(centre: Centre, transaction: Transaction, at: datetime) -> int:
    """One batch of :func:`act_on_clocks`, in the transaction that is given; how many clocks were looked at."""
    area_id = centre.area.area_id
    lock_verbs(transaction, area_id)
    parameters = {"area_id": area_id, "at": at, "most": AT_ONCE}
    rows = transaction.execute(SQL["due_clocks"], parameters).fetchall()
    if not rows:
        return 0
    calendar = read_calendar(transaction, area_id)
    plans = [_plan(_due(row), at, calendar) for row in rows]
    try:
        with transaction.transaction():
            _carry_out(centre, transaction, plans, at)
            nexts = [plan.next_at for plan in plans]
    except Exception:  # one of them fails, so each is tried by itself: together they are faster
        nexts = [_tried(centre, transaction, plan, at) for plan in plans]
    values = {"clock_ids": [plan.due.clock.clock_id for plan in plans], "act_ats": nexts}
    transaction.execute(SQL["next_acts"], {"area_id": area_id} | values)
    return len(rows)


def _due(row: Row) -> _Due:
    row = dict(row)
    case_no, priority, done = row.pop("case_no"), row.pop("priority"), frozenset(row.pop("done"))
    answered = Answered(row.pop("acknowledged_at"), row.pop("raised_at"), row.pop("raised_count"))
    return _Due(clock_of(row), case_no, priority, answered, done)


def _plan(due: _Due, at: datetime, calendar: Calendar) -> _Plan:
    """What a clock has to do now, and when it is next to be looked at."""
    acts = acts_of(due.clock, due.priority, calendar)
    raised_at = raises_at(due.clock, due.priority, due.answered)
    is_raised = raised_at is not None and raised_at <= at
    if is_raised:
        raised_at = raises_at(due.clock, due.priority, Answered(None, at, due.answered.raised_count + 1))
    moments = [one for one in (next_moment(acts, due.done, at), raised_at) if one is not None]
    return _Plan(due, due_now(acts, due.done, at), is_raised, min(moments, default=None))


def _tried(centre: Centre, transaction: Transaction, plan: _Plan, at: datetime) -> datetime | None:
    """Carry out one plan; when its clock is next to be looked at. One that fails stops no other."""
    try:
        with transaction.transaction():
            _carry_out(centre, transaction, [plan], at)
    except Exception:
        _log.exception("the clock %s of case %s could not act", plan.due.clock.stage, plan.due.case_no)
        return at + LOOK_AGAIN
    return plan.next_at


def _carry_out(centre: Centre, transaction: Transaction, plans: Sequence[_Plan], at: datetime) -> None:
    acting = [plan for plan in plans if plan.acts or plan.is_raised]
    cases = read_any_cases(transaction, centre.area.area_id, {plan.due.case_no for plan in acting}) if acting else {}
    for plan in acting:
        case = cases[plan.due.case_no]
        about = _about(transaction, case, plan.due, at)
        for act in plan.acts:
            _do(centre, transaction, case, plan.due, act, about, at)
        if plan.is_raised:
            _raise_again(transaction, case, about, at)


def _about(transaction: Transaction, case: Case, due: _Due, at: datetime) -> About:
    """What the notices of a clock tell: with the people of its task, when it is of one, and who is next in line."""
    clock = due.clock
    about = about_case(case, at, clock.due_at)
    people = dict(about.people)
    task = next((one for one in case.tasks if one.task_id == clock.task_id), None)
    if task is not None:
        people["handlers"] = (Addressed(addressee_of(task), task.task_id),)
        department = task.department_code or task.worker_department or case.department_code
        people["department"] = (Addressed(Recipient("department", department), task.task_id),)
        if clock.stage == "meet":
            about = replace(about, told={**about.told, "dept": Code("departments", department)})
    if due.priority == "P1":
        people["next_in_line"] = _called(transaction, case.area_id, due.answered.raised_count + 1)
    return About(about.case_no, about.urgency, _told(about, clock), people, about.occasion_at)


def _told(about: About, clock: Clock) -> Mapping[str, Value]:
    return about.told if clock.stage != "handle" else {**about.told, "due": Moment(clock.due_at)}


def _called(transaction: Transaction, area_id: int, nth: int) -> tuple[Addressed, ...]:
    """Who is called the nth time: the next in line; when there is none left, everybody of it and the shift leaders."""
    line = leaders_in_line(transaction, area_id)
    if nth < len(line):
        return tuple(Addressed(one) for one in line[nth])
    everybody = [one for place in line for one in place] + shift_leaders(transaction, area_id)
    return tuple(Addressed(one) for one in dict.fromkeys(everybody))


def _do(centre: Centre, transaction: Transaction, case: Case, due: _Due, act: Act, about: About, at: datetime) -> None:
    """One act, once: who is for it, told; the case taken up; the line in its log."""
    if act.is_for_holder and not about.people["handlers"]:
        return  # looked at again when somebody is sent
    if not _is_first(transaction, case.area_id, due.clock.clock_id, due.clock.due_at, act.name, at):
        return
    if act.level is not None and case.level < act.level:
        escalate_unanswered(centre, transaction, case.case_no, at)
    if not act.code:
        return
    occasion = due.clock.due_at if act.name == "reminder" else act.at
    told = About(about.case_no, about.urgency, about.told, about.people, occasion)
    tell(transaction, case.area_id, at, act.code, told, act.to)
    if not act.to <= {"handlers"}:
        details: dict[str, object] = {"rung": act.name, "stage": due.clock.stage, "due": rfc3339(due.clock.due_at)}
        add_system_line(transaction, case, "escalated_by_time", case.state, at, details)


def _is_first(transaction: Transaction, area_id: int, clock_id: UUID, due_at: datetime, act: str, at: datetime) -> bool:
    values = {"area_id": area_id, "clock_id": clock_id, "due_at": due_at, "act": act, "at": at}
    return transaction.execute(SQL["keep_act"], values).fetchone() is not None


def _raise_again(transaction: Transaction, case: Case, about: About, at: datetime) -> None:
    """Wall and console sound anew, the next in line is called, and somebody has to acknowledge it anew."""
    row = transaction.execute(SQL["raise_again"], {"area_id": case.area_id, "case_no": case.case_no, "at": at})
    times = next(iter(row))["raised_count"]
    tell(transaction, case.area_id, at, "raised_again", About(case.case_no, "P1", about.told, about.people, at))
    add_system_line(transaction, case, "raise_again", case.state, at, {"times": times})


def tell_of_suspensions(centre: Centre, transaction: Transaction, at: datetime) -> int:
    """Tell the shift leaders, once, of each case whose suspension has run out; how many were.

    It stays suspended: whether it goes on is theirs to say. Source: docs/domain.md, "Suspending".
    """
    area_id = centre.area.area_id
    lock_verbs(transaction, area_id)
    parameters = {"area_id": area_id, "at": at, "most": AT_ONCE}
    rows = transaction.execute(SQL["suspensions_over"], parameters).fetchall()
    for row in rows:
        until = row["suspended_until"]
        if _is_first(transaction, area_id, row["clock_id"], until, "suspension_over", at):
            case = read_any_case(transaction, area_id, row["case_no"])
            tell(transaction, area_id, at, "suspension_over", about_case(case, at, until))
            add_system_line(transaction, case, "suspension_over", case.state, at, {"until": rfc3339(until)})
    return len(rows)
