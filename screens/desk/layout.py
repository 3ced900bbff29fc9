"""The desk: the inbox at the left, the open case with its buttons at the right; on a phone one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from base.settings import Settings
from dispatch.cases.photos import Photo
from mapdata.areas import Area
from screens.desk import ids
from screens.desk.view import Counts, Line, Opened, Press, Row
from screens.shell import frame
from screens.shell.visitor import Visitor
from words.catalogue import text

EVERY_MS = 5000
"""How often the inbox is read again."""
SENT_TEXTS = (
    "note", "note_needed", "until", "colleagues", "department", "nobody_free", "no_photo_reason", "send", "leave",
    "sending", "done", "offline", "refused", "photo_before", "photo_after", "photo_count", "photo_sending",
    "photo_most", "leave_photo", "choose", "item",
)  # fmt: skip
"""Texts the browser module needs."""


def desk_page(area: Area, settings: Settings, visitor: Visitor) -> html.Div:
    """The whole page, its changing parts empty."""
    inbox = html.Section(
        [
            html.Header([html.H2(visitor.text("desk.inbox")), html.Div(id=ids.COUNTS, className="desk-counts")]),
            html.Div(id=ids.LIST, className="desk-list"),
        ],
        className="desk-inbox panel",
    )
    case = html.Section(
        [
            html.Button(visitor.text("desk.back"), type="button", className="desk-back quiet"),
            html.Div(html.P(visitor.text("desk.none_open"), className="empty"), id=ids.CASE, className="desk-opened"),
            html.Div(id=ids.FORM, className="desk-form", hidden=True),
            html.P(id=ids.ANSWER, className="desk-answer", role="status"),
        ],
        className="desk-case panel",
    )
    account = visitor.scope.account if visitor.scope else ""
    data = {f"data-text-{name.replace('_', '-')}": visitor.text(f"desk.text.{name}") for name in SENT_TEXTS}
    return html.Div(
        [
            frame.title_bar(area, visitor, "desk"),
            html.P(id=ids.FAILURE, className="desk-failure", role="alert"),
            html.Main([inbox, case]),
            frame.footer(area, settings, visitor),
            dcc.Interval(id=ids.TICK, interval=EVERY_MS),
            *(dcc.Store(id=name) for name in (ids.SELECTED, ids.CHANGED)),
        ],
        className="desk",
        **data,
        **{"data-owner": account},
    )


def counts_line(counts: Counts, language: str) -> list[Component]:
    """How many wait for a signature, are overdue, run out soon."""
    told = (("to_sign", counts.to_sign), ("overdue", counts.overdue), ("soon", counts.soon))
    return [html.Span(text(f"desk.count.{name}", language, n=n), className=f"count-{name}") for name, n in told]


def row_list(rows: Sequence[Row], language: str) -> Component:
    """The inbox; each row opens its case."""
    if not rows:
        return html.P(text("desk.nothing", language), className="empty")
    return html.Div([_row(row) for row in rows])


def _row(row: Row) -> html.Button:
    head = [html.Span(row.priority, className=f"badge {row.priority}"), html.Strong(row.title), html.Time(row.due)]
    middle = [html.Span(row.place, className="place"), html.Span(row.state, className="chip")]
    foot = [html.Span(row.case_no, className="case-no"), *_tags(row)]
    parts = [html.Div(part) for part in (head, middle, foot)]
    return html.Button(parts, type="button", className=f"desk-row lamp-{row.lamp}", **{"data-open": row.case_no})


def _tags(row: Row) -> list[html.Span]:
    return [html.Span(tag, className="tag") for tag in row.tags]


def case_parts(view: Opened, language: str) -> list[Component]:
    """The open case: head, buttons, what was said, who works on it, pictures, log."""
    row = view.row
    head = [
        html.Span(row.priority, className=f"badge {row.priority}"),
        html.H2(row.title),
        html.Span(row.state, className="chip"),
        html.Span(row.case_no, className="case-no"),
        *_tags(row),
    ]
    facts = [part for name, value in view.facts for part in (html.Dt(name), html.Dd(value))]
    buttons: list[Component] = [_press(press) for press in view.presses]
    if view.whistle:
        buttons.insert(0, html.A(text("desk.whistle", language), href=view.whistle, className="press on whistle-link"))
    buttons = buttons or [html.P(text("desk.only_read", language), className="empty")]
    given = [html.Span(name, **{"data-field": field, "data-value": value}) for field, value, name in view.choices]
    return [
        html.Header(head, **{"data-version": str(view.version), "data-case-no": row.case_no}),
        html.Div(buttons, className="desk-presses"),
        html.P(view.description, className="desk-words"),
        html.P(row.place, className="place"),
        html.Dl(facts),
        _part("tasks", html.Ol([_line(line) for line in view.tasks], className="desk-lines"), language),
        *([_part("competence", _laws(view), language)] if view.laws else []),
        *([_part("photos", _pictures(view.photos, language), language)] if view.photos else []),
        _part("log", html.Ol([_line(line) for line in reversed(view.log)], className="desk-lines"), language),
        html.Div(given, hidden=True, className="desk-choices"),
    ]


def _part(name: str, part: Component, language: str) -> html.Section:
    return html.Section([html.H3(text(f"desk.part.{name}", language)), part])


def _laws(view: Opened) -> html.Div:
    """What who reads may do by law, and the items behind it."""
    items = [html.Li([html.B(name), html.Span(told, className="note")]) for name, told in view.laws]
    return html.Div([*(html.P(words) for words in view.standing), html.Ul(items)], className="desk-laws")


def _press(press: Press) -> html.Button:
    data = {
        "data-verb": press.verb,
        "data-fields": " ".join(press.fields),
        "data-needs-note": "yes" if press.needs_note else "",
    }
    return html.Button(press.name, type="button", className=f"press {press.tone}", **data)


def _pictures(photos: Sequence[Photo], language: str) -> html.Div:
    label = {moment: text(f"lifecycle.moment.{moment or 'unsaid'}", language) for moment in ("before", "after", None)}
    return html.Div(
        [
            html.A(
                [html.Img(src=one.address, alt=label[one.moment]), html.Span(label[one.moment])],
                href=one.address,
                target="_blank",
            )
            for one in photos
        ],
        className="desk-pictures",
    )


def _line(line: Line) -> html.Li:
    return html.Li([html.Time(line.at), html.B(line.what), html.Span(line.who), html.Span(line.note, className="note")])
