"""The page of hand-overs: the sheets at the left, the open one at the right with its parts and what may be pressed."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from base.settings import Settings
from dispatch.handovers.handovers import LONGEST_WORDS
from mapdata.areas import Area
from screens.handover import ids
from screens.handover.view import HeadRow, LineRow, Opened, PartRows
from screens.shell import frame
from screens.shell.visitor import Visitor

EVERY_MS = 10_000
"""How often the page looks again; each look gathers, to tell what has changed."""


def handover_page(area: Area, settings: Settings, visitor: Visitor) -> html.Div:
    """The whole page, its changing parts empty."""
    day = dcc.Input(id=ids.DAY, value="", maxLength=10, debounce=True, placeholder=visitor.text("handover.day_hint"))
    listed = html.Section(
        [
            press_button("begin", visitor.text("handover.begin")),
            html.Label([html.Span(visitor.text("handover.day")), day]),
            html.H2(visitor.text("handover.list")),
            html.Div(id=ids.LIST),
        ],
        className="handover-listed panel",
    )
    note = dcc.Textarea(id=ids.NOTE, maxLength=LONGEST_WORDS, rows=2, value="")
    own = [note, html.Div(id=ids.PRESSES, className="presses"), html.P(id=ids.ANSWER, role="status")]
    opened = html.Section(
        [html.Div(id=ids.SHEET), html.Div(own, className="handover-own")], className="handover-opened panel"
    )
    return html.Div(
        [
            frame.title_bar(area, visitor, "handover"),
            html.P(id=ids.FAILURE, className="handover-failure", role="alert"),
            html.Main([listed, opened]),
            frame.footer(area, settings, visitor),
            dcc.Interval(id=ids.TICK, interval=EVERY_MS),
            *(dcc.Store(id=name) for name in (ids.SELECTED, ids.PRESSED, ids.CHANGED)),
        ],
        className="handover",
    )


def press_button(press: str, label: str) -> html.Button:
    """A button of the page."""
    return html.Button(label, type="button", className=f"press {press}", **{"data-press": press})


def nothing_open(visitor: Visitor) -> list[Component]:
    """What stands where no sheet is open."""
    return [html.P(visitor.text("handover.choose"), className="empty")]


def head_list(rows: Sequence[HeadRow], visitor: Visitor) -> Component:
    """The sheets; each opens."""
    if not rows:
        return html.P(visitor.text("handover.nothing"), className="empty")
    return html.Div([_head(row) for row in rows])


def _head(row: HeadRow) -> html.Button:
    parts = [html.Strong(row.at), html.Span(row.state_words, className=f"chip {row.state}"), html.Small(row.begun_by)]
    return html.Button(parts, type="button", className="handover-row", **{"data-open": row.handover_id})


def sheet_parts(view: Opened, visitor: Visitor) -> list[Component]:
    """The open sheet: signatures, words, what has changed, every part, remarks."""
    return [
        _title(view, visitor),
        html.Div(
            [
                html.Div([html.Small(one.label), html.Strong(one.text)], className=f"sign {one.side}",
                         **{"data-signed": "yes" if one.is_signed else ""})
                for one in view.signatures
            ],
            className="signatures",
        ),
        *([_told(visitor.text("handover.words"), [html.P(view.words)], "words")] if view.words else []),
        *([_told(view.changed, [_table(view.changes, visitor)], "changes")] if view.changes else []),
        *(_part(part, visitor) for part in view.parts),
        *([_told(visitor.text("handover.remarks"), _remarks(view), "remarks")] if view.remarks else []),
    ]  # fmt: skip


def press_list(view: Opened, visitor: Visitor) -> list[Component]:
    """The buttons of who reads it."""
    return [press_button(press, visitor.text(f"handover.press.{press}")) for press in view.presses]


def _title(view: Opened, visitor: Visitor) -> html.Header:
    printed = html.A(
        visitor.text("handover.print"), href=f"/print/handover/{view.handover_id}", download="", className="print-link"
    )
    return html.Header(
        [
            html.H2(visitor.text("handover.sheet")),
            html.Span(view.state_words, className=f"chip {view.state}"),
            html.Small(view.begun),
            html.Small(view.gathered),
            printed,
        ],
        **{"data-handover": view.handover_id, "data-version": view.version},
    )  # fmt: skip


def _told(title: str, inside: Sequence[Component], name: str) -> html.Section:
    return html.Section([html.H3(title), *inside], className=f"part {name}")


def _remarks(view: Opened) -> list[Component]:
    return [html.P([html.Small(one.by), html.Span(one.words)]) for one in view.remarks]


def _part(part: PartRows, visitor: Visitor) -> html.Section:
    inside: list[Component] = [_table(part.rows, visitor, part.when)] if part.rows else []
    if part.crowd:
        inside.append(html.Ul([html.Li([one.text, html.Small(one.at)]) for one in part.crowd], className="crowd"))
    return _told(part.title, inside or [html.P(visitor.text("handover.none"), className="empty")], part.name)


def _table(rows: Sequence[LineRow], visitor: Visitor, when: str = "") -> html.Table:
    heads = (visitor.text("handover.case_no"), visitor.text("handover.what"), when or visitor.text("handover.at"))
    return html.Table(
        [html.Thead(html.Tr([html.Th(head) for head in heads])), html.Tbody([_row(row, visitor) for row in rows])]
    )


def _row(row: LineRow, visitor: Visitor) -> html.Tr:
    badge = [html.Span(row.priority, className=f"badge {row.priority}")] if row.priority else []
    kind = [html.Span(row.kind_words, className=f"kind {row.kind}")] if row.kind else []
    case = [frame.case_link(visitor, row.case_no)] if row.case_no else []
    cells = [html.Td([*badge, *case], className="case"), html.Td([*kind, row.text]), html.Td(row.at, className="at")]
    return html.Tr(cells, className="late" if row.is_late else "")
