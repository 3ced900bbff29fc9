"""Every screen people may see, in one list."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from dispatch.centre import Centre
from screens import (
    console,
    desk,
    duties,
    field,
    handover,
    login,
    needs,
    notices,
    office,
    people,
    plans,
    printed,
    replay,
    roster,
    statistics,
    verify,
    wall,
    whistle,
)
from screens.shell import files
from screens.shell.visitor import Visiting

SCREENS: tuple[Callable[[FastAPI, Centre], None], ...] = (
    console.register,
    desk.register,
    duties.register,
    field.register,
    handover.register,
    printed.register,
    login.register,
    needs.register,
    notices.register,
    office.register,
    people.register,
    plans.register,
    wall.register,
    replay.register,
    roster.register,
    statistics.register,
    verify.register,
    whistle.register,
)
"""Each screen's folder adds itself to the server."""

HOMES = {
    "operator": "/console",
    "shift_leader": "/console",
    "reviewer": "/replay",
    "verifier": "/verify",
    "grid_worker": "/field",
    "parttime_worker": "/field",
    "micro_leader": "/field",
    "dept_handler": "/desk",
    "dept_leader": "/desk",
    "village_operator": "/desk",
    "grid_leader": "/desk",
    "grid_mentor": "/desk",
    "town_leader": "/desk",
    "county_operator": "/desk",
    "sysadmin": "/notices",
    "secadmin": "/accounts",
    "auditor": "/audit",
}
"""Where a role begins its work; the others before the wall."""


def home(role: str) -> str:
    """Where a role begins its work."""
    return HOMES.get(role, "/wall")


def register(server: FastAPI, centre: Centre) -> None:
    """Add every screen, the files they load, and the way from ``/`` to one's own."""
    server.include_router(files.router())

    @server.get("/", include_in_schema=False)
    def root(visitor: Visiting) -> RedirectResponse:
        return RedirectResponse(home(visitor.granted("map.see").role), status_code=303)

    for screen in SCREENS:
        screen(server, centre)
