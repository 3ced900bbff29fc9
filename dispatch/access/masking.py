"""Person data as it is shown to those who need not know it whole: names, phones, identity numbers, free text.

Source: docs/domain.md, "Masking": name 张*三 or 李*, phone 138****8000, identity number first six and last four.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from dispatch.access.grants import may
from dispatch.access.personal_numbers import personal_numbers
from dispatch.access.scope import Scope

_NO_NAMES = frozenset({"display", "gateway"})
"""Nobody stands behind them whose work needs a colleague's whole name."""
_NO_TEXT = frozenset({"display"})
"""Everybody who passes reads a display, so it is given no words that somebody wrote."""
_LONG_PHONE = 11
_DIGITS = re.compile(r"\d*", re.ASCII)
_MASKED_PHONE = re.compile(r"\d{3}\*{4}\d{4}", re.ASCII)


def mask_name(name: str) -> str:
    """The first and, of three or more characters, the last character; a star for each other one."""
    if len(name) <= 2:
        return "*" if len(name) == 1 else name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_phone(phone: str) -> str:
    """The first three and last four digits, of a mobile without its country; all stars when it is too short.

    What is masked already stays as it is.
    """
    if _MASKED_PHONE.fullmatch(phone):
        return phone
    digits = phone if _DIGITS.fullmatch(phone) else _digits_of(phone)
    if len(digits) < _LONG_PHONE:
        return "*" * len(phone)
    if len(digits) > _LONG_PHONE:
        digits = digits.removeprefix("00").removeprefix("86")
    return f"{digits[:3]}****{digits[-4:]}"


def _digits_of(phone: str) -> str:
    """The digits, in whatever script they are written."""
    return "".join(str(unicodedata.digit(letter)) for letter in phone if letter.isdigit())


def mask_id_number(number: str) -> str:
    """The first six and last four characters; all stars when it is too short for that."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) >= 15 else "*" * len(number)


def without_numbers(words: str) -> str:
    """A free text with phone and identity numbers masked, in whatever form they are written."""
    parts: list[str] = []
    end = 0
    for found in personal_numbers(words):
        masked = mask_phone(found.digits) if found.kind == "phone" else "*" * len(found.digits)
        parts += [words[end : found.start], masked]
        end = found.end
    return "".join([*parts, words[end:]])


def worker_name(scope: Scope, name: str) -> str:
    """A worker's name as the asker may read it."""
    return mask_name(name) if scope.role in _NO_NAMES else name


@dataclass(frozen=True)
class CaseMask:
    """What of one case's people and words somebody reads.

    Parameters
    ----------
    is_whole
        whether the reporter and the words are shown as they are.
    has_words
        whether free text is shown at all.
    has_names
        whether workers are shown by their whole names.
    reporter
        the reporter's name, which is masked in the words too.
    """

    is_whole: bool
    has_words: bool
    has_names: bool
    reporter: str

    def words(self, text: str) -> str:
        """A free text: a description, a note."""
        if not self.has_words:
            return ""
        if self.is_whole:
            return text
        known = text.replace(self.reporter, mask_name(self.reporter)) if len(self.reporter) > 1 else text
        return without_numbers(known)

    def reporter_name(self, name: str) -> str:
        """The name of who reported the case."""
        return name if self.is_whole else mask_name(name)

    def reporter_phone(self, phone: str) -> str:
        """The phone of who reported the case."""
        return phone if self.is_whole else mask_phone(phone)

    def worker_name(self, name: str) -> str:
        """The name of who was sent."""
        return name if self.has_names else mask_name(name)


def case_mask(scope: Scope, reported_by: str, reporter: str, *, is_opened: bool) -> CaseMask:
    """How one case is shown to somebody.

    Parameters
    ----------
    scope
        who reads it.
    reported_by, reporter
        the account that reported the case, and the name of the person it named.
    is_opened
        whether this one case is opened, which leaves a line in the audit. In a list everybody reads everything masked.
    """
    may_see_whole = may(scope, "person.unmask") or reported_by == scope.account
    return CaseMask(
        is_whole=is_opened and may_see_whole and scope.role not in _NO_TEXT,
        has_words=scope.role not in _NO_TEXT,
        has_names=scope.role not in _NO_NAMES,
        reporter=reporter,
    )
