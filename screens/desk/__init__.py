"""The desk (工作台) of departments, villages and leaders: what waits by its clock, and what they do about it."""

from __future__ import annotations

from dash.development.base_component import Component
from fastapi import FastAPI

from dispatch.centre import Centre
from screens.desk import ids
from screens.desk.callbacks import register as register_callbacks
from screens.desk.layout import desk_page
from screens.desk.reads import DeskReads
from screens.shell.page import Page, screen_app
from screens.shell.visitor import Visitor

PAGE = Page(
    name="desk",
    title="desk.title",
    scripts=("phonestore.js", "drafts.js", "desk_calls.js", "photos.js", "desk.js"),
    styles=("desk.css",),
    failure=ids.FAILURE,
)
"""The photos of an answer are taken by the field page's own module."""


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/desk``."""

    def layout(visitor: Visitor) -> Component:
        return desk_page(centre.area, centre.settings, visitor)

    register_callbacks(screen_app(server, PAGE, layout), DeskReads(centre), centre.area.name)
