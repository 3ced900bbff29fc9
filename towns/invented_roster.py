"""An invented roster for a demo town: for this week and the next, with a few gaps; the same town, the same roster.

Who walks a grid has its shift six days of seven; who walks beside them covers the day off; the departments' people take
turns in the centre. Where it is on purpose that nobody comes: :data:`_NOBODY_EVERY`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import cycle

from base.database import Transaction
from dispatch.access.accounts import COMMAND_LINE
from dispatch.access.scope import Scope
from dispatch.roster.lines import Line, Person, grid_names, held_lines, list_people, put_lines, that_fit
from dispatch.roster.shifts import POSTS, Shift, day_of, shifts_of

_WEEK = 7
_NOBODY_EVERY = 9
"""Every ninth time a grid's own worker has a day off nobody covers it."""


def fill_roster(transaction: Transaction, area_id: int, at: datetime) -> int:
    """Put a roster for this week and the next on where the town has none for them; how many lines."""
    first = day_of(at) - timedelta(days=day_of(at).weekday())
    last = first + timedelta(days=2 * _WEEK - 1)
    if held_lines(transaction, area_id, first, last):
        return 0
    scope = Scope(COMMAND_LINE, "shift_leader", area_id)
    shifts = shifts_of(transaction, area_id)
    people = list_people(transaction, area_id, scope)
    grids = set(grid_names(transaction, area_id))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    lines = [*_of_grids(people, grids, shifts, days), *_of_centre(people, shifts, days)]
    return put_lines(transaction, area_id, scope, that_fit(shifts, [], lines), at, since=first)


def _comes(person: Person, day: date) -> bool:
    return (person.worker_id + day.toordinal()) % _WEEK != 0


def _of_grids(people: list[Person], grids: set[str], shifts: dict[str, Shift], days: list[date]) -> Iterator[Line]:
    """By each shift that grids need somebody in: the grid's own, else one of those who walk beside them."""
    shift = next((one.shift for one in shifts.values() if one.grid), None)
    own = {one.grid_code: one for one in reversed(people) if one.role == "grid_worker" and one.grid_code in grids}
    beside = [one for one in people if one.role in ("parttime_worker", "grid_leader", "micro_leader")]
    missed = 0
    for day in days if shift else ():
        free = iter([one for one in beside if _comes(one, day)])
        for grid in sorted(grids):
            person = own.get(grid)
            if person is None or not _comes(person, day):
                missed += 1
                person = None if missed % _NOBODY_EVERY == 0 else next(free, None)
            if person is not None:
                yield Line(day, str(shift), person.worker_id, "grid", grid)


def _of_centre(people: list[Person], shifts: dict[str, Shift], days: list[date]) -> Iterator[Line]:
    """Turn by turn whoever is of a department; on the last night nobody leads."""
    turn = cycle([one for one in people if one.role == "dept_handler"] or people)
    for day in days:
        for shift in shifts.values():
            for post in POSTS[1:]:
                for _ in range(shift.needs(post)):
                    person = next(turn, None)
                    is_left_open = day == days[-1] and post == "shift_leader" and shift.ends <= shift.begins
                    if person is not None and not is_left_open:
                        yield Line(day, shift.shift, person.worker_id, post)
