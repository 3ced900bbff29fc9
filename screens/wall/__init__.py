"""The wall (大屏): the town live on the whole screen, readable from three metres."""

from __future__ import annotations

from collections.abc import AsyncIterator

from dash.development.base_component import Component
from fastapi import FastAPI

from base.bus import Notice, listen
from dispatch.centre import Centre
from screens.shell.board import Board, router
from screens.shell.page import Page, screen_app
from screens.shell.visitor import Visitor
from screens.wall import refusals
from screens.wall.board_parts import render
from screens.wall.layout import wall
from screens.wall.reads import Reader

PAGE = Page(name="wall", title="wall.title", styles=("wall.css",))


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/wall`` and its board channel."""

    def layout(visitor: Visitor) -> Component:
        return wall(centre.area, centre.settings, visitor)

    def notices() -> AsyncIterator[Notice]:
        return listen(centre.database.url, centre.reports)

    reader = Reader(centre)
    board = Board(
        lambda language: render(reader.present(), language), centre.clock, notices, centre.area.area_id, centre.reports
    )
    server.include_router(router("wall", "wall.see", board))
    refusals.register(screen_app(server, PAGE, layout), centre)
