"""A sheet of a town as CSV: read whole, in the code pages spreadsheets write, each cell by the name of its column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from base.errors import Fault, Faults, InvalidInput

MOST_ROWS = 20_000
LONGEST_CELL = 200
Read = TypeVar("Read")


@dataclass(frozen=True)
class Row:
    """One row: its line in the file as an editor counts, and its cells without spaces around them."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell of a column."""
        return self.cells[column]

    def fault(self, key: str, column: str, **values: object) -> InvalidInput:
        """What is wrong with one cell."""
        return InvalidInput(key, field=column, line=self.line, column=column, given=self[column], **values)  # type: ignore[arg-type]

    def word(self, column: str) -> str:
        """A cell that is not empty and can be kept.

        Raises
        ------
        InvalidInput
            when it is not.
        """
        if not self[column] or len(self[column]) > LONGEST_CELL or "\0" in self[column]:
            raise self.fault("competence_cell_word", column, high=LONGEST_CELL)
        return self[column]


def read_rows(file: Path, columns: Mapping[str, str]) -> list[Row]:
    """The rows of a file, of which each column is known by its own name or its Chinese one.

    Raises
    ------
    InvalidInput
        when there is no such file, it is neither UTF-8 nor GBK, lacks a column, or has no or too many rows.
    """
    try:
        table = csv.reader(io.StringIO(_text(file)), strict=True)
        heads = [head.strip() for head in next(table, [])]
        missing = [name for name, other in columns.items() if name not in heads and other not in heads]
        if missing:
            raise InvalidInput(
                "competence_column_missing", field="file", file=file, columns=missing, wanted=list(columns)
            )
        at = {name: heads.index(name if name in heads else other) for name, other in columns.items()}
        rows = [_row(table.line_num, cells, at) for cells in table if any(cell.strip() for cell in cells)]
    except csv.Error as fault:
        raise InvalidInput("competence_unreadable", field="file", file=file) from fault
    if not 0 < len(rows) <= MOST_ROWS:
        raise InvalidInput("competence_rows", field="file", file=file, count=len(rows), high=MOST_ROWS)
    return rows


def _row(line: int, cells: list[str], at: Mapping[str, int]) -> Row:
    return Row(line, {name: cells[place].strip() if place < len(cells) else "" for name, place in at.items()})


def _text(file: Path) -> str:
    try:
        given = file.read_bytes()
        try:
            return given.decode("utf-8-sig")
        except UnicodeDecodeError:
            return given.decode("gb18030")
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidInput("competence_unreadable", field="file", file=file) from fault


def read_each(file: Path, rows: list[Row], key: str, read: Callable[[Row], Read]) -> list[Read]:
    """Every row as ``read`` understands it, no two with the same cell in the column ``key``.

    Raises
    ------
    Faults
        naming every row that cannot be taken, by line and column.
    """
    found: list[Read] = []
    faults: list[Fault] = []
    lines: dict[str, int] = {}
    for row in rows:
        try:
            if row[key] in lines:
                raise row.fault("competence_twice", key, first=lines[row[key]])
            lines[row[key]] = row.line
            found.append(read(row))
        except InvalidInput as fault:
            faults.append(fault)
    if faults:
        raise Faults("competence_faults", faults, field="file", file=file)
    return found
