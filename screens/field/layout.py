"""The field page's layout: for a phone held in one hand, large buttons, three tabs."""

from __future__ import annotations

from collections.abc import Sequence

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

from base.settings import Settings
from dispatch.access.grants import may
from dispatch.access.roles import ROLES
from layers.map import town_map
from layers.style import PRIORITY_COLOURS
from mapdata.areas import Area
from screens.field import ids
from screens.field.view import MyTask, Press
from screens.shell import frame
from screens.shell.visitor import Visitor

SENT_TEXTS = (
    "sent", "offline", "unsent", "no_position", "position", "refused",
    "note_feedback", "note_ask_support", "note_send_back", "note_hand_over", "send_feedback", "send_ask_support",
    "send_send_back", "send_hand_over", "done_ask_support", "done_send_back", "done_hand_over", "nobody_free",
    "note_check", "no_photo_reason", "send_found", "send_not_found",
    "leave_photo", "send_photo_again", "photo_not_sent", "photo_first", "sent_without_photo", "press_again",
    "other_words", "login_again", "waiting", "store_full", "others_unsent", "unreadable",
    "sos_unsent", "sos_call", "sos_taken", "sos_wait", "sos_seen", "sos_ending", "sos_ended", "sos_ended_by",
    "note_ask_extension", "note_reply", "send_ask_extension", "send_reply", "done_ask_extension",
    "done_reply", "until",
    "note_self", "self_reason", "self_done", "self_not_taken", "new_task", "gone_task", "photo_before",
    "photo_after", "photo_count", "photo_sending", "photo_most",
)  # fmt: skip
"""Texts the browser module needs."""


def field(area: Area, settings: Settings, visitor: Visitor, worker_name: str, *, on_duty: bool) -> html.Div:
    """The whole page; ``on_duty`` as it is now, so that the first press on the button does what the button says."""
    worker = visitor.scope.worker_id if visitor.scope else None
    data = {f"data-text-{name.replace('_', '-')}": visitor.text(f"field.text.{name}") for name in SENT_TEXTS}
    data |= {f"data-text-role-{role.replace('_', '-')}": visitor.text(f"lifecycle.role.{role}") for role in ROLES}
    return html.Div(
        [
            header(area, visitor, worker_name, on_duty=on_duty),
            html.P(id=ids.SOS, className="field-sos", role="alert", hidden=True),
            html.P(id=ids.NEWS, className="field-news", role="status"),
            html.P(visitor.text("field.sound"), id=ids.SOUND, className="field-kept"),
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
            tabs(visitor, can_call=worker is not None),
            html.Div(frame.demo_banner(area, settings, visitor), className="field-banner"),
            dcc.Store(id=ids.REFRESH),
            dcc.Interval(id=ids.CLOCK, interval=4000),
        ],
        className="field",
        **{"data-worker": worker or "", "data-phone": settings.centre_phone, **data},
    )


