"""Phone and identity numbers in free text, found by what they mean, however they are written.

A number is read from the digits and from what stands between them, not from a pattern of characters: the text is
brought to plain digits first (full width, Chinese numerals, signs without width), groups of digits are put together
over spaces, dashes, dots and brackets, and what comes out is asked whether it can be called or names a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

import phonenumbers

FEWEST_DIGITS = 7
"""No number that leads to a person is shorter."""
_LONGEST_DIGITS = 22
_NUMERALS = dict(zip("〇零○一幺二三四五六七八九壹贰叁肆伍陆柒捌玖", "0001123456789123456789", strict=True))
_JOINT = r"[\s\-‐-―−·•._/\\、,，*~()（）\[\]【】\u200b-\u200f\u2060\ufeff]"
_JOINTS = re.compile(rf"{_JOINT}{{1,4}}")
_SPOKEN = re.compile(
    rf"[{''.join(_NUMERALS)}](?:{_JOINT}?[{''.join(_NUMERALS)}]){{{FEWEST_DIGITS - 1},}}",
)
"""Numerals one after the other, as a number is read out; no count is written so."""
_RUN = re.compile(r"\d+")
_NO_NUMBER = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4,6}(?!\d)"  # the number of a case
    r"|(?<!\d)\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?!\d)"  # a date
    r"|(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d{2}(?!\d)"  # a date, its year last
    r"|(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)"  # a time of day
    r"|(?<![\d,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])"  # an amount with its thousands set apart
    r"|(?<![\d.])-?\d{1,3}\.\d{2,}\s?[,，、 ]\s?-?\d{1,3}\.\d{2,}(?![\d.])"  # a point: two decimals
)
"""What is made of digits and says by its form that it is something else."""
_CALLED = re.compile(r"(?:电话|座机|手机|号码|联系方式|致电|拨打|tel|phone)[:\s是为]{0,3}$", re.IGNORECASE)
_MOBILE = re.compile(r"(?:0|(?:00)?86|17951|12593|17911)?0?(1\d{10})")
_USUAL_PIECES = ([3, 4, 4], [3, 8], [7, 4])
_FIXED = re.compile(r"(?:00)?(?:86)?(0?(?:10|2\d)\d{8}|0?[3-9]\d{2}\d{7,8})")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_REGIONS = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91|99")
"""First two digits of a division code; 99, where nobody lives, stands in invented numbers. Source: GB/T 2260."""
_OLD_NUMBERS_FROM = 26
"""Year of birth (19..) of the oldest who may still have a number of 15 digits: nobody is over 100 years old."""


@dataclass(frozen=True)
class PersonalNumber:
    """A number in a text: from where to where (characters, the end not counted in), what it is, its plain digits."""

    start: int
    end: int
    kind: Literal["phone", "identity"]
    digits: str


@dataclass(frozen=True)
class _Group:
    """Digits that stand together in the plain text; an identity number's X is taken with them."""

    start: int
    end: int
    digits: str


def personal_numbers(words: str) -> Iterator[PersonalNumber]:
    """The phone and identity numbers of a text, in their order, none over another.

    Parameters
    ----------
    words
        any text. Cheap for one with fewer than seven digits, which is most.
    """
    if not _may_hold_one(words):
        return
    plain, places = _plain(words)
    for chain in _chains(plain):
        for first, last, kind, digits in _numbers_of(chain, plain):
            yield PersonalNumber(places[first], places[last - 1] + 1, kind, digits)


