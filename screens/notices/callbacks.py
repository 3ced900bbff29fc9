"""What the page of notices does."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, ctx, html, no_update
from typing_extensions import TypedDict

from base.errors import Fault
from dispatch.centre import Centre
from screens.notices import ids, layout
from screens.notices.reads import read_notices, send_notice_again
from screens.shell.visitor import Visitor
from words.faults import fault_text


class Pressed(TypedDict):
    """The notice whose button was pressed."""

    notice: str


def register(app: Dash, centre: Centre) -> None:
    """Add the callbacks."""

    @app.callback(
        Output(ids.ROWS, "children"), Output(ids.DOWN, "children"), Input(ids.STATE, "value"), Input(ids.CASE, "value"),
        Input(ids.CLOCK, "n_intervals"), Input(ids.PROBLEM, "children"),
    )  # fmt: skip
    def show(visitor: Visitor, state: str | None, case_no: str | None, _ticks: Any, _answered: Any) -> Any:
        scope = visitor.granted("notice.see")
        is_again = ctx.triggered_id == ids.CLOCK
        shown = read_notices(centre, scope, visitor.language, state or "", case_no or "", is_again=is_again)
        return layout.notice_table(shown.lines, visitor), [html.P(line) for line in shown.down]

    @app.callback(Output(ids.PROBLEM, "children"), Input(ids.AGAIN, "data"), prevent_initial_call=True)
    def again(visitor: Visitor, pressed: Pressed | None) -> Any:
        scope = visitor.granted("notice.again")
        if not pressed:
            return no_update
        try:
            send_notice_again(centre, scope, pressed["notice"])
        except Fault as fault:
            return fault_text(fault, visitor.language)
        return visitor.text("notices.page.goes_again")
