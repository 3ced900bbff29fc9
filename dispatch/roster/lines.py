"""The lines of the roster (排班): who has which shift where; written, taken off, a week copied, somebody put in.

Source: docs/domain.md, "Shifts".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from base.database import Transaction
from base.errors import Conflict, Fault, Faults, InvalidInput, NotFound
from base.statements import load_statements
from base.values import Value
from dispatch.access import audit
from dispatch.access.masking import worker_name
from dispatch.access.roles import ON_FOOT
from dispatch.access.scope import Scope, readable_workers
from dispatch.roster.shifts import ONE_DAY, POSTS, Post, Shift, day_of, is_at_once, shifts_of

SQL = load_statements(Path(__file__).parent / "sql" / "lines.sql")
MOST_DAYS_AHEAD = 366
MOST_LINES = 10_000
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """Who has a shift that begins on a day: in a grid, or at a post of the centre (``grid_code`` None).

    ``instead_of`` is whose line it was before somebody stood in.
    """

    on_day: date
    shift: str
    worker_id: int
    post: Post
    grid_code: str | None = None
    instead_of: int | None = None


@dataclass(frozen=True)
class ShownLine(Line):
    """A line with the name as the asker may read it, and whether the worker is on duty now."""

    name: str = ""
    on_duty: bool = False


def list_lines(transaction: Transaction, area_id: int, scope: Scope, first: date, last: date) -> list[ShownLine]:
    """The roster of these days, of the workers the asker may see."""
    parameters = {"area_id": area_id, "first": first, "last": last} | readable_workers(scope)
    rows = transaction.execute(SQL["lines"], parameters).fetchall()
    return [ShownLine(**row | {"name": worker_name(scope, row["name"])}) for row in rows]


def held_lines(
    transaction: Transaction, area_id: int, first: date, last: date | None = None,
    worker_ids: Collection[int] | None = None,
) -> list[Line]:  # fmt: skip
    """The lines from a day on, to a day or all, of these workers or of all; for rules, shown to nobody."""
    workers = None if worker_ids is None else sorted(worker_ids)
    parameters = {"area_id": area_id, "first": first, "last": last, "worker_ids": workers}
    return [Line(**row) for row in transaction.execute(SQL["held"], parameters)]


def lock_roster(transaction: Transaction, area_id: int) -> None:
    """Wait for whoever changes the roster of the town now."""
    transaction.execute(SQL["lock_roster"], {"area_id": area_id})


def find_clash(shifts: Mapping[str, Shift], lines: Iterable[Line]) -> tuple[Line, Line] | None:
    """Two lines of one worker that share a moment; None when nobody is needed at two places at one time."""
    before: dict[int, list[Line]] = {}
    for line in sorted((one for one in lines if one.shift in shifts), key=lambda one: one.on_day):
        near = [one for one in before.get(line.worker_id, []) if one.on_day >= line.on_day - ONE_DAY]
        for other in near:
            if is_at_once(shifts[line.shift], line.on_day, shifts[other.shift], other.on_day):
                return other, line
        before[line.worker_id] = [*near, line]
    return None


def require_no_clash(shifts: Mapping[str, Shift], lines: Iterable[Line], *, field: str) -> None:
    """Let nobody be needed at two places at one time.

    Raises
    ------
    Conflict
        naming the worker and both shifts.
    """
    clash = find_clash(shifts, lines)
    if clash is not None:
        one, other = clash
        days = {"day": str(one.on_day), "other_day": str(other.on_day)}
        raise Conflict(
            "roster_twice", field=field, worker=one.worker_id, shift=one.shift, other_shift=other.shift, **days
        )


def put_lines(
    transaction: Transaction, area_id: int, scope: Scope, lines: Sequence[Line], at: datetime, *,
    since: date | None = None,
) -> int:  # fmt: skip
    """Put lines on the roster, all or none; a worker's line in the same shift gives way. Returns how many.

    ``since`` is the first day that is not past: today, unless a roster is invented.

    Raises
    ------
    InvalidInput, Faults
        naming each line that cannot be: a shift, post, grid or worker the town has not, a day past or too far.
    Conflict
        when somebody would be needed at two places at one time.
    """
    if len(lines) > MOST_LINES:
        raise InvalidInput("roster_too_many", field="lines", given=len(lines), high=MOST_LINES)
    lock_roster(transaction, area_id)
    shifts = shifts_of(transaction, area_id)
    _check_lines(transaction, area_id, shifts, lines, since or day_of(at))
    _put(transaction, area_id, lines)
    _require_free(transaction, area_id, shifts, lines)
    audit.append(transaction, area_id, at, scope, "roster.write", _days(lines), {"lines": len(lines)})
    return len(lines)


def _days(lines: Iterable[Line]) -> str:
    days = sorted({one.on_day for one in lines})
    return f"{days[0]}/{days[-1]}" if days else ""


def _put(transaction: Transaction, area_id: int, lines: Sequence[Line]) -> None:
    columns: dict[str, list[Any]] = {
        "days": [one.on_day for one in lines],
        "shifts": [one.shift for one in lines],
        "worker_ids": [one.worker_id for one in lines],
        "posts": [one.post for one in lines],
        "grid_codes": [one.grid_code for one in lines],
        "instead": [one.instead_of for one in lines],
    }
    transaction.execute(SQL["put"], {"area_id": area_id} | columns)


def _require_free(transaction: Transaction, area_id: int, shifts: Mapping[str, Shift], lines: Collection[Line]) -> None:
    """Nobody of these lines is needed at two places at one time, with what he has besides."""
    if lines:
        first, last = min(one.on_day for one in lines) - ONE_DAY, max(one.on_day for one in lines) + ONE_DAY
        held = held_lines(transaction, area_id, first, last, {one.worker_id for one in lines})
        require_no_clash(shifts, held, field="worker")


def _check_lines(
    transaction: Transaction, area_id: int, shifts: Mapping[str, Shift], lines: Sequence[Line], today: date
) -> None:
    grids = {row["code"] for row in transaction.execute(SQL["grids"], {"area_id": area_id})}
    asked = {"area_id": area_id, "worker_ids": sorted({one.worker_id for one in lines})}
    roles = {row["worker_id"]: row["role"] for row in transaction.execute(SQL["who_is_asked"], asked)}
    faults: list[Fault] = []
    for n, line in enumerate(lines, start=1):
        fault = _fault_of(line, n, shifts, grids, roles, today)
        faults += [fault] if fault else []
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise Faults("roster_faults", faults, field="lines")


def _fault_of(
    line: Line, n: int, shifts: Mapping[str, Shift], grids: Collection[str], roles: Mapping[int, str], today: date
) -> InvalidInput | None:
    """What is wrong with a line, the first thing; None: nothing."""
    fault = day_fault(line.on_day, today, n)
    if fault:
        return fault
    known: tuple[tuple[str, Value, bool, Collection[str]], ...] = (
        ("roster_shift_unknown", line.shift, line.shift in shifts, list(shifts)),
        ("roster_post_unknown", line.post, line.post in POSTS, POSTS),
        ("roster_worker_unknown", line.worker_id, line.worker_id in roles, ()),
    )
    for key, given, is_known, allowed in known:
        if not is_known:
            values: dict[str, Value] = {"allowed": list(allowed)} if allowed else {}
            return InvalidInput(key, field=f"lines.{n}", line=n, given=given, **values)
    key = _place_fault(line, grids, roles[line.worker_id])
    if not key:
        return None
    post: dict[str, Value] = {"post": line.post} if line.post != "grid" else {}
    return InvalidInput(key, field=f"lines.{n}", line=n, given=line.grid_code or "", **post)


def day_fault(day: date, today: date, n: int = 1) -> InvalidInput | None:
    """What is wrong with a day the roster is to be changed on: it is past, or too far ahead; None: nothing."""
    if day < today:
        return InvalidInput("roster_day_past", field=f"lines.{n}", line=n, given=str(day), today=str(today))
    if day > today + timedelta(days=MOST_DAYS_AHEAD):
        return InvalidInput("roster_day_far", field=f"lines.{n}", line=n, given=str(day), most=MOST_DAYS_AHEAD)
    return None


def _place_fault(line: Line, grids: Collection[str], role: str) -> str:
    """A grid is walked by who walks, and is the town's; a post of the centre is in no grid."""
    if line.post != "grid":
        return "roster_grid_of_post" if line.grid_code is not None else ""
    if line.grid_code not in grids:
        return "roster_grid_unknown"
    return "" if role in ON_FOOT else "roster_not_on_foot"


