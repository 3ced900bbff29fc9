"""The console on one screen: queue at the left, the town in the middle, the case at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dispatch.centre import Centre
from layers.cameras import camera_layer
from layers.grids import grid_label_layer, grid_layer
from layers.highlight import highlight_layer
from layers.incidents import incident_layer
from layers.map import town_map
from layers.routes import route_layer
from layers.sos import sos_layer
from screens.console import ids
from screens.console.around_panel import around_panel
from screens.console.case_panel import case_panel
from screens.console.form import form_panel
from screens.console.queue import queue_panel
from screens.console.urgent_banner import urgent_banner
from screens.shell.frame import footer, sound_notice, stale_bar, title_bar
from screens.shell.sos_banner import sos_banner
from screens.shell.visitor import Visitor

KEYS = (
    ("new", ("N",)),
    ("search", ("/",)),
    ("queue", ("J", "K")),
    ("choose", ("1", "…", "5")),
    ("team", ("T",)),
    ("send", ("Enter",)),
    ("save", ("Ctrl", "Enter")),
    ("close", ("Esc",)),
)
"""What the keyboard does, in the order of an event's way."""


def console_page(centre: Centre, visitor: Visitor, types: Sequence[Mapping[str, Any]]) -> html.Div:
    """The whole page, its changing parts empty; ``types`` are the event types to choose from (``value``, ``label``)."""
    text_of = visitor.text
    return html.Div(
        [
            title_bar(centre.area, visitor, "console"),
            stale_bar(visitor),
            html.Div(
                [sound_notice(visitor), sos_banner(visitor, ids.SOS, may_answer=True), urgent_banner()],
                className="console-banners",
            ),
            html.Div(id=ids.DOWN, className="console-down", role="status"),
            html.Main(
                [
                    queue_panel(visitor.language),
                    html.Div([_town(centre, visitor), around_panel(visitor.language)], className="console-centre"),
                    html.Aside(
                        [_idle(visitor), form_panel(types, visitor.language), case_panel(visitor.language)],
                        className="console-side",
                    ),
                ],
                id=ids.PAGE,
                className="console mode-idle",
                **{
                    "data-left": text_of("console.queue.left"),
                    "data-over": text_of("console.queue.over"),
                    "data-since": text_of("console.queue.since"),
                },
            ),
            footer(centre.area, centre.settings, visitor),
            *_stores(),
        ],
        className="console-screen",
        **{"data-board": f"/ws/board/console?language={visitor.language}"},
    )


def _town(centre: Centre, visitor: Visitor) -> html.Div:
    layers: list[Component] = [
        grid_layer(ids.GRIDS),
        grid_label_layer(ids.GRID_LABELS),
        route_layer(ids.ROUTES),
        camera_layer(ids.CAMERAS),
        highlight_layer(ids.AROUND),
        incident_layer(ids.PINS),
        highlight_layer(ids.SPOT),
        highlight_layer(ids.MEET),
        highlight_layer(ids.DRAFT_PIN),
        sos_layer(ids.SOS_MAP),
    ]
    town = town_map(centre.area, id=ids.MAP, layers=layers)
    failure = html.P(id=ids.FAILURE, className="console-failure", role="alert")
    return html.Div([town, _map_buttons(visitor), failure], className="console-town")


def _map_buttons(visitor: Visitor) -> html.Div:
    buttons = (("zoom-in", "+", "zoom_in"), ("zoom-out", "−", "zoom_out"), ("whole-area", "⤢", "town"))
    return html.Div(
        [
            html.Button(sign, type="button", title=visitor.text(f"console.map.{key}"), **{"data-action": action})
            for action, sign, key in buttons
        ],
        className="console-map-buttons",
    )


def _idle(visitor: Visitor) -> html.Section:
    """What to do when nothing is open, and the keys."""
    lines = [
        part
        for name, keys in KEYS
        for part in (html.Dt([html.Kbd(key) for key in keys]), html.Dd(visitor.text(f"console.idle.key.{name}")))
    ]
    head = [html.P(visitor.text("console.idle.title")), html.H3(visitor.text("console.idle.keys")), html.Dl(lines)]
    return html.Section(head, className="console-idle")


def _stores() -> list[Component]:
    names = (
        ids.SELECTED, ids.DRAFT, ids.VERSIONS, ids.CHANGED, ids.STAGE, ids.PROPOSED, ids.WAYS, ids.SEND, ids.PRESSED,
        ids.PLAN,
    )  # fmt: skip
    return [dcc.Store(id=name) for name in names]
