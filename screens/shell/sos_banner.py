"""The banner of calls for help (求助), above everything else on wall and console; ``sos_banner.js`` answers them."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layers.legend import worker_symbol
from layers.style import WORKER_STYLES
from layers.svg import picture
from screens.shell.sos_view import SosRow
from screens.shell.visitor import Visitor
from words.catalogue import text

_LOOK = next(look for look in WORKER_STYLES if look.status == "sos")


def sos_banner(visitor: Visitor, rows_id: str, *, may_answer: bool) -> html.Div:
    """The banner, empty; the board channel fills ``rows_id``, and it is there while that holds a row.

    Where calls may be answered the page sounds without being asked to; elsewhere as the display's sound is set.
    """
    return html.Div(
        [
            html.Div(id=rows_id, className="sos-rows"),
            *([_end_form(visitor)] if may_answer else []),
            html.P(className="sos-fault"),
        ],
        className="sos-banner",
        role="alert",
        **{"data-sound": "always" if may_answer else "asked"},
    )


def _end_form(visitor: Visitor) -> html.Div:
    """The words with which a call is ended; shown for the call whose button was pressed."""
    return html.Div(
        [
            html.Textarea(className="sos-note", rows=1, maxLength=500, placeholder=visitor.text("sos.note")),
            html.Button(visitor.text("sos.end_now"), type="button", **{"data-sos-do": "end"}),
            html.Button(visitor.text("sos.back"), type="button", **{"data-sos-do": "back"}),
        ],
        className="sos-end",
        hidden=True,
    )


def sos_list(rows: Sequence[SosRow], language: str, *, may_answer: bool) -> list[Component]:
    """One line for each call."""
    return [_line(row, language, may_answer=may_answer) for row in rows]


def _line(row: SosRow, language: str, *, may_answer: bool) -> html.Div:
    who = [html.Span(row.name, className="sos-name")]
    if row.phone:
        who.append(html.A(row.phone, href=f"tel:{row.phone}", className="sos-phone"))
    return html.Div(
        [
            html.Strong([picture(worker_symbol(_LOOK.shape, "#a8142a"), 20, 20), text("sos.title", language)]),
            *who,
            html.Span(row.place, className="sos-place"),
            html.Span(className="elapsed", **{"data-since": row.since}),
            html.Span(row.seen, className="sos-seen"),
            html.Div(_buttons(row, language, may_answer=may_answer), className="sos-buttons"),
        ],
        className="sos-row seen" if row.seen else "sos-row",
        **{"data-sos": row.sos},
    )


def _buttons(row: SosRow, language: str, *, may_answer: bool) -> list[Component]:
    buttons: list[Component] = []
    if row.lon is not None:
        place = {"data-lon": f"{row.lon:.6f}", "data-lat": f"{row.lat:.6f}"}
        buttons.append(html.Button(text("sos.on_map", language), type="button", **place))
    if may_answer:
        names = ("ask_end",) if row.seen else ("acknowledge", "ask_end")
        buttons += [
            html.Button(text(f"sos.{name}", language), type="button", **{"data-sos-do": name}) for name in names
        ]
    return buttons
