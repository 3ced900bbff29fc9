"""The field page (网格员): a grid worker's phone in the browser."""

from __future__ import annotations

from dash.development.base_component import Component
from fastapi import FastAPI

from dispatch.centre import Centre
from screens.field import ids
from screens.field.callbacks import own_record
from screens.field.callbacks import register as register_callbacks
from screens.field.layout import field
from screens.shell.page import Page, screen_app
from screens.shell.visitor import Visitor

SCRIPTS = ("phonestore.js", "drafts.js", "waiting.js", "calls.js", "forms.js", "field.js")
"""In the order in which they lean on one another."""
PAGE = Page(name="field", title="field.title", styles=("field.css",), scripts=SCRIPTS, failure=ids.PROBLEM)


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/field``."""

    def layout(visitor: Visitor) -> Component:
        now = own_record(centre, visitor.scope) if visitor.scope else None
        on_duty = now is not None and now.on_duty
        return field(centre.area, centre.settings, visitor, now.name if now else "", on_duty=on_duty)

    register_callbacks(screen_app(server, PAGE, layout), centre)
