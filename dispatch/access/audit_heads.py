"""The heads of the audit's chains, noted outside the database: whoever may change that cannot make them agree."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from base.clock import rfc3339

FILE = "audit-head.log"
"""Under the var folder; a copy on another machine, or on paper, makes it worth more."""


@dataclass(frozen=True)
class Head:
    """The last link of an area's chain at some time: its number and hash."""

    area_id: int
    link_no: int
    hash: bytes


class AuditHeads:
    """A file of heads, one a line, only ever added to: moment, area, number of the link, its hash, why it was noted."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[Head]:
        """Every head noted, each once, the oldest first; a line torn by a crash is left out."""
        if not self._path.exists():
            return []
        lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        return list(dict.fromkeys(head for head in map(_head, lines) if head is not None))

    def note(self, heads: Iterable[Head], at: datetime, why: str) -> None:
        """Add heads that stand committed in the database, each on its own line, on disk when this returns."""
        moment = rfc3339(at.replace(microsecond=0))
        lines = "".join(f"{moment} {head.area_id} {head.link_no} {head.hash.hex()} {why}\n" for head in heads)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        opened = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(opened, (self._line_end() + lines).encode())
            os.fsync(opened)
        finally:
            os.close(opened)

    def _line_end(self) -> str:
        """What ends a line torn by a crash, so that the next one can be read."""
        return "" if self._path.read_bytes()[-1:] in (b"", b"\n") else "\n"


def _head(line: str) -> Head | None:
    try:
        _moment, area_id, link_no, hashed, _why = line.split(" ")
        return Head(int(area_id), int(link_no), bytes.fromhex(hashed)) if len(hashed) == 64 else None
    except ValueError:
        return None
