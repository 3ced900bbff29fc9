"""Values that rules hand on and others word: a length, a span of time, a code of a named list.

A fault, a check, a reason carry a code and such values; ``words/`` makes a sentence of them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeAlias
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Metres:
    """A length."""

    value: float


@dataclass(frozen=True, slots=True)
class Seconds:
    """A span of time."""

    value: float


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment that is told with its day, where a ``datetime`` alone is told as a time of day."""

    value: datetime


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a named list, with what its text needs: ``Code("lifecycle.state", "handled")``."""

    names: str
    """The section of the catalogue the list's texts stand in."""
    code: str
    values: Mapping[str, Value] = field(default_factory=dict)


Worded: TypeAlias = Metres | Seconds | Moment | Code
"""What is said otherwise in each language."""
Value: TypeAlias = str | int | float | datetime | Path | UUID | Worded | Sequence["Value"] | None
"""What fills a text: as given (texts, numbers, ids), or worded (lengths, spans, moments, codes, lists of these)."""
