"""The statistics (统计): the figures of a period, each leading to its cases."""

from __future__ import annotations

from dash.development.base_component import Component
from fastapi import FastAPI

from dispatch.centre import Centre
from screens.shell.page import Page, screen_app
from screens.shell.visitor import Visitor
from screens.statistics import ids, view
from screens.statistics.callbacks import register as register_callbacks
from screens.statistics.layout import statistics

PAGE = Page(
    name="statistics",
    title="statistics.title",
    styles=("statistics.css",),
    scripts=("figures.js",),
    failure=ids.PROBLEM,
)


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/statistics``."""

    def layout(visitor: Visitor) -> Component:
        return statistics(centre.area, centre.settings, visitor, view.last_days(centre.clock(), 7))

    register_callbacks(screen_app(server, PAGE, layout), centre)
