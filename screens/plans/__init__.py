"""The plans of the town (预案): what is done step by step about each grave type, written by the town itself."""

from __future__ import annotations

from dash.development.base_component import Component
from fastapi import FastAPI

from dispatch.centre import Centre
from screens.plans import ids
from screens.plans.callbacks import register as register_callbacks
from screens.plans.layout import plans_page
from screens.plans.reads import PlanReads
from screens.shell.page import Page, screen_app
from screens.shell.visitor import Visitor

PAGE = Page(
    name="plans",
    title="plans.title",
    scripts=("plans.js",),
    styles=("plans.css",),
    failure=ids.ANSWER,
)


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/plans``."""
    reads = PlanReads(centre)

    def layout(visitor: Visitor) -> Component:
        return plans_page(centre.area, centre.settings, visitor, reads.departments(visitor) if visitor.scope else [])

    register_callbacks(screen_app(server, PAGE, layout), reads)
