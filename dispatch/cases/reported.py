"""What a report tells of a case: by whom, and where as it was given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported a case, as far as it is known."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class GivenPoint:
    """A point as it was given: degrees in its datum."""

    lon: float
    lat: float
    datum: str
