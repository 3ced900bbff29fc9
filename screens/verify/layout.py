"""The verifier's page: what waits at the left, the open case with its pictures before and after at the right."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from base.settings import Settings
from dispatch.cases.photos import Photo
from mapdata.areas import Area
from screens.shell import frame
from screens.shell.visitor import Visitor
from screens.verify import ids
from screens.verify.view import Line, Opened, Row
from words.catalogue import text

EVERY_MS = 5000
"""How often the list is read again."""


def verify_page(area: Area, settings: Settings, visitor: Visitor) -> html.Div:
    """The whole page, its changing parts empty."""
    waits = html.Section(
        [html.H2(visitor.text("verify.waiting")), html.Div(id=ids.LIST)], className="verify-waiting panel"
    )
    case = html.Section(
        [html.Div(id=ids.CASE, className="verify-opened"), _verdict(visitor)], className="verify-case panel"
    )
    stores = [dcc.Store(id=name) for name in (ids.SELECTED, ids.PRESSED, ids.CHANGED)]
    return html.Div(
        [
            frame.title_bar(area, visitor, "verify"),
            html.P(id=ids.FAILURE, className="verify-failure", role="alert"),
            html.Main([waits, case]),
            frame.footer(area, settings, visitor),
            dcc.Interval(id=ids.TICK, interval=EVERY_MS),
            *stores,
        ],
        className="verify",
    )


def _verdict(visitor: Visitor) -> html.Div:
    """What is said of the case, and the call-back; shown when a case is open."""
    note = dcc.Textarea(id=ids.NOTE, placeholder=visitor.text("verify.note"), maxLength=1000, rows=2, value="")
    reason = dcc.Input(
        id=ids.REASON,
        type="text",
        maxLength=200,
        placeholder=visitor.text("verify.reason"),
        autoComplete="off",
        value="",
    )
    ask = html.Button(visitor.text("verify.ask_phone"), id=ids.ASK_PHONE, type="button", className="quiet")
    call = html.Div([reason, ask, html.Span(id=ids.PHONE, className="phone")], className="verify-call")
    return html.Div([note, call, html.P(id=ids.ANSWER, role="status")], className="verify-verdict")


def row_list(rows: Sequence[Row], language: str) -> Component:
    """Everything that waits; each opens its case."""
    if not rows:
        return html.P(text("verify.nothing", language), className="empty")
    return html.Div([_row(row) for row in rows])


def _row(row: Row) -> html.Button:
    head = [html.Span(row.priority, className=f"badge {row.priority}"), html.Strong(row.title), html.Time(row.since)]
    foot = [html.Span(row.case_no), html.Span(row.place, className="place"), html.Span(row.why, className="why")]
    data = {"data-open": row.case_no}
    return html.Button([html.Div(head), html.Div(foot)], type="button", className="verify-row", **data)


def case_parts(view: Opened, language: str) -> list[Component]:
    """The open case: head, pictures before and after, the words of who reported and who handled, buttons, log."""
    head = [
        html.Span(view.priority, className=f"badge {view.priority}"),
        html.H2(view.title),
        html.Span(view.state, className="chip"),
        html.Span(view.case_no, className="case-no"),
        html.Span(view.place, className="place"),
    ]
    words = [
        part
        for name, value in (("reported", view.description), ("handler", view.handler), ("said", view.said))
        if value
        for part in (html.Dt(text(f"verify.{name}", language)), html.Dd(value))
    ]
    if view.rating:
        words += [html.Dt(text("verify.rating", language)), html.Dd(view.rating)]
    pictures = [_pictures("before", view.before, language), _pictures("after", view.after, language)]
    buttons = [_press(press, language) for press in view.presses]
    return [
        html.Header(head, **{"data-version": str(view.version), "data-case-no": view.case_no}),
        html.Div(pictures, className="verify-pictures"),
        html.Dl(words),
        html.Div(buttons, className="verify-presses", **{"data-may-call": "yes" if view.may_call else ""}),
        html.Ol([_line(line) for line in reversed(view.log)], className="verify-log"),
    ]


def _pictures(moment: str, photos: Sequence[Photo], language: str) -> html.Figure:
    label = text(f"lifecycle.moment.{moment}", language)
    shown: list[Component] = [
        html.A(html.Img(src=photo.address, alt=label), href=photo.address, target="_blank") for photo in photos
    ]
    none = html.P(text("verify.no_pictures", language), className="empty")
    return html.Figure([html.Figcaption(label), html.Div(shown or [none], className=f"pictures-{moment}")])


def _press(press: str, language: str) -> html.Button:
    tone = "off" if press in ("fail", "dissatisfied") else "on"
    return html.Button(
        text(f"verify.press.{press}", language), type="button", className=f"press {tone}", **{"data-press": press}
    )


def _line(line: Line) -> html.Li:
    return html.Li([html.Time(line.at), html.B(line.what), html.Span(line.who), html.Span(line.note, className="note")])