def header(area: Area, visitor: Visitor, worker_name: str, *, on_duty: bool) -> html.Header:
    """Who I am, whether I am on duty and seen."""
    return html.Header(
        [
            html.Div([html.Strong(worker_name or visitor.text("field.nobody")), *_duties(area, visitor)]),
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


def _duties(area: Area, visitor: Visitor) -> list[Component]:
    """The town, and for who walks a grid the way to the standing duties and to his shifts."""
    scope = visitor.scope
    if scope is None or not may(scope, "standing.done"):
        return [html.Small(area.name)]
    return [html.A(visitor.text("field.duties"), href="/duties", className="field-duties")]


def tabs(visitor: Visitor, *, can_call: bool) -> html.Nav:
    """The three tabs, under the thumb, and among them the button that calls for help."""
    names = (("tasks", ids.TAB_TASKS), ("report", ids.TAB_REPORT), ("track", ids.TAB_TRACK))
    return html.Nav(
        [
            *([sos_button(visitor)] if can_call else []),
            *(
                html.Button(
                    visitor.text(f"field.tab.{name}"),
                    id=button,
                    type="button",
                    **{"data-show": name, "aria-pressed": "true" if name == "tasks" else "false"},
                )
                for name, button in names
            ),
        ],
    )


def sos_button(visitor: Visitor) -> html.Button:
    """Round, for a glove; held one second while its ring fills, so that no pocket calls for help."""
    words = [html.Span(visitor.text(f"field.sos.{name}"), className=f"when-{name}") for name in ("call", "end")]
    hint = html.Small(visitor.text("field.sos.hold"))
    return html.Button([*words, hint], id=ids.SOS_BUTTON, type="button", className="sos-button", **{"data-sos": "call"})


def task_list(rows: Sequence[MyTask], visitor: Visitor) -> Component:
    """What binds me, large; below it my queue, and what my department has besides."""
    if not rows:
        return html.P(visitor.text("field.no_tasks"), className="empty")
    places = (
        ("now", [_task(row, visitor) for row in rows if row.place_on_page == "now"]),
        ("queue", [_queued(row) for row in rows if row.place_on_page == "queue"]),
        ("department", [_task(row, visitor) for row in rows if row.place_on_page == "department"]),
    )
    return html.Div([_place(name, shown, visitor) for name, shown in places if shown])


def _place(name: str, shown: list[html.Article], visitor: Visitor) -> html.Section:
    heading = [html.H2(visitor.text(f"field.place.{name}"))] if name != "now" else []
    return html.Section([*heading, *shown], className=f"tasks-{name}")


def _head(row: MyTask) -> html.Div:
    return html.Div(
        [
            html.Span(row.priority, className="priority", style={"backgroundColor": PRIORITY_COLOURS[row.priority]}),
            html.Strong(row.title),
            html.Span(row.state_name, className="state"),
        ],
        className="task-head",
    )


def _where(row: MyTask) -> html.A:
    point = f"{row.lat:.6f},{row.lon:.6f}"
    return html.A(row.place, href=f"geo:{point}?q={point}", className="place")


def _queued(row: MyTask) -> html.Article:
    """One that waits: what, how urgent, where; nothing to press before it is sent."""
    part = html.P(row.part, className="part")
    data = {"data-task": row.task_id, "data-case": row.case_no}
    return html.Article([_head(row), part, _where(row)], className="task queued", **data)


def _task(row: MyTask, visitor: Visitor) -> html.Article:
    part = html.P([html.Strong(row.part), html.Span(row.others, className="others")], className="part")
    words = f"{visitor.text(f'field.lamp.{row.lamp}')} {visitor.text('field.due', at=row.due)} {row.unsettled}".rstrip()
    due = html.P(words, className="due overdue" if row.is_overdue else f"due {row.lamp}", hidden=not row.due)
    told = [html.P(line, className="told") for line in row.told]
    following = [_button(row, row.next, "next")] if row.next is not None else []
    besides = html.Div([_button(row, press, "beside") for press in row.besides], className="besides")
    return html.Article(
        [_head(row), part, html.P(row.words, className="words"), _where(row), due, *told, *following, besides],
        className="task",
        **{"data-task": row.task_id, "data-case": row.case_no},
    )


def _button(row: MyTask, press: Press, kind: str) -> html.Button:
    data = {"verb": press.verb, "task": row.task_id, "case": row.case_no, "state": row.state, "kind": row.kind}
    return html.Button(
        press.name, type="button", className=kind, **{f"data-{name}": value for name, value in data.items()}
    )


def report_form(visitor: Visitor) -> html.Div:
    """A new event, where I stand."""
    return html.Div(
        [
            html.H2(visitor.text("field.report.title")),
            html.P(id=ids.PLACE, className="my-place"),
            dcc.Textarea(id=ids.TEXT, placeholder=visitor.text("field.report.hint"), maxLength=1000, rows=5),
            html.P(id=ids.TYPE, className="type"),
            html.Button(
                visitor.text("field.report.self"),
                id=ids.SELF_HANDLED,
                type="button",
                className="self-handled",
                role="checkbox",
                **{"aria-checked": "false"},
            ),
            html.Div(id=ids.SELF_WORDS, className="self-words"),
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