def take_off(
    transaction: Transaction, area_id: int, scope: Scope, day: date, shift: str, worker_id: int, at: datetime
) -> bool:
    """Take a line off the roster; False when it was not there.

    Raises
    ------
    InvalidInput
        when the day is past.
    """
    fault = day_fault(day, day_of(at))
    if fault:
        raise fault
    key = {"area_id": area_id, "day": day, "shift": shift, "worker_id": worker_id}
    lock_roster(transaction, area_id)
    if transaction.execute(SQL["take_off"], key).fetchone() is None:
        return False
    audit.append(transaction, area_id, at, scope, "roster.take_off", str(day), {"shift": shift, "worker": worker_id})
    return True


def stand_in(
    transaction: Transaction, area_id: int, scope: Scope, day: date, shift: str, worker_id: int, by: int, at: datetime
) -> Line:
    """Somebody stands in (代班): the line of who is away becomes another's. Again it is the same.

    Raises
    ------
    NotFound
        when who is away has no such line.
    InvalidInput, Conflict
        as :func:`put_lines`; and when it is the same person, or who stands in has that shift himself.
    """
    if by == worker_id:
        raise InvalidInput("roster_same_person", field="by", worker=by)
    lock_roster(transaction, area_id)
    near = held_lines(transaction, area_id, day, day, [worker_id, by])
    own = {one.worker_id: one for one in near if one.shift == shift}
    if by in own and own[by].instead_of == worker_id:
        return own[by]
    if worker_id not in own:
        raise NotFound("no_such_roster_line", field="worker", worker=worker_id, day=str(day), shift=shift)
    if by in own:
        raise Conflict("roster_has_shift", field="by", worker=by, day=str(day), shift=shift)
    take_off(transaction, area_id, scope, day, shift, worker_id, at)
    line = replace(own[worker_id], worker_id=by, instead_of=worker_id)
    put_lines(transaction, area_id, scope, [line], at)
    return line


