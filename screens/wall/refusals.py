"""Which fixes were not taken today, for the shift leader and the system administrator; empty for everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from base.clock import TOWN_ZONE
from dispatch.access import grants
from dispatch.centre import Centre
from mapdata.refusals import NOBODY, RefusalCount, read_refusals
from screens.shell.visitor import Visitor
from screens.wall import ids
from words.catalogue import text
from words.refusals import refusal_reason

MOST_ROWS = 8
"""Rows shown; all of them are at ``GET /api/positions/refusals``."""


def register(app: Dash, centre: Centre) -> None:
    """Add the callback that fills the list."""

    @app.callback(Output(ids.REFUSED, "children"), Input(ids.REFUSED_CLOCK, "n_intervals"))
    def refused(visitor: Visitor, _ticks: Any) -> list[Component]:
        if not grants.may(visitor.granted("wall.see"), "refusal.see"):
            return []
        with centre.database.transaction() as transaction:
            today = centre.clock().astimezone(TOWN_ZONE).date()
            counts = read_refusals(transaction, centre.area.area_id, today, today)
        return refused_list(counts, visitor.language)


def refused_list(counts: Sequence[RefusalCount], language: str) -> list[Component]:
    """The workers (by number) and reasons with the most refused fixes; nothing when none was refused."""
    if not counts:
        return []
    return [
        html.H2(text("refusals.title", language)),
        html.Ul([html.Li(_row(one, language)) for one in counts[:MOST_ROWS]]),
    ]


def _row(one: RefusalCount, language: str) -> str:
    reason = refusal_reason(one.code, language)
    if one.worker_id == NOBODY:
        return text("refusals.of_nobody", language, reason=reason, n=one.count)
    return text("refusals.of_worker", language, worker=one.worker_id, reason=reason, n=one.count)
