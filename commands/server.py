"""The web server as a process: up with what runs beside it, down in order."""

from __future__ import annotations

import contextlib
import errno
import signal
import socket
from collections.abc import Generator
from types import FrameType
from typing import Protocol

import uvicorn
from starlette.types import ASGIApp

from base.errors import Unavailable
from base.progress import Progress
from base.settings import Settings
from base.stop_signals import STOP_SIGNALS, handle_stop_signals
from commands.connections import allow_open_files, connections

ANY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104  compared with, not bound
_MESSAGE_BYTES = 16 * 1024
"""The longest message a display may send; it has nothing to say."""
_GRACE_S = 4
"""Longest wait for open requests and live displays when stopping; displays come back by themselves."""


class Companion(Protocol):
    """A process that runs beside the server, started after it and ended before it."""

    def start(self) -> None:
        """Start it."""

    def look_after(self) -> None:
        """Note whether it still runs."""

    def stop(self) -> None:
        """End it now."""


class Server(uvicorn.Server):
    """The web server; any of the stop signals ends the shift first, then the server."""

    def __init__(self, server: ASGIApp, settings: Settings, progress: Progress, shift: Companion) -> None:
        allow_open_files()
        super().__init__(
            uvicorn.Config(
                server,
                http=connections(settings.request_timeout_s),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # the guard reads them, from the proxies named in the settings only
                ws_per_message_deflate=False,
                ws_max_size=_MESSAGE_BYTES,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )
        self._settings = settings
        self._progress = progress
        self._shift = shift

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, say where, and start the shift."""
        await super().startup(sockets)
        self._progress("ready", url=public_url(self._settings), path=self._settings.var / "accounts.txt")
        self._shift.start()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: whether to stop; the shift is looked after once a second."""
        if counter % 10 == 0:
            self._shift.look_after()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """The shift first, so that it does not report to a server that is going."""
        self._shift.stop()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take the stop signals while serving; from then on they are ignored, so that the database stops in peace."""
        handle_stop_signals(self.handle_exit)
        try:
            yield
        finally:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  the shape signal.signal asks for
        """Stop; asked twice, do not wait for open requests."""
        self.force_exit = self.should_exit
        self.should_exit = True


def public_url(settings: Settings) -> str:
    """The address to type into a browser."""
    host = "localhost" if settings.host in (*ANY_ADDRESS, "127.0.0.1", "::1") else settings.host
    return f"http://{host}:{settings.port}"


def take_port(settings: Settings) -> socket.socket:
    """Take the port before anything is started.

    Raises
    ------
    Unavailable
        when another programme has it, or the address is not one of this machine.
    """
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        listener = socket.socket(found[0][0], socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(found[0][4])
        listener.listen(0)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            other = settings.port + 1 if settings.port < 65535 else 8050
            raise Unavailable("port_in_use", field="GRIDCOMMAND_PORT", port=settings.port, other=other) from fault
        reason = fault.strerror or str(fault)
        raise Unavailable("address_unusable", host=settings.host, port=settings.port, reason=reason) from fault
    return listener
