"""The clocks of the open case on the panel: a lamp each; a press on one tells why it is due when it is."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from screens.console.clock_view import ClockView
from screens.console.queue import lamp
from words.catalogue import text


def clock_list(clocks: Sequence[ClockView], language: str) -> list[Component]:
    """Those that have not ended in a row, the others behind one press."""
    live = [_clock(one, language) for one in clocks if not one.ended]
    ended = [_clock(one, language) for one in clocks if one.ended]
    past = html.Details(
        [html.Summary(text("console.clocks.ended", language, n=len(ended))), html.Div(ended)],
        className="clocks-ended",
        **{"data-kept": f"ended {clocks[0].key}" if clocks else ""},
    )
    parts = [*live, *([past] if ended else [])]
    return [html.Div(parts, className="case-clocks")] if parts else []


def _clock(one: ClockView, language: str) -> html.Details:
    state = html.Span(one.ended, className="ended") if one.ended else lamp(one.since, one.due, is_paused=one.is_paused)
    why = text("console.clocks.why", language)
    return html.Details(
        [
            html.Summary([html.Small(one.name), state], title=why),
            html.Div(
                [html.P([html.B(why), html.Span(one.due_words)]), html.Ol([html.Li(line) for line in one.why])],
                className="clock-why",
            ),
        ],
        className="case-clock",
        **{"data-kept": one.key},
    )
