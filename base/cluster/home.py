"""Where a private cluster lies: its data, its socket, and what an earlier set-up may have left there."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from base.cluster.postgres import Account, account_of, server_account
from base.errors import Unavailable
from base.progress import Progress

FIRST_NEED_MB = 700
"""Free space a first set-up asks for: the empty cluster (40 MB), the demo town with its journal, and room to work."""
LATER_NEED_MB = 48
_LONGEST_SOCKET_PATH = 107
"""Source: ``sun_path`` of unix(7) holds 108 bytes with the closing zero."""
_SYSTEM_FOLDER = Path("/var/lib/gridcommand")
_SHORT_FOLDER = Path("/tmp")  # noqa: S108  the folder made in it is private and its owner is checked
_FIRST_USER_OID = 16384
"""Databases made by people have this number or a higher one. Source: FirstNormalObjectId of PostgreSQL."""


@dataclass(frozen=True)
class Home:
    """The folder of data, the folder of the socket, and the account both belong to."""

    data: Path
    socket_folder: Path
    account: Account

    @property
    def unfinished(self) -> Path:
        """Where a new cluster grows until it is whole."""
        return self.data.with_name(self.data.name + ".unfinished")


def make_var(var: Path) -> None:
    """Make the var folder, or make sure it can be written and has room.

    Raises
    ------
    Unavailable
        when it cannot be written or the disk is full.
    """
    try:
        var.mkdir(parents=True, exist_ok=True)
        probe = var / f".probe-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as fault:
        if fault.errno != errno.ENOSPC:
            raise Unavailable("var_unwritable", path=var, reason=fault.strerror or str(fault)) from fault
    data = var / "postgres"
    if data.exists():
        check_room(data)
    else:
        check_room(var, FIRST_NEED_MB)


def check_room(folder: Path, needed_mb: int = LATER_NEED_MB) -> None:
    """Refuse a disk too full to work on.

    Raises
    ------
    Unavailable
        saying how much is free and how much is needed.
    """
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < needed_mb:
        raise Unavailable("disk_full", path=folder, free_mb=free_mb, needed_mb=needed_mb)


def find_home(var: Path, tell: Progress) -> Home:
    """The home of this var folder's cluster; a new one is chosen where the server's account can reach it.

    Raises
    ------
    Unavailable
        when the data belong to somebody else, or no folder can be had.
    """
    data = var / "postgres"
    if not data.exists() and not data.is_symlink():
        account = server_account()
        if not account.can_enter(var):
            _point_elsewhere(data, account, tell)
    data = data.resolve()
    data.parent.mkdir(parents=True, exist_ok=True)
    account = server_account() if major_of(data) is None else _owner(data)
    return Home(data, _socket_folder(data), account)


def _point_elsewhere(data: Path, account: Account, tell: Progress) -> None:
    folder = _SYSTEM_FOLDER / secrets.token_hex(6)
    try:
        folder.mkdir(parents=True, mode=0o755)
        data.symlink_to(folder / "postgres")
    except OSError as fault:
        raise Unavailable("var_unwritable", path=folder, reason=fault.strerror or str(fault)) from fault
    tell("cluster_elsewhere", account=account.name, path=data.parent, folder=folder)


def _owner(data: Path) -> Account:
    owner = account_of(data.stat().st_uid)
    if os.geteuid() not in (0, owner.uid) or owner.uid == 0:
        raise Unavailable("cluster_other_owner", path=data, owner=owner.name)
    return owner


def _socket_folder(data: Path) -> Path:
    beside = data.with_name(data.name + ".socket")
    if len(os.fsencode(beside / ".s.PGSQL.5432")) <= _LONGEST_SOCKET_PATH:
        return beside
    return _SHORT_FOLDER / ("gridcommand-" + hashlib.sha256(os.fsencode(data)).hexdigest()[:12])


def make_private(folder: Path, account: Account) -> None:
    """Make the folder, mode 700, of the account; an existing one must already be the account's.

    Raises
    ------
    Unavailable
        when the folder belongs to somebody else, is no folder, or cannot be made.
    """
    try:
        if not folder.exists() and not folder.is_symlink():
            folder.mkdir(mode=0o700)
            if os.geteuid() == 0:
                os.chown(folder, account.uid, account.gid)
        facts = folder.lstat()
        if folder.is_symlink() or not folder.is_dir() or facts.st_uid != account.uid:
            raise Unavailable("folder_taken", path=folder, account=account.name)
        folder.chmod(0o700)
    except OSError as fault:
        raise Unavailable("var_unwritable", path=folder, reason=fault.strerror or str(fault)) from fault


def major_of(data: Path) -> int | None:
    """The major version a whole cluster was made by; None when there is no whole cluster."""
    return int((data / "PG_VERSION").read_text().strip()) if _is_whole(data) else None


def _is_whole(data: Path) -> bool:
    needed = ("PG_VERSION", "postgresql.conf", "global/pg_control", "global/1262", "base/1/PG_VERSION", "pg_wal")
    return all((data / name).exists() for name in needed)


def clear_half_finished(home: Home, tell: Progress) -> None:
    """Make way for a new cluster: put aside what an interrupted set-up left; never touch a folder with data.

    Raises
    ------
    Unavailable
        when the folder holds databases but lacks files of the server.
    """
    if home.unfinished.exists():
        shutil.rmtree(home.unfinished)  # never started: holds no data of anybody
        tell("cluster_resumed", path=home.unfinished)
    if not home.data.exists() or not any(home.data.iterdir()):
        return
    if _holds_databases(home.data):
        raise Unavailable("cluster_damaged", path=home.data)
    aside = home.data.with_name(f"{home.data.name}.half-finished-{time.strftime('%Y%m%d-%H%M%S')}")
    home.data.rename(aside)
    tell("cluster_put_aside", path=home.data, aside=aside)


def _holds_databases(data: Path) -> bool:
    numbers = [int(entry.name) for entry in (data / "base").glob("*") if entry.name.isdigit()]
    return any(number >= _FIRST_USER_OID for number in numbers)


def server_pid(data: Path) -> int | None:
    """Number of the server process that works in this folder now; None when there is none."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if works_in(pid, data) else None


