"""What the desk shows; what is pressed on it goes through the public API (``desk.js``), as on the field page."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, ctx

from base.errors import NotFound
from screens.desk import ids
from screens.desk.layout import case_parts, counts_line, row_list
from screens.desk.reads import DeskReads
from screens.desk.view import counts, opened_view, rows
from screens.shell.visitor import Visitor
from words.faults import fault_text


def register(app: Dash, reads: DeskReads, town: str) -> None:
    """Add the callbacks; ``town`` is the town's name."""

    @app.callback(
        Output(ids.LIST, "children"), Output(ids.COUNTS, "children"), Input(ids.TICK, "n_intervals"),
        Input(ids.CHANGED, "data"),
    )  # fmt: skip
    def show_list(visitor: Visitor, ticks: int | None, _changed: Any) -> Any:
        is_first = not ticks and ctx.triggered_id != ids.CHANGED
        found, now = reads.inbox(visitor, is_first=is_first)
        return row_list(rows(found, now, town, visitor.language), visitor.language), counts_line(
            counts(found, now), visitor.language
        )

    @app.callback(
        Output(ids.CASE, "children"), Input(ids.SELECTED, "data"), Input(ids.CHANGED, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def show_case(visitor: Visitor, case_no: str | None, _changed: Any) -> Any:
        if not case_no:
            return []
        try:
            return case_parts(opened_view(reads.open(visitor, case_no), town, visitor.language), visitor.language)
        except NotFound as fault:
            return fault_text(fault, visitor.language)
