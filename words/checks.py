"""What was looked at and found, in words."""

from __future__ import annotations

from base.checks import Check
from words.values import filled_text


def check_text(check: Check, language: str) -> str:
    """One check in a language."""
    return filled_text(f"checks.{check.name}.{check.key}", check.values, language)
