"""The server of a private cluster while the centre runs: when it ends without being asked to, it is started again."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from base.checks import Reports
from base.cluster.folders import end_orphans, is_stopping
from base.errors import Unavailable
from base.progress import Progress
from base.values import Seconds

STOP_S = 120
_LOOK_EVERY_S = 0.2
_PAUSES_S = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Before the first, second, ... start in a row; the last one for all that follow."""
_GIVE_UP_AFTER = 6
_SELDOM_S = 60.0
"""After so many starts in a row that failed it is tried only this often, and said loudly."""
_STOPPED_BY_HAND_S = 5.0
"""A server that ended in order was stopped by somebody, or the machine goes down: time for that to reach us too."""
_CALM_S = 600.0
"""A restart is shown so long."""

Start = Callable[[threading.Event], "subprocess.Popen[bytes]"]
"""Starts the server and waits until it answers; must not wait any longer once the event is set."""


class Supervisor:
    """One server process, started again when it is lost.

    Parameters
    ----------
    data
        folder of the cluster.
    start
        starts the server; what it raises is a start that failed.
    tell
        receives notes for the person at the terminal.
    reports
        where health reads how it goes (``private_database``).
    """

    def __init__(self, data: Path, start: Start, tell: Progress, reports: Reports) -> None:
        self._data = data
        self._start = start
        self._progress = tell
        self._reports = reports
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = start(self._stopping)
        self._restarts = 0
        self._restarted_s = 0.0
        self._thread = threading.Thread(target=self._watch, name="private database", daemon=True)

    def watch(self) -> None:
        """Look after the server from now on.

        A server started again is bound to the thread that looks after it, as the first one is to the thread of the
        starter: killed with the centre, neither outlives it.
        """
        self._reports.report("private_database", "ok")
        self._thread.start()

    def stop(self) -> None:
        """Stop looking after it, then stop the server in order."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._process is not None and self._process.poll() is None:
            stop_server(self._process)
        else:
            end_orphans(self._data)

    def _watch(self) -> None:
        while not self._stopping.wait(_LOOK_EVERY_S):
            if self._process is None or self._process.poll() is not None:
                self._come_back()
            elif is_stopping(self._data):
                self._hurry(self._process)
            elif self._restarts and time.monotonic() - self._restarted_s > _CALM_S:
                self._restarts = 0
                self._reports.report("private_database", "ok")

    def _hurry(self, process: subprocess.Popen[bytes]) -> None:
        """A polite stop waits for every connection to end, and ours never do: nobody new gets in meanwhile."""
        if not self._stopping.wait(_STOPPED_BY_HAND_S) and process.poll() is None:
            process.send_signal(signal.SIGINT)
            self._stopping.wait(1)

    def _come_back(self) -> None:
        code = self._process.returncode if self._process is not None else None
        self._process = None
        self._progress("cluster_lost", code=code)
        self._reports.report("private_database", "failed", "restarting")
        if code == 0 and self._stopping.wait(_STOPPED_BY_HAND_S):
            return
        failures = 0
        while self._process is None and not self._stopping.wait(self._pause_s(failures)):
            try:
                self._start_again()
            except (Unavailable, OSError, subprocess.SubprocessError) as fault:
                failures += 1
                self._report_failure(failures, fault)

    def _pause_s(self, failures: int) -> float:
        if failures >= _GIVE_UP_AFTER:
            return _SELDOM_S
        # A server that starts and is lost again at once is not to be started in a tight ring either.
        quick = self._restarts if time.monotonic() - self._restarted_s < _SELDOM_S else 0
        return _PAUSES_S[min(failures + quick, len(_PAUSES_S) - 1)]

    def _start_again(self) -> None:
        end_orphans(self._data)
        self._process = self._start(self._stopping)
        self._restarts += 1
        self._restarted_s = time.monotonic()
        self._progress("cluster_back", count=self._restarts)
        self._reports.report("private_database", "warning", "restarted", count=self._restarts)

    def _report_failure(self, failures: int, fault: Exception) -> None:
        reason = str(fault.values.get("reason", fault)) if isinstance(fault, Unavailable) else str(fault)
        self._progress("cluster_not_back", count=failures, reason=reason)
        key = "given_up" if failures >= _GIVE_UP_AFTER else "not_back"
        self._reports.report("private_database", "failed", key, count=failures, reason=reason, every=Seconds(_SELDOM_S))


def stop_server(process: subprocess.Popen[bytes]) -> None:
    """A fast shutdown: open work is rolled back, everything else is written."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait()
