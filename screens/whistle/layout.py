"""The whistle's page: those under way at the left, the open one at the right, a row for each who is called."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from base.settings import Settings
from layers.highlight import highlight_layer
from layers.map import town_map
from mapdata.areas import Area
from screens.shell import frame
from screens.shell.visitor import Visitor
from screens.whistle import ids
from screens.whistle.view import MemberRow, Opened, Row
from words.catalogue import text

EVERY_MS = 3000
"""How often the page looks again."""


def whistle_page(area: Area, settings: Settings, visitor: Visitor) -> html.Div:
    """The whole page, its changing parts empty."""
    running = html.Section(
        [html.H2(visitor.text("whistle.running")), html.Div(id=ids.LIST)], className="whistle-running panel"
    )
    town = town_map(area, id=ids.MAP, layers=[highlight_layer(ids.MEET)], live=False, scale_bar=False)
    where = html.Section(town, className="whistle-where panel")
    note = dcc.Textarea(id=ids.NOTE, placeholder=visitor.text("whistle.note"), maxLength=1000, rows=2, value="")
    own = html.Div([note, html.P(id=ids.ANSWER, role="status")], className="whistle-own")
    case = html.Section([html.Div(id=ids.CASE, className="whistle-opened"), own], className="whistle-case panel")
    return html.Div(
        [
            frame.title_bar(area, visitor, "whistle"),
            html.P(id=ids.FAILURE, className="whistle-failure", role="alert"),
            html.Main([html.Div([running, where], className="whistle-side"), case]),
            frame.footer(area, settings, visitor),
            dcc.Interval(id=ids.TICK, interval=EVERY_MS),
            *(dcc.Store(id=name) for name in (ids.SELECTED, ids.PRESSED, ids.CHANGED)),
        ],
        className="whistle",
    )


def nothing_open(language: str) -> list[Component]:
    """What stands where no whistle is open."""
    return [html.P(text("whistle.choose", language), className="empty")]


def row_list(rows: Sequence[Row], language: str) -> Component:
    """Every whistle under way; each opens."""
    if not rows:
        return html.P(text("whistle.nothing", language), className="empty")
    return html.Div([_row(row) for row in rows])


def _row(row: Row) -> html.Button:
    head = [html.Span(row.priority, className=f"badge {row.priority}"), html.Strong(row.title), html.Span(row.case_no)]
    foot = [html.Span(row.meet, className="meet"), html.Span(row.tally, className="tally")]
    data = {"data-open": row.case_no}
    return html.Button([html.Div(head), html.Div(foot)], type="button", className="whistle-row", **data)


def case_parts(view: Opened, language: str) -> list[Component]:
    """The open whistle: what for, where and when, how everybody stands, the buttons of who is called."""
    head = [
        html.Span(view.priority, className=f"badge {view.priority}"),
        html.H2(view.title),
        html.Span(view.state, className="chip"),
        html.Span(view.case_no, className="case-no"),
        html.Strong(text("whistle.over", language) if view.is_over else view.tally, className="tally"),
    ]
    note = [html.P([html.Small(text("whistle.note_label", language)), view.note], className="told")]
    return [
        html.Header(head, **{"data-case-no": view.case_no}),
        html.P([html.A(view.meet, href=view.way, className="meet"), html.Span(view.blown, className="blown")]),
        html.P(view.description, className="told"),
        *(note if view.note else []),
        html.Div([_member(one) for one in view.members], className="whistle-members"),
        html.Div(
            [_press(press, language) for press in view.presses],
            className="whistle-presses",
            **{"data-may": "yes" if view.presses else ""},
        ),
    ]


def _member(row: MemberRow) -> html.Article:
    head = [
        html.Strong(row.name),
        html.Span(row.part, className="part"),
        html.Span(row.status_words, className=f"chip status-{row.status}"),
        *([html.Span(row.flag, className="flag")] if row.flag else []),
        html.Time(row.when),
    ]
    said = [html.Small(row.said_what), html.Span(row.said, className="said"), html.Small(row.by, className="by")]
    css_class = "whistle-member own" if row.is_own else "whistle-member"
    return html.Article([html.Div(head), html.Div(said)], className=css_class, **{"data-status": row.status})


def _press(press: str, language: str) -> html.Button:
    return html.Button(
        text(f"whistle.press.{press}", language), type="button", className="press", **{"data-press": press}
    )