def works_in(pid: int, data: Path) -> bool:
    """Whether the process has this folder as its working folder, as every process of a server has."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data
    except OSError:
        return False


def is_stopping(data: Path) -> bool:
    """Whether the server was asked to stop and waits for its connections to end.

    Source: ``postmaster.pid``, line 8 (LOCK_FILE_LINE_PM_STATUS in PostgreSQL's miscadmin.h).
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "stopping"


def orphans_in(data: Path) -> set[int]:
    """Processes of a PostgreSQL server that work in this folder; somebody's shell there is none."""
    numbers = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return {pid for pid in numbers if works_in(pid, data) and _is_server(pid)}


def _is_server(pid: int) -> bool:
    try:
        # A programme replaced while it runs (an upgrade) is shown as "postgres (deleted)".
        return Path(os.readlink(f"/proc/{pid}/exe")).name.split(" ")[0] == "postgres"  # noqa: PTH115  may dangle
    except OSError:
        return False


def end_orphans(data: Path) -> None:
    """End what is left of a server whose first process was killed: it holds the memory a new one must not share.

    They end by themselves as soon as they notice; who is in the middle of a long statement is made to.
    """
    if _all_gone(data, 1.0):
        return
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for pid in orphans_in(data):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if _all_gone(data, 3.0):
            return


def _all_gone(data: Path, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while orphans_in(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def drop_stale_lock(data: Path) -> bool:
    """Remove the lock file of a server that is gone; a process with a recycled number would block the start.

    Returns whether one was removed. The file stays while any process still works in the folder.
    """
    lock = data / "postmaster.pid"
    if not lock.exists():
        return False
    if any(works_in(int(entry.name), data) for entry in Path("/proc").iterdir() if entry.name.isdigit()):
        return False
    lock.unlink()
    return True
