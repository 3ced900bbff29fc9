"""The plans' page: the plans at the left by the type they are for, the steps of the open one at the right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from dash import dcc, html
from dash.development.base_component import Component

from base.settings import Settings
from dispatch.cases.routing import event_types, is_reportable
from dispatch.departments import Department
from dispatch.plans.plans import MOST_STEPS, OUTSIDE_NUMBERS, STEP_KINDS, Plan, default_plans
from mapdata.areas import Area
from screens.plans import ids
from screens.shell import frame
from screens.shell.visitor import Visitor
from words.catalogue import text
from words.names import type_name

SENT_TEXTS = (
    "kind", "who_call", "who_go", "zh", "en", "add", "up", "down", "remove", "save", "back", "delete", "saved",
    "restored", "deleted", "no_steps", "unsaved", "offline", "new", "own", "shipped", "choose",
)  # fmt: skip
"""Texts the browser module needs."""


def plans_page(area: Area, settings: Settings, visitor: Visitor, departments: Sequence[Department]) -> html.Div:
    """The whole page; the list is filled in by the callback, the steps by the browser."""
    data = {f"data-text-{name.replace('_', '-')}": visitor.text(f"plans.text.{name}") for name in SENT_TEXTS}
    data["data-kinds"] = json.dumps([[one, visitor.text(f"console.plan.kind.{one}")] for one in STEP_KINDS])
    data["data-types"] = json.dumps(_types(visitor.language))
    data["data-who"] = json.dumps([*((one, "") for one in OUTSIDE_NUMBERS), *((d.code, d.name) for d in departments)])
    data["data-most"] = str(MOST_STEPS)
    there = html.Section([html.H2(visitor.text("plans.list")), html.Div(id=ids.LIST)], className="plans-list panel")
    editor = html.Div(html.P(visitor.text("plans.none_open"), className="empty"), id=ids.EDITOR)
    answer = html.P(id=ids.ANSWER, className="plans-answer", role="status")
    return html.Div(
        [
            frame.title_bar(area, visitor, "plans"),
            html.Main([there, html.Section([editor, answer], className="plans-open panel")]),
            frame.footer(area, settings, visitor),
            dcc.Store(id=ids.CHANGED),
        ],
        className="plans",
        **data,
    )


def _types(language: str) -> list[tuple[str, str]]:
    """Every class and type a plan may be for: its code and what it is called."""
    codes = {code for code in event_types() if is_reportable(code)}
    return [(code, type_name(code, language)) for code in sorted(codes | {code[:2] for code in codes})]


def plan_list(plans: Sequence[Plan], language: str) -> list[Component]:
    """A row a plan with its steps, which the browser opens; one more begins a new plan."""
    new = html.Button(text("plans.text.new", language), type="button", className="quiet", **{"data-new-plan": "yes"})
    return [*(_row(plan, language) for plan in plans), new]


def _row(plan: Plan, language: str) -> html.Button:
    origin = text(f"plans.text.{'own' if plan.is_own else 'shipped'}", language)
    data = {
        "data-prefix": plan.prefix,
        "data-own": "yes" if plan.is_own else "",
        "data-shipped": "yes" if plan.prefix in default_plans() else "",
        "data-steps": json.dumps([asdict(step) for step in plan.steps], ensure_ascii=False),
    }
    count = html.Small(text("plans.steps", language, n=len(plan.steps)))
    name = html.Strong(type_name(plan.prefix, language))
    head = html.Div([html.Span(plan.prefix, className="prefix"), name])
    return html.Button(
        [head, html.Div([html.Span(origin, className="chip"), count])], type="button", className="plan-row", **data
    )
