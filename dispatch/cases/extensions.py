"""How often a case may be extended, by whom and by how much: the table ``extensions.csv``.

Source: docs/domain.md, "Extending".
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class ExtensionRule:
    """One row of ``extensions.csv``: who grants the nth extension, and how many times the limit it may add at most."""

    nth: int
    roles: frozenset[str]
    most: float


@cache
def extension_rules() -> tuple[ExtensionRule, ...]:
    """The rules of ``extensions.csv``, the first extension first."""
    with (Path(__file__).parent / "extensions.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return tuple(ExtensionRule(int(r["nth"]), frozenset(r["roles"].split("|")), float(r["most"])) for r in rows)


def next_rule(extended_count: int) -> ExtensionRule | None:
    """The rule of the extension after so many; None when there may be no more."""
    return next((one for one in extension_rules() if one.nth == extended_count + 1), None)
