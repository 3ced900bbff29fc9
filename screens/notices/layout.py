"""The page of notices: a choice of states, what is down, and a line for each notice."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from base.settings import Settings
from dispatch.notices.sent import NOTICE_STATES
from mapdata.areas import Area
from screens.notices import ids
from screens.notices.view import NoticeLine
from screens.shell.frame import case_link, footer, title_bar
from screens.shell.visitor import Visitor

LOOK_EVERY_MS = 5000
_HEADS = ("at", "what", "to", "text", "state", "remark")


def notices_page(area: Area, settings: Settings, visitor: Visitor) -> html.Div:
    """The whole page, its lines filled in by the callback."""
    states = [{"value": "", "label": visitor.text("notices.page.every")}]
    states += [{"value": one, "label": visitor.text(f"notices.state.{one}")} for one in NOTICE_STATES]
    return html.Div(
        [
            title_bar(area, visitor, "notices"),
            html.Div(
                [
                    dcc.RadioItems(states, "", id=ids.STATE, inline=True, className="by"),
                    html.Label(
                        [
                            visitor.text("notices.page.case"),
                            dcc.Input(id=ids.CASE, value="", maxLength=18, debounce=True),
                        ]
                    ),
                    html.P(id=ids.PROBLEM, className="problem", role="alert"),
                ],
                className="notices-toolbar",
            ),
            html.Div(id=ids.DOWN, className="notices-down", role="status"),
            html.Main(id=ids.ROWS, className="notices-rows"),
            dcc.Store(id=ids.AGAIN),
            dcc.Interval(id=ids.CLOCK, interval=LOOK_EVERY_MS),
            footer(area, settings, visitor),
        ],
        className="notices",
    )


def notice_table(lines: Sequence[NoticeLine], visitor: Visitor) -> Component:
    """One line a notice; or that there is none."""
    if not lines:
        return html.P(visitor.text("notices.page.none"), className="empty")
    heads = html.Tr([html.Th(visitor.text(f"notices.page.head.{name}")) for name in _HEADS])
    return html.Table([html.Thead(heads), html.Tbody([_line(line, visitor) for line in lines])])


def _line(line: NoticeLine, visitor: Visitor) -> html.Tr:
    again = html.Button(visitor.text("notices.page.again"), type="button", **{"data-notice-again": line.notice_id})
    cells = [
        html.Td(line.at, className="at"),
        html.Td(
            [html.Span(line.urgency, className=f"badge {line.urgency}"), html.Span(line.name), _case(line, visitor)]
        ),
        html.Td([html.Span(line.to), html.Small(line.channel)]),
        html.Td(
            [
                html.Span(line.text or visitor.text("notices.page.no_text"), lang=line.language),
                html.Small(line.messages),
            ],
            className="said",
        ),
        html.Td(html.Span(line.state_name, className=f"notice-state {line.state}")),
        html.Td([html.Span(line.remark), *([again] if line.may_go_again else [])], className="remark"),
    ]
    return html.Tr(cells, **{"data-notice": line.notice_id})


def _case(line: NoticeLine, visitor: Visitor) -> Component:
    """The number of the case; for who may open the console a way to it."""
    return case_link(visitor, line.case_no)