@dataclass(frozen=True)
class Copied:
    """How many lines a copied week gained, and how many could not be: their worker or grid is gone, or busy."""

    copied: int
    left_out: int


def copy_week(transaction: Transaction, area_id: int, scope: Scope, monday: date, at: datetime) -> Copied:
    """Fill a week from the one before it: what is there stays, days past are left alone. Again it adds nothing.

    Raises
    ------
    InvalidInput
        when the day is no Monday, or the whole week is past or too far ahead.
    """
    today = day_of(at)
    fault = day_fault(monday + timedelta(days=6), today) or day_fault(max(monday, today), today)
    if fault:
        raise fault
    if monday.weekday():
        raise InvalidInput("roster_not_monday", field="monday", given=str(monday))
    lock_roster(transaction, area_id)
    shifts = shifts_of(transaction, area_id)
    before = held_lines(transaction, area_id, monday - _WEEK, monday - ONE_DAY)
    moved = [replace(one, on_day=one.on_day + _WEEK, instead_of=None) for one in before]
    wanted = [one for one in moved if one.on_day >= today]
    there = held_lines(transaction, area_id, monday - ONE_DAY, monday + _WEEK)
    kept = {(one.on_day, one.shift, one.worker_id) for one in there}
    new = [one for one in wanted if (one.on_day, one.shift, one.worker_id) not in kept]
    good = that_fit(shifts, there, _sound(transaction, area_id, shifts, new, today))
    put_lines(transaction, area_id, scope, good, at)
    return Copied(len(good), len(new) - len(good))


def _sound(
    transaction: Transaction, area_id: int, shifts: Mapping[str, Shift], lines: Sequence[Line], today: date
) -> list[Line]:
    """Those of the lines whose worker, grid and shift are still there."""
    grids = {row["code"] for row in transaction.execute(SQL["grids"], {"area_id": area_id})}
    asked = {"area_id": area_id, "worker_ids": sorted({one.worker_id for one in lines})}
    roles = {row["worker_id"]: row["role"] for row in transaction.execute(SQL["who_is_asked"], asked)}
    return [one for one in lines if _fault_of(one, 1, shifts, grids, roles, today) is None]


def that_fit(shifts: Mapping[str, Shift], there: Iterable[Line], lines: Iterable[Line]) -> list[Line]:
    """Those of the lines that need nobody at two places at one time."""
    held: dict[int, list[Line]] = {}
    for one in there:
        held.setdefault(one.worker_id, []).append(one)
    fit = []
    for line in lines:
        own = held.setdefault(line.worker_id, [])
        if find_clash(shifts, [*own, line]) is None:
            own.append(line)
            fit.append(line)
    return fit


def hand_over(transaction: Transaction, area_id: int, worker_id: int, to: int, at: datetime) -> None:
    """Somebody leaves: of his lines from today on those that fit go to another, the rest is open again."""
    today = day_of(at)
    lock_roster(transaction, area_id)
    shifts = shifts_of(transaction, area_id)
    own = held_lines(transaction, area_id, today, None, [worker_id])
    theirs = held_lines(transaction, area_id, today - ONE_DAY, None, [to])
    taken = [replace(one, worker_id=to, instead_of=worker_id) for one in own]
    has = {(one.on_day, one.shift) for one in theirs}
    free = [one for one in taken if (one.on_day, one.shift) not in has]
    transaction.execute(SQL["take_all_off"], {"area_id": area_id, "worker_id": worker_id, "today": today})
    _put(transaction, area_id, that_fit(shifts, theirs, _sound(transaction, area_id, shifts, free, today)))


def hand_back(transaction: Transaction, area_id: int, worker_id: int, to: int, at: datetime) -> None:
    """He is there again: what another took over of him from today on is his."""
    back = {"area_id": area_id, "worker_id": worker_id, "to": to, "today": day_of(at)}
    transaction.execute(SQL["hand_back"], back)


@dataclass(frozen=True)
class Person:
    """Somebody of the town who may stand on the roster, with the name as the asker may read it."""

    worker_id: int
    name: str
    role: str
    grid_code: str | None


def list_people(transaction: Transaction, area_id: int, scope: Scope) -> list[Person]:
    """Who is of the town, of those the asker may see."""
    rows = transaction.execute(SQL["people"], {"area_id": area_id} | readable_workers(scope)).fetchall()
    return [Person(**row | {"name": worker_name(scope, row["name"])}) for row in rows]


def grid_names(transaction: Transaction, area_id: int) -> dict[str, str]:
    """What each grid of the town is called, by code."""
    rows = transaction.execute(SQL["grid_names"], {"area_id": area_id})
    return {str(row["code"]): str(row["name"]) for row in rows}
