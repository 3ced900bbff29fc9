"""The charts: reported, handled and overdue a day, reported an hour of the day; each bar leads to its cases."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dispatch.figures.statistics import FigureRow
from words.catalogue import text

_FONT = '"Noto Sans CJK SC", "Noto Sans SC", sans-serif'
_COLOURS = {"reported": "#4fb3f0", "handled": "#34e0a1", "overdue": "#ff6b6b"}


def _figure(title: str) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        title={"text": title, "x": 0.01, "font": {"size": 15, "color": "#9fd0f5"}},
        template="plotly_dark",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": _FONT, "color": "#c8dcf0", "size": 13},
        margin={"l": 36, "r": 12, "t": 52, "b": 32},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.2},
        barmode="group",
        bargap=0.25,
    )
    figure.update_yaxes(gridcolor="#16304a", rangemode="tozero", zeroline=False)
    figure.update_xaxes(type="category", gridcolor="rgba(0,0,0,0)")
    return figure


def days_chart(rows: Sequence[FigureRow], days: Sequence[str], language: str) -> go.Figure:
    """What was reported and handled on each of the days (or, when none are named, each day there is), and fell due."""
    figure = _figure(text("statistics.chart.days", language))
    of_day = {row.key: row for row in rows}
    shown = list(days) or [row.key for row in rows if any(getattr(row, measure) for measure in _COLOURS)]
    for measure, colour in _COLOURS.items():
        values = [getattr(of_day[day], measure) if day in of_day else 0 for day in shown]
        name = text(f"statistics.measure.{measure}", language)
        leads = [[measure, "day", day] for day in shown]
        figure.add_bar(x=[day[5:] for day in shown], y=values, name=name, marker_color=colour, customdata=leads)
    return figure


def hours_chart(rows: Sequence[FigureRow], language: str) -> go.Figure:
    """What was reported each hour of the day."""
    figure = _figure(text("statistics.chart.hours", language))
    counts = {row.key: row.reported for row in rows}
    hours = [f"{hour:02d}" for hour in range(24)]
    leads = [["reported", "hour", hour] for hour in hours]
    values = [counts.get(hour, 0) for hour in hours]
    figure.add_bar(x=hours, y=values, marker_color=_COLOURS["reported"], showlegend=False, customdata=leads)
    return figure
