"""The database is killed in every way it can be: the centre writes again by itself, and stopping still stops all."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest

from base.checks import Reports
from base.cluster import folders, supervisor
from base.cluster.cluster import Cluster
from base.database import Database
from base.errors import Unavailable
from base.migrations import migrate
from tests.setup.conftest import cluster_state, gone

BACK_WITHIN_S = 30
Answer = TypeVar("Answer")


class Watched:
    """A private database looked after, with one pool on it, as a running centre has it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.notes: list[str] = []
        self.unanswered = 0
        self.reports = Reports()
        self.cluster = Cluster(var, progress=lambda key, **_: self.notes.append(key))

    def __enter__(self) -> Watched:
        self.running = self.cluster.running(alone=True, reports=self.reports)
        url = self.running.__enter__()
        migrate(url)
        self.database = Database(url)
        self.data = (self.var / "postgres").resolve()
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()
        self.running.__exit__(None, None, None)

    @property
    def server(self) -> int:
        return folders.server_pid(self.data)

    def write(self) -> None:
        with self.database.transaction() as transaction:
            transaction.execute("select audit_append_v1(1, now(), 'a', 'r', 'act', 'what', '{}')")

    def written(self) -> int:
        with self.database.transaction() as transaction:
            return transaction.execute("select count(*) as n from audit").fetchone()["n"]

    def await_write(self) -> None:
        self.await_answer(self.write)

    def await_answer(self, ask: Callable[[], Answer]) -> Answer:
        until = time.monotonic() + BACK_WITHIN_S
        while True:
            try:
                return ask()
            except Unavailable:
                self.unanswered += 1
                assert time.monotonic() < until, self.notes
                time.sleep(0.05)

    def state(self) -> tuple[str, str]:
        return next((one.state, one.key) for one in self.reports.newest() if one.name == "private_database")


@pytest.fixture(scope="module")
def watched(reachable_folder: Path) -> Iterator[Watched]:
    with Watched(reachable_folder / "watched" / "var") as watched:
        yield watched


def kill_all(watched: Watched) -> None:
    for pid in folders.orphans_in(watched.data):
        with suppress(ProcessLookupError):  # the others notice at once that the first is gone
            os.kill(pid, signal.SIGKILL)


def kill_first(watched: Watched) -> None:
    os.kill(watched.server, signal.SIGKILL)


def kill_first_while_another_works(watched: Watched) -> None:
    """A statement that computes does not notice that the server is gone, and holds its memory."""

    def compute() -> None:
        with pytest.raises(Unavailable), watched.database.transaction(timeout_s=60) as transaction:
            transaction.execute("select sum(sin(n)) from generate_series(1, 2000000000) n")

    working = threading.Thread(target=compute)
    working.start()
    with psycopg.connect(watched.database.url, autocommit=True) as looking:
        busy = "select 1 from pg_stat_activity where query like 'select sum(sin%' and state = 'active'"
        while not looking.execute(busy).fetchone():
            assert working.is_alive()
    os.kill(watched.server, signal.SIGKILL)
    working.join(BACK_WITHIN_S)
    assert not working.is_alive()


@pytest.mark.parametrize(
    "kill",
    [kill_first_while_another_works, *(pytest.param(kill, marks=pytest.mark.long) for kill in (kill_all, kill_first))],
)
def test_a_killed_database_is_written_to_again_and_nothing_is_lost(
    watched: Watched, kill: Callable[[Watched], None]
) -> None:
    watched.await_write()
    before, first = watched.written(), watched.server
    kill(watched)
    watched.await_write()  # it may be one that was left of the killed server: what it wrote is kept too
    until = time.monotonic() + BACK_WITHIN_S
    while watched.server in (None, first) or watched.state() != ("warning", "restarted"):
        assert time.monotonic() < until, watched.notes
        time.sleep(0.05)
    watched.await_write()
    assert watched.written() == before + 2


@pytest.mark.long
def test_a_stop_that_waits_for_our_connections_for_ever_is_helped(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_STOPPED_BY_HAND_S", 0.2)
    watched.await_write()
    first = watched.server
    os.kill(first, signal.SIGTERM)
    assert not gone({first})
    watched.await_write()


@pytest.mark.long
def test_stopping_the_centre_while_the_database_comes_back_stops_all(var: Path) -> None:
    with Watched(var) as watched:
        family = folders.orphans_in(watched.data)
        kill_first(watched)
        assert not gone({pid for pid in family if pid == watched.server})
    assert not gone(folders.orphans_in(watched.data))
    assert cluster_state(var) in ("shut down", "in production"), "stopped in order, or not started again at all"
    assert not gone(family)


def test_a_database_that_cannot_start_is_told_and_comes_back_when_mended(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_PAUSES_S", (0.0,))
    monkeypatch.setattr(supervisor, "_SELDOM_S", 0.3)
    monkeypatch.setattr(supervisor, "_GIVE_UP_AFTER", 2)
    control = watched.data / "global" / "pg_control"
    control.rename(control.with_name("lost"))
    kill_all(watched)
    until = time.monotonic() + BACK_WITHIN_S
    while watched.state() != ("failed", "given_up"):
        assert time.monotonic() < until, watched.notes
        time.sleep(0.05)
    assert "cluster_not_back" in watched.notes
    control.with_name("lost").rename(control)
    watched.await_write()


def test_a_shell_in_the_folder_is_nobody_to_end(var: Path) -> None:
    folder = var.parent
    with subprocess.Popen(["sleep", "60"], cwd=folder) as shell:
        assert folders.orphans_in(folder.resolve()) == set()
        shell.kill()


@pytest.mark.long
def test_killed_many_times_nothing_acknowledged_is_lost(var: Path) -> None:
    with Watched(var) as watched:
        for number in range(50):
            watched.await_write()
            # a write may have been kept without its answer; a backend left of the killed server may end while it reads
            assert number < watched.await_answer(watched.written) <= number + 1 + watched.unanswered
            (kill_all, kill_first)[number % 2](watched)
        watched.await_write()
        assert 51 <= watched.await_answer(watched.written) <= 51 + watched.unanswered
