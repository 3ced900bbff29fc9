"""The roster (排班): who has which shift where, in red what is not covered; filled from the week before."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import FastAPI, Query
from fastapi.responses import HTMLResponse

from dispatch.centre import Centre
from screens.roster.reads import read_roster
from screens.roster.view import body
from screens.shell.plain import plain_page
from screens.shell.visitor import Visiting

Day = Annotated[date | None, Query(ge=date(2000, 1, 2), le=date(2200, 1, 1))]


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/roster``."""

    @server.get("/roster", include_in_schema=False)
    def roster(
        visitor: Visiting,
        day: Day = None,
        view: Literal["day", "week"] = "day",
        shift: Annotated[str, Query(max_length=20)] = "",
        gaps: Annotated[str, Query(max_length=1)] = "",
    ) -> HTMLResponse:
        scope = visitor.granted("roster.plan")
        shown = read_roster(centre, scope, day, shift, is_week=view == "week")
        told = body(shown, visitor, only_gaps=bool(gaps))
        return plain_page(
            visitor, "roster", visitor.text("roster.lead"), told, ("roster.css",), ("plain_calls.js", "roster.js")
        )
