"""Two workers change shifts (换班): one asks, the other agrees, the shift leader confirms.

Source: docs/domain.md, "Shifts".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from base.database import Transaction
from base.errors import Conflict, Forbidden, InvalidInput, NotFound
from base.statements import load_statements
from dispatch.access import audit
from dispatch.access.grants import may, may_speak_for, require
from dispatch.access.masking import worker_name
from dispatch.access.scope import Scope, readable_workers
from dispatch.roster.lines import Line, day_fault, held_lines, lock_roster, put_lines, take_off
from dispatch.roster.shifts import day_of

SQL = load_statements(Path(__file__).parent / "sql" / "swaps.sql")


@dataclass(frozen=True)
class Swap:
    """Whose shift of which day is to be changed for whose; not agreed, ended or made while its time is None."""

    swap_id: UUID
    on_day: date
    shift: str
    worker_id: int
    other_day: date
    other_shift: str
    other_id: int
    asked_at: datetime
    agreed_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    is_made: bool = False


@dataclass(frozen=True)
class ShownSwap(Swap):
    """A swap with the names as the asker may read them; empty for whom he may not see."""

    name: str = ""
    other_name: str = ""


def list_swaps(transaction: Transaction, area_id: int, scope: Scope, at: datetime) -> list[ShownSwap]:
    """The swaps still to be agreed or confirmed, of the workers the asker may see, the oldest first."""
    parameters = {"area_id": area_id, "today": day_of(at)} | readable_workers(scope)
    rows = transaction.execute(SQL["open_swaps"], parameters).fetchall()
    return [
        ShownSwap(**row | {name: worker_name(scope, row[name] or "") for name in ("name", "other_name")})
        for row in rows
    ]


def ask_swap(transaction: Transaction, area_id: int, scope: Scope, swap: Swap) -> Swap:
    """Ask another to change shifts; the same id again is the same asking.

    Raises
    ------
    Forbidden
        when it is somebody else's shift.
    InvalidInput
        when both are the same person, or a day is past.
    NotFound
        when one of them has no such shift.
    """
    _require_own(transaction, area_id, scope, swap.worker_id)
    if swap.worker_id == swap.other_id:
        raise InvalidInput("roster_same_person", field="other", worker=swap.other_id)
    _both_lines(transaction, area_id, swap, swap.asked_at)
    transaction.execute(SQL["add_swap"], {"area_id": area_id, "at": swap.asked_at} | vars(swap))
    return _swap(transaction, area_id, swap.swap_id)


def agree(transaction: Transaction, area_id: int, scope: Scope, swap_id: UUID, at: datetime) -> Swap:
    """The other one agrees; again it is the same.

    Raises
    ------
    NotFound, Forbidden, Conflict
        when there is no such swap, somebody else is asked, or it has ended.
    """
    swap = _open(transaction, area_id, swap_id)
    _require_own(transaction, area_id, scope, swap.other_id)
    transaction.execute(SQL["agree"], {"area_id": area_id, "swap_id": swap_id, "at": at})
    return _swap(transaction, area_id, swap_id)


def confirm(transaction: Transaction, area_id: int, scope: Scope, swap_id: UUID, at: datetime) -> Swap:
    """The leader confirms, and each has the other's shift; again it is the same.

    Raises
    ------
    Forbidden
        when the asker may not change the roster.
    NotFound
        when there is no such swap, or one of them has the shift no more.
    Conflict
        when the other one has not agreed, it was refused, or somebody would be needed at two places at one time.
    """
    require(scope, "roster.change")
    swap = _swap(transaction, area_id, swap_id)
    if swap.is_made:
        return swap
    if _open(transaction, area_id, swap_id).agreed_at is None:
        raise Conflict("swap_not_agreed", field="swap", worker=swap.other_id)
    lock_roster(transaction, area_id)
    own, other = _both_lines(transaction, area_id, swap, at)
    for line in (own, other):
        take_off(transaction, area_id, scope, line.on_day, line.shift, line.worker_id, at)
    crossed = [replace(own, worker_id=other.worker_id), replace(other, worker_id=own.worker_id)]
    put_lines(transaction, area_id, scope, [replace(one, instead_of=None) for one in crossed], at)
    return _end(transaction, area_id, scope, swap_id, at, is_made=True)


def refuse(transaction: Transaction, area_id: int, scope: Scope, swap_id: UUID, at: datetime) -> Swap:
    """One of the two, or the leader, refuses; again it is the same.

    Raises
    ------
    NotFound, Forbidden, Conflict
        when there is no such swap, it is other people's, or it was made.
    """
    swap = _swap(transaction, area_id, swap_id)
    if not may(scope, "roster.change"):
        _require_own(transaction, area_id, scope, swap.worker_id, swap.other_id)
    if swap.is_made:
        raise Conflict("swap_ended", field="swap", by=swap.ended_by)
    return swap if swap.ended_at else _end(transaction, area_id, scope, swap_id, at, is_made=False)


def _end(transaction: Transaction, area_id: int, scope: Scope, swap_id: UUID, at: datetime, *, is_made: bool) -> Swap:
    end = {"area_id": area_id, "swap_id": swap_id, "at": at, "by": scope.account, "is_made": is_made}
    transaction.execute(SQL["end_swap"], end)
    audit.append(transaction, area_id, at, scope, "roster.swap", str(swap_id), {"made": is_made})
    return _swap(transaction, area_id, swap_id)


def _swap(transaction: Transaction, area_id: int, swap_id: UUID) -> Swap:
    row = transaction.execute(SQL["swap_of_id"], {"area_id": area_id, "swap_id": swap_id}).fetchone()
    if row is None:
        raise NotFound("no_such_swap", field="swap", given=str(swap_id))
    return Swap(**row)


def _open(transaction: Transaction, area_id: int, swap_id: UUID) -> Swap:
    swap = _swap(transaction, area_id, swap_id)
    if swap.ended_at is not None:
        raise Conflict("swap_ended", field="swap", by=swap.ended_by)
    return swap


def _both_lines(transaction: Transaction, area_id: int, swap: Swap, at: datetime) -> tuple[Line, Line]:
    own = _line(transaction, area_id, swap.on_day, swap.shift, swap.worker_id, at, "worker")
    return own, _line(transaction, area_id, swap.other_day, swap.other_shift, swap.other_id, at, "other")


def _line(
    transaction: Transaction, area_id: int, day: date, shift: str, worker_id: int, at: datetime, field: str
) -> Line:
    fault = day_fault(day, day_of(at))
    if fault:
        raise fault
    found = [one for one in held_lines(transaction, area_id, day, day, [worker_id]) if one.shift == shift]
    if not found:
        raise NotFound("no_such_roster_line", field=field, worker=worker_id, day=str(day), shift=shift)
    return found[0]


def _require_own(transaction: Transaction, area_id: int, scope: Scope, *worker_ids: int) -> None:
    """Only who it is agrees, or who speaks for them; the leader confirms, and does not agree in their place."""
    for worker_id in worker_ids:
        row = transaction.execute(SQL["speaks_for"], {"area_id": area_id, "worker_id": worker_id}).fetchone()
        if row is not None and may_speak_for(scope, worker_id, row["department_code"], row["grid_code"]):
            return
    raise Forbidden("not_yourself", field="worker", own=scope.worker_id or scope.department_code)
