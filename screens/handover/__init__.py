"""Handing over a shift (交接班): the sheets by date, the open one with what has changed since, its two signatures."""

from __future__ import annotations

from dash.development.base_component import Component
from fastapi import FastAPI

from dispatch.centre import Centre
from screens.handover import ids
from screens.handover.callbacks import register as register_callbacks
from screens.handover.layout import handover_page
from screens.handover.printed import register as register_printed
from screens.handover.reads import HandoverReads
from screens.handover.writes import HandoverWrites
from screens.shell.page import Page, screen_app
from screens.shell.visitor import Visitor

PAGE = Page(
    name="handover",
    title="handover.title",
    scripts=("handover.js",),
    styles=("handover.css",),
    failure=ids.FAILURE,
)


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/handover``, and ``/print/handover/{handover}``."""
    reads = HandoverReads(centre)

    def layout(visitor: Visitor) -> Component:
        return handover_page(centre.area, centre.settings, visitor)

    register_callbacks(screen_app(server, PAGE, layout), reads, HandoverWrites(centre), centre.area.name)
    register_printed(server, centre, reads)
