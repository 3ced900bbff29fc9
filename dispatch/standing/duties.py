"""The standing duties of a town: its own, or those of ``standing_duties.csv``; and in which period each is due.

Source: docs/domain.md, "Standing duties".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from base.database import Transaction
from base.errors import InvalidInput
from base.statements import load_statements
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.cases.intake import is_storable

HERE = Path(__file__).parent
SQL = load_statements(HERE / "sql" / "standing.sql")

Every = Literal["day", "week", "month", "quarter"]
EVERY: tuple[Every, ...] = get_args(Every)
Spots = Literal["grid", "place", "home"]
SPOTS: tuple[Spots, ...] = get_args(Spots)
"""Where it is done: in each grid, at each key place, at each rented home."""
MOST_DUTIES = 30
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
_MONTHS = {"month": 1, "quarter": 3}


@dataclass(frozen=True)
class StandingDuty:
    """One duty: its name, what is to be done, how often, where; ``kinds`` narrows the spots, empty is all of them."""

    code: str
    zh: str
    en: str
    todo_zh: str
    todo_en: str
    every: Every
    spots: Spots
    kinds: tuple[str, ...]

    def name(self, language: str) -> str:
        """What it is called."""
        return self.en if language == "en" and self.en else self.zh

    def todo(self, language: str) -> str:
        """What is to be done."""
        return self.todo_en if language == "en" and self.todo_en else self.todo_zh


def period_of(every: Every, day: date) -> tuple[date, date]:
    """The day's calendar period: its first day, and the first day of the next. Weeks begin on Monday."""
    if every == "day":
        return day, day + timedelta(days=1)
    if every == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    months = _MONTHS[every]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    later = first.month - 1 + months
    return first, first.replace(year=first.year + later // 12, month=later % 12 + 1)


def before(every: Every, day: date) -> date:
    """The first day of the period before the day's."""
    return period_of(every, period_of(every, day)[0] - timedelta(days=1))[0]


@cache
def default_duties() -> tuple[StandingDuty, ...]:
    """The duties of ``standing_duties.csv``."""
    with (HERE / "standing_duties.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_duty(line) for line in csv.DictReader(file))


def _duty(line: Mapping[str, str]) -> StandingDuty:
    return StandingDuty(**{**line, "kinds": tuple(line["kinds"].split())})  # type: ignore[arg-type]


def duties_of(transaction: Transaction, area_id: int) -> tuple[StandingDuty, ...]:
    """The standing duties that hold in a town, in its order."""
    rows = transaction.execute(SQL["duties_of_town"], {"area_id": area_id}).fetchall()
    own = tuple(StandingDuty(**row | {"kinds": tuple(row["kinds"])}) for row in rows)
    return own or default_duties()


def write_duties(
    transaction: Transaction, area_id: int, scope: Scope, duties: Sequence[StandingDuty], at: datetime
) -> tuple[StandingDuty, ...]:
    """Put a town's own duties in the place of those that hold; without any the default holds again.

    What was done of a duty that keeps its code stays.

    Raises
    ------
    InvalidInput
        naming the duty and what of it cannot be.
    """
    if len(duties) > MOST_DUTIES:
        raise InvalidInput("duties_too_many", field="duties", given=len(duties), high=MOST_DUTIES)
    for n, one in enumerate(duties, start=1):
        _check(n, one, [other.code for other in duties])
    transaction.execute(SQL["forget_duties"], {"area_id": area_id})
    for n, one in enumerate(duties, start=1):
        row = {"area_id": area_id, "place_no": n} | asdict(one) | {"kinds": list(one.kinds)}
        transaction.execute(SQL["add_duty"], row)
    audit.append(transaction, area_id, at, scope, "standing.write", "", {"duties": len(duties)})
    return duties_of(transaction, area_id)


def _check(n: int, one: StandingDuty, codes: Sequence[str]) -> None:
    field = f"duties.{n}"
    if not _CODE.fullmatch(one.code) or codes.count(one.code) > 1:
        raise InvalidInput("duty_code_invalid", field=field, n=n, given=one.code)
    words = one.zh + one.en + one.todo_zh + one.todo_en + "".join(one.kinds)
    if not one.zh.strip() or not is_storable(words):
        raise InvalidInput("duty_name_missing", field=field, n=n)
    if one.every not in EVERY:
        raise InvalidInput("duty_every_unknown", field=field, n=n, given=one.every, allowed=list(EVERY))
    if one.spots not in SPOTS:
        raise InvalidInput("duty_spots_unknown", field=field, n=n, given=one.spots, allowed=list(SPOTS))
