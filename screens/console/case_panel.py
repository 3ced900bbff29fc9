"""The open case at the right: head, way so far, suggestion, verbs, log."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dash import dcc, html
from dash.development.base_component import Component

from dispatch.cases.lifecycle import WAY
from screens.console import ids
from screens.console.advice_view import AdviceRow, AdviceView
from screens.console.case_view import CaseLink, CaseView, LogRow
from screens.console.reads import OpenCase
from screens.console.responder_view import ResponderView
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
                ],
                className="case-actions",
            ),
            html.Div(id=ids.LOG, className="case-log"),
        ],
        className="console-case",
    )  # fmt: skip


def opened_parts(opened: OpenCase, language: str) -> tuple[list[Component], ...]:
    """Head, responder, verbs and log of the open case."""
    case = opened.case
    head, strip = case_head(case, language), responder_strip(opened.responder, language)
    head += [
        *photo_row(opened.photos, language),
        html.Nav([_link(link) for link in opened.links], className="case-links"),
    ]
    return head, strip, verb_buttons(case, language), log_lines(case.log, language)


def case_head(view: CaseView, language: str) -> list[Component]:
    """Priority, type, state, times, the way so far, description and facts."""
    line = [
        html.Span(view.priority, className=f"badge {view.priority}", title=view.priority_name),
        html.H2(view.title),
        html.Span(view.state_name, className=f"chip {view.group}"),
        html.Button(
            "×", type="button", className="close", title=text("console.case.close", language), **{"data-close": "case"}
        ),
    ]
    times = [
        html.Span(view.case_no, className="case-no"),
        html.Span(className="ago", **{"data-since": view.since}),
        html.Span(
            [_due(view.next_step, view.next_since, view.next_due), _due("", view.started, view.due)], className="dues"
        ),
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
        html.P(view.description, className="case-text"),
        html.Dl(facts, className="case-facts"),
    ]


def photo_row(addresses: Sequence[str], language: str) -> list[Component]:
    """The pictures of the case, small; each opens large beside the console."""
    label = text("console.case.photos", language)
    small = [
        html.A(html.Img(src=address, alt=label), href=address, target="_blank", title=label) for address in addresses
    ]
    return [html.Div(small, className="case-photos")] if small else []


def _link(link: CaseLink) -> html.A:
    return html.A(link.label, href=link.address, target="_blank")


def _due(step: str, since: str, due: str) -> html.Span:
    """A lamp with the time left for a step, or for the whole case."""
    return html.Span(
        [*([html.Small(step)] if step else []), html.Span(className="due", **{"data-since": since, "data-due": due})]
        if due
        else [],
        className="due-of",
    )


def _steps(step: int, language: str) -> html.Ol:
    def css_class(at: int) -> str:
        return "now" if at == step else "past" if at < step else "ahead"

    return html.Ol(
        [html.Li(text(f"console.step.{name}", language), className=css_class(at)) for at, name in enumerate(WAY)],
        className="case-steps" if step >= 0 else "case-steps left",
    )


def responder_strip(view: ResponderView | None, language: str) -> list[Component]:
    """Who was sent, on which step, how far still, and a button to follow them on the map."""
    if view is None:
        return []
    follow = html.Button(
        text("console.worker.follow", language), type="button", className="quiet", **{"data-follow": str(view.worker)}
    )
    words = [
        html.B(view.name),
        html.Span(view.status, className="chip under_way"),
        html.Span(view.phone, className="phone"),
    ]
    return [html.Div([html.Div(words), html.Div(view.still, className="still"), follow], className="responder")]


def verb_buttons(view: CaseView, language: str) -> list[Component]:
    """The verbs this person may use now; a sentence when there are none."""
    if not view.verbs:
        key = "console.case.done" if view.group == "finished" else "console.case.nothing"
        return [html.P(text(key, language), className="quiet-line")]
    return [
        html.Button(button.label, type="button", className=f"verb {button.tone}", **{"data-verb": button.verb})
        for button in view.verbs
    ]


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


def advice_panel(view: AdviceView, by: str, language: str) -> list[Component]:
    """The five who can be there first, and the button that sends one (``by``: dispatch, transfer; empty: no button)."""
    text_of = partial(text, language=language)
    head = html.Header([html.H3(text_of("console.advice.title")), html.Span(text_of("console.advice.hint"))])
    if view.nobody:
        return [head, html.P(view.nobody, className="nobody"), *_passed(view, language)]
    rows = html.Ol([_advice_row(row, view.suggestion) for row in view.rows], className="advice-rows")
    send = (
        _send_button(view, by, language)
        if by
        else html.P(text_of("console.advice.leader_only"), className="quiet-line")
    )
    return [head, rows, send, *_passed(view, language)]


def _send_button(view: AdviceView, by: str, language: str) -> html.Button:
    return html.Button(
        [
            text(f"console.advice.by.{by}", language),
            html.B(view.rows[0].name, className="send-name"),
            html.Kbd("Enter"),
        ],
        type="button",
        className="primary wide send",
        **{"data-send": view.suggestion, "data-case": view.case_no, "data-by": by},
    )


def _advice_row(row: AdviceRow, suggestion: str) -> html.Li:
    who = [html.B(row.name), html.Span(row.role)]
    reasons = [html.Span(reason, className="reason") for reason in row.reasons]
    return html.Li(
        [
            html.Span(str(row.rank), className=f"rank r{row.rank}"),
            html.Div(
                [html.Div(who, className="advice-who"), html.Div(reasons, className="reasons")], className="advice-why"
            ),
            html.Div([html.B(row.eta), html.Span(row.distance), html.Small(row.straight)], className="advice-way"),
        ],
        className="advice-row chosen" if row.rank == 1 else "advice-row",
        title=row.fix,
        **{"data-worker": str(row.worker), "data-name": row.name, "data-suggestion": suggestion},
    )


def _passed(view: AdviceView, language: str) -> list[Component]:
    if not view.passed_over:
        return []
    rows = [
        html.Li([html.B(name), html.Span(distance), html.Span(reason, className="why", title=reason)])
        for name, distance, reason in view.passed_over
    ]
    title = f"{text('console.advice.passed', language)} {len(rows) + view.passed_over_more}"
    more = text("console.advice.passed_more", language, n=view.passed_over_more)
    rest = [html.P(more, className="quiet-line")] if view.passed_over_more else []
    return [html.Details([html.Summary(title), html.Ol(rows), *rest], open=True, className="passed")]
