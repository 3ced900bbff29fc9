"""The simulated shift as a process beside the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from base.progress import Progress
from base.settings import Settings
from base.stop_signals import tied_to_parent
from commands.first_run import leader_tokens, token_of_run, workers_of_people
from commands.server import ANY_ADDRESS
from commands.terminal import print_step
from dispatch.centre import Centre


@contextmanager
def simulated_shift(centres: Sequence[Centre]) -> Iterator[SimulatedShift]:
    """The shift of the town that is played, with tokens for this run; where none is played it never starts."""
    centre = next((one for one in centres if one.settings.shift), centres[0])
    with (
        token_of_run(centre, "gateway", "simulated shift") as token,
        leader_tokens(centre) as leaders,
    ):
        yield SimulatedShift(centre.settings, token, print_step, workers_of_people(centre), leaders)


class SimulatedShift:
    """The simulated shift: a child process that speaks to this server as its phones would.

    Parameters
    ----------
    settings
        speed, seed, port, and the var folder its record goes to.
    token
        access token of the role ``gateway``.
    progress
        receives notes for the person who started the centre.
    leave_out
        numbers of workers the shift must not play, because a person is that worker.
    leader_tokens
        access tokens of the roles ``shift_leader`` and ``verifier``; empty: nobody is sent, nothing verified but by
        people.
    """

    def __init__(
        self,
        settings: Settings,
        token: str,
        progress: Progress,
        leave_out: Sequence[int] = (),
        leader_tokens: tuple[str, str] = ("", ""),
    ) -> None:
        self._settings = settings
        self._tokens = {
            "GRIDCOMMAND_SIMULATOR_TOKEN": token,
            "GRIDCOMMAND_SIMULATOR_LEADER_TOKEN": leader_tokens[0],
            "GRIDCOMMAND_SIMULATOR_VERIFIER_TOKEN": leader_tokens[1],
        }
        self._progress = progress
        self._leave_out = leave_out
        self._log = settings.var / "shift.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the shift, unless it is set to off."""
        settings = self._settings
        if not settings.shift:
            return
        host = "127.0.0.1" if settings.host in ANY_ADDRESS else settings.host
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
        self._progress("shift_started", speed=settings.shift)

    def look_after(self) -> None:
        """Say it once when the shift has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            self._progress("shift_ended", code=self._process.returncode, log=self._log)
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
