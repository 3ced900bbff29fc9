"""Person data as it is shown to those who need not know it whole.

Source: docs/domain.md, "Masking": name 张*三 or 李*, phone 138****8000, identity number first six and last four.
"""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"(?<![0-9A-Za-z])(?:1\d{10}|\d{17}[\dXx]|0\d{2,3}-?\d{7,8})(?![0-9A-Za-z])")
"""Mobile numbers, identity numbers, fixed lines with their area code."""


def mask_name(name: str) -> str:
    """The first and, of three or more characters, the last character; a star for each one between."""
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_phone(phone: str) -> str:
    """The first three and last four digits; all stars when it is too short for that."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def mask_id_number(number: str) -> str:
    """The first six and last four characters; all stars when it is too short for that."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) >= 15 else "*" * len(number)


def without_numbers(words: str) -> str:
    """A free text with phone and identity numbers masked."""
    return _NUMBERS.sub(lambda hit: mask_phone(hit.group()) if len(hit.group()) < 17 else "*" * 18, words)
