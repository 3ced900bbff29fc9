"""What the page of hand-overs does when something is pressed: read, call one verb, present."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from dash import Dash, Input, Output, State, ctx, no_update
from pydantic import Field
from typing_extensions import TypedDict

from base.errors import Fault
from screens.handover import ids
from screens.handover.layout import head_list, nothing_open, press_list, sheet_parts
from screens.handover.reads import HandoverReads
from screens.handover.view import head_rows, opened_view
from screens.handover.writes import PRESSES, HandoverWrites
from screens.shell.values import ClientId, ShortText
from screens.shell.visitor import Visitor
from words.faults import fault_text


class Pressed(TypedDict):
    """A press of one of the buttons, under an id of the page's, and the version of the sheet that is read."""

    press: str
    id: ClientId
    version: Annotated[int, Field(ge=0, le=2**31 - 1)]


def register(app: Dash, reads: HandoverReads, writes: HandoverWrites, town: str) -> None:
    """Add the callbacks; ``town`` is the name of the town."""

    @app.callback(
        Output(ids.LIST, "children"), Output(ids.FAILURE, "children"), Input(ids.DAY, "value"),
        Input(ids.TICK, "n_intervals"), Input(ids.CHANGED, "data"), Input(ids.SELECTED, "data"),
    )  # fmt: skip
    def show_list(visitor: Visitor, day: ShortText | None, _ticks: int | None, _changed: Any, _opened: Any) -> Any:
        return head_list(head_rows(reads.listed(visitor, day or ""), visitor.language), visitor), ""

    @app.callback(
        Output(ids.SHEET, "children"), Output(ids.PRESSES, "children"), Output(ids.NOTE, "value"),
        Output(ids.NOTE, "placeholder"), Input(ids.SELECTED, "data"), Input(ids.TICK, "n_intervals"),
        Input(ids.CHANGED, "data"),
    )  # fmt: skip
    def show_sheet(visitor: Visitor, selected: ClientId | None, _ticks: int | None, _changed: Any) -> Any:
        found = reads.open(visitor, selected, is_again=ctx.triggered_id != ids.SELECTED)
        if found is None or visitor.scope is None:
            return nothing_open(visitor), [], "", ""
        view = opened_view(found, visitor.scope.account, town, visitor.language)
        written = no_update if ctx.triggered_id == ids.TICK else view.own_words
        return sheet_parts(view, visitor), press_list(view, visitor), written, view.note

    @app.callback(
        Output(ids.ANSWER, "children"), Output(ids.CHANGED, "data"), Output(ids.SELECTED, "data"),
        Input(ids.PRESSED, "data"), State(ids.SELECTED, "data"), State(ids.NOTE, "value"), prevent_initial_call=True,
    )  # fmt: skip
    def press(visitor: Visitor, pressed: Pressed | None, selected: ClientId | None, note: str | None) -> Any:
        if not pressed or pressed["press"] not in PRESSES:
            return no_update, no_update, no_update
        name, sheet = pressed["press"], UUID(selected) if selected else None
        try:
            writes.press(visitor, name, sheet, UUID(pressed["id"]), pressed["version"], note or "")
        except Fault as fault:
            return fault_text(fault, visitor.language), no_update, no_update
        return visitor.text(f"handover.done.{name}"), pressed, pressed["id"] if name == "begin" else no_update
