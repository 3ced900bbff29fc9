"""The short form of a new event, and the place it was understood to be at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from mapdata.location import Place
from screens.console import ids
from screens.shell.fields import dropdown_words
from words.catalogue import text

PRIORITIES = ("P1", "P2", "P3", "P4")
CHANNELS = (
    "phone", "hotline_12345", "citizen_app", "visit", "consult", "complaint", "video", "sensor", "police_110", "upper",
    "dept", "grid_patrol", "media",
)  # fmt: skip
"""Where a report may come from; what an operator takes most often first."""


def form_panel(types: Sequence[Mapping[str, Any]], language: str) -> html.Section:
    """The form; ``types`` are the event types as ``{"value", "label"}``."""
    text_of = partial(text, language=language)
    return html.Section(
        [
            _head(language),
            *_place_fields(language),
            _labelled(text_of("console.form.text"), _words(language)),
            _fault(ids.FORM_TEXT_FAULT),
            _labelled(text_of("console.form.type"), _type_choice(types, language)),
            html.P(id=ids.FORM_TYPE_WHY, className="form-why"),
            _fault(ids.FORM_TYPE_FAULT),
            _labelled(text_of("console.form.priority"), priority_choice(language)),
            _labelled(text_of("console.form.channel"), _channel_choice(language)),
            _reporter_fields(language),
            _fault(ids.FORM_FAULT),
            html.Button(
                [text_of("console.form.save"), html.Kbd(text_of("console.form.save_key"))],
                id=ids.SAVE,
                type="button",
                className="primary wide",
            ),
        ],
        className="console-form",
    )


def _head(language: str) -> html.Header:
    close = html.Button(
        "×", id=ids.FORM_CLOSE, type="button", className="close", title=text("console.case.close", language)
    )
    return html.Header([html.H2(text("console.form.title", language)), close])


def _place_fields(language: str) -> list[Component]:
    """The place as understood, and a way to say it by its address."""
    hint = text("console.form.address", language)
    return [
        html.Div(id=ids.FORM_PLACE, className="form-place"),
        dcc.Input(id=ids.FORM_ADDRESS, type="text", debounce=True, autoComplete="off", placeholder=hint),
        _fault(ids.FORM_PLACE_FAULT),
    ]


def _words(language: str) -> dcc.Textarea:
    hint = text("console.form.text_hint", language)
    return dcc.Textarea(id=ids.FORM_TEXT, placeholder=hint, maxLength=4000, rows=4, value="")


def _type_choice(types: Sequence[Mapping[str, Any]], language: str) -> dcc.Dropdown:
    hint = text("console.form.type_hint", language)
    return dcc.Dropdown(
        id=ids.FORM_TYPE, options=list(types), placeholder=hint, maxHeight=320, labels=dropdown_words(language)
    )


def _channel_choice(language: str) -> dcc.Dropdown:
    options = [{"value": name, "label": text(f"console.channel.{name}", language)} for name in CHANNELS]
    words = dropdown_words(language)
    return dcc.Dropdown(id=ids.FORM_CHANNEL, options=options, value="phone", clearable=False, labels=words)


def _reporter_fields(language: str) -> html.Div:
    name, phone = text("console.form.name", language), text("console.form.phone", language)
    return html.Div(
        [
            _labelled(
                text("console.form.reporter", language),
                dcc.Input(id=ids.FORM_NAME, type="text", placeholder=name, autoComplete="off"),
            ),
            _labelled(phone, dcc.Input(id=ids.FORM_PHONE, type="tel", placeholder=phone, autoComplete="off")),
        ],
        className="form-pair",
    )


def priority_choice(language: str) -> dcc.RadioItems:
    """The four priorities as one row of buttons; unset means: as the type says."""
    options = [{"value": name, "label": f"{name} {text(f'console.priority.{name}', language)}"} for name in PRIORITIES]
    return dcc.RadioItems(id=ids.FORM_PRIORITY, options=options, className="priorities", inline=True)


def _fault(name: str) -> html.P:
    return html.P(id=name, className="fault", role="alert")


def _labelled(label: str, field: Component) -> html.Label:
    return html.Label([html.Span(label), field], className="field")


def place_lines(place: Place | None, language: str) -> list[Component]:
    """The village, grid and nearest address of the draft's point, or what is still missing."""
    text_of = partial(text, language=language)
    if place is None:
        return [html.P(text_of("console.form.where_missing"), className="form-missing")]
    if not place.grid_code:
        return [
            html.P(text_of("console.form.outside"), className="fault"),
            html.P(_degrees(place), className="degrees"),
        ]
    rows = (
        (text_of("console.form.village"), place.village_name),
        (text_of("console.form.grid"), place.grid_name),
        (text_of("console.form.near"), place.address_text or text_of("console.form.no_address")),
    )
    lines: list[Component] = [
        html.Dl([part for name, value in rows for part in (html.Dt(name), html.Dd(value or "—"))])
    ]
    return [*lines, html.P(f"{place.grid_code} · {_degrees(place)}", className="degrees")]


def _degrees(place: Place) -> str:
    return f"{place.lon:.6f}, {place.lat:.6f}"
