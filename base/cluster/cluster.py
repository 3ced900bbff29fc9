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
from base.cluster.folders import (
    FREE_MB_TO_START,
    ClusterFolders,
    clear_half_finished,
    find_folders,
    major_of,
    make_private,
    make_var,
    remove_stale_lock,
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

_ANOTHERS_START_S = 90


class Cluster:
    """The private cluster of one var folder.

    Parameters
    ----------
    var
        folder that holds ``postgres`` (or a link to it, where the server's account cannot reach the folder).
    progress
        receives notes for the person who started this.
    throwaway
        trade safety against a power cut for speed; for tests.
    """

    def __init__(self, var: Path, *, progress: Progress = silent, throwaway: bool = False) -> None:
        self.var = var.absolute()
        self._progress = progress
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
        with self._lock_var() as other_pid:
            if other_pid is None:
                with self._run_server(reports) as url:
                    yield url
            elif alone:
                raise Unavailable("var_in_use", path=self.var, pid=other_pid)
            else:
                yield self._use_running_server()

    @contextmanager
    def _lock_var(self) -> Iterator[str | None]:
        """Lock the folder for this process; gives the number of the process that has it locked already.

        A lock of the kernel and not a file that is there or not: it ends with the process, however that ends.
        """
        path = self.var / "postgres.lock"
        # "a+": opened to write, yet not emptied, since the number in it may be another process's
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

    def _use_running_server(self) -> str:
        """Address of the server that another process of ours runs, once it answers: it may still be starting."""
        deadline = time.monotonic() + _ANOTHERS_START_S
        while True:
            folders = find_folders(self.var, self._progress)
            url = _url(folders, ROLE)
            try:
                psycopg.connect(url, connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise Unavailable("database_unreachable", reason=str(error).splitlines()[0]) from error
                time.sleep(0.2)
            else:
                return url

    @contextmanager
    def _run_server(self, reports: Reports | None) -> Iterator[str]:
        folders = find_folders(self.var, self._progress)
        self._stop_leftover_server(folders)
        programmes = find_programmes(major_of(folders.data))
        if major_of(folders.data) is None:
            self._create(folders, programmes)
        server = Supervisor(
            folders.data,
            lambda stopping: self._launch(folders, programmes, stopping),
            self._progress,
            reports or Reports(),
        )
        try:
            if reports is not None:
                server.watch()
            yield _url(folders, ROLE)
        finally:
            server.stop()

    def _launch(
        self, folders: ClusterFolders, programmes: Programmes, stopping: threading.Event
    ) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers, or until the centre is to stop."""
        self._write_settings(folders)
        if remove_stale_lock(folders.data):
            self._progress("cluster_mended")
        process = self._start(folders, programmes)
        try:
            self._wait_until_ready(folders, process, stopping)
        except BaseException:
            stop_server(process)
            raise
        return process

    def _stop_leftover_server(self, folders: ClusterFolders) -> None:
        """Wait for a server whose starter is gone to stop: two servers in one folder would destroy the data."""
        pid = server_pid(folders.data)
        if pid is None:
            return
        self._progress("cluster_leftover", pid=pid)
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_S
        while server_pid(folders.data) is not None:
            if time.monotonic() > deadline:
                raise Unavailable("cluster_will_not_stop", pid=pid)
            time.sleep(0.1)

    def _create(self, folders: ClusterFolders, programmes: Programmes) -> None:
        clear_half_finished(folders, self._progress)
        self._progress("cluster_making", major=programmes.major, path=folders.data, account=folders.account.name)
        # made under another name and renamed when it is whole: whatever interrupts it, a folder of the right name is a
        # whole cluster
        make_private(folders.unfinished, folders.account)
        try:
            self._initdb(folders, programmes)
            with (folders.unfinished / "postgresql.conf").open("a") as settings:
                settings.write("\ninclude_if_exists = 'gridcommand.conf'\n")
            if folders.data.exists():
                folders.data.rmdir()
            folders.unfinished.rename(folders.data)
        except BaseException:
            shutil.rmtree(folders.unfinished, ignore_errors=True)
            raise

    def _initdb(self, folders: ClusterFolders, programmes: Programmes) -> None:
        command = [
            str(programmes.folder / "initdb"),
            f"--pgdata={folders.unfinished}",
            f"--username={ROLE}",
            "--encoding=UTF8",
            f"--locale={_locale()}",
            "--data-checksums",
            "--auth-local=peer",
            "--auth-host=reject",
            "--no-instructions",
        ] + (["--no-sync"] if self._throwaway else [])
        initdb = subprocess.run(  # noqa: S603  our own arguments only
            command,
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            preexec_fn=tied_to_parent(signal.SIGTERM),
            **folders.account.process_options(),
        )
        if initdb.returncode != 0:
            raise self._not_started(initdb.stderr or initdb.stdout, folders)

    def _write_settings(self, folders: ClusterFolders) -> None:
        # No password: the kernel tells the server which account is at the other end of the socket. The server's own and
        # that of this process may both be a role; when root starts it they are two.
        names = {folders.account.name, account_of(os.geteuid()).name}
        # Both roles for both accounts: the owner migrates and makes backups, the centre itself works as the small one.
        identities = "".join(f'{ROLE} "{name}" {role}\n' for name in sorted(names) for role in (ROLE, APP_ROLE))
        texts = {
            "gridcommand.conf": settings_text(memory_mb(), folders.socket_folder, throwaway=self._throwaway),
            "pg_hba.conf": f"# Written at every start.\nlocal all all peer map={ROLE}\n",
            "pg_ident.conf": f"# Written at every start.\n{identities}",
        }
        make_private(folders.socket_folder, folders.account)
        try:
            for name, text in texts.items():
                _replace(folders.data / name, text, folders)
        except OSError as error:
            raise self._not_started(str(error), folders) from error

    def _start(self, folders: ClusterFolders, programmes: Programmes) -> subprocess.Popen[bytes]:
        with self._log_path.open("wb") as log:
            return subprocess.Popen(  # noqa: S603
                [str(programmes.folder / "postgres"), "-D", str(folders.data)],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(),
                start_new_session=True,  # Ctrl-C goes to the whole group: the server would stop before its clients
                preexec_fn=tied_to_parent(signal.SIGINT),  # noqa: PLW1509  one system call, nothing that locks
                **folders.account.process_options(),
            )

    def _wait_until_ready(
        self, folders: ClusterFolders, process: subprocess.Popen[bytes], stopping: threading.Event
    ) -> None:
        """Wait as long as the server lives: after a power cut it reads its journal first."""
        url = _url(folders, "postgres")
        next_note_at = time.monotonic() + 5
        while not stopping.is_set():
            try:
                with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                    if connection.execute(SQL["database_exists"]).fetchone() is None:
                        connection.execute(SQL["make_database"])
                return
            except psycopg.OperationalError as error:
                if process.poll() is not None:
                    raise self._not_started(self._log_path.read_text(errors="replace"), folders) from error
                if isinstance(error, psycopg.errors.DiskFull):
                    raise self._not_started(str(error), folders) from error
            if time.monotonic() > next_note_at:
                self._progress("cluster_recovering")
                next_note_at = time.monotonic() + 30
            time.sleep(0.05)

    @property
    def _log_path(self) -> Path:
        return self.var / "postgres-start.log"

    def _not_started(self, output: str, folders: ClusterFolders) -> Unavailable:
        if "No space left" in output or "could not resize" in output:
            free_mb = shutil.disk_usage(folders.data.parent).free // 2**20
            return Unavailable("disk_full", path=folders.data.parent, free_mb=free_mb, needed_mb=FREE_MB_TO_START)
        lines = [line for line in output.splitlines() if "FATAL" in line or "error" in line.lower()]
        reason = lines[-1] if lines else output.strip()[-300:]
        return Unavailable("cluster_not_started", reason=reason, log=self._log_path, path=folders.data)


def _replace(path: Path, text: str, folders: ClusterFolders) -> None:
    # renamed into place: a full disk leaves the old file whole, not half a new one
    new_file = path.with_name(path.name + ".new")
    new_file.write_text(text, encoding="utf-8")
    new_file.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(new_file, folders.account.uid, folders.account.gid)
    new_file.replace(path)


def _url(folders: ClusterFolders, database: str) -> str:
    return make_conninfo(user=ROLE, host=str(folders.socket_folder), port=5432, dbname=database)


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": _locale(), "TZ": "UTC"}


def _locale() -> str:
    # of no country: an index by text must not depend on a language that the next machine lacks
    installed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.lower()  # noqa: S607
    return "C.UTF-8" if "c.utf" in installed else "C"
