"""The suggestion on the panel: the team, the five who can be there first, who was passed over, whom to divert."""

from __future__ import annotations

from functools import partial

from dash import html
from dash.development.base_component import Component

from screens.console.advice_view import AdviceRow, AdviceView, DivertRow, TeamView
from words.catalogue import text


def advice_panel(view: AdviceView, by: str, language: str) -> list[Component]:
    """Who can go, and the button that sends those chosen (``by``: dispatch, support, transfer; empty: no button)."""
    text_of = partial(text, language=language)
    head = html.Header([html.H3(text_of("console.advice.title")), html.Span(text_of("console.advice.hint"))])
    below = [*_passed(view, language), *_divertible(view, language)]
    team = _team(view.team, is_offered=bool(by), language=language) if view.team is not None else []
    rows = html.Ol([_advice_row(row) for row in view.rows], className="advice-rows")
    middle: Component = html.P(view.nobody, className="nobody") if view.nobody else rows
    if view.nobody and not (view.team and view.team.members):
        return [head, *team, middle, *below]
    return [head, *team, middle, *_sending(view, by, language), *below]


def _sending(view: AdviceView, by: str, language: str) -> list[Component]:
    """The button that sends, for support with the choice whether the case waits for it; or who may send."""
    if not by:
        return [html.P(text("console.advice.leader_only", language), className="quiet-line")]
    optional = html.Button(
        text("console.advice.optional", language),
        type="button",
        className="quiet optional",
        role="checkbox",
        title=text("console.advice.optional_why", language),
        **{"data-optional": "support", "aria-checked": "false"},
    )
    return [*([optional] if by == "support" else []), _send_button(view, by, language)]


def _team(team: TeamView, *, is_offered: bool, language: str) -> list[Component]:
    """Who should go together, each with what he is there for; what is lacking, whom to call; a press chooses all."""
    members = [
        html.Li(
            [html.B(row.name), html.Span(row.roles), html.Small(row.eta), html.Small(className="part")],
            className="team-member",
            **{"data-worker": str(row.worker), "data-name": row.name},
        )
        for row in team.members
    ]
    head = [html.Span(text("console.team.title", language, n=len(members)))] if members else []
    if members and is_offered:
        label = [text("console.team.choose", language), html.Kbd("T")]
        head.append(html.Button(label, type="button", className="quiet", **{"data-team": "all"}))
    lacking = [html.P(line, className="lacking") for line in team.lacking]
    return [html.Div([html.Div(head, className="team-head"), html.Ol(members), *lacking], className="team")]


def _send_button(view: AdviceView, by: str, language: str) -> html.Button:
    return html.Button(
        [
            text(f"console.advice.by.{by}", language),
            html.B(view.rows[0].name if view.rows else "", className="send-name"),
            html.Kbd("Enter"),
        ],
        type="button",
        className="primary wide send",
        **{
            "data-send": view.suggestion,
            "data-case": view.case_no,
            "data-by": by,
            "data-lead": text("console.part.lead", language),
            "data-co": text("console.part.co", language),
            "data-several": text("console.advice.several", language),
        },
    )


def _advice_row(row: AdviceRow) -> html.Li:
    who = [html.B(row.name), html.Small(className="part"), html.Span(row.role)]
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
        **{"data-worker": str(row.worker), "data-name": row.name},
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


def _divertible(view: AdviceView, language: str) -> list[Component]:
    """Who could be taken from a lighter case, and what becomes of that case."""
    if not view.divertible:
        return []
    more = text("console.divert.more", language, n=view.divertible_more)
    return [
        html.Div(
            [
                html.H3(text("console.divert.title", language)),
                html.Ol([_divert_row(row, language) for row in view.divertible]),
                *([html.P(more, className="quiet-line")] if view.divertible_more else []),
            ],
            className="divertible",
        )
    ]


def _divert_row(row: DivertRow, language: str) -> html.Li:
    words = [
        html.Div([html.B(row.name), html.Span(row.gain)]),
        html.Small(row.case),
        html.Small(row.loss, className="loss"),
    ]
    button = html.Button(
        text("console.divert.button", language),
        type="button",
        className="quiet",
        **{
            "data-verb": "divert",
            "data-worker": str(row.worker),
            "data-from": row.case_no,
            "data-confirm": text("console.divert.confirm", language),
        },
    )
    return html.Li([html.Div(words), button])
