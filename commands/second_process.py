"""The second process as a child of the centre: started, watched, begun again when it ends by itself, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from base.progress import Progress
from base.settings import Settings
from base.stop_signals import tied_to_parent
from commands.server import Companion

PAUSES_S = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Before it is begun again, the longer the more often in a row it ended; the last one is repeated."""
SETTLED_S = 120.0
"""It counts as well again when it has run so long."""
_STOP_S = 15.0
"""It lets what is being sent come to its end."""


class SecondProcess:
    """``python app.py jobs`` beside the server.

    Parameters
    ----------
    settings
        the var folder its record goes to.
    database_url
        of the database the centre uses, which is up and migrated.
    progress
        receives notes for the person who started the centre.
    words
        the command; given by tests.
    """

    def __init__(
        self,
        settings: Settings,
        database_url: str,
        progress: Progress,
        words: Sequence[str] = ("app.py", "jobs", "--tied"),
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._words = words
        self._environment = os.environ | {"DATABASE_URL": database_url}
        self._progress = progress
        self._log = settings.var / "jobs.log"
        self._now_s = now_s
        self._process: subprocess.Popen[bytes] | None = None
        self._ended_in_a_row = 0
        self._started_s = 0.0
        self._again_s: float | None = None

    def start(self) -> None:
        """Start it."""
        self._again_s = None
        self._started_s = self._now_s()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  our own programme
                [sys.executable, *self._words],
                cwd=Path(__file__).parents[1],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
                preexec_fn=tied_to_parent(signal.SIGTERM),  # noqa: PLW1509  one system call, nothing that locks
            )

    def look_after(self) -> None:
        """Begin it again, after a while, when it has ended by itself; health tells how long nobody does the jobs."""
        if self._process is not None and self._process.poll() is not None:
            has_run_s = self._now_s() - self._started_s
            self._ended_in_a_row = 1 if has_run_s > SETTLED_S else self._ended_in_a_row + 1
            self._progress("jobs_ended", code=self._process.returncode, log=self._log)
            self._process = None
            self._again_s = self._now_s() + PAUSES_S[min(self._ended_in_a_row, len(PAUSES_S)) - 1]
        if self._again_s is not None and self._now_s() >= self._again_s:
            self.start()

    def stop(self) -> None:
        """End it, and what it is doing first."""
        self._again_s = None
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


class Companions:
    """Several processes beside the server, as one: started in order, ended in the other."""

    def __init__(self, *companions: Companion) -> None:
        self._companions = companions

    def start(self) -> None:
        """Start each."""
        for one in self._companions:
            one.start()

    def look_after(self) -> None:
        """Note of each whether it still runs."""
        for one in self._companions:
            one.look_after()

    def stop(self) -> None:
        """End each now."""
        for one in reversed(self._companions):
            one.stop()
