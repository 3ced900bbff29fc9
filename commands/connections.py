"""Connections to the web server: who begins a request and does not finish its head is closed, others are served."""

from __future__ import annotations

import asyncio
import contextlib
import resource
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST = 1000
"""Connections at most that hold or await a request; live channels are not among them."""
HEAD_BYTES_LIMIT = 64 * 1024
"""Bytes of a request's first line and headers at most; the guard refuses less, in words."""
_OPEN_FILES = 8192
_ANSWERS = {408: b"408 Request Timeout", 431: b"431 Request Header Fields Too Large"}


class Connection(HttpToolsProtocol):
    """One connection. The head of each request must come within ``patience_s``, its body is the guard's to wait for."""

    patience_s: float
    most: int
    waiting: dict[Connection, None]
    """Those whose head has not come yet, the oldest first."""

    def __init__(self, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the head of the first request."""
        super().connection_made(transport)
        self._await_head()
        if len(self.connections) > self.most:
            # One that sends nothing makes room, not the newcomer, who may have something to say.
            next(iter(self.waiting)).give_up(408)

    def data_received(self, data: bytes) -> None:
        """Take what comes; count what comes before the headers are complete."""
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._await_head()
        self._head_bytes += len(data)
        super().data_received(data)
        if self._deadline is not None and self._head_bytes > HEAD_BYTES_LIMIT:
            self.give_up(431)

    def on_headers_complete(self) -> None:
        """Wait no longer: the guard takes over."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget about it."""
        self._stop_waiting()
        super().connection_lost(exc)

    def give_up(self, status: int) -> None:
        """Close a connection whose request does not come to its end; one that sent nothing is told nothing."""
        self._stop_waiting()
        if self.transport.is_closing():
            return
        if self._head_bytes:
            answer = b"HTTP/1.1 " + _ANSWERS[status] + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            self.transport.write(answer)
        self.transport.close()

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._deadline = self.loop.call_later(self.patience_s, self.give_up, 408)
        self.waiting[self] = None

    def _stop_waiting(self) -> None:
        self.waiting.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def connections(patience_s: float, most: int = MOST) -> type[Connection]:
    """The connections of one server, with its limits: seconds to wait for a head, and how many there may be."""
    return type("ConnectionOfServer", (Connection,), {"patience_s": patience_s, "most": most, "waiting": {}})


def allow_open_files() -> None:
    """Let this process hold as many connections as are allowed; by default a system lets it open about a thousand."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # fewer connections then
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
