"""Why fixes were not taken, in a few words."""

from __future__ import annotations

from collections.abc import Iterable

from words.catalogue import text
from words.names import name_of


def refusal_reason(code: str, language: str) -> str:
    """The reason in a few words; the code itself for one without words."""
    return name_of("refusals.reason", code, language)


def refusals_in_words(counts: Iterable[tuple[str, int]], language: str) -> str:
    """``(reason, fixes)`` of one worker's day in a sentence; empty when nothing was refused."""
    given = list(counts)
    if not given:
        return ""
    reasons = [text("refusals.part", language, reason=refusal_reason(code, language), n=n) for code, n in given]
    joined = text("refusals.between", language).join(reasons)
    return text("refusals.today", language, n=sum(n for _, n in given), reasons=joined)