def has_right_check_digit(number: str) -> bool:
    """Whether the last of 18 characters fits the others. Source: GB 11643, ISO 7064 MOD 11-2."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return number[17].upper() == _CHECK_DIGITS[total % 11]


def _may_hold_one(words: str) -> bool:
    return sum(letter.isdigit() or letter in _NUMERALS for letter in words) >= FEWEST_DIGITS


def _plain(words: str) -> tuple[str, list[int]]:
    """The text in plain characters (NFKC, every digit one of 0 to 9), and where each of them stood in the text."""
    spoken = _SPOKEN.sub(lambda run: "".join(_NUMERALS.get(letter, letter) for letter in run[0]), words)
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(spoken):
        plain = letter if letter.isascii() or "一" <= letter <= "鿿" else _plain_letter(letter)
        letters.append(plain)
        if len(plain) == 1:
            places.append(place)
        else:
            places += [place] * len(plain)
    return "".join(letters), places


@lru_cache(4096)
def _plain_letter(letter: str) -> str:
    return "".join(str(unicodedata.decimal(one, one)) for one in unicodedata.normalize("NFKC", letter))


def _chains(plain: str) -> Iterator[list[_Group]]:
    """Groups of digits with nothing but joints between them; what says that it is no number parts them."""
    excused = [hit.span() for hit in _NO_NUMBER.finditer(plain)]
    chain: list[_Group] = []
    for run in _RUN.finditer(plain):
        if any(start < run.end() and run.start() < end for start, end in excused):
            yield chain
            chain = []
            continue
        group = _with_x(plain, run.start(), run.end())
        if chain and not _JOINTS.fullmatch(plain, chain[-1].end, group.start):
            yield chain
            chain = []
        chain.append(group)
    yield chain


def _with_x(plain: str, start: int, end: int) -> _Group:
    has_x = plain[end : end + 1] in ("x", "X") and (not plain[end + 1 : end + 2].isdecimal() or end - start == 17)
    return _Group(start, end + has_x, plain[start:end] + ("X" if has_x else ""))


Found = tuple[int, int, Literal["phone", "identity"], str]


def _numbers_of(chain: list[_Group], plain: str) -> Iterator[Found]:
    """The numbers of one chain: from each group on, the longest that is one, whole groups only."""
    at = 0
    while at < len(chain):
        found, taken = _longest(chain, at, plain)
        yield from found
        at += taken


def _longest(chain: list[_Group], at: int, plain: str) -> tuple[list[Found], int]:
    first, together = chain[at], ""
    best: tuple[list[Found], int] | None = None
    for count, group in enumerate(chain[at:], start=1):
        together += group.digits
        if len(together) > _LONGEST_DIGITS:
            break
        sizes = [len(each.digits) for each in chain[at : at + count]]
        if _is_identity(together, is_one_group=count == 1):
            best = [(first.start, group.end, "identity", together)], count
        elif _is_phone(bare := together.removesuffix("X"), sizes, plain[: first.start]):
            end = group.end - (len(together) - len(bare))
            best = [(_with_sign(plain, first.start), end, "phone", _shown_digits(bare))], count
    return best or (list(_in_one_group(first)), 1)


def _with_sign(plain: str, start: int) -> int:
    """Where a phone begins with the plus or the bracket before it."""
    return start - 1 if start and plain[start - 1] in "+(" else start


def _is_identity(digits: str, *, is_one_group: bool) -> bool:
    """An identity number of 18 or, until 1999, of 15 characters.

    A wrong last digit is a slip of whoever wrote it, and the number still a person's: digits in one piece with a
    possible day of birth are enough. The code of a grid has 15 digits too and has 000 to 399 where the old number has
    year and month of birth: below 26 it is a grid, since nobody with such a number is so old.
    """
    bare = digits.removesuffix("X")
    if len(digits) == 18 and len(bare) >= 17:
        born, has_region = _is_day(digits[6:14]), bool(_REGIONS.match(bare))
        return born or (has_region and has_right_check_digit(digits)) if is_one_group else born and has_region
    if len(digits) != 15 or digits != bare or not _REGIONS.match(digits):
        return False
    return int(digits[6:8]) >= _OLD_NUMBERS_FROM and _is_day("19" + digits[6:12])


def _is_day(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2100
    except ValueError:
        return False


def _is_phone(digits: str, sizes: list[int], before: str) -> bool:
    """Whether the digits can be called: a mobile, a fixed line with its area, anything after a plus or the word."""
    mobile = _MOBILE.fullmatch(digits)
    if mobile:
        # No mobile begins with 10, 11 or 12, but invented ones do: taken for one unless it is put together from pieces.
        return mobile[1][1] > "2" or len(sizes) == 1 or sizes in _USUAL_PIECES
    if before.endswith("+"):
        return 8 <= len(digits) <= 15 and _is_possible("+" + digits)
    if digits.startswith(("0", "86")):
        return len(digits) >= 10 and bool(_FIXED.fullmatch(digits))
    return 7 <= len(digits) <= 8 and bool(_CALLED.search(before[-12:]))


def _is_possible(number: str) -> bool:
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(number, "CN")))
    except phonenumbers.NumberParseException:
        return False


def _in_one_group(group: _Group) -> Iterator[Found]:
    """Numbers written one behind the other without anything between them, when nothing else is left over."""
    digits, place = group.digits, group.start
    found: list[Found] = []
    while digits:
        if _is_identity(digits[:18], is_one_group=False):
            found.append((place, place + 18, "identity", digits[:18]))
        elif _MOBILE.fullmatch(digits[:11]):
            found.append((place, place + 11, "phone", digits[:11]))
        else:
            return
        length = found[-1][1] - place
        digits, place = digits[length:], place + length
    yield from found


def _shown_digits(digits: str) -> str:
    """A mobile without what is dialled before it; another phone whole."""
    mobile = _MOBILE.fullmatch(digits)
    return mobile[1] if mobile else digits
