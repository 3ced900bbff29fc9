"""The PostgreSQL of this machine: its programmes, the account it may run as, settings fit for the memory."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base.errors import Unavailable

DEBIAN_PROGRAMMES = Path("/usr/lib/postgresql")
DEBIAN_SHARE = Path("/usr/share/postgresql")
OLDEST_MAJOR = 15
"""Source: ``base/migrations.py`` (the schema uses features of PostgreSQL 15)."""


@dataclass(frozen=True)
class Programmes:
    """One installed PostgreSQL: major version, folder of its programmes, whether PostGIS lies beside it."""

    major: int
    folder: Path
    has_postgis: bool


@dataclass(frozen=True)
class Account:
    """The unprivileged account of the operating system the server runs as."""

    name: str
    uid: int
    gid: int

    def process_options(self) -> dict[str, Any]:
        """Options for ``subprocess`` so that the child runs as this account, reachable from any folder."""
        options: dict[str, Any] = {"cwd": "/", "stdin": subprocess.DEVNULL}
        if os.geteuid() == 0:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def can_enter(self, folder: Path) -> bool:
        """Whether this account can reach the folder through all its parents."""
        command = ["/usr/bin/test", "-x", str(folder)]
        return subprocess.run(command, check=False, **self.process_options()).returncode == 0  # noqa: S603


def find_programmes(major: int | None = None) -> Programmes:
    """The newest installed PostgreSQL that has PostGIS; with ``major``, that version only (data of it exist).

    Raises
    ------
    Unavailable
        when PostgreSQL, that version of it, or PostGIS is not installed.
    """
    found = [one for one in _installed() if one.major >= OLDEST_MAJOR]
    if not found:
        raise Unavailable("postgres_not_installed", needed=OLDEST_MAJOR)
    if major is not None:
        found = [one for one in found if one.major == major]
        if not found:
            raise Unavailable("cluster_needs_version", needed=major)
    best = max(found, key=lambda one: (one.has_postgis, one.major))
    if not best.has_postgis:
        raise Unavailable("postgis_not_installed", major=best.major)
    return best


def find_client(name: str, major: int) -> Path:
    """A programme of PostgreSQL that talks to a server of this major version; the nearest version that can.

    Raises
    ------
    Unavailable
        when there is none as new as the server.
    """
    versions = {int(folder.name): folder / "bin" / name for folder in DEBIAN_PROGRAMMES.glob("[1-9][0-9]")}
    fit = [version for version, path in versions.items() if version >= major and path.exists()]
    if fit:
        return versions[min(fit)]
    on_path = shutil.which(name)
    if on_path is None or _version_of(on_path) < major:
        raise Unavailable("postgres_client_missing", programme=name, needed=major)
    return Path(on_path)


def _version_of(programme: str) -> int:
    told = subprocess.run([programme, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    return int("".join(letter if letter.isdigit() else " " for letter in told).split()[0])


def _installed() -> list[Programmes]:
    found = [
        Programmes(int(folder.name), folder / "bin", _postgis_in(DEBIAN_SHARE / folder.name))
        for folder in sorted(DEBIAN_PROGRAMMES.glob("[1-9][0-9]"))
        if (folder / "bin" / "initdb").exists() and (folder / "bin" / "postgres").exists()
    ]
    return found or _installed_on_path()


def _installed_on_path() -> list[Programmes]:
    initdb, config = shutil.which("initdb"), shutil.which("pg_config")
    if not initdb or not config:
        return []
    command = [config, "--version", "--sharedir"]
    answers = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    version, share = answers.stdout.splitlines()
    major = int("".join(letter if letter.isdigit() else " " for letter in version).split()[0])
    return [Programmes(major, Path(initdb).resolve().parent, _postgis_in(Path(share)))]


def _postgis_in(share: Path) -> bool:
    return (share / "extension" / "postgis.control").exists()


def account_of(uid: int) -> Account:
    """The account with this number.

    Raises
    ------
    Unavailable
        when the system has no name for it (PostgreSQL refuses to run then).
    """
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as fault:
        raise Unavailable("os_account_missing", uid=uid) from fault
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def server_account() -> Account:
    """The account a new server is to run as: oneself, or for root the first unprivileged one that fits.

    Raises
    ------
    Unavailable
        when root finds no other account.
    """
    if os.geteuid() != 0:
        return account_of(os.geteuid())
    for name in ("postgres", os.environ.get("SUDO_USER", ""), "daemon", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise Unavailable("os_account_missing", uid="postgres")


def memory_mb() -> int:
    """Memory this machine, or the control group it is limited to, has; megabytes."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    total = next(int(line.split()[1]) // 1024 for line in lines if line.startswith("MemTotal:"))
    limit = Path("/sys/fs/cgroup/memory.max")
    given = limit.read_text().strip() if limit.exists() else "max"
    return min(total, int(given) // 2**20) if given.isdigit() else total


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))


def settings_text(memory: int, socket_folder: Path, *, throwaway: bool = False) -> str:
    """The server's settings for a machine with ``memory`` megabytes, which the centre shares.

    Shares of memory follow the PostgreSQL manual (19.4 Resource Consumption), halved because the centre and a
    browser may live on the same machine. ``throwaway`` gives up safety against a power cut for speed (tests).
    """
    settings: dict[str, object] = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "port": 5432,
        "max_connections": 100,
        "shared_buffers": f"{_between(64, memory // 8, 2048)}MB",
        "effective_cache_size": f"{_between(192, memory // 2, 16384)}MB",
        "maintenance_work_mem": f"{_between(32, memory // 32, 512)}MB",
        "work_mem": f"{_between(4, memory // 512, 32)}MB",
        "max_wal_size": "1GB",
        "min_wal_size": "80MB",
        "wal_compression": "on",
        "checkpoint_completion_target": 0.9,
        "random_page_cost": 1.1,
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "on",
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_size": 0,
        "log_line_prefix": "%m [%p] %q%u@%d ",
    }
    if throwaway:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "logging_collector": "off"}
    lines = [f"{name} = '{str(value).replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
    return "# Written at every start; change settings with ALTER SYSTEM, which wins.\n" + "\n".join(lines) + "\n"
