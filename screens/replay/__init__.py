"""The replay (轨迹回放): many workers and the cases of a period on one clock."""

from __future__ import annotations

from datetime import timedelta

from dash.development.base_component import Component
from fastapi import FastAPI

from dispatch.access.scope import Scope
from dispatch.advice.workforce import read_workforce
from dispatch.centre import Centre
from screens.replay import ids, view
from screens.replay.callbacks import register as register_callbacks
from screens.replay.layout import replay
from screens.shell.page import Page, screen_app
from screens.shell.visitor import Visitor

PAGE = Page(
    name="replay",
    title="replay.title",
    styles=("replay.css",),
    scripts=("trk1.js", "player.js", "replay_paint.js", "replay.js"),
    failure=ids.PROBLEM,
)


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/replay``."""

    def layout(visitor: Visitor) -> Component:
        now = centre.clock()
        period = view.period(now, timedelta(hours=1))
        return replay(centre.area, centre.settings, visitor, _workers(centre, visitor.scope), period, "")

    app = screen_app(server, PAGE, layout)
    register_callbacks(app, centre)


def _workers(centre: Centre, scope: Scope | None) -> list[dict[str, object]]:
    if scope is None:
        return []
    with centre.database.transaction() as transaction:
        found = read_workforce(transaction, centre.area.area_id, scope, centre.clock())
    return [{"value": each.worker_id, "label": f"{each.name} · {each.worker_id}"} for each in found]
