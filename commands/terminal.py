"""What the person at the terminal reads: steps and faults, Chinese then English."""

from __future__ import annotations

import sys
from contextlib import suppress

from base.errors import Fault
from words.catalogue import LANGUAGES, text


def tell(key: str, **words: object) -> None:
    """One step, on standard error (standard output is for results), Chinese then English; no terminal is no fault."""
    told = dict.fromkeys(text(f"steps.{key}", language, **words) for language in LANGUAGES)
    with suppress(OSError):
        print(" / ".join(told), file=sys.stderr, flush=True)


def explain(fault: Fault) -> str:
    """What is wrong and how to mend it, Chinese then English; every fault of a list on its own line."""
    lines = []
    for language in LANGUAGES:
        lines.append(text(f"faults.{fault.key}", language, field=fault.field, **fault.words))
        inner = getattr(fault, "faults", [])
        lines += ["  - " + text(f"faults.{one.key}", language, field=one.field, **one.words) for one in inner]
    return "\n".join(lines)
