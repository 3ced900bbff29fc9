"""The open case at the right: head, way so far, who is on it, verbs, log."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dispatch.cases.lifecycle import WAY
from dispatch.cases.photos import MOMENTS, Moment, Photo
from screens.console import ids
from screens.console.case_view import CaseLink, CaseView
from screens.console.clocks_panel import clock_list
from screens.console.log_view import LogRow
from screens.console.plan_panel import plan_parts
from screens.console.reads import OpenCase
from screens.console.responder_view import ResponderView
from screens.console.verbs_panel import verb_form, verb_parts
from words.catalogue import text


def case_panel(language: str) -> html.Section:
    """The panel, empty; callbacks fill its parts."""
    return html.Section(
        [
            html.Div(id=ids.CASE_HEAD),
            html.Div(id=ids.CASE_WORKER),
            html.P(id=ids.CASE_ANSWER, className="answer", role="status"),
            html.Div(id=ids.ADVICE),
            html.Div(
                [
                    dcc.Input(id=ids.CASE_NOTE, type="text", maxLength=1000, autoComplete="off", value="",
                              placeholder=text("console.case.note", language)),
                    html.Div(id=ids.CASE_ACTIONS, className="verbs"),
                    verb_form(language),
                ],
                className="case-actions",
            ),
            html.Div(id=ids.LOG, className="case-log"),
        ],
        className="console-case",
    )  # fmt: skip


def opened_parts(opened: OpenCase, language: str) -> tuple[list[Component], ...]:
    """Head, who is on it, verbs and log of the open case."""
    case = opened.case
    head, strip = case_head(case, language), responder_strips(opened.responders, language)
    head += [
        *photo_groups(opened.photos, language),
        *plan_parts(opened.plan, case.priority, language),
        html.Nav([_link(link) for link in opened.links], className="case-links"),
    ]
    verbs = verb_parts(case.verbs, case.asked, language, is_over=case.group == "finished")
    return head, strip, verbs, log_lines(case.log, language)


def case_head(view: CaseView, language: str) -> list[Component]:
    """Priority, type, state, times, the way so far, description and facts."""
    line = [
        html.Span(view.priority, className=f"badge {view.priority}", title=view.priority_name),
        html.H2(view.title),
        html.Span(view.state_name, className=f"chip {view.group}"),
        *([html.Span(view.marks, className="chip marks")] if view.marks else []),
        html.Button(
            "×", type="button", className="close", title=text("console.case.close", language), **{"data-close": "case"}
        ),
    ]
    times = [
        html.Span(view.case_no, className="case-no"),
        html.Span(className="ago", **{"data-since": view.since}),
        *clock_list(view.clocks, language),
    ]
    facts = [part for name, value in view.facts for part in (html.Dt(name), html.Dd(value))]
    return [
        html.Header(line),
        html.Div(
            times,
            className="case-times",
            **{
                "data-case-no": view.case_no,
                "data-version": str(view.version),
                "data-ended": "yes" if view.group == "finished" else "",
            },
        ),
        _steps(view.step, language),
        *([html.P(view.unsettled, className="unsettled")] if view.unsettled else []),
        html.P(view.description, className="case-text"),
        html.Dl(facts, className="case-facts"),
    ]


def photo_groups(photos: Sequence[Photo], language: str) -> list[Component]:
    """The pictures of the case by their moment, small; each opens large beside the console."""
    by_moment = {moment: [photo for photo in photos if photo.moment == moment] for moment in MOMENTS}
    return [_photo_group(moment, own, language) for moment, own in by_moment.items() if own]


def _photo_group(moment: Moment | None, photos: Sequence[Photo], language: str) -> html.Div:
    label = text(f"lifecycle.moment.{moment or 'unsaid'}", language)
    small = [
        html.A(html.Img(src=photo.address, alt=label), href=photo.address, target="_blank", title=label)
        for photo in photos
    ]
    return html.Div([html.Small(f"{label} {len(photos)}"), *small], className="case-photos")


def _link(link: CaseLink) -> html.A:
    return html.A(link.label, href=link.address, target="_blank")


def _steps(step: int, language: str) -> html.Ol:
    def css_class(at: int) -> str:
        return "now" if at == step else "past" if at < step else "ahead"

    return html.Ol(
        [html.Li(text(f"console.step.{name}", language), className=css_class(at)) for at, name in enumerate(WAY)],
        className="case-steps" if step >= 0 else "case-steps left",
    )


def responder_strips(views: Sequence[ResponderView], language: str) -> list[Component]:
    """Everybody on the case: as what, on which step, how far still; to follow him on the map, to take him back."""
    return [_responder(view, language) for view in views]


def _responder(view: ResponderView, language: str) -> html.Div:
    words = [
        html.B(view.name),
        html.Small(view.part, className="part"),
        html.Span(view.status, className="chip under_way"),
        html.Span(view.phone, className="phone"),
    ]
    buttons = []
    if view.worker is not None:
        buttons.append(_quiet(text("console.worker.follow", language), **{"data-follow": str(view.worker)}))
    if view.may_take_back:
        buttons.append(
            _quiet(text("console.verb.take_back", language), **{"data-verb": "take_back", "data-task": view.task})
        )
    parts = [html.Div(words), html.Div(view.still, className="still"), html.Div(buttons, className="responder-does")]
    return html.Div(parts, className="responder")


def _quiet(label: str, **data: str) -> html.Button:
    return html.Button(label, type="button", className="quiet", **data)


def log_lines(lines: Sequence[LogRow], language: str) -> list[Component]:
    """The log, newest first."""
    return [
        html.H3(text("console.case.log", language)),
        html.Ol([_log_line(line) for line in reversed(lines)]),
    ]


def _log_line(line: LogRow) -> html.Li:
    parts: list[Component] = [
        html.Time(line.at),
        html.B(line.what),
        html.Span(line.who, className="who", title=line.account),
    ]
    return html.Li([html.Div(parts), html.P(line.note)] if line.note else html.Div(parts))
