"""What is special about a case beside its state, in a word each: how often it was returned, what is asked about it."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.cases.incidents import Case
from words.catalogue import text


def case_marks(case: Case, language: str) -> Iterator[str]:
    """How often it was returned, that it waits for a ruling or was ruled, that others are asked for, or objected."""
    if case.returned_count:
        yield text("shell.mark.returned", language, n=case.returned_count)
    for name in ("ruling_wanted", "ruled", "support_asked", "objected"):
        if getattr(case, f"{name}_at") is not None:
            yield text(f"shell.mark.{name}", language)
