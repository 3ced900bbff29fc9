"""The shifts of a town: when each begins and ends, over midnight too, and how many it needs; its own or ``shifts.csv``.

Source: docs/domain.md, "Shifts".
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from base.clock import TOWN_ZONE
from base.database import Transaction
from base.statements import load_statements

HERE = Path(__file__).parent
SQL = load_statements(HERE / "sql" / "shifts.sql")

Post = Literal["grid", "operator", "shift_leader"]
POSTS: tuple[Post, ...] = get_args(Post)
"""Where somebody stands: in a grid, or in the centre."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Shift:
    """One shift, by the town's wall clock; one that does not end after it begins ends on the next day.

    ``grid`` is how many each grid needs, ``operator`` and ``shift_leader`` how many the town needs.
    """

    shift: str
    zh: str
    en: str
    begins: time
    ends: time
    grid: int
    operator: int
    shift_leader: int

    def name(self, language: str) -> str:
        """What it is called."""
        return self.en if language == "en" and self.en else self.zh

    def needs(self, post: Post) -> int:
        """How many are needed at a post."""
        return {"grid": self.grid, "operator": self.operator, "shift_leader": self.shift_leader}[post]

    def span(self, day: date) -> tuple[datetime, datetime]:
        """When the shift that begins on a day begins and ends."""
        last = day if self.ends > self.begins else day + ONE_DAY
        return (datetime.combine(day, self.begins, TOWN_ZONE), datetime.combine(last, self.ends, TOWN_ZONE))

    def day_at(self, at: datetime) -> date | None:
        """The day on which the shift began that runs at a moment; None when none of its runs then."""
        today = at.astimezone(TOWN_ZONE).date()
        for day in (today, today - ONE_DAY):
            begins, ends = self.span(day)
            if begins <= at < ends:
                return day
        return None


def day_of(at: datetime) -> date:
    """The day it is in town at a moment."""
    return at.astimezone(TOWN_ZONE).date()


def is_at_once(one: Shift, day: date, other: Shift, other_day: date) -> bool:
    """Whether two shifts share any moment."""
    begins, ends = one.span(day)
    other_begins, other_ends = other.span(other_day)
    return begins < other_ends and other_begins < ends


@cache
def default_shifts() -> tuple[Shift, ...]:
    """The shifts of ``shifts.csv``."""
    with (HERE / "shifts.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_shift(line) for line in csv.DictReader(file))


def _shift(line: Mapping[str, str]) -> Shift:
    begins, ends = time.fromisoformat(line["begins"]), time.fromisoformat(line["ends"])
    needs = (int(line[post]) for post in POSTS)
    return Shift(line["shift"], line["zh"], line["en"], begins, ends, *needs)


def shifts_of(transaction: Transaction, area_id: int) -> dict[str, Shift]:
    """The shifts that hold in a town by code, the earliest first."""
    own = [Shift(**row) for row in transaction.execute(SQL["shifts_of_town"], {"area_id": area_id})]
    return {one.shift: one for one in sorted(own or default_shifts(), key=lambda one: (one.begins, one.shift))}
