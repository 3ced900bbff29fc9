"""The board channel: what changes on a screen is rendered once for each language and sent to every display of it.

A screen gives a function that renders its changing parts, ``{component id: {property: value}}``. The board calls it
when an incident changes and every few seconds, keeps what it sent last, and sends only what differs, the same text to
all. A display that joins gets everything first (``full``). Nothing runs while nobody looks.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from dash.development.base_component import Component
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from base.background import keep_going
from base.bus import Notice
from base.checks import Reports
from base.clock import Clock
from base.errors import Fault, Unavailable
from dispatch.access.scope import Scope
from screens.shell.visitor import Visiting
from words.catalogue import LANGUAGES

Props = dict[str, dict[str, Any]]
Render = Callable[[str], Props]
"""Renders the changing parts of a screen in a language; runs in a thread."""

REFRESH_EVERY_S = 5.0
"""Figures and elapsed times are rendered again at least this often."""
_QUEUE_LENGTH = 8
_log = logging.getLogger(__name__)


def as_text(value: Any) -> str:
    """JSON of plain values and Dash components."""
    return json.dumps(value, default=_jsonable, ensure_ascii=False, separators=(",", ":"))


def _jsonable(value: Any) -> Any:
    if isinstance(value, Component):
        return value.to_plotly_json()
    raise TypeError(f"{type(value).__name__} cannot stand on a board")


class Channel:
    """One screen in one language: what was sent last, and who gets the next.

    Parameters
    ----------
    render
        renders the parts; called in a thread, never twice at once.
    clock
        the time put on each message.
    """

    def __init__(self, render: Callable[[], Props], clock: Clock) -> None:
        self._render = render
        self._clock = clock
        self._sent: dict[str, str] = {}
        self._seq = 0
        self._queues: set[asyncio.Queue[str]] = set()
        self._one_at_a_time = asyncio.Lock()

    @property
    def has_displays(self) -> bool:
        """Whether any display looks."""
        return bool(self._queues)

    async def refresh(self) -> None:
        """Render, and send what is different from last time to everyone."""
        # Two renderings at once could send an older picture after a newer one; displays keep whatever came last.
        async with self._one_at_a_time:
            props = await asyncio.to_thread(self._render)
            rendered = {key: as_text(value) for key, value in props.items()}
            # Compared as text: what is sent is text, and a component has no equality of its own.
            changed = {key: value for key, value in rendered.items() if self._sent.get(key) != value}
            self._sent = rendered
            if changed:
                self._seq += 1
                self._send(self._message(changed, full=False))

    def _message(self, parts: dict[str, str], *, full: bool) -> str:
        # Put together by hand: the parts are JSON already, and encoding a whole wall again for each change costs more
        # than everything else on this way.
        body = ",".join(f"{json.dumps(key)}:{value}" for key, value in parts.items())
        at = self._clock().isoformat()
        head = f'"seq":{self._seq},"at":"{at}","full":{"true" if full else "false"}'
        return "{" + head + ',"props":{' + body + "}}"

    def _send(self, message: str) -> None:
        for queue in self._queues:
            if queue.full():
                # A display too slow to keep up must not hold memory or the others. It sees the gap in the numbers and
                # connects anew, which gives it everything.
                queue.get_nowait()
            queue.put_nowait(message)

    def heartbeat(self) -> None:
        """A message without parts, so that displays hear the channel live; it takes no number of its own."""
        self._seq += 1
        self._send(self._message({}, full=False))

    async def messages(self) -> AsyncIterator[str]:
        """Everything as it is now, then every change, for one display."""
        queue: asyncio.Queue[str] = asyncio.Queue(_QUEUE_LENGTH)
        # Nobody looked until now, so what was sent last may be old. The queue is added only afterwards: the first
        # message must be the full picture, not a change to one this display never had.
        if not self.has_displays:
            await self.refresh()
        self._queues.add(queue)
        try:
            yield self._message(self._sent, full=True)
            while True:
                yield await queue.get()
        finally:
            self._queues.discard(queue)


class Board:
    """The channels of one screen, one a language, woken by the live bus while anybody looks."""

    def __init__(
        self,
        render: Render,
        clock: Clock,
        notices: Callable[[], AsyncIterator[Notice]],
        area_id: int,
        reports: Reports | None = None,
    ) -> None:
        self.channels = {language: Channel(_in(render, language), clock) for language in LANGUAGES}
        self._notices = notices
        self._area_id = area_id
        self._reports = reports or Reports()
        self._woken = asyncio.Event()
        self._work: set[asyncio.Task[None]] = set()

    async def messages(self, language: str) -> AsyncIterator[str]:
        """What one display in this language is sent."""
        self._start()
        async for message in self.channels[language].messages():
            yield message

    def _start(self) -> None:
        # Started by the first display, inside the running event loop; there is none yet when the board is made.
        if not self._work:
            for work in (self._listen, self._refresh_when_woken):
                task = asyncio.create_task(keep_going("board", work, self._reports))
                self._work.add(task)
                task.add_done_callback(self._work.discard)

    async def _listen(self) -> None:
        async for notice in self._notices():
            if notice.kind in ("incident", "map", "resync") and notice.area_id in (0, self._area_id):
                self._woken.set()

    async def _refresh_when_woken(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), REFRESH_EVERY_S)
            self._woken.clear()
            self._reports.report("board", "ok")
            for channel in self.channels.values():
                if channel.has_displays:
                    await _refresh(channel)
            # A burst of notices becomes one rendering: the event was cleared above, so one that comes meanwhile wakes
            # the next turn and none is lost.
            await asyncio.sleep(0.1)


async def _refresh(channel: Channel) -> None:
    try:
        await channel.refresh()
        channel.heartbeat()
    except Fault as fault:  # the database is away: displays keep what they have, and show that it is old
        _log.warning("board not renewed: %s", fault)
    except Exception:
        _log.exception("board not renewed")


def _in(render: Render, language: str) -> Callable[[], Props]:
    return lambda: render(language)


def router(name: str, grant: str, board: Board, note_look: Callable[[Scope], None] | None = None) -> APIRouter:
    """The channel ``/ws/board/<name>``; whoever opens it needs the grant.

    Parameters
    ----------
    name, grant, board
        what is sent, to whom.
    note_look
        writes into the audit that somebody opened it, where it shows words or names; called in a thread.
    """
    routes = APIRouter()

    @routes.websocket(f"/ws/board/{name}")
    async def board_channel(socket: WebSocket, visitor: Visiting) -> None:
        try:
            scope = visitor.granted(grant)
            if note_look is not None:
                await asyncio.to_thread(note_look, scope)
        except Unavailable:
            await socket.close(1013)
            return
        except Fault:
            await socket.close(4403)
            return
        await socket.accept()
        language = socket.query_params.get("language", visitor.language)
        await _serve(socket, board, language if language in LANGUAGES else LANGUAGES[0])

    return routes


async def _serve(socket: WebSocket, board: Board, language: str) -> None:
    leaving = asyncio.create_task(_until_closed(socket))
    sending = asyncio.create_task(_send_all(socket, board, language))
    _, unfinished = await asyncio.wait({leaving, sending}, return_when=asyncio.FIRST_COMPLETED)
    for task in unfinished:
        task.cancel()
    for answer in await asyncio.gather(leaving, sending, return_exceptions=True):
        if isinstance(answer, Exception) and not isinstance(answer, WebSocketDisconnect):
            _log.warning("board channel ended: %r", answer)


async def _send_all(socket: WebSocket, board: Board, language: str) -> None:
    messages = board.messages(language)
    try:
        async for message in messages:
            await socket.send_text(message)
    finally:
        await messages.aclose()  # type: ignore[attr-defined]


async def _until_closed(socket: WebSocket) -> None:
    # Whatever a display says is thrown away: of letters or of bytes, it is nothing the board asked for.
    with suppress(WebSocketDisconnect, RuntimeError):
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass
