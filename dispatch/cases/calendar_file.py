"""A year's holidays and exchange days from a file: read and checked whole, then kept for a town."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from base.bulk import copy_rows
from base.database import Transaction
from base.errors import Fault, Faults, InvalidInput
from dispatch.cases.calendar import DAY_KINDS, SpecialDay, each_day
from dispatch.cases.clock_rows import SQL

COLUMNS = ("from", "to", "kind", "name")
LONGEST_DAYS = 31
"""Days of one row, at most: no holiday is longer."""


def read_days(file: Path) -> list[SpecialDay]:
    """The days of a file with the columns ``from,to,kind,name`` (dates as 2027-10-01; holiday or workday).

    Raises
    ------
    InvalidInput
        when there is no such file, it is no UTF-8 text, or lacks a column.
    Faults
        naming every row that cannot be taken.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise InvalidInput("calendar_column_missing", field="file", file=file, columns=missing)
            rows = list(reader)
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidInput("calendar_unreadable", field="file", file=file) from fault
    return _days(file, rows)


def _days(file: Path, rows: Sequence[dict[str, str | None]]) -> list[SpecialDay]:
    faults: list[Fault] = []
    days: dict[date, SpecialDay] = {}
    for number, row in enumerate(rows, start=2):  # as an editor counts: the head is line 1
        try:
            for day in _row_days(number, row):
                if day.day in days:
                    raise InvalidInput("calendar_day_twice", line=number, day=str(day.day))
                days[day.day] = day
        except InvalidInput as fault:
            faults.append(fault)
    if not rows:
        faults.append(InvalidInput("calendar_empty", file=file))
    if faults:
        raise Faults("calendar_faults", faults, field="file", file=file)
    return sorted(days.values(), key=lambda one: one.day)


def _row_days(number: int, row: dict[str, str | None]) -> list[SpecialDay]:
    first, last = _date(number, row, "from"), _date(number, row, "to")
    kind = next((one for one in DAY_KINDS if one == (row["kind"] or "").strip()), None)
    name = (row["name"] or "").strip()
    if kind is None:
        raise InvalidInput("calendar_kind_unknown", line=number, given=row["kind"], allowed=DAY_KINDS)
    if not name or "\0" in name:
        raise InvalidInput("calendar_name_missing", line=number)
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise InvalidInput("calendar_span", line=number, first=row["from"], last=row["to"], longest=LONGEST_DAYS)
    return each_day(first, last, kind, name)


def _date(number: int, row: dict[str, str | None], column: str) -> date:
    given = (row[column] or "").strip()
    try:
        found = date.fromisoformat(given)
    except ValueError:
        raise InvalidInput("calendar_not_a_date", line=number, column=column, given=given) from None
    if not 2000 <= found.year <= 2200:
        raise InvalidInput("calendar_not_a_date", line=number, column=column, given=given)
    return found


def load_days(transaction: Transaction, area_id: int, days: Iterable[SpecialDay]) -> list[int]:
    """Keep the days for a town, in place of what it had of their years; returns these years. Counts from now on."""
    kept = list(days)
    years = sorted({one.day.year for one in kept})
    transaction.execute(SQL["forget_years"], {"area_id": area_id, "years": years})
    rows = ((area_id, one.day, one.kind, one.name) for one in kept)
    copy_rows(transaction, "calendar_day", ("area_id", "day", "kind", "name"), rows)
    return years
