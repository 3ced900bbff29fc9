"""What the person at the terminal reads: steps and faults, Chinese then English."""

from __future__ import annotations

import sys
from contextlib import suppress

from base.checks import Check
from base.errors import Fault
from base.values import Value
from words.catalogue import LANGUAGES
from words.checks import check_text
from words.faults import fault_texts
from words.values import filled_text


def print_step(key: str, **values: Value) -> None:
    """One step, on standard error (standard output is for results), Chinese then English; no terminal is no fault."""
    lines = dict.fromkeys(filled_text(f"steps.{key}", values, language) for language in LANGUAGES)
    with suppress(OSError):
        print(" / ".join(lines), file=sys.stderr, flush=True)


def fault_lines(fault: Fault) -> str:
    """What is wrong and how to mend it, Chinese then English; every fault of a list on its own line."""
    return "\n".join(
        f"  - {line}" if number else line
        for language in LANGUAGES
        for number, line in enumerate(fault_texts(fault, language))
    )


def print_check(check: Check) -> None:
    """One verdict a line, on standard output: its mark, Chinese, then English."""
    marks = {"ok": "✓", "warning": "!", "failed": "✗"}
    print(marks[check.state], " / ".join(check_text(check, language) for language in LANGUAGES), flush=True)
