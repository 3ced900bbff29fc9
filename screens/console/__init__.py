"""The console (调度台): where operators and shift leaders take events, send workers and see them to the end."""

from __future__ import annotations

from collections.abc import AsyncIterator

from dash import html
from dash.development.base_component import Component
from fastapi import FastAPI

from base.bus import Notice, listen
from dispatch.centre import Centre
from layers.grids import grid_data, grid_label_data
from layers.incidents import incident_data
from layers.sos import sos_data
from screens.console import ids
from screens.console.callbacks import register as add_callbacks
from screens.console.layout import console_page
from screens.console.queue import queue_counts, queue_list
from screens.console.reads import GRANT, ConsoleReads, type_choices
from screens.console.urgent_banner import urgent_list
from screens.console.writes import ConsoleWrites
from screens.shell.board import Board, Props, router
from screens.shell.page import Page, screen_app
from screens.shell.sos_banner import sos_list
from screens.shell.visitor import Visitor

PAGE = Page(
    name="console",
    title="console.title",
    scripts=("due.js", "draft.js", "choosing.js", "verb_form.js", "kept_open.js", "presses.js", "keys.js"),
    styles=("console.css",),
    failure=ids.FAILURE,
)


def board_parts(reads: ConsoleReads, language: str) -> Props:
    """What changes on every console alike, rendered once."""
    present = reads.present(language)
    return {
        ids.QUEUE: {"children": queue_list(present.rows, language)},
        ids.QUEUE_COUNTS: {"children": queue_counts(present.rows, language)},
        ids.PINS: {"data": incident_data(present.pins)},
        ids.GRIDS: {"data": grid_data(present.grids)},
        ids.GRID_LABELS: {"data": grid_label_data(present.grids)},
        ids.VERSIONS: {"data": present.versions},
        ids.SOS: {"children": sos_list(present.calls, language, may_answer=True)},
        ids.URGENT: {"children": urgent_list(present.urgent, language)},
        ids.DOWN: {"children": [html.P(line) for line in present.down]},
        ids.SOS_MAP: {"data": sos_data(present.marks)},
    }


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/console`` and its board channel."""
    reads = ConsoleReads(centre)

    def layout(visitor: Visitor) -> Component:
        return console_page(centre, visitor, type_choices(visitor.language))

    def notices() -> AsyncIterator[Notice]:
        return listen(centre.database.url, centre.reports)

    board = Board(
        lambda language: board_parts(reads, language), centre.clock, notices, centre.area.area_id, centre.reports
    )
    server.include_router(router("console", GRANT, board, reads.note_look))
    add_callbacks(screen_app(server, PAGE, layout), reads, ConsoleWrites(centre))
