"""What was looked at and found, in words."""

from __future__ import annotations

from base.checks import Check
from words.catalogue import text


def check_text(check: Check, language: str) -> str:
    """One check in a language."""
    return text(f"checks.{check.name}.{check.key}", language, **check.words)
