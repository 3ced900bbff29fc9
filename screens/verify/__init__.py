"""The verifier's page (核查): what waits for other eyes, the case before and after, passed or done again."""

from __future__ import annotations

from dash.development.base_component import Component
from fastapi import FastAPI

from dispatch.centre import Centre
from screens.shell.page import Page, screen_app
from screens.shell.visitor import Visitor
from screens.verify import ids
from screens.verify.callbacks import register as register_callbacks
from screens.verify.layout import verify_page
from screens.verify.reads import VerifyReads
from screens.verify.writes import VerifyWrites

PAGE = Page(
    name="verify",
    title="verify.title",
    scripts=("verify.js",),
    styles=("verify.css",),
    failure=ids.FAILURE,
)


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/verify``."""

    def layout(visitor: Visitor) -> Component:
        return verify_page(centre.area, centre.settings, visitor)

    register_callbacks(screen_app(server, PAGE, layout), VerifyReads(centre), VerifyWrites(centre))
