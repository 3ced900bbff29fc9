"""Open channels are cut off soon after their login ends."""

from __future__ import annotations

import asyncio
import contextlib

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from base.errors import Unavailable
from dispatch.access.sessions import Sessions

EVERY_S = 2.0
"""Seconds between two looks; a disabled account is out of every display within 5 s."""
ENDED = 4401


class ChannelLogins:
    """Asks about all open channels at once, every two seconds, as long as there are any."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._round: asyncio.Task[None] | None = None

    async def run(self, token: str, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one channel until it ends by itself or its login does; then it is closed with code 4401."""
        # A channel may stay open for days, and the guard sees only its beginning: so its login is asked about again.
        channel = asyncio.ensure_future(app(scope, receive, send))
        self._tasks[channel] = token
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._check())
        try:
            await asyncio.wait({channel})
        except asyncio.CancelledError:
            channel.cancel()
            raise
        finally:
            # Cut off means: the check below has taken it out of the list before it was cancelled.
            was_cut = self._tasks.pop(channel, None) is None
        if was_cut:
            with contextlib.suppress(Exception):
                await send({"type": "websocket.close", "code": ENDED, "reason": "login_ended"})
            return
        await channel

    async def _check(self) -> None:
        """Cut off every channel whose token does not hold any more; a database that is away cuts off nobody."""
        while self._tasks:
            await asyncio.sleep(EVERY_S)
            asked = dict(self._tasks)
            if not asked:
                return
            try:
                known = await run_in_threadpool(self._sessions.recognise_all, set(asked.values()))
            except Unavailable:
                continue
            # Those asked about only: a channel opened meanwhile was let in by the guard just now.
            for channel, token in asked.items():
                if known[token] is None and self._tasks.pop(channel, None) is not None:
                    channel.cancel()
