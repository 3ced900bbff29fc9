"""What the page of the roster reads, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.roster.coverage import Gap, gaps
from dispatch.roster.lines import Person, ShownLine, grid_names, list_lines, list_people
from dispatch.roster.shifts import Shift, day_of, shifts_of
from dispatch.roster.swaps import ShownSwap, list_swaps


@dataclass(frozen=True)
class RosterShown:
    """The roster of the days from ``first``: of one day every shift, of a week one shift."""

    first: date
    days: int
    shift: str
    at: datetime
    shifts: dict[str, Shift]
    lines: list[ShownLine]
    gaps: list[Gap]
    grids: dict[str, str]
    people: list[Person]
    swaps: list[ShownSwap]

    @property
    def today(self) -> date:
        """The day it is."""
        return day_of(self.at)

    @property
    def monday(self) -> date:
        """The Monday of the week that is shown."""
        return self.first - timedelta(days=self.first.weekday())


def read_roster(centre: Centre, scope: Scope, day: date | None, shift: str, *, is_week: bool) -> RosterShown:
    """What is shown of a day (None: today), or of its week for one shift. That it was looked at is in the audit."""
    area_id, at = centre.area.area_id, centre.clock()
    first = day or day_of(at)
    if is_week:
        first -= timedelta(days=first.weekday())
    last = first + timedelta(days=6 if is_week else 0)
    with centre.database.transaction() as transaction:
        shifts = shifts_of(transaction, area_id)
        chosen = shift if shift in shifts else next(iter(shifts))
        lines = list_lines(transaction, area_id, scope, first, last)
        missing = gaps(transaction, area_id, first, last)
        audit.append(transaction, area_id, at, scope, "roster.read", f"{first}/{last}")
        return RosterShown(
            first, 7 if is_week else 1, chosen, at, shifts, lines, missing, grid_names(transaction, area_id),
            list_people(transaction, area_id, scope), list_swaps(transaction, area_id, scope, at),
        )  # fmt: skip
