"""The field page (网格员): a grid worker's phone in the browser."""

from __future__ import annotations

from dash.development.base_component import Component
from fastapi import FastAPI

from dispatch.centre import Centre
from screens.field import ids
from screens.field.callbacks import own_record
from screens.field.callbacks import register as register_callbacks
from screens.field.layout import field
from screens.shell.frame import present_visitor
from screens.shell.page import Page, screen_app

PAGE = Page(name="field", title="field.title", styles=("field.css",), scripts=("field.js",), failure=ids.PROBLEM)


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/field``."""

    def layout() -> Component:
        visitor = present_visitor()
        now = own_record(centre, visitor.principal) if visitor.principal else None
        return field(centre.area, centre.settings, visitor, now.name if now else "")

    register_callbacks(screen_app(server, PAGE, layout), centre)
