"""What the whistle's page does when something is pressed: read, call one verb, present."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dash import Dash, Input, Output, State, ctx, no_update
from typing_extensions import TypedDict

from base.errors import Fault
from layers.highlight import highlight_data
from screens.shell.values import ClientId, Degrees
from screens.shell.visitor import Visitor
from screens.whistle import ids
from screens.whistle.layout import case_parts, nothing_open, row_list
from screens.whistle.reads import WhistleReads
from screens.whistle.view import marks, opened_view, rows, viewport
from screens.whistle.writes import PRESSES, WhistleWrites
from words.faults import fault_text


class Pressed(TypedDict):
    """A press of one of the buttons, under an id of the page's, from where it was pressed if that is known."""

    press: str
    id: ClientId
    lon: Degrees | None
    lat: Degrees | None


def register(app: Dash, reads: WhistleReads, writes: WhistleWrites) -> None:
    """Add the callbacks."""

    @app.callback(Output(ids.LIST, "children"), Input(ids.TICK, "n_intervals"), Input(ids.CHANGED, "data"))
    def show_list(visitor: Visitor, _ticks: int | None, _changed: Any) -> Any:
        return row_list(rows(reads.running(visitor), visitor.language), visitor.language)

    @app.callback(
        Output(ids.CASE, "children"), Output(ids.MEET, "data"), Output(ids.MAP, "viewport"),
        Input(ids.SELECTED, "data"), Input(ids.TICK, "n_intervals"), Input(ids.CHANGED, "data"),
    )  # fmt: skip
    def show_case(visitor: Visitor, case_no: str | None, _ticks: int | None, _changed: Any) -> tuple[Any, Any, Any]:
        language, is_again = visitor.language, ctx.triggered_id != ids.SELECTED
        opened = reads.open(visitor, case_no, is_again=is_again) if case_no else None
        if opened is None:
            return nothing_open(language), highlight_data(()), no_update
        parts = case_parts(opened_view(opened, language), language)
        return parts, highlight_data(marks(opened, language)), no_update if is_again else viewport(opened.now)

    @app.callback(
        Output(ids.ANSWER, "children"), Output(ids.CHANGED, "data"), Output(ids.NOTE, "value"),
        Input(ids.PRESSED, "data"), State(ids.SELECTED, "data"), State(ids.NOTE, "value"),
        prevent_initial_call=True,
    )  # fmt: skip
    def press(visitor: Visitor, pressed: Pressed | None, case_no: str | None, note: str | None) -> tuple[Any, Any, Any]:
        if not pressed or not case_no or pressed["press"] not in PRESSES:
            return no_update, no_update, no_update
        lon, lat = pressed["lon"], pressed["lat"]
        point = None if lon is None or lat is None else (lon, lat)
        try:
            writes.press(visitor, case_no, pressed["press"], UUID(pressed["id"]), note or "", point)
        except Fault as fault:
            return fault_text(fault, visitor.language), pressed, no_update
        return visitor.text(f"whistle.done.{pressed['press']}"), pressed, ""
