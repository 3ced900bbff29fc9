"""Standing duties (八大员): of who walks a grid what is due today; of who leads what is behind, grid by grid."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import HTMLResponse

from dispatch.centre import Centre
from dispatch.roster.lines import grid_names, list_lines
from dispatch.roster.shifts import day_of, shifts_of
from dispatch.roster.swaps import list_swaps
from dispatch.standing.due import due_by_grid, spots_of_grid
from dispatch.standing.duties import duties_of
from screens.duties.view import DutiesShown, body
from screens.shell.plain import plain_page
from screens.shell.visitor import Visiting, Visitor

Grid = Annotated[str, Query(pattern=r"^([0-9]{15})?$")]
_DAYS = 7
"""So many days of one's own shifts are shown."""


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/duties``."""

    @server.get("/duties", include_in_schema=False)
    def duties(visitor: Visiting, grid: Grid = "") -> HTMLResponse:
        visitor.granted("standing.see")
        told = body(read_duties(centre, visitor, grid), visitor)
        return plain_page(
            visitor,
            "duties",
            visitor.text("duties.lead"),
            told,
            ("roster.css",),
            ("ids.js", "plain_calls.js", "duties.js"),
        )


def read_duties(centre: Centre, visitor: Visitor, grid: str) -> DutiesShown:
    """What the page shows: the grid asked for, else one's own only one; where there are several, all of them."""
    scope, area_id = visitor.granted("standing.see"), centre.area.area_id
    today = day_of(centre.clock())
    with centre.database.transaction() as transaction:
        duties = duties_of(transaction, area_id)
        lines = [] if scope.worker_id is None else list_lines(
            transaction, area_id, scope, today, today + timedelta(days=_DAYS - 1)
        )  # fmt: skip
        swaps = [] if scope.worker_id is None else list_swaps(transaction, area_id, scope, centre.clock())
        own = [one for one in lines if one.worker_id == scope.worker_id]
        grids = due_by_grid(transaction, area_id, scope, today, duties)
        codes = {one.grid_code for one in grids}
        chosen = grid or (next(iter(codes)) if len(codes) == 1 else "")
        spots = spots_of_grid(transaction, area_id, scope, chosen, today) if chosen else []
        names = grid_names(transaction, area_id)
        return DutiesShown(duties, grids, chosen, spots, own, shifts_of(transaction, area_id), names, swaps)
