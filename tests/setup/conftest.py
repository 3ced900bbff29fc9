"""Real processes: the start script with a folder and a port of its own, and what is left when it has ended."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from base.cluster.cluster import Cluster
from base.cluster.postgres import find_programmes
from tests.databases import folder_for_data

ROOT = Path(__file__).parents[2]
START_S = 600
"""The first start makes the demo town; on a busy machine that takes its time."""


@pytest.fixture(scope="session", autouse=True)
def hang_up_reaches_what_is_started() -> None:
    """Under ``nohup`` a hang-up is ignored, also by every process started; a handler is not handed on."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def environment(var: Path, port: int = 8050, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRIDCOMMAND_", "DATABASE_URL"))}
    ours = {"GRIDCOMMAND_VAR": str(var), "GRIDCOMMAND_PORT": str(port), "GRIDCOMMAND_SHIFT": "off"}
    return kept | ours | {"GRIDCOMMAND_PYTHON": sys.executable} | more


def command(var: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One command of ``app.py``, to its end."""
    return subprocess.run(
        [sys.executable, "app.py", *words],
        cwd=ROOT,
        env=environment(var, **more),
        capture_output=True,
        text=True,
        timeout=START_S,
        check=False,
    )


def descendants(pid: int) -> set[int]:
    """The process and everything it started, directly or not."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: set[int], within_s: float = 30) -> set[int]:
    """Those still there when the time is over; returns as soon as all are gone."""
    until = time.monotonic() + within_s
    while (left := {pid for pid in pids if alive(pid)}) and time.monotonic() < until:
        time.sleep(0.05)
    return left


def cluster_state(var: Path) -> str:
    """What the server's own record says about how it was stopped."""
    data = (var / "postgres").resolve()
    told = subprocess.run(
        [find_programmes().folder / "pg_controldata", "-D", data],
        capture_output=True,
        text=True,
        check=True,
        env={"LC_ALL": "C"},
    )
    return re.search(r"Database cluster state:\s+(.+)", told.stdout)[1]


class Town:
    """A running centre."""

    def __init__(self, var: Path, **more: str) -> None:
        self.var = var
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._out = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed with the town
        self._err = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed with the town
        self.process = subprocess.Popen(
            ["docker/start.sh"],
            cwd=ROOT,
            env=environment(var, self.port, **more),
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=self._err,
            start_new_session=True,
        )

    def await_ready(self) -> dict[str, str]:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            assert self.process.poll() is None, self.errors
            try:
                answer = httpx.get(f"{self.url}/api/health", timeout=5)
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            assert answer.status_code == 200, answer.text
            return answer.json()
        raise AssertionError("not up in time: " + self.errors)

    def _text(self, file: object) -> str:
        file.seek(0)
        return file.read()

    @property
    def output(self) -> str:
        return self._text(self._out)

    @property
    def errors(self) -> str:
        return self._text(self._err)

    def family(self) -> set[int]:
        return descendants(self.process.pid)

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def close(self) -> None:
        family = self.family() if self.process.poll() is None else set()
        if family:
            self.process.kill()
            self.process.wait(60)
        assert not gone(family, 60)
        self._out.close()
        self._err.close()


@pytest.fixture(scope="session")
def reachable_folder() -> Iterator[Path]:
    """A folder every account can enter (pytest's own are for the present account only)."""
    folder = Path(tempfile.mkdtemp(prefix="gridcommand-test-", dir=folder_for_data()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def var(reachable_folder: Path) -> Iterator[Path]:
    """A var folder that is not there yet."""
    folder = Path(tempfile.mkdtemp(dir=reachable_folder))
    yield folder / "var"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster_made_once(reachable_folder: Path) -> Path:
    """A var folder whose cluster was made, started and stopped in order; for ``made_var`` to copy."""
    var = reachable_folder / "made" / "var"
    with Cluster(var, throwaway=True).running():
        pass
    return var


@pytest.fixture
def made_var(var: Path, cluster_made_once: Path) -> Path:
    """A var folder of one's own whose cluster has been made and is stopped."""
    subprocess.run(["cp", "--archive", cluster_made_once, var], check=True)  # the server's account stays the owner
    return var


@pytest.fixture(autouse=True)
def _enterable(request: pytest.FixtureRequest) -> None:
    if "var" in request.fixturenames:
        request.getfixturevalue("var").parent.chmod(0o755)
