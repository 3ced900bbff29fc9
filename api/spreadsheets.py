"""Figures as a spreadsheet (Office Open XML)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from base.clock import TOWN_ZONE
from dispatch.figures.statistics import FigureRow, Period
from dispatch.figures.whistles import WhistleFigures
from words.catalogue import text
from words.figures import department_name, figure_name
from words.units import minutes_figure

COLUMNS = (
    "reported", "accepted", "due", "handled", "on_time", "late", "overdue", "closed", "reworked", "open",
    "on_time_share", "handled_share", "rework_share", "arrive_median_s", "arrive_p90_s", "handle_median_s",
    "handle_p90_s",
)  # fmt: skip
"""Measures in the order of the sheet: counts, shares (0 to 1), then times, told in minutes."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plain(value: str) -> str:
    """A text that no spreadsheet takes for a formula, and that its file can hold. Source: OWASP, CSV injection."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    value = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


WHISTLES = ("blown", "called", "on_time", "late", "absent", "answered", "on_time_share")
"""What is told of whistles, in the order of their sheet."""


def figures_workbook(
    rows: Sequence[FigureRow],
    total: FigureRow,
    by: str,
    period: Period,
    language: str,
    called: Sequence[WhistleFigures] = (),
) -> bytes:
    """The figures of a period by one dimension as an ``.xlsx`` file: what was asked, the total, a row a key.

    How those ``called`` by whistles answered, the last of them all together, is a sheet of its own.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = text(f"statistics.by.{by}", language)
    since, until = (moment.astimezone(TOWN_ZONE).strftime("%Y-%m-%d %H:%M") for moment in (period.since, period.until))
    sheet.append([text("statistics.title", language), since, until])
    sheet.append(
        [text(f"statistics.by.{by}", language), *(text(f"statistics.measure.{name}", language) for name in COLUMNS)]
    )
    for dimension, row in (("total", total), *((by, row) for row in rows)):
        name = figure_name(dimension, row.key, row.name, language)
        sheet.append([plain(name), *(_cell(row, column) for column in COLUMNS)])
    for cell in (*sheet[1], *sheet[2], *sheet[3]):
        cell.font = Font(bold=True)
    _format(sheet)
    sheet.column_dimensions["A"].width = 28
    for at in range(2, len(COLUMNS) + 2):
        sheet.column_dimensions[get_column_letter(at)].width = 13
    sheet.freeze_panes = "B3"
    if called:
        _add_whistles(book.create_sheet(text("statistics.whistles.title", language)), called, language)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _add_whistles(sheet: Any, called: Sequence[WhistleFigures], language: str) -> None:
    """A heading, all together, then a row a department."""
    sheet.append([text(f"statistics.whistles.{name}", language) for name in ("title", *WHISTLES)])
    for one in (called[-1], *called[:-1]):
        name = department_name(one.department_code, one.name, language)
        sheet.append([plain(name), *(getattr(one, column) for column in WHISTLES)])
    sheet.column_dimensions["A"].width = 28
    for (cell,) in sheet.iter_rows(min_row=2, min_col=len(WHISTLES) + 1, max_col=len(WHISTLES) + 1):
        cell.number_format = "0.0%"


def _cell(row: FigureRow, name: str) -> float | int | None:
    value: float | int | None = getattr(row, name)
    return minutes_figure(value) if name.endswith("_s") and value is not None else value


def _format(sheet: object) -> None:
    for at, name in enumerate(COLUMNS, start=2):
        if name.endswith("_share"):
            for (cell,) in sheet.iter_rows(min_row=3, min_col=at, max_col=at):  # type: ignore[attr-defined]
                cell.number_format = "0.0%"
