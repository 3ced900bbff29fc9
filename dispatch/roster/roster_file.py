"""Lines of the roster from a file: read and checked whole; whether the town has what they name, ``put_lines`` says."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from base.errors import Fault, Faults, InvalidInput
from dispatch.roster.lines import Line

COLUMNS = ("day", "shift", "worker", "post", "grid")


def read_lines(file: Path) -> list[Line]:
    """The lines of a file with the columns ``day,shift,worker,post,grid`` (day as 2027-10-01; grid empty for a post).

    Raises
    ------
    InvalidInput
        when there is no such file, it is no UTF-8 text, or lacks a column.
    Faults
        naming every line that cannot be read.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise InvalidInput("roster_column_missing", field="file", file=file, columns=missing)
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise InvalidInput("roster_unreadable", field="file", file=file) from fault
    lines: list[Line] = []
    faults: list[Fault] = []
    for n, row in enumerate(rows, start=1):
        try:
            lines.append(_line(n, {name: (row[name] or "").strip() for name in COLUMNS}))
        except InvalidInput as fault:
            faults.append(fault)
    if faults:
        raise Faults("roster_faults", faults, field="file")
    return lines


def _line(n: int, row: dict[str, str]) -> Line:
    try:
        day = date.fromisoformat(row["day"])
    except ValueError:
        raise InvalidInput("roster_cell_invalid", line=n, column="day", given=row["day"]) from None
    if not (row["worker"].isascii() and row["worker"].isdigit() and len(row["worker"]) <= 5):
        raise InvalidInput("roster_cell_invalid", line=n, column="worker", given=row["worker"])
    for column in ("shift", "post", "grid"):
        if "\0" in row[column]:
            raise InvalidInput("roster_cell_invalid", line=n, column=column, given="")
    return Line(day, row["shift"], int(row["worker"]), row["post"] or "grid", row["grid"] or None)  # type: ignore[arg-type]
