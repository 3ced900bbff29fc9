"""The wall's layout: the map over the whole page, flat panels above it, empty parts for the board channel to fill."""

from __future__ import annotations

from dash import dcc, html

from base.settings import Settings
from dispatch.cases.lifecycle import is_granted, transition_of
from layers import cameras, grids, incidents
from layers.legend import incident_legend, load_legend
from layers.map import town_map
from layers.sos import sos_layer
from layers.svg import picture
from layers.workers import worker_card_texts
from mapdata.areas import Area
from screens.shell import frame
from screens.shell.sos_banner import sos_banner
from screens.shell.visitor import Visitor
from screens.wall import ids

SWITCHES: tuple[tuple[str, bool], ...] = (
    ("grids", True),
    ("workers", True),
    ("incidents", True),
    ("cameras", False),
    ("labels", True),
)
"""Layers that can be switched, and whether they are shown at first."""

_ICONS: dict[str, str] = {
    "zoom-in": '<path d="M10 4 V16 M4 10 H16" stroke="#e8f1fa" stroke-width="2.2" stroke-linecap="round"/>',
    "zoom-out": '<path d="M4 10 H16" stroke="#e8f1fa" stroke-width="2.2" stroke-linecap="round"/>',
    "whole-area": '<path d="M3 10 L10 4 L17 10 M5 9 V16 H15 V9" stroke="#e8f1fa" stroke-width="1.8" fill="none"/>',
    "full-screen": '<path d="M3 7 V3 H7 M13 3 H17 V7 M17 13 V17 H13 M7 17 H3 V13" stroke="#e8f1fa" '
    'stroke-width="1.8" fill="none"/>',
}


def wall(area: Area, settings: Settings, visitor: Visitor) -> html.Div:
    """The whole page."""
    return html.Div(
        [
            the_map(area, visitor),
            frame.title_bar(area, visitor, "wall", [sound_button(visitor)]),
            html.Section(id=ids.FIGURES, className="figures"),
            html.Div(
                [
                    frame.sound_notice(visitor),
                    sos_banner(visitor, ids.SOS, may_answer=False),
                    urgent_banner(visitor),
                ],
                className="banners",
            ),
            tools(visitor),
            legend(visitor),
            side_panel(visitor),
            frame.footer(area, settings, visitor),
            frame.stale_bar(visitor),
        ],
        className="wall",
        **{"data-board": f"/ws/board/wall?language={visitor.language}"},
    )


def the_map(area: Area, visitor: Visitor) -> html.Div:
    """The map with the layers of the wall."""
    words = worker_card_texts(lambda key: visitor.text(f"layers.{key}"))
    layers = [
        grids.grid_layer(ids.GRIDS),
        cameras.camera_layer(ids.CAMERAS, interactive=False),
        grids.grid_label_layer(ids.GRID_LABELS),
        incidents.incident_layer(ids.INCIDENTS),
        sos_layer(ids.SOS_MAP),
    ]
    return town_map(
        area, id=ids.MAP, layers=layers, follow=ids.INCIDENTS, card_texts=words, boxZoom=False, keyboard=True
    )


def tools(visitor: Visitor) -> html.Div:
    """Buttons at the left: zoom, whole area, full screen; the layer switches; follow or locked."""
    buttons = [
        html.Button(
            picture(icon, 20, 20),
            type="button",
            title=visitor.text(f"layers.tool.{name}"),
            **{"data-action": name, "aria-label": visitor.text(f"layers.tool.{name}")},
        )
        for name, icon in _ICONS.items()
    ]
    switches = [
        html.Button(
            [html.I(), html.Span(visitor.text(f"layers.layer.{name}"))],
            type="button",
            **{"data-layer": name, "aria-pressed": "true" if shown else "false"},
        )
        for name, shown in SWITCHES
    ]
    return html.Div(
        [
            html.Div(buttons, className="tool-buttons"),
            html.Div(switches, className="layer-switches"),
            follow_button(visitor),
        ],
        className="map-tools",
    )


def follow_button(visitor: Visitor) -> html.Button:
    """Says whether the view follows new events or stays; ``follow_incidents.js`` keeps it true."""
    return html.Button(
        [html.I(), html.Span(visitor.text("layers.follow.following"))],
        id="follow-button",
        type="button",
        className="follow-button",
        title=visitor.text("layers.follow.hint"),
        **{
            "data-following": visitor.text("layers.follow.following"),
            "data-locked": visitor.text("layers.follow.locked"),
            "aria-pressed": "true",
        },
    )


def sound_button(visitor: Visitor) -> html.Button:
    """Turns the sound of urgent cases on or off for this display."""
    return html.Button(
        html.Span(visitor.text("wall.sound.off")),
        id="sound-button",
        type="button",
        className="sound-button",
        **{
            "data-on": visitor.text("wall.sound.on"),
            "data-off": visitor.text("wall.sound.off"),
            "aria-pressed": "false",
        },
    )


def legend(visitor: Visitor) -> html.Div:
    """What pins and fills mean; workers are explained beside their numbers."""

    def text_of(key: str) -> str:
        return visitor.text(f"layers.{key}")

    return html.Div(
        [
            html.Div([html.H3(text_of("legend.incidents")), incident_legend(text_of)]),
            html.Div([html.H3(text_of("legend.load")), load_legend(text_of)]),
        ],
        className="legend",
    )


def urgent_banner(visitor: Visitor) -> html.Div:
    """The band that takes over until somebody has acknowledged it; the button only for who can be named."""
    scope, acknowledge = visitor.scope, transition_of("acknowledge")
    assert acknowledge is not None
    may_press = scope is not None and is_granted(acknowledge, scope.role, "P1", is_assignee=False)
    button = html.Button(visitor.text("wall.urgent.acknowledge"), id="urgent-acknowledge", type="button", hidden=True)
    return html.Div(
        [
            html.Div(id=ids.URGENT, className="urgent-rows"),
            html.Span(className="urgent-fault"),
            html.Span(className="urgent-more"),
            *([button] if may_press else []),
        ],
        id="urgent",
        className="urgent",
        role="alert",
    )


def _hours_key(measure: str, visitor: Visitor) -> html.Span:
    """What the bars of a measure look like."""
    return html.Span([html.I(className=f"bar {measure}"), visitor.text(f"wall.hours.{measure}")])


def side_panel(visitor: Visitor) -> html.Aside:
    """The queue, the hours of the day, the workforce."""
    text_of = visitor.text
    hours_key = [_hours_key("reported", visitor), _hours_key("closed", visitor)]
    return html.Aside(
        [
            html.H2([html.Span(text_of("wall.queue.title")), html.Span(id=ids.QUEUE_COUNT, className="count")]),
            html.Ol(id=ids.QUEUE, className="queue"),
            html.H2([html.Span(text_of("wall.hours.title")), html.Span(hours_key, className="hours-key")]),
            html.Div(id=ids.HOURS, className="hours"),
            html.H2([html.Span(text_of("wall.workforce.title"))]),
            html.Ul(id=ids.WORKFORCE, className="workforce"),
            html.Div(id=ids.REFUSED, className="refused-fixes"),
            dcc.Interval(id=ids.REFUSED_CLOCK, interval=60_000),
        ],
        className="side-panel",
    )
