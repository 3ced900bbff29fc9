"""The server as a process: up with the simulated shift beside it, down in order."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from mapdata.errors import Unavailable
from mapdata.lifeline import STOP_SIGNALS, take_stop_signals, tied_to_parent
from mapdata.progress import Progress
from mapdata.settings import Settings

_ANY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104  compared with, not bound
_GRACE_S = 4
"""Longest wait for open requests and live displays when stopping; displays come back by themselves."""


class Shift:
    """The simulated shift: a child process that speaks to this server as its phones would.

    Parameters
    ----------
    settings
        speed, seed, port, and the var folder its record goes to.
    token
        access token of the role ``gateway``.
    tell
        receives notes for the person who started the centre.
    leave_out
        numbers of workers the shift must not play, because a person is that worker.
    leader_token
        access token of the role ``shift_leader``; empty: nobody is sent but by people.
    """

    def __init__(
        self, settings: Settings, token: str, tell: Progress, leave_out: Sequence[int] = (), leader_token: str = ""
    ) -> None:
        self._settings = settings
        self._tokens = {
            "GRIDCOMMAND_SIMULATOR_TOKEN": token,
            "GRIDCOMMAND_SIMULATOR_LEADER_TOKEN": leader_token,
        }
        self._tell = tell
        self._leave_out = leave_out
        self._log = settings.var / "shift.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the shift, unless it is set to off."""
        settings = self._settings
        if not settings.shift:
            return
        host = "127.0.0.1" if settings.host in _ANY_ADDRESS else settings.host
        options = {
            "--url": f"http://{host}:{settings.port}",
            "--speed": str(settings.shift),
            "--seed": str(settings.shift_seed),
            "--leave-out": ",".join(map(str, self._leave_out)),
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  our own programme
                [sys.executable, "-m", "simulator", *(part for option in options.items() for part in option)],
                cwd=Path(__file__).parents[1],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | self._tokens,
                start_new_session=True,
                preexec_fn=tied_to_parent(signal.SIGTERM),  # noqa: PLW1509  one system call, nothing that locks
            )
        self._tell("shift_started", speed=settings.shift)

    def look_after(self) -> None:
        """Say it once when the shift has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            self._tell("shift_ended", code=self._process.returncode, log=self._log)
            self._process = None

    def stop(self) -> None:
        """End the shift now."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


class Service(uvicorn.Server):
    """The web server; any of the stop signals ends the shift first, then the server."""

    def __init__(self, server: FastAPI, settings: Settings, tell: Progress, shift: Shift) -> None:
        super().__init__(
            uvicorn.Config(
                server,
                log_config=None,
                access_log=False,
                server_header=False,
                ws_per_message_deflate=False,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )
        self._settings = settings
        self._tell = tell
        self._shift = shift

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, say where, and start the shift."""
        await super().startup(sockets)
        self._tell("ready", url=public_url(self._settings), path=self._settings.var / "accounts.txt")
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
        take_stop_signals(self.handle_exit)
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
    host = "localhost" if settings.host in (*_ANY_ADDRESS, "127.0.0.1", "::1") else settings.host
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
