"""The wall's parts that change: view models in, components out."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layers.legend import worker_symbol
from layers.style import WORKER_STYLES
from layers.svg import picture, sparkline
from screens.shell.theme import FIGURE_COLOURS
from screens.wall.view import Figure, HourBar, QueueRow
from words.catalogue import text

_LOOKS = {look.status: look for look in WORKER_STYLES}


def figure_cards(figures: Sequence[Figure], language: str) -> list[Component]:
    """The strip of figures."""
    return [_card(figure, language) for figure in figures]


def _card(figure: Figure, language: str) -> html.Div:
    colour = FIGURE_COLOURS[figure.code]
    trend = [sparkline(figure.trend, colour)] if len(figure.trend) > 1 else []
    remark = [html.Span(figure.remark, className="figure-remark")] if figure.remark else []
    return html.Div(
        [
            html.Div([html.Span(text(f"wall.figure.{figure.code}", language)), *remark], className="figure-name"),
            html.Div(
                [
                    html.Span(figure.value, className="figure-value", style={"color": colour}),
                    html.Span(text(f"wall.unit.{figure.code}", language), className="figure-unit"),
                    *trend,
                ],
                className="figure-line",
            ),
        ],
        className=f"figure {figure.code}" + (" alarming" if figure.code == "overdue" and figure.value != "0" else ""),
    )


def _elapsed(row: QueueRow) -> html.Span:
    """How long a case is open, with the lamp of its deadline; ``deadline_lamps.js`` counts on."""
    times = {"data-since": row.since, "data-started": row.started, "data-due": row.due}
    return html.Span(className="elapsed", **times | ({"data-paused": "yes"} if row.is_paused else {}))


def queue_list(rows: Sequence[QueueRow], open_cases: int, language: str) -> list[Component]:
    """The queue's rows, and how many there was no room for."""
    if not rows:
        return [html.Li(text("wall.queue.empty", language), className="queue-empty")]
    more = open_cases - len(rows)
    rest = [html.Li(text("wall.queue.more", language, n=more), className="queue-more")] if more > 0 else []
    return [*(queue_row(row, language) for row in rows), *rest]


def queue_row(row: QueueRow, language: str) -> html.Li:
    """One case: priority, type and how long it is open; place, state, who is on it."""
    who = [html.Span(row.worker, className="queue-worker")] if row.worker else []
    first = [
        html.Span(row.priority, className=f"badge {row.priority}"),
        html.Span(row.title, className="queue-title"),
        _elapsed(row),
    ]
    second = [
        html.Span(row.place, className="queue-place"),
        *who,
        html.Span(text(f"layers.phase.{row.phase}", language), className=f"chip {row.phase}"),
    ]
    return html.Li(
        [html.Div(first, className="queue-first"), html.Div(second, className="queue-second")],
        className=f"queue-row {row.priority}",
        title=row.case_no,
        **{"data-case": row.case_no, "data-lon": f"{row.lon:.6f}", "data-lat": f"{row.lat:.6f}"}
        | {"data-level": str(row.level)},
    )


def hour_chart(bars: Sequence[HourBar]) -> list[Component]:
    """Two bars an hour: reported and closed."""
    return [
        html.Div(
            [
                html.Div(
                    [
                        html.I(className="bar reported", style={"height": f"{bar.reported_share:.0%}"}),
                        html.I(className="bar closed", style={"height": f"{bar.closed_share:.0%}"}),
                    ],
                    className="bar-pair",
                    title=f"{bar.reported} / {bar.closed}",
                ),
                html.Span(bar.hour),
            ],
            className="hour",
        )
        for bar in bars
    ]


def workforce_list(counts: Sequence[tuple[str, int]], language: str) -> list[Component]:
    """The legend of workers with how many there are of each."""
    return [
        html.Li(
            [
                picture(worker_symbol(_LOOKS[status].shape, _LOOKS[status].colour), 20, 20),
                html.Span(text(f"layers.status.{status}", language)),
                html.B(str(count)),
            ],
            className="none" if count == 0 else ("sos" if status == "sos" else ""),
        )
        for status, count in counts
    ]


def urgent_rows(rows: Sequence[QueueRow], language: str) -> list[Component]:
    """What the urgent banner may show, one line a case; the page shows the first not acknowledged.

    Of one that was acknowledged it is told by whom, and when.
    """
    return [
        html.Div(
            [
                html.Strong(text("wall.urgent.title", language)),
                html.Span(row.title, className="urgent-type"),
                html.Span(row.place, className="urgent-place"),
                html.Span(row.seen, className="urgent-seen"),
                _elapsed(row),
            ],
            className="urgent-row",
            hidden=True,
            **{"data-case": row.case_no, "data-lon": f"{row.lon:.6f}", "data-lat": f"{row.lat:.6f}"}
            | {"data-raised": str(row.raised)}
            | ({"data-seen": "yes"} if row.seen else {}),
        )
        for row in rows
    ]
