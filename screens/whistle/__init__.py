"""The whistle's page (吹哨报到), live for all who are called: who is there, who is late, what each says."""

from __future__ import annotations

from dash.development.base_component import Component
from fastapi import FastAPI

from dispatch.centre import Centre
from screens.shell.page import Page, screen_app
from screens.shell.visitor import Visitor
from screens.whistle import ids
from screens.whistle.callbacks import register as register_callbacks
from screens.whistle.layout import whistle_page
from screens.whistle.reads import WhistleReads
from screens.whistle.writes import WhistleWrites

PAGE = Page(
    name="whistle",
    title="whistle.title",
    scripts=("whistle.js",),
    styles=("whistle.css",),
    failure=ids.FAILURE,
)


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/whistle``."""

    def layout(visitor: Visitor) -> Component:
        return whistle_page(centre.area, centre.settings, visitor)

    register_callbacks(screen_app(server, PAGE, layout), WhistleReads(centre), WhistleWrites(centre))
