"""A private PostGIS cluster under the var folder: made once, run as a child of this process, stopped with it."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from base.checks import Reports
from base.cluster.home import (
    LATER_NEED_MB,
    Home,
    clear_half_finished,
    drop_stale_lock,
    find_home,
    major_of,
    make_private,
    make_var,
    server_pid,
)
from base.cluster.postgres import Programmes, account_of, find_programmes, memory_mb, settings_text
from base.cluster.supervisor import STOP_S, Supervisor, stop_server
from base.database import APP_ROLE
from base.errors import Unavailable
from base.progress import Progress, silent
from base.statements import load_statements
from base.stop_signals import tied_to_parent

SQL = load_statements(Path(__file__).parent / "sql" / "cluster.sql")
ROLE = "gridcommand"

_ATTACH_S = 90


class Cluster:
    """The private cluster of one var folder.

    Parameters
    ----------
    var
        folder that holds ``postgres`` (or a link to it, where the server's account cannot reach the folder).
    tell
        receives notes for the person who started this.
    throwaway
        trade safety against a power cut for speed; for tests.
    """

    def __init__(self, var: Path, *, tell: Progress = silent, throwaway: bool = False) -> None:
        self.var = var.absolute()
        self._tell = tell
        self._throwaway = throwaway

    @contextmanager
    def running(self, *, alone: bool = False, reports: Reports | None = None) -> Iterator[str]:
        """Address of the running server's database ``gridcommand``; the server stops with the block.

        A server that another process of ours runs here is used as it is. Must be called on a thread that outlives
        the block: the server is bound to it, so that even a killed process leaves no server behind.

        Parameters
        ----------
        alone
            refuse when another process of ours uses the folder.
        reports
            given, the server is looked after: started again when it is lost, and how it goes is reported here.

        Raises
        ------
        Unavailable
            saying what is missing and how to mend it.
        """
        make_var(self.var)
        with self._claim() as other_pid:
            if other_pid is None:
                with self._own_server(reports) as url:
                    yield url
            elif alone:
                raise Unavailable("var_in_use", path=self.var, pid=other_pid)
            else:
                yield self._join()

    @contextmanager
    def _claim(self) -> Iterator[str | None]:
        """Claim the folder for this process; gives the number of the process that has it already."""
        path = self.var / "postgres.lock"
        with path.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                yield lock.read().strip()
                return
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield None

    def _join(self) -> str:
        deadline = time.monotonic() + _ATTACH_S
        while True:
            home = find_home(self.var, self._tell)
            url = _url(home, ROLE)
            try:
                psycopg.connect(url, connect_timeout=5).close()
            except psycopg.OperationalError as fault:
                if time.monotonic() > deadline:
                    raise Unavailable("database_unreachable", reason=str(fault).splitlines()[0]) from fault
                time.sleep(0.2)
            else:
                return url

    @contextmanager
    def _own_server(self, reports: Reports | None) -> Iterator[str]:
        home = find_home(self.var, self._tell)
        self._end_leftover(home)
        programmes = find_programmes(major_of(home.data))
        if major_of(home.data) is None:
            self._make(home, programmes)
        server = Supervisor(
            home.data, lambda stopping: self._launch(home, programmes, stopping), self._tell, reports or Reports()
        )
        try:
            if reports is not None:
                server.watch()
            yield _url(home, ROLE)
        finally:
            server.stop()

    def _launch(self, home: Home, programmes: Programmes, stopping: threading.Event) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers, or until the centre is to stop."""
        self._write_settings(home)
        if drop_stale_lock(home.data):
            self._tell("cluster_mended")
        process = self._start(home, programmes)
        try:
            self._await_ready(home, process, stopping)
        except BaseException:
            stop_server(process)
            raise
        return process

    def _end_leftover(self, home: Home) -> None:
        """A server whose starter is gone is on its way out; wait for it, and help it."""
        pid = server_pid(home.data)
        if pid is None:
            return
        self._tell("cluster_leftover", pid=pid)
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_S
        while server_pid(home.data) is not None:
            if time.monotonic() > deadline:
                raise Unavailable("cluster_will_not_stop", pid=pid)
            time.sleep(0.1)

    def _make(self, home: Home, programmes: Programmes) -> None:
        clear_half_finished(home, self._tell)
        self._tell("cluster_making", major=programmes.major, path=home.data, account=home.account.name)
        make_private(home.unfinished, home.account)
        try:
            self._initdb(home, programmes)
            with (home.unfinished / "postgresql.conf").open("a") as settings:
                settings.write("\ninclude_if_exists = 'gridcommand.conf'\n")
            if home.data.exists():
                home.data.rmdir()
            home.unfinished.rename(home.data)
        except BaseException:
            shutil.rmtree(home.unfinished, ignore_errors=True)
            raise

    def _initdb(self, home: Home, programmes: Programmes) -> None:
        command = [
            str(programmes.folder / "initdb"),
            f"--pgdata={home.unfinished}",
            f"--username={ROLE}",
            "--encoding=UTF8",
            f"--locale={_locale()}",
            "--data-checksums",
            "--auth-local=peer",
            "--auth-host=reject",
            "--no-instructions",
        ] + (["--no-sync"] if self._throwaway else [])
        done = subprocess.run(  # noqa: S603  our own arguments only
            command,
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            preexec_fn=tied_to_parent(signal.SIGTERM),
            **home.account.process_options(),
        )
        if done.returncode != 0:
            raise self._not_started(done.stderr or done.stdout, home)

    def _write_settings(self, home: Home) -> None:
        names = {home.account.name, account_of(os.geteuid()).name}
        # Both roles for both accounts: the owner migrates and makes backups, the centre itself works as the small one.
        identities = "".join(f'{ROLE} "{name}" {role}\n' for name in sorted(names) for role in (ROLE, APP_ROLE))
        texts = {
            "gridcommand.conf": settings_text(memory_mb(), home.socket_folder, throwaway=self._throwaway),
            "pg_hba.conf": f"# Written at every start.\nlocal all all peer map={ROLE}\n",
            "pg_ident.conf": f"# Written at every start.\n{identities}",
        }
        make_private(home.socket_folder, home.account)
        try:
            for name, text in texts.items():
                _replace(home.data / name, text, home)
        except OSError as fault:
            raise self._not_started(str(fault), home) from fault

    def _start(self, home: Home, programmes: Programmes) -> subprocess.Popen[bytes]:
        with self._log_path.open("wb") as log:
            return subprocess.Popen(  # noqa: S603
                [str(programmes.folder / "postgres"), "-D", str(home.data)],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(),
                start_new_session=True,
                preexec_fn=tied_to_parent(signal.SIGINT),  # noqa: PLW1509  one system call, nothing that locks
                **home.account.process_options(),
            )

    def _await_ready(self, home: Home, process: subprocess.Popen[bytes], stopping: threading.Event) -> None:
        """Wait as long as the server lives: after a power cut it reads its journal first."""
        url = _url(home, "postgres")
        told_at = time.monotonic() + 5
        while not stopping.is_set():
            try:
                with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                    if connection.execute(SQL["database_exists"]).fetchone() is None:
                        connection.execute(SQL["make_database"])
                return
            except psycopg.OperationalError as fault:
                if process.poll() is not None:
                    raise self._not_started(self._log_path.read_text(errors="replace"), home) from fault
                if isinstance(fault, psycopg.errors.DiskFull):
                    raise self._not_started(str(fault), home) from fault
            if time.monotonic() > told_at:
                self._tell("cluster_recovering")
                told_at = time.monotonic() + 30
            time.sleep(0.05)

    @property
    def _log_path(self) -> Path:
        return self.var / "postgres-start.log"

    def _not_started(self, output: str, home: Home) -> Unavailable:
        if "No space left" in output or "could not resize" in output:
            free_mb = shutil.disk_usage(home.data.parent).free // 2**20
            return Unavailable("disk_full", path=home.data.parent, free_mb=free_mb, needed_mb=LATER_NEED_MB)
        lines = [line for line in output.splitlines() if "FATAL" in line or "error" in line.lower()]
        reason = lines[-1] if lines else output.strip()[-300:]
        return Unavailable("cluster_not_started", reason=reason, log=self._log_path, path=home.data)


def _replace(path: Path, text: str, home: Home) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(fresh, home.account.uid, home.account.gid)
    fresh.replace(path)


def _url(home: Home, database: str) -> str:
    return make_conninfo(user=ROLE, host=str(home.socket_folder), port=5432, dbname=database)


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": _locale(), "TZ": "UTC"}


def _locale() -> str:
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.lower()  # noqa: S607
    return "C.UTF-8" if "c.utf" in known else "C"
