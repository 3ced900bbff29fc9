"""The replay's layout: map, the form at the left, cases and workers at the right, the clock at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dash import dcc, html
from dash.development.base_component import Component

from base.settings import Settings
from layers import grids
from layers.map import town_map
from layers.style import PRIORITY_COLOURS
from layers.svg import picture
from mapdata.areas import Area
from screens.replay import ids
from screens.replay.view import CaseRow, TrackRow
from screens.shell import frame
from screens.shell.fields import dropdown_words
from screens.shell.frame import Visitor
from words.units import distance_text, duration_text

SPEEDS = (1, 10, 30, 60, 120, 300)
"""As in ``layers/browser/player.js``."""

_ICONS = {
    ids.PREVIOUS: '<path d="M5 4 V16 M15 4 L7 10 L15 16 Z" stroke="#e8f1fa" fill="#e8f1fa" stroke-width="1.6"/>',
    ids.NEXT: '<path d="M15 4 V16 M5 4 L13 10 L5 16 Z" stroke="#e8f1fa" fill="#e8f1fa" stroke-width="1.6"/>',
}


def replay(
    area: Area,
    settings: Settings,
    visitor: Visitor,
    workers: Sequence[dict[str, object]],
    period: tuple[str, str],
    case_no: str,
) -> html.Div:
    """The whole page; ``workers`` are the choices as ``{"value", "label"}``, ``period`` as it is typed."""
    return html.Div(
        [
            town_map(area, id=ids.MAP, layers=[grids.grid_layer(ids.GRIDS)], live=False),
            frame.title_bar(area, visitor, "replay"),
            form(visitor, workers, period, case_no),
            results(visitor),
            timeline(visitor),
            frame.footer(area, settings, visitor),
            dcc.Store(id=ids.LOADED),
            dcc.Location(id=ids.ADDRESS, refresh=False),
        ],
        className="replay",
    )


def form(visitor: Visitor, workers: Sequence[dict[str, object]], period: tuple[str, str], case_no: str) -> html.Section:
    """What to replay, and why."""
    text_of = visitor.text
    field = partial(_field, visitor)
    return html.Section(
        [
            html.H2(text_of("replay.form.title")),
            field("case_no", dcc.Input(id=ids.CASE_NO, value=case_no, placeholder="YZ2611210001", maxLength=18)),
            field(
                "workers",
                dcc.Dropdown(
                    list(workers),
                    id=ids.WORKERS,
                    multi=True,
                    placeholder=text_of("replay.form.everybody"),
                    labels=dropdown_words(visitor.language),
                ),
            ),
            field("since", dcc.Input(id=ids.SINCE, value=period[0], maxLength=16)),
            field("until", dcc.Input(id=ids.UNTIL, value=period[1], maxLength=16)),
            html.Div(
                [
                    html.Button(text_of("replay.form.last_hour"), id=ids.LAST_HOUR, type="button"),
                    html.Button(text_of("replay.form.last_shift"), id=ids.LAST_SHIFT, type="button"),
                ],
                className="quick",
            ),
            field(
                "reason",
                dcc.Input(id=ids.REASON, value="", placeholder=text_of("replay.form.reason_hint"), maxLength=200),
            ),
            html.Button(text_of("replay.form.load"), id=ids.LOAD, type="button", className="primary"),
            dcc.Loading(html.P(id=ids.PROBLEM, className="problem", role="alert"), type="dot"),
            html.P(id=ids.FETCH_PROBLEM, className="problem", role="alert"),
        ],
        className="replay-form panel",
    )


def _field(visitor: Visitor, name: str, control: Component) -> html.Label:
    return html.Label([html.Span(visitor.text(f"replay.form.{name}")), control])


def results(visitor: Visitor) -> html.Section:
    """The cases of the period, and what each worker did."""
    return html.Section(
        [
            html.H2(visitor.text("replay.cases.title")),
            html.Div(id=ids.CASES, className="case-list"),
            html.H2(visitor.text("replay.summary.title")),
            html.Div(id=ids.SUMMARY, className="track-summary"),
        ],
        className="replay-results panel",
    )


def timeline(visitor: Visitor) -> html.Section:
    """The clock: play and pause, speeds, where in the period we are; ``replay.js`` runs it."""
    text_of = visitor.text
    jumps = {name: _icon_button(name, text_of(f"replay.clock.{name.removeprefix('replay-')}")) for name in _ICONS}
    speeds = [
        html.Button(f"{speed}×", type="button", **{"data-speed": speed, "aria-pressed": "false"}) for speed in SPEEDS
    ]
    play = html.Button(
        [html.Span("▶", className="when-paused"), html.Span("❚❚", className="when-playing")],
        id=ids.PLAY, type="button", className="play", title=text_of("replay.clock.play"), **{"data-state": "paused"},
    )  # fmt: skip
    slider = html.Div(
        [
            html.Div(id=ids.TICKS, className="ticks"),
            dcc.Input(id=ids.SCRUB, type="range", min=0, max=10000, step=1, value=0),
        ],
        className="scrub",
    )
    all_tracks = html.Button(text_of("replay.clock.tracks"), id=ids.TRACKS, type="button", **{"aria-pressed": "true"})
    moment = html.Div(
        [html.Span(id=ids.DATE), html.Strong("--:--:--", id=ids.TIME), html.Span(id=ids.ELAPSED)], className="moment"
    )
    return html.Section(
        [
            html.Div([jumps[ids.PREVIOUS], play, jumps[ids.NEXT]], className="transport"),
            moment,
            slider,
            html.Div(speeds, id=ids.SPEEDS, className="speeds"),
            all_tracks,
        ],
        className="replay-clock panel",
        title=text_of("replay.clock.keys"),
    )


def _icon_button(name: str, label: str) -> html.Button:
    return html.Button(picture(_ICONS[name], 20, 20), id=name, type="button", title=label, **{"aria-label": label})


def case_list(rows: Sequence[CaseRow], visitor: Visitor) -> Component:
    """The cases; ``replay.js`` marks those that have happened and writes their state."""
    if not rows:
        return html.P(visitor.text("replay.cases.none"), className="empty")
    return html.Div([_case(row) for row in rows])


def _case(row: CaseRow) -> html.Button:
    return html.Button(
        [
            html.Span(row.priority, className="priority", style={"backgroundColor": PRIORITY_COLOURS[row.priority]}),
            html.Span(row.title, className="case-title"),
            html.Time(row.at),
            html.Span(className="case-state"),
        ],
        type="button",
        className="replay-case",
        title=row.case_no,
        **{"data-replay-case": row.case_no, "data-lon": row.lon, "data-lat": row.lat},
    )


def summary_table(rows: Sequence[TrackRow], visitor: Visitor) -> Component:
    """What each worker did; the colour is his on the map."""
    if not rows:
        return html.P(visitor.text("replay.summary.none"), className="empty")
    heads = ("worker", "distance", "seen", "gap", "stops")
    return html.Table(
        [
            html.Thead(html.Tr([html.Th(visitor.text(f"replay.summary.{head}")) for head in heads])),
            html.Tbody([_summary_row(row, visitor.language) for row in rows]),
        ]
    )


def _summary_row(row: TrackRow, language: str) -> html.Tr:
    return html.Tr(
        [
            html.Td([html.I(className="own-colour", **{"data-replay-worker": row.worker_id}), row.name]),
            html.Td(distance_text(row.distance_m, language)),
            html.Td(duration_text(row.seen_s, language)),
            html.Td(f"{duration_text(row.gap_s, language)} / {row.gaps}"),
            html.Td(str(row.stops)),
        ]
    )
