"""The wall (大屏): the town live on the whole screen, readable from three metres."""

from __future__ import annotations

from collections.abc import AsyncIterator

from dash.development.base_component import Component
from fastapi import FastAPI

from dispatch import access
from dispatch.centre import Centre
from mapdata.errors import NotAuthenticated
from mapdata.livebus import Notice, listen
from screens.board import Board, router
from screens.language import present_language
from screens.shell.frame import Visitor
from screens.shell.page import Page, screen_app
from screens.wall.callbacks import Reader, render
from screens.wall.layout import wall

PAGE = Page(name="wall", title="wall.title", styles=("wall.css",))


def visitor() -> Visitor:
    """For whom the present request is answered; nobody while the centre starts."""
    try:
        return Visitor(access.present(), present_language())
    except NotAuthenticated:
        return Visitor(None, present_language())


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/wall`` and its board channel."""

    def layout() -> Component:
        return wall(centre.area, centre.settings, visitor())

    def notices() -> AsyncIterator[Notice]:
        return listen(centre.database.url)

    reader = Reader(centre)
    board = Board(lambda language: render(reader.present(), language), centre.clock, notices, centre.area.area_id)
    server.include_router(router("wall", "wall.see", board))
    screen_app(server, PAGE, layout)
