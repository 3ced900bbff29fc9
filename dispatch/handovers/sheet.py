"""The sheet of a hand-over: lines of codes and values, kept as they are, read in any language; what has changed since.

Source: docs/domain.md, "Handing over a shift".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from base.kept_values import kept_value, plain
from base.values import Code

Part = Literal["cases", "promises", "hazards", "unusual", "out"]
PARTS: tuple[Part, ...] = get_args(Part)
ChangeKind = Literal["new", "changed", "gone"]
_PASSING = frozenset({"near", "status", "waiting", "dead", "percent", "free_mb"})
"""Values that are always on the move: that they are others is no change worth telling."""


@dataclass(frozen=True)
class Line:
    """One line of the sheet.

    ``of`` tells what it is about (the same thing has the same line in the next sheet), ``said`` its text, ``at`` the
    moment it is about: when something is due, was pressed, or somebody was seen.
    """

    part: Part
    of: str
    said: Code
    at: datetime | None = None
    case_no: str | None = None
    priority: str | None = None

    @property
    def lasting(self) -> tuple[object, ...]:
        """What makes it another line when it changes; where somebody was seen does not."""
        values = {name: value for name, value in self.said.values.items() if name not in _PASSING}
        moment = None if self.part == "out" else self.at
        return self.said.code, values, moment, self.case_no, self.priority


@dataclass(frozen=True)
class Change:
    """A line that has come, is another now, or has gone (then as it was)."""

    kind: ChangeKind
    line: Line


def changes(before: Sequence[Line], now: Sequence[Line]) -> list[Change]:
    """What has become otherwise between two sheets, in the order of the later one, what has gone at the end."""
    known, present = ({(line.part, line.of): line for line in lines} for lines in (before, now))
    come = [Change("new" if key not in known else "changed", line)
            for key, line in present.items()
            if key not in known or known[key].lasting != line.lasting]  # fmt: skip
    return [*come, *(Change("gone", line) for key, line in known.items() if key not in present)]


def kept_lines(lines: Sequence[Line]) -> str:
    """The lines as JSON."""
    return json.dumps([vars(line) for line in lines], ensure_ascii=False, default=plain, sort_keys=True)


def lines_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    """The lines that were kept as this JSON."""
    return tuple(_line(one) for one in kept)


def _line(kept: Mapping[str, Any]) -> Line:
    said, at = kept_value(kept["said"]), kept["at"]
    assert isinstance(said, Code)
    return Line(**{**kept, "said": said, "at": None if at is None else datetime.fromisoformat(at)})


def kept_changes(found: Sequence[Change]) -> str:
    """The changes as JSON."""
    kept = [{"kind": one.kind, "line": vars(one.line)} for one in found]
    return json.dumps(kept, ensure_ascii=False, default=plain, sort_keys=True)


def changes_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """The changes that were kept as this JSON."""
    return tuple(Change(one["kind"], _line(one["line"])) for one in kept)
