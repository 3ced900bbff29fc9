"""Names, telephone numbers and identity numbers of invented people: none can belong to a real person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

import numpy as np

from towns.demo.names import GIVEN_FEMALE, GIVEN_FIRST, GIVEN_MALE, SURNAMES

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
NOBODYS_REGION = "999999"
"""Region of every invented identity number; no county has this code."""
_SURNAMES = np.array([surname for surname, _ in SURNAMES])
_SHARES = np.array([weight for _, weight in SURNAMES], dtype=float) / sum(weight for _, weight in SURNAMES)


def check_digit(first_17: str) -> str:
    """The 18th character of a citizen's identity number.

    Source: GB 11643 (ISO 7064 MOD 11-2); 11010119900307001 gives 1.
    """
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True)) % 11]


def surnames(random: np.random.Generator, count: int) -> list[str]:
    """That many surnames, common ones more often."""
    return [str(name) for name in random.choice(_SURNAMES, size=count, p=_SHARES)]


def given_names(random: np.random.Generator, genders: list[int]) -> list[str]:
    """Given names of one or two letters for the genders (1 man, 2 woman)."""
    draws = random.random((len(genders), 3))
    names = []
    for gender, (first, last, length) in zip(genders, draws.tolist(), strict=True):
        lasts = GIVEN_MALE if gender == 1 else GIVEN_FEMALE
        tail = lasts[int(last * len(lasts))]
        names.append(tail if length < 0.18 else GIVEN_FIRST[int(first * len(GIVEN_FIRST))] + tail)
    return names


def telephone(number: int) -> str:
    """An eleven-digit number from a range that is given to nobody (100...)."""
    return f"100{number % 100_000_000:08d}"


class IdentityNumbers:
    """Gives out identity numbers of the region nobody lives in, each once, and none of those ``taken``."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self._taken = frozenset(taken)
        self._used: defaultdict[tuple[date, int], int] = defaultdict(int)

    def next(self, born_on: date, gender: int) -> str:
        """The next number for a birthday and gender (odd sequence for men).

        Raises
        ------
        ValueError
            when a birthday has more people than its sequence holds.
        """
        while True:
            place = self._used[born_on, gender]
            self._used[born_on, gender] += 1
            sequence = 2 * place + (1 if gender == 1 else 2)
            if sequence > 999:
                raise ValueError(f"too many people born on {born_on}")
            first = f"{NOBODYS_REGION}{born_on:%Y%m%d}{sequence:03d}"
            if (number := first + check_digit(first)) not in self._taken:
                return number
