"""The notices (通知): what was sent to whom, over which channel, and what came of it."""

from __future__ import annotations

from dash.development.base_component import Component
from fastapi import FastAPI

from dispatch.centre import Centre
from screens.notices import ids
from screens.notices.callbacks import register as register_callbacks
from screens.notices.layout import notices_page
from screens.shell.page import Page, screen_app
from screens.shell.visitor import Visitor

PAGE = Page(
    name="notices",
    title="notices.page.title",
    styles=("notices.css",),
    scripts=("send_again.js",),
    failure=ids.PROBLEM,
)


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/notices``."""

    def layout(visitor: Visitor) -> Component:
        return notices_page(centre.area, centre.settings, visitor)

    register_callbacks(screen_app(server, PAGE, layout), centre)
