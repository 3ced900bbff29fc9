"""What went wrong, in words: what is wrong and what to do about it."""

from __future__ import annotations

from base.errors import Fault, Faults
from words.values import filled_text


def fault_text(fault: Fault, language: str) -> str:
    """One fault in a language."""
    return filled_text(f"faults.{fault.key}", {"field": fault.field or ""} | fault.values, language)


def fault_texts(fault: Fault, language: str) -> list[str]:
    """A fault in a language; of a list of faults its heading, then each fault of it."""
    inner = fault.faults if isinstance(fault, Faults) else []
    return [fault_text(one, language) for one in (fault, *inner)]
