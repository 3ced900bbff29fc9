"""Signals that ask a process to stop, and how a child stops when its parent ends, even when that is killed."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, ``kill``, a closed terminal."""

_PR_SET_PDEATHSIG = 1
"""Source: prctl(2); Linux only. The signal comes when the *thread* that started the process ends."""


def tied_to_parent(end_signal: signal.Signals) -> Callable[[], None]:
    """For ``preexec_fn`` of ``subprocess``: the child gets ``end_signal`` when the thread that started it ends."""
    # looked up before the fork: between fork and exec a child may load nothing, another thread may hold the lock
    libc = ctypes.CDLL(None)
    parent_pid = os.getpid()

    def request_signal() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, end_signal, 0, 0, 0)
        # the parent may have ended before this call, and then no signal would ever come
        if os.getppid() != parent_pid:
            os._exit(1)

    return request_signal


def end_with_parent(end_signal: signal.Signals) -> None:
    """Ask the kernel to send this process ``end_signal`` when the process that started it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, end_signal, 0, 0, 0)


def handle_stop_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    """Let ``handler`` be called for each stop signal, except for a hang-up that is ignored already."""
    for number in STOP_SIGNALS:
        # ``nohup`` starts a process with SIGHUP ignored, so that it goes on when the terminal is closed
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)
