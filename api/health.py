"""GET /api/health: whether the centre works, for a watchdog or a load balancer; and what is not well, in words."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Literal, get_args

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.live.feed import LiveFeed
from api.security.asker import Language
from base.checks import Check, State, check
from base.clock_watch import ClockWatch
from base.errors import Unavailable
from dispatch.centre import Centre
from dispatch.notices.job_runs import check_jobs
from dispatch.soundness import check_clocks, check_disks, check_schema
from mapdata.grids import count_grids
from words.checks import check_text

VERSION = "0.1.0"
_STATES = get_args(State)
"""The better before the worse."""


class CheckResult(BaseModel):
    """One thing looked at: ``warning`` wants to be seen to, ``failed`` makes the centre degraded."""

    name: str
    state: State
    message: str


class Health(BaseModel):
    """Whether the database answers, positions can reach the displays, which version this is, and what was looked at.

    ``degraded`` with 200: it works, and one of the checks failed; with 503: it does not work.
    """

    status: Literal["ok", "degraded"]
    database: Literal["ok", "unreachable"]
    live: Literal["ok", "unreachable"]
    version: str
    checks: list[CheckResult]


def _version() -> str:
    try:
        return version("gridcommand")
    except PackageNotFoundError:
        return VERSION


class TownHealth:
    """What is looked at of one town, on the server that serves it."""

    def __init__(self, server: FastAPI, centre: Centre) -> None:
        self._server = server
        self._centre = centre
        self._watch = ClockWatch(centre.clock)

    def checks(self) -> list[Check]:
        """Everything there is to see."""
        return [self._live_check(), *self._database_checks(), *self._local_checks()]

    def _live_check(self) -> Check:
        """Whether the live feed sends its frames; a server put together without one sends none."""
        feed: LiveFeed | None = getattr(self._server.state, "live", None)
        return check("live", "ok" if feed is not None and feed.is_live() else "failed")

    def _database_checks(self) -> list[Check]:
        """Whether the database answers; the rest can be seen only when it does."""
        centre, area_id = self._centre, self._centre.area.area_id
        try:
            with centre.database.transaction(timeout_s=2) as transaction:
                count_grids(transaction, area_id)
                clocks = check_clocks(transaction, area_id, centre.clock, self._watch.moved())
                seen = [clocks, check_schema(transaction), *check_jobs(transaction, area_id, centre.clock())]
        except Unavailable:
            return [check("database", "failed")]
        return [check("database", "ok"), *seen]

    def _local_checks(self) -> list[Check]:
        """The disks, and what the background duties reported last."""
        return [*check_disks(self._centre.settings), *self._centre.reports.newest()]


def the_worst(seen: Iterable[Check]) -> list[Check]:
    """Of each thing looked at the worst that was found, in whichever town."""
    worst: dict[str, Check] = {}
    for one in seen:
        if one.name not in worst or _STATES.index(one.state) > _STATES.index(worst[one.name].state):
            worst[one.name] = one
    return list(worst.values())


def router(_: Centre) -> APIRouter:
    """The health of a process: of the town of this server, and of those served with it (``server.state.health``)."""
    routes = APIRouter(tags=["health"])

    @routes.get(
        "/api/health",
        response_model=Health,
        responses={503: {"model": Health, "description": "A part does not work; the answer names it"}},
        summary="Whether the centre works, and what is not well",
    )
    def health(request: Request, language: Language) -> JSONResponse:
        towns: tuple[TownHealth, ...] = request.app.state.health
        health = _in_words(the_worst(one for town in towns for one in town.checks()), language)
        works = health.database == health.live == "ok"
        return JSONResponse(health.model_dump(), 200 if works else 503)

    return routes


def _in_words(checks: list[Check], language: str) -> Health:
    failed = {one.name for one in checks if one.state == "failed"}
    return Health(
        status="degraded" if failed else "ok",
        database="unreachable" if "database" in failed else "ok",
        live="unreachable" if "live" in failed else "ok",
        version=_version(),
        checks=[CheckResult(name=one.name, state=one.state, message=check_text(one, language)) for one in checks],
    )
