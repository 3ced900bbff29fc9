"""WS /ws/workers: where the workers are, one binary frame a second (see ``api/live/frames.py``)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import APIRouter, FastAPI, WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool

from api.live.feed import LiveFeed
from api.security.asker import asker_of
from base.background import keep_going
from base.errors import Fault, Forbidden, NotAuthenticated, Unavailable
from dispatch.access import audit, grants
from dispatch.access.scope import Scope, worker_scope
from dispatch.centre import Centre

_CLOSE_CODES: dict[type[Fault], int] = {NotAuthenticated: 4401, Forbidden: 4403, Unavailable: 1013}
"""Told to the page, after the HTTP statuses 401 and 403; 1013 is "try again" among IANA's WebSocket close codes."""


def router(centre: Centre) -> APIRouter:
    """The live channel; ``server.state.live`` is the feed, whose ``state()`` the health page tells."""
    feed = LiveFeed(centre)

    @asynccontextmanager
    async def lifespan(server: FastAPI) -> AsyncIterator[None]:
        server.state.live = feed
        duties = {"live_feed": feed.run, "days": feed.keep_days}
        tasks = [asyncio.create_task(keep_going(name, work, centre.reports)) for name, work in duties.items()]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    routes = APIRouter(lifespan=lifespan)

    @routes.websocket("/ws/workers")
    async def workers(socket: WebSocket) -> None:
        """Every worker on duty whom the listener may see, once a second; that it was opened is in the audit."""
        try:
            scope = grants.require(asker_of(socket), "worker.live")
            await run_in_threadpool(note_look, centre, scope)
        except (NotAuthenticated, Forbidden, Unavailable) as fault:
            await socket.close(_CLOSE_CODES[type(fault)])
            return
        await socket.accept()
        with feed.listening(worker_scope(scope)) as frames:
            await _send_until_gone(socket, frames)

    return routes


def note_look(centre: Centre, scope: Scope) -> None:
    """One line in the audit for each channel that is opened; nobody sees a place without it."""
    with centre.database.transaction() as transaction:
        audit.append(transaction, centre.area.area_id, centre.clock(), scope, "worker.live", "workers")


async def _send_until_gone(socket: WebSocket, frames: asyncio.Queue[bytes]) -> None:
    """Send every frame; what the page says is thrown away, that it leaves is noticed at once."""
    tasks = {asyncio.create_task(_send(socket, frames)), asyncio.create_task(_until_closed(socket))}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send(socket: WebSocket, frames: asyncio.Queue[bytes]) -> None:
    with suppress(WebSocketDisconnect, RuntimeError, OSError):
        while True:
            await socket.send_bytes(await frames.get())


async def _until_closed(socket: WebSocket) -> None:
    with suppress(WebSocketDisconnect, RuntimeError, OSError):
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass
