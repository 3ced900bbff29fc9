"""The plan of the open case (预案): proposed with one button, once taken each step with who ticked it or a button."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dispatch.plans.taken import CasePlan, TakenStep
from words.catalogue import catalogue, text
from words.units import time_of_day


def plan_parts(plan: CasePlan | None, priority: str, language: str) -> list[Component]:
    """The plan; nothing where there is none. In sight while it is proposed for a P1, and while a step is left."""
    if plan is None:
        return []
    is_left = plan.taken_at is not None and any(step.ticked_at is None for step in plan.steps)
    title = [html.B(text("console.plan.title", language)), html.Span(_taken(plan, language))]
    steps = html.Ol([_step(step, language, is_taken=plan.taken_at is not None) for step in plan.steps])
    take = html.Button(
        text("console.plan.take", language), type="button", className="primary", **{"data-plan-step": "0"}
    )
    below = [html.Small(text("console.plan.hint", language)), steps] if plan.taken_at else [take, steps]
    is_open = is_left or (plan.taken_at is None and priority == "P1")
    return [html.Details([html.Summary(title), *below], open=is_open, className="case-plan")]


def _taken(plan: CasePlan, language: str) -> str:
    if plan.taken_at is None:
        return ""
    return text("console.plan.taken", language, by=plan.taken_by, at=time_of_day(plan.taken_at))


def _who(step: TakenStep, language: str) -> str:
    """A number as it is, a department by its name."""
    key = f"departments.{step.who}"
    return text(key, language) if key in catalogue(language) else step.who


def _step(step: TakenStep, language: str, *, is_taken: bool) -> html.Li:
    kind = html.Span(
        f"{text(f'console.plan.kind.{step.kind}', language)} {_who(step, language)}", className="plan-kind"
    )
    parts: list[Component] = [kind, html.Span(step.words(language), className="plan-what")]
    if step.ticked_at is not None:
        at = time_of_day(step.ticked_at)
        parts.append(html.Small(text("console.plan.ticked", language, by=step.ticked_by, at=at), className="plan-done"))
        parts += [html.Small(step.said)] if step.said else []
    elif is_taken:
        data = {"data-plan-step": str(step.step_no)}
        parts.append(html.Button(text("console.plan.tick", language), type="button", className="quiet", **data))
    return html.Li(parts, className="ticked" if step.ticked_at else "")
