"""The verbs on the panel: the next steps, the others behind 更多; ``verb_form.js`` asks for what they need."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from screens.console import ids
from screens.console.verb_view import VerbButton, in_sight
from words.catalogue import text

FORM_TEXTS = (
    "until", "until_suspend", "parent", "department", "near", "note", "note_if_any", "confirm", "back", "days", "lead",
    "departments", "meet_at", "place", "place_case", "place_hint", "place_back",
)  # fmt: skip
"""What the small form says, by the name under which it stands in the page."""


def verb_form(language: str) -> html.Div:
    """Where the small form of a verb is drawn; what it says stands beside it."""
    texts = {f"data-text-{name.replace('_', '-')}": text(f"console.ask.{name}", language) for name in FORM_TEXTS}
    return html.Div(id=ids.VERB_FORM, className="verb-form", **texts)


def verb_parts(buttons: Sequence[VerbButton], asked: str, language: str, *, is_over: bool) -> list[Component]:
    """What was asked and waits for a decision, and the buttons; a sentence when there are none."""
    if not buttons:
        return [
            html.P(text("console.case.done" if is_over else "console.case.nothing", language), className="quiet-line")
        ]
    shown, rest = in_sight(buttons)
    more = html.Details(
        [
            html.Summary(text("console.case.more", language)),
            html.Div([_button(one) for one in rest], className="verbs"),
        ],
        className="verbs-more",
        **{"data-kept": "more"},
    )
    lines = [html.P(asked, className="asked")] if asked else []
    return [*lines, *(_button(one) for one in shown), *([more] if rest else [])]


def _button(button: VerbButton) -> html.Button:
    data = {"data-verb": button.verb}
    if button.rating:
        data["data-rating"] = button.rating
    if button.form:
        data["data-form"] = " ".join(button.form)
    if button.choices:
        data["data-choices"] = json.dumps(button.choices, ensure_ascii=False)
    return html.Button(button.label, type="button", className=f"verb {button.tone}", **data)
