"""How processes are asked to stop, and how a child ends with the one that started it, even when that is killed."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a polite end, a closed terminal."""

_PR_SET_PDEATHSIG = 1
"""Source: prctl(2); Linux only. The signal comes when the *thread* that started the process ends."""


def tied_to_parent(end_signal: signal.Signals) -> Callable[[], None]:
    """For ``preexec_fn`` of ``subprocess``: the child gets ``end_signal`` when the thread that started it ends."""
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, end_signal, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def end_with_parent(end_signal: signal.Signals) -> None:
    """Have this process sent ``end_signal`` when the process that started it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, end_signal, 0, 0, 0)


def take_stop_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    """Have the stop signals handled; a hang-up stays ignored where ``nohup`` asked for that."""
    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)
