"""Clocks and extensions as they are kept, and the one function that lets them follow a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID, uuid4

from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from base.database import Row, Transaction
from base.statements import load_statements
from dispatch.cases import routing
from dispatch.cases.calendar import Calendar, SpecialDay, calendar_with
from dispatch.cases.clocks import Clock, Facts, NextDue, Pause, ended, follow, limit_of, next_due

SQL = load_statements(Path(__file__).parent / "sql" / "clocks.sql")

Decision = Literal["granted", "refused", "lapsed"]
"""``lapsed``: the case went on to other hands before anybody decided."""


@dataclass(frozen=True)
class Extension:
    """An extension (延期) that was asked for, and what was decided; open while ``decision`` is None."""

    extension_id: UUID
    clock_id: UUID
    asked_by: str
    asked_at: datetime
    until: datetime
    reason: str
    decided_by: str | None
    decided_at: datetime | None
    decision: Decision | None
    due_before: datetime


def read_calendar(transaction: Transaction, area_id: int) -> Calendar:
    """The town's working calendar as it is now; what was loaded counts at once."""
    rows = transaction.execute(SQL["calendar_days"], {"area_id": area_id})
    return calendar_with(SpecialDay(**row) for row in rows)


def read_clocks(transaction: Transaction, area_id: int, case_no: str) -> list[Clock]:
    """Every clock of a case in the order they began. Read the case before: this does not ask who asks."""
    rows = transaction.execute(SQL["clocks_of_case"], {"area_id": area_id, "case_no": case_no})
    return [clock_of(row) for row in rows]


def clock_of(row: Row) -> Clock:
    """The clock a row holds."""
    row = dict(row)
    limit = limit_of(row.pop("limit_amount"), row.pop("limit_unit"))
    pauses = tuple(Pause(span.lower, span.upper) for span in row.pop("pauses"))
    return Clock(**row, limit=limit, pauses=pauses)


def read_extensions(transaction: Transaction, area_id: int, case_no: str) -> list[Extension]:
    """Every extension of a case, the first first. Read the case before: this does not ask who asks."""
    rows = transaction.execute(SQL["extensions_of_case"], {"area_id": area_id, "case_no": case_no})
    return [Extension(**row) for row in rows]


def latest_extensions(transaction: Transaction, area_id: int, case_nos: Sequence[str]) -> dict[str, Extension]:
    """The extension asked for last, of each case that has one. Read the cases before: this does not ask who asks."""
    rows = transaction.execute(SQL["latest_extensions"], {"area_id": area_id, "case_nos": list(case_nos)})
    return {row.pop("case_no"): Extension(**row) for row in map(dict, rows)}


def clock_values(area_id: int, case_no: str, clock: Clock) -> dict[str, Any]:
    """The columns of a clock."""
    values = asdict(clock) | {"area_id": area_id, "case_no": case_no}
    limit = clock.limit
    values["limit_amount"], values["limit_unit"] = (None, None) if limit is None else (limit.amount, limit.unit)
    values["pauses"] = Multirange([Range(pause.since, pause.until) for pause in clock.pauses])
    del values["limit"]
    return values


def add_clock(transaction: Transaction, area_id: int, case_no: str, clock: Clock) -> None:
    """Keep a new clock."""
    transaction.execute(SQL["add_clock"], clock_values(area_id, case_no, clock))


def change_clock(transaction: Transaction, area_id: int, case_no: str, clock: Clock) -> None:
    """Keep a clock as it is after a step."""
    transaction.execute(SQL["change_clock"], clock_values(area_id, case_no, clock))


def end_answers(transaction: Transaction, area_id: int, case_no: str, at: datetime) -> int:
    """The answers that are awaited are given; returns how many were."""
    live = [one for one in read_clocks(transaction, area_id, case_no) if one.is_live and one.stage == "answer"]
    for clock in live:
        change_clock(transaction, area_id, case_no, ended(clock, at, is_done=True))
    return len(live)


def add_extension(
    transaction: Transaction,
    area_id: int,
    case_no: str,
    clock: Clock,
    asked_by: str,
    asked_at: datetime,
    until: datetime,
    reason: str,
) -> None:
    """Keep that more time is asked for."""
    values = {"area_id": area_id, "extension_id": uuid4(), "case_no": case_no, "clock_id": clock.clock_id}
    values |= {"asked_by": asked_by, "asked_at": asked_at, "until": until, "reason": reason}
    transaction.execute(SQL["add_extension"], values | {"due_before": clock.due_at})


def decide_extension(
    transaction: Transaction, area_id: int, case_no: str, decision: Decision, by: str, at: datetime
) -> None:
    """Keep what was decided of the extension that is asked for."""
    values = {"area_id": area_id, "case_no": case_no, "decision": decision, "by": by, "at": at}
    transaction.execute(SQL["decide_extension"], values)


@dataclass(frozen=True)
class Followed:
    """What a case shows of its clocks: what runs out first, and when it has to be handled."""

    next: NextDue
    due_at: datetime | None


def follow_clocks(transaction: Transaction, area_id: int, case_no: str, facts: Facts, at: datetime) -> Followed:
    """Start, pause, resume and end the clocks of a case as it is now: the one place that does.

    Parameters
    ----------
    transaction
        the one the case is written in.
    area_id, case_no
        of which case.
    facts
        the case as it will be written.
    at
        the present moment (aware).

    Returns
    -------
    Followed
        what is kept beside the case; ``due_at`` has moved when its clock stood meanwhile.
    """
    before = read_clocks(transaction, area_id, case_no)
    changed = follow(facts, before, at, read_calendar(transaction, area_id))
    known = {clock.clock_id for clock in before}
    for clock in sorted(changed, key=lambda one: one.is_live):  # one of a kind is live: the ended ones first
        (change_clock if clock.clock_id in known else add_clock)(transaction, area_id, case_no, clock)
    transaction.execute(SQL["wake_clocks"], {"area_id": area_id, "case_no": case_no})
    now = {clock.clock_id: clock for clock in (*before, *changed)}
    return Followed(next_due(list(now.values())), _handle_due(list(now.values()), facts))


def _handle_due(clocks: Sequence[Clock], facts: Facts) -> datetime | None:
    return next((clock.due_at for clock in clocks if clock.is_live and clock.key == ("handle", None)), facts.due_at)


def type_facts(type_code: str) -> dict[str, Any]:
    """What the clocks have to know of the type of a case."""
    return {"type_priority": routing.priority_of(type_code), "type_limit": routing.event_types()[type_code].limit}
