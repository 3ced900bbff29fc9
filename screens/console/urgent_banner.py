"""The banner of cases of first priority nobody has acknowledged, above the console's map whatever is open beside it."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from screens.console import ids
from screens.console.urgent_view import UrgentRow
from words.catalogue import text


def urgent_banner() -> html.Div:
    """The banner, empty; the board channel fills its rows, ``urgent_banner.js`` takes the answer."""
    parts = [html.Div(id=ids.URGENT, className="urgent-rows"), html.P(className="urgent-fault")]
    return html.Div(parts, className="urgent", role="alert")


def urgent_list(rows: Sequence[UrgentRow], language: str) -> list[Component]:
    """One line for each case, with the button by which the one who is logged in says that he knows."""
    return [_line(row, language) for row in rows]


def _line(row: UrgentRow, language: str) -> html.Div:
    again = text("console.urgent.raised", language, n=row.raised) if row.raised else ""
    return html.Div(
        [
            html.Strong(text("console.urgent.title", language)),
            html.Span(row.title, className="urgent-type"),
            html.Span(row.place, className="urgent-place"),
            html.Span(again, className="urgent-again"),
            html.Span(className="elapsed", **{"data-since": row.since}),
            _button("open", {"data-open-case": row.case_no}, language),
            _button("acknowledge", {"data-acknowledge": row.case_no}, language),
        ],
        className="urgent-row",
        **{"data-case": row.case_no, "data-raised": str(row.raised)},
    )


def _button(name: str, data: dict[str, str], language: str) -> html.Button:
    return html.Button(text(f"console.urgent.{name}", language), type="button", **data)
