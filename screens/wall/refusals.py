"""Which fixes were not taken today, for the shift leader and the system administrator; empty for everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from base.clock import TOWN_ZONE
from dispatch.access import grants
from dispatch.centre import Centre
from mapdata.refusals import RefusalCount, read_refusals
from screens.shell.language import present_language
from screens.wall import ids
from words.catalogue import text
from words.refusals import refusal_reason

MOST_ROWS = 8
"""Rows shown; all of them are at ``GET /api/positions/refused``."""


def register(app: Dash, centre: Centre) -> None:
    """Add the callback that fills the list."""

    @app.callback(Output(ids.REFUSED, "children"), Input(ids.REFUSED_CLOCK, "n_intervals"))
    def refused(_ticks: Any) -> list[Component]:
        if not grants.may(grants.require("wall.see"), "position.refused"):
            return []
        with centre.database.transaction() as transaction:
            counts = read_refusals(transaction, centre.area.area_id, centre.clock())
        return refused_list(counts, present_language())


def refused_list(counts: Sequence[RefusalCount], language: str) -> list[Component]:
    """The workers (by number) and reasons with the most refused fixes; nothing when none was refused."""
    if not counts:
        return []
    return [
        html.H2(text("refusals.title", language)),
        html.Ul([html.Li(_row(one, language)) for one in counts[:MOST_ROWS]]),
    ]


def _row(one: RefusalCount, language: str) -> str:
    at = one.last_at.astimezone(TOWN_ZONE).strftime("%H:%M")
    words = {"worker": one.worker_id, "reason": refusal_reason(one.code, language), "n": one.fixes, "at": at}
    return text("refusals.of_worker", language, **words)
