"""The queue at the left: filters, search, one row a case."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dash import dcc, html
from dash.development.base_component import Component

from screens.console import ids
from screens.console.queue_view import QueueRow, group_counts
from words.catalogue import text

FILTERS = ("all", "waiting", "under_way", "to_verify")


def queue_panel(language: str) -> html.Aside:
    """The whole left column; the board channel fills in the rows and counts."""
    text_of = partial(text, language=language)
    return html.Aside(
        [
            html.Header(
                [
                    html.H2(text_of("console.queue.title")),
                    html.Button(
                        [text_of("console.new.button"), html.Kbd("N")], id=ids.NEW, className="primary", type="button",
                        title=text_of("console.new.hint"),
                    ),
                ]
            ),
            html.Div(queue_counts([], language), id=ids.QUEUE_COUNTS, className="queue-filters", role="tablist"),
            dcc.Input(
                id=ids.SEARCH, type="search", placeholder=text_of("console.queue.search"), autoComplete="off",
                className="queue-search",
            ),
            html.Ol(id=ids.QUEUE, className="queue-rows"),
        ],
        className="console-queue",
        **{"data-filter": "all"},
    )  # fmt: skip


def queue_counts(rows: Sequence[QueueRow], language: str) -> list[Component]:
    """The filters with how many cases each would show."""
    counts = group_counts(rows)
    return [
        html.Button(
            [text(f"console.queue.{name}", language), html.B(str(counts[name]))],
            type="button",
            className="queue-filter",
            **{"data-show": name},
        )
        for name in FILTERS
    ]


def queue_list(rows: Sequence[QueueRow], language: str) -> list[Component]:
    """The rows, or the sentence that there are none."""
    if not rows:
        return [html.Li(text("console.queue.empty", language), className="queue-empty")]
    return [_row(row, language) for row in rows]


def lamp(since: str, due: str, *, is_paused: bool = False) -> html.Span:
    """The lamp of a clock that runs since one moment until another (ISO 8601); ``due.js`` counts."""
    stands = {"data-paused": "yes"} if is_paused else {}
    return html.Span(className="due", **{"data-since": since, "data-due": due} | stands)


def _row(row: QueueRow, language: str) -> html.Li:
    first = [
        html.Span(
            row.priority, className=f"badge {row.priority}", title=text(f"console.priority.{row.priority}", language)
        ),
        html.Span(row.title, className="queue-title"),
        html.Span(className="ago", **{"data-since": row.since}),
    ]
    second = [
        html.Span(row.place, className="queue-place"),
        html.Span(row.worker or row.state_name, className=f"chip {row.group}"),
        lamp(row.started, row.due, is_paused=row.is_paused),
    ]
    marks = html.Span(row.marks, className="chip marks")
    return html.Li(
        [html.Div(first), html.Div(second), *([html.Div(marks)] if row.marks else [])],
        key=row.case_no,
        className=f"queue-row {row.priority}",
        tabIndex=-1,
        **{"data-case": row.case_no, "data-group": row.group, "data-words": row.words} | {"data-level": str(row.level)},
    )
