"""The short form of a new event, and the place it was understood to be at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dispatch.texts import text
from screens.console import ids

PRIORITIES = ("P1", "P2", "P3", "P4")
CHANNELS = (
    "phone", "hotline_12345", "citizen_app", "visit", "consult", "complaint", "video", "sensor", "police_110", "upper",
    "dept", "grid_patrol", "media",
)  # fmt: skip
"""Where a report may come from; what an operator takes most often first."""


def form_panel(types: Sequence[Mapping[str, Any]], language: str) -> html.Section:
    """The form; ``types`` are the event types as ``{"value", "label"}``."""
    say = partial(text, language=language)
    return html.Section(
        [
            html.Header(
                [
                    html.H2(say("console.form.title")),
                    html.Button(
                        "×", id=ids.FORM_CLOSE, type="button", className="close", title=say("console.case.close")
                    ),
                ]
            ),
            html.Div(id=ids.FORM_PLACE, className="form-place"),
            dcc.Input(
                id=ids.FORM_ADDRESS, type="text", debounce=True, autoComplete="off",
                placeholder=say("console.form.address"),
            ),
            _fault(ids.FORM_PLACE_FAULT),
            _labelled(
                say("console.form.text"),
                dcc.Textarea(
                    id=ids.FORM_TEXT, placeholder=say("console.form.text_hint"), maxLength=4000, rows=4, value="",
                ),
            ),
            _fault(ids.FORM_TEXT_FAULT),
            _labelled(
                say("console.form.type"),
                dcc.Dropdown(
                    id=ids.FORM_TYPE, options=list(types), placeholder=say("console.form.type_hint"), searchable=True,
                    maxHeight=320,
                ),
            ),
            html.P(id=ids.FORM_TYPE_WHY, className="form-why"),
            _fault(ids.FORM_TYPE_FAULT),
            _labelled(say("console.form.priority"), priority_choice(language)),
            _labelled(
                say("console.form.channel"),
                dcc.Dropdown(id=ids.FORM_CHANNEL, options=_channels(language), value="phone", clearable=False),
            ),
            html.Div(
                [
                    _labelled(say("console.form.reporter"), dcc.Input(
                        id=ids.FORM_NAME, type="text", placeholder=say("console.form.name"), autoComplete="off")),
                    _labelled(say("console.form.phone"), dcc.Input(
                        id=ids.FORM_PHONE, type="tel", placeholder=say("console.form.phone"), autoComplete="off")),
                ],
                className="form-pair",
            ),
            _fault(ids.FORM_FAULT),
            html.Button(
                [say("console.form.save"), html.Kbd(say("console.form.save_key"))], id=ids.SAVE, type="button",
                className="primary wide",
            ),
        ],
        className="console-form",
    )  # fmt: skip


def priority_choice(language: str) -> dcc.RadioItems:
    """The four priorities as one row of buttons; unset means: as the type says."""
    options = [{"value": name, "label": f"{name} {text(f'console.priority.{name}', language)}"} for name in PRIORITIES]
    return dcc.RadioItems(id=ids.FORM_PRIORITY, options=options, className="priorities", inline=True)


def _channels(language: str) -> list[dict[str, str]]:
    return [{"value": name, "label": text(f"console.channel.{name}", language)} for name in CHANNELS]


def _fault(name: str) -> html.P:
    return html.P(id=name, className="fault", role="alert")


def _labelled(label: str, field: Component) -> html.Label:
    return html.Label([html.Span(label), field], className="field")


def place_lines(place: Mapping[str, Any] | None, language: str) -> list[Component]:
    """The village, grid and nearest address of the draft's point, or what is still missing.

    ``place`` holds ``lon``, ``lat`` and, where known, ``village_name``, ``grid_name``, ``grid_code``, ``address_text``.
    """
    say = partial(text, language=language)
    if place is None:
        return [html.P(say("console.form.where_missing"), className="form-missing")]
    if not place.get("grid_code"):
        return [html.P(say("console.form.outside"), className="fault"), html.P(_degrees(place), className="degrees")]
    rows = (
        (say("console.form.village"), place.get("village_name")),
        (say("console.form.grid"), place.get("grid_name")),
        (say("console.form.near"), place.get("address_text") or say("console.form.no_address")),
    )
    lines: list[Component] = [
        html.Dl([part for name, value in rows for part in (html.Dt(name), html.Dd(value or "—"))])
    ]
    return [*lines, html.P(f"{place['grid_code']} · {_degrees(place)}", className="degrees")]


def _degrees(place: Mapping[str, Any]) -> str:
    return f"{place['lon']:.6f}, {place['lat']:.6f}"
