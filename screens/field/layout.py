"""The field page's layout: for a phone held in one hand, large buttons, three tabs."""

from __future__ import annotations

from collections.abc import Sequence

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

from base.settings import Settings
from layers.map import town_map
from layers.style import PRIORITY_COLOURS
from mapdata.areas import Area
from screens.field import ids
from screens.field.view import Task
from screens.shell import frame
from screens.shell.visitor import Visitor

SENT_TEXTS = (
    "sent", "offline", "unsent", "no_position", "position", "photo", "photo_ready", "note", "send_feedback", "refused",
    "leave_photo", "send_photo_again", "photo_not_sent", "photo_first", "sent_without_photo", "press_again",
    "other_words", "login_again", "waiting", "store_full", "others_unsent", "unreadable",
)  # fmt: skip
"""Texts the browser module needs."""


def field(area: Area, settings: Settings, visitor: Visitor, worker_name: str, *, on_duty: bool) -> html.Div:
    """The whole page; ``on_duty`` as it is now, so that the first press on the button does what the button says."""
    worker = visitor.scope.worker_id if visitor.scope else None
    data = {f"data-text-{name.replace('_', '-')}": visitor.text(f"field.text.{name}") for name in SENT_TEXTS}
    return html.Div(
        [
            header(area, visitor, worker_name, on_duty=on_duty),
            html.P(id=ids.PROBLEM, className="field-problem", role="alert"),
            html.P(id=ids.WAITING, className="field-kept", role="status"),
            html.P([html.Span(id=ids.REFUSED), html.Span(id=ids.UNREADABLE)], className="field-kept", role="status"),
            html.Main(
                [
                    html.Section(html.Div(id=ids.TASKS), className="tab", **{"data-tab": "tasks"}),
                    html.Section(report_form(visitor), className="tab", hidden=True, **{"data-tab": "report"}),
                    html.Section(my_track(area, visitor), className="tab", hidden=True, **{"data-tab": "track"}),
                ]
            ),
            tabs(visitor),
            html.Div(frame.demo_banner(area, settings, visitor), className="field-banner"),
            dcc.Store(id=ids.REFRESH),
            dcc.Interval(id=ids.CLOCK, interval=4000),
        ],
        className="field",
        **{"data-worker": worker or "", **data},
    )


def header(area: Area, visitor: Visitor, worker_name: str, *, on_duty: bool) -> html.Header:
    """Who I am, whether I am on duty and seen."""
    return html.Header(
        [
            html.Div([html.Strong(worker_name or visitor.text("field.nobody")), html.Small(area.name)]),
            html.Div(
                [html.Span(id=ids.POSITION, className="my-position"), html.Span(id=ids.UNSENT, className="unsent")],
                className="my-state",
            ),
            html.Button(
                [
                    html.Span(visitor.text("field.duty.begin"), className="when-off"),
                    html.Span(visitor.text("field.duty.end"), className="when-on"),
                ],
                id=ids.DUTY,
                type="button",
                **{"data-on": "yes" if on_duty else "no"},
            ),
            html.Form(html.Button(visitor.text("shell.logout"), type="submit"), action="/logout", method="POST"),
        ]
    )


def tabs(visitor: Visitor) -> html.Nav:
    """The three tabs, under the thumb."""
    names = (("tasks", ids.TAB_TASKS), ("report", ids.TAB_REPORT), ("track", ids.TAB_TRACK))
    return html.Nav(
        [
            html.Button(
                visitor.text(f"field.tab.{name}"),
                id=button,
                type="button",
                **{"data-show": name, "aria-pressed": "true" if name == "tasks" else "false"},
            )
            for name, button in names
        ]
    )


def task_list(rows: Sequence[Task], visitor: Visitor) -> Component:
    """My tasks, each with the one thing to do next."""
    if not rows:
        return html.P(visitor.text("field.no_tasks"), className="empty")
    return html.Div([_task(row, visitor) for row in rows])


def _task(row: Task, visitor: Visitor) -> html.Article:
    place = f"geo:{row.lat:.6f},{row.lon:.6f}?q={row.lat:.6f},{row.lon:.6f}"
    head = [
        html.Span(row.priority, className="priority", style={"backgroundColor": PRIORITY_COLOURS[row.priority]}),
        html.Strong(row.title),
        html.Span(row.state, className="state"),
    ]
    due = html.P(
        visitor.text("field.due", at=row.due), className="due overdue" if row.is_overdue else "due", hidden=not row.due
    )
    return html.Article(
        [
            html.Div(head, className="task-head"),
            html.P(row.words, className="words"),
            html.A(row.place, href=place, className="place"),
            due,
            html.Button(
                row.verb_name,
                type="button",
                hidden=not row.verb,
                className="next",
                **{"data-verb": row.verb, "data-case": row.case_no, "data-version": row.version},
            ),
        ],
        className="task",
        **{"data-task": row.case_no},
    )


def report_form(visitor: Visitor) -> html.Div:
    """A new event, where I stand."""
    return html.Div(
        [
            html.H2(visitor.text("field.report.title")),
            html.P(id=ids.PLACE, className="my-place"),
            dcc.Textarea(id=ids.TEXT, placeholder=visitor.text("field.report.hint"), maxLength=1000, rows=5),
            html.P(id=ids.TYPE, className="type"),
            html.Div(className="photo-slot", **{"data-photo": "report"}),
            html.Button(visitor.text("field.report.send"), id=ids.SEND_REPORT, type="button", className="next"),
        ],
        className="report-form",
    )


def my_track(area: Area, visitor: Visitor) -> html.Div:
    """Where I went today; nobody else's."""
    line = dl.GeoJSON(
        id=ids.TRACK, pane="routes", zoomToBounds=True, style={"color": "#34e0a1", "weight": 5, "opacity": 0.9}
    )
    return html.Div(
        [
            html.H2(visitor.text("field.track.title")),
            html.P(id=ids.TRACK_SUMMARY),
            town_map(area, id=ids.MAP, layers=[line], live=False, scale_bar=False),
        ],
        className="my-track",
    )
