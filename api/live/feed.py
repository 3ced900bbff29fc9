"""The live feed: reads the workers once a second and hands the same frame to all who may see the same workers."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg

from api.live.frames import encode_frame
from base.connections import CONNECTION, app_limits
from base.connections import SQL as CONNECTIONS_SQL
from base.errors import Unavailable
from dispatch.access.scope import WorkerScope
from dispatch.advice.workforce import SQL
from dispatch.centre import Centre
from mapdata.positions import ensure_day_partitions

EVERYBODY = WorkerScope(everybody=True)
"""What the centre and its displays see. It is read every second, listened to or not: health asks whether it flows."""
QUEUE_FRAMES = 2
"""Frames kept for a slow listener; more are skipped, since the next frame is a full state."""
STALE_AFTER_S = 3.0
"""A feed without a frame for so long is not live."""
_READ_LIMIT_S = 2.5
_STATEMENT_S = 2.0
"""The database ends the statement before we stop waiting for it, so that none is left running behind us."""
_DAYS_EVERY_S = 3600.0

log = logging.getLogger("gridcommand.live")


class LiveFeed:
    """Reads, encodes and hands out one frame a second while the database answers; none while it does not."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._listeners: dict[WorkerScope, set[asyncio.Queue[bytes]]] = {}
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._tick = 0
        self._last_frame_s = float("-inf")
        self._is_broken = False

    def state(self) -> dict[str, object]:
        """What the health page tells: whether frames flow, how many listen, how many frames were sent."""
        return {"is_live": self.is_live(), "listeners": sum(map(len, self._listeners.values())), "frames": self._tick}

    def is_live(self) -> bool:
        """Whether frames flow."""
        return time.monotonic() - self._last_frame_s < STALE_AFTER_S

    @contextmanager
    def listening(self, scope: WorkerScope = EVERYBODY) -> Iterator[asyncio.Queue[bytes]]:
        """A queue that every frame of the workers in the scope is put into while the block lasts."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUE_FRAMES)
        self._listeners.setdefault(scope, set()).add(queue)
        try:
            yield queue
        finally:
            self._listeners[scope].discard(queue)
            if not self._listeners[scope]:
                del self._listeners[scope]

    async def run(self) -> None:
        """Send one frame a second until cancelled."""
        self._last_frame_s = time.monotonic()
        loop = asyncio.get_running_loop()
        next_s = loop.time()
        try:
            while True:
                await self._send_frame()
                # By the clock, not by pauses: frames would drift by the time each one takes. What a long stop
                # made the feed miss is not made up for.
                next_s = max(next_s + 1.0, loop.time())
                await asyncio.sleep(next_s - loop.time())
        finally:
            await self._disconnect()

    async def keep_days(self) -> None:
        """Make the partitions of today and tomorrow ahead, every hour, until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self._make_days)
                pause_s = _DAYS_EVERY_S
                self._centre.reports.report("days", "ok")
            except (Unavailable, psycopg.Error) as fault:
                log.warning("partitions not made ahead: %s", fault)
                pause_s = 10.0
                self._centre.reports.report("days", "failed")
            await asyncio.sleep(pause_s)

    def _make_days(self) -> None:
        now = self._centre.clock()
        with self._centre.database.transaction() as transaction:
            ensure_day_partitions(transaction, [now, now + timedelta(days=1)])

    async def _send_frame(self) -> None:
        try:
            # No frame is better than an old one: a page that hears nothing says so within five seconds.
            seen = await asyncio.wait_for(self._read_all(), _READ_LIMIT_S)
        except (psycopg.Error, OSError, TimeoutError) as fault:
            if not self._is_broken:
                log.warning("live feed stopped: %r", fault)
            self._is_broken = True
            await self._disconnect()
            return
        if self._is_broken:
            log.info("live feed is back")
        self._is_broken = False
        at = self._centre.clock()
        self._hand_to_listeners({scope: encode_frame(self._tick, at, rows) for scope, rows in seen.items()})

    def _hand_to_listeners(self, frames: Mapping[WorkerScope, bytes]) -> None:
        self._tick += 1
        self._last_frame_s = time.monotonic()
        for scope, frame in frames.items():
            for queue in self._listeners.get(scope, ()):
                if not queue.full():
                    queue.put_nowait(frame)

    async def _read_all(self) -> dict[WorkerScope, Sequence[Sequence[Any]]]:
        """What is seen of everybody, and of every other scope somebody listens to: a department's screens are few."""
        return {scope: await self._read(scope) for scope in {EVERYBODY, *self._listeners}}

    async def _read(self, scope: WorkerScope) -> Sequence[Sequence[Any]]:
        # A connection of its own, outside the pool: requests that use up the pool must not stop the map.
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(
                self._centre.database.url, autocommit=True, **CONNECTION | {"connect_timeout": 2}
            )
            await self._connection.execute(CONNECTIONS_SQL["become_app"], app_limits(_STATEMENT_S))
        parameters = {"area_id": self._centre.area.area_id} | scope.parameters()
        cursor = await self._connection.execute(SQL["on_the_map"], parameters)
        return await cursor.fetchall()

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
