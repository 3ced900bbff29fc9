"""What kind of case a text tells of, and who gets that kind. Rules over the tables beside this file; no database."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dispatch.cases.calendar import Limit

UNKNOWN_TYPE = "9999"
"""未分类: a person decides."""
THRESHOLD = 2
"""Matched characters a proposal needs; one says too little in Chinese. Source: docs/domain.md, "Recognising a type"."""
NEGATION_WINDOW = 4
"""Characters before a word in which a negation takes it back. Source: docs/domain.md, "Recognising a type"."""

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class EventType:
    """One row of ``event_types.csv``; ``limit`` None for the top classes and for types without one."""

    code: str
    name: str
    department: str
    priority: str
    limit: Limit | None
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """The type a text speaks of: its code, the matched characters, the words that matched, what raises it to P1."""

    type_code: str
    score: int
    words: tuple[str, ...]
    raised_by: tuple[str, ...]


@dataclass(frozen=True)
class _Match:
    word: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.word)


@cache
def event_types() -> dict[str, EventType]:
    """Every type by its code, top classes (two digits) among them."""
    types = {}
    with (_HERE / "event_types.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            limit = Limit(float(row["limit"]), row["limit_unit"]) if row["limit"] else None  # type: ignore[arg-type]
            keywords = tuple(filter(None, row["keywords"].split("|")))
            types[row["code"]] = EventType(
                row["code"], row["name"], row["department"], row["priority"], limit, keywords
            )
    return types


def is_reportable(type_code: str) -> bool:
    """Whether a case may be of this type: it exists and is not a whole class."""
    return len(type_code) == 4 and type_code in event_types()


@cache
def _words(kind: str) -> tuple[str, ...]:
    with (_HERE / "urgent_words.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["kind"] == kind:
                return tuple(row["words"].split("|"))
    raise KeyError(kind)


@cache
def _keywords() -> dict[str, tuple[str, ...]]:
    """Each keyword, the longest first, with the types it speaks for."""
    owners: dict[str, list[str]] = {}
    for event_type in event_types().values():
        for word in event_type.keywords:
            owners.setdefault(word, []).append(event_type.code)
    return {word: tuple(owners[word]) for word in sorted(owners, key=lambda word: (-len(word), word))}


def _places(word: str, text: str) -> list[int]:
    places, at = [], text.find(word)
    while at >= 0:
        places.append(at)
        at = text.find(word, at + 1)
    return places


def _negated(text: str, start: int) -> bool:
    window = text[max(0, start - NEGATION_WINDOW) : start]
    return any(word in window for word in _words("negate"))


def _matches(text: str) -> list[_Match]:
    """Keywords in the text, the longest first; a place a longer one covers is not read again."""
    taken: set[int] = set()
    found: list[_Match] = []
    for word in _keywords():
        for start in _places(word, text):
            span = range(start, start + len(word))
            if taken.isdisjoint(span):
                taken.update(span)
                found.append(_Match(word, start))
    return found


def _score(text: str, matches: list[_Match]) -> dict[str, int]:
    """Matched characters for each type; a negated word counts nothing, a word that says "only asking" takes off."""
    scores: dict[str, int] = {}
    for match in matches:
        if not _negated(text, match.start):
            for code in _keywords()[match.word]:
                scores[code] = scores.get(code, 0) + len(match.word)
    for word in _words("minus"):
        if word in text:
            for code in scores:
                if word not in event_types()[code].keywords:
                    scores[code] -= len(word)
    return scores


def _raising(text: str, matches: list[_Match]) -> tuple[str, ...]:
    """Words that raise any case to P1: not negated, not part of a longer keyword or of a harmless word."""
    covers = [match for match in matches if event_types()[_keywords()[match.word][0]].priority != "P1"]
    covers += [_Match(word, start) for word in _words("harmless") for start in _places(word, text)]
    raising = []
    for word in _words("raise"):
        for start in _places(word, text):
            inside = any(
                cover.start <= start and start + len(word) <= cover.end and len(cover.word) > len(word)
                for cover in covers
            )
            if not inside and not _negated(text, start):
                raising.append(word)
                break
    return tuple(raising)


def propose(text: str) -> Proposal:
    """The type a text speaks of, ``9999`` when it says too little.

    Among equal scores the more urgent type wins, then the smaller code. The priority is only ever raised.

    Source: docs/domain.md, "Recognising a type".
    """
    matches = _matches(text)
    scores = _score(text, matches)
    raised_by = _raising(text, matches)
    best = min(scores, key=lambda code: (-scores[code], event_types()[code].priority, code), default=UNKNOWN_TYPE)
    if scores.get(best, 0) < THRESHOLD:
        return Proposal(UNKNOWN_TYPE, 0, (), raised_by)
    words = tuple(match.word for match in matches if best in _keywords()[match.word])
    return Proposal(best, scores[best], words, raised_by)


def department_of(type_code: str) -> str:
    """Code of the department that gets this type; of 9999 when the type is not known."""
    return event_types().get(type_code, event_types()[UNKNOWN_TYPE]).department


def priority_of(type_code: str, raised_by: tuple[str, ...] = ()) -> str:
    """The type's own priority, P1 when a raising word is there."""
    return "P1" if raised_by else event_types().get(type_code, event_types()[UNKNOWN_TYPE]).priority
