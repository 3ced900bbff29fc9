"""What was looked at and found: a part of the centre, its state, and a key into the catalogue that words it.

Whoever does something in the background (the private database, the live feed, the bus, a job) reports here how it
went; health and ``doctor`` show the newest report of each beside what they look at themselves.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from base.values import Value

State = Literal["ok", "warning", "failed"]

DISK_WARNING_PERCENT = 80
DISK_FAILED_PERCENT = 95
"""From here on the centre counts as degraded: PostgreSQL stops when its journal cannot grow."""


@dataclass(frozen=True)
class Check:
    """One thing looked at. Its text is ``checks.<name>.<key>``, filled in with ``values``."""

    name: str
    state: State
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


def check(name: str, state: State, key: str = "", **values: Value) -> Check:
    """A check; its text's key is its state unless another one is given."""
    return Check(name, state, key or state, values)


class Reports:
    """The newest report of each background duty; any thread may report."""

    def __init__(self) -> None:
        self._newest: dict[str, Check] = {}
        self._lock = threading.Lock()

    def report(self, name: str, state: State, key: str = "", **values: Value) -> None:
        """Note how the duty ``name`` went; replaces what it reported before."""
        with self._lock:
            self._newest[name] = check(name, state, key, **values)

    def newest(self) -> list[Check]:
        """What every duty reported last, in the order they first reported."""
        with self._lock:
            return list(self._newest.values())


def disk_check(name: str, folder: Path) -> Check:
    """How full the disk of a folder is; a folder that is not there yet counts by the nearest one above it."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    usage = shutil.disk_usage(there)
    # As df counts: what is kept back for root is neither used nor free.
    percent = round(100 * usage.used / max(1, usage.used + usage.free))
    state: State = "ok"
    if percent >= DISK_WARNING_PERCENT:
        state = "failed" if percent >= DISK_FAILED_PERCENT else "warning"
    return check(name, state, percent=percent, free_mb=usage.free // 2**20, path=str(folder))
