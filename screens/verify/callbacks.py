"""What the verifier's page does when something is pressed: read, call one verb, present."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from typing_extensions import TypedDict

from base.errors import Fault, NotFound
from screens.shell.visitor import Visitor
from screens.verify import ids
from screens.verify.layout import case_parts, row_list
from screens.verify.reads import VerifyReads
from screens.verify.view import opened_view, rows
from screens.verify.writes import PRESSES, VerifyWrites
from words.faults import fault_text


class Pressed(TypedDict):
    """A press of one of the buttons, on the version of the case that was shown."""

    press: str
    version: int


def register(app: Dash, reads: VerifyReads, writes: VerifyWrites) -> None:
    """Add the callbacks."""
    _reading(app, reads)
    _pressing(app, writes)


def _reading(app: Dash, reads: VerifyReads) -> None:
    @app.callback(
        Output(ids.LIST, "children"), Input(ids.TICK, "n_intervals"), Input(ids.CHANGED, "data")
    )  # fmt: skip
    def show_list(visitor: Visitor, ticks: int | None, _changed: Any) -> Any:
        is_first = not ticks and ctx.triggered_id != ids.CHANGED
        return row_list(rows(reads.waiting(visitor, is_first=is_first), visitor.language), visitor.language)

    @app.callback(
        Output(ids.CASE, "children"), Input(ids.SELECTED, "data"), Input(ids.CHANGED, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def show_case(visitor: Visitor, case_no: str | None, _changed: Any) -> Any:
        if not case_no:
            return []
        try:
            return case_parts(opened_view(reads.open(visitor, case_no), visitor.language), visitor.language)
        except NotFound as fault:
            return fault_text(fault, visitor.language)

    @app.callback(
        Output(ids.PHONE, "children"), Output(ids.REASON, "value"), Input(ids.ASK_PHONE, "n_clicks"),
        Input(ids.SELECTED, "data"), State(ids.REASON, "value"), prevent_initial_call=True,
    )  # fmt: skip
    def show_phone(visitor: Visitor, clicks: int | None, case_no: str | None, reason: str | None) -> tuple[Any, Any]:
        if ctx.triggered_id != ids.ASK_PHONE or not clicks or not case_no:
            return "", ""
        try:
            return reads.phone(visitor, case_no, reason or ""), no_update
        except Fault as fault:
            return fault_text(fault, visitor.language), no_update


def _pressing(app: Dash, writes: VerifyWrites) -> None:
    @app.callback(
        Output(ids.ANSWER, "children"), Output(ids.CHANGED, "data"), Output(ids.NOTE, "value"),
        Input(ids.PRESSED, "data"), State(ids.SELECTED, "data"), State(ids.NOTE, "value"),
        prevent_initial_call=True,
    )  # fmt: skip
    def press(visitor: Visitor, pressed: Pressed | None, case_no: str | None, note: str | None) -> tuple[Any, Any, Any]:
        if not pressed or not case_no or pressed["press"] not in PRESSES:
            return no_update, no_update, no_update
        try:
            writes.press(visitor, case_no, pressed["press"], pressed["version"], note or "")
        except Fault as fault:
            return fault_text(fault, visitor.language), pressed, no_update
        return visitor.text(f"verify.done.{pressed['press']}"), pressed, ""
