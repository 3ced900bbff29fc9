"""Invented people cannot be real ones."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from towns.demo.names_of_people import IdentityNumbers, check_digit, telephone


@pytest.mark.parametrize(
    ("first", "check"), [("11010119900307001", "1"), ("33042119900101001", "8"), ("99999919900101001", "6")]
)
def test_check_digit_vectors(first: str, check: str) -> None:
    assert check_digit(first) == check


@given(st.dates(date(1930, 1, 1), date(2026, 1, 1)), st.sampled_from([1, 2]), st.integers(1, 20))
def test_identity_numbers_are_valid_in_form_and_nobodys(born_on: date, gender: int, count: int) -> None:
    numbers = IdentityNumbers()
    given_out = [numbers.next(born_on, gender) for _ in range(count)]
    assert len(set(given_out)) == count
    for number in given_out:
        assert number[:6] == "999999"
        assert number[6:14] == f"{born_on:%Y%m%d}"
        assert int(number[16]) % 2 == gender % 2
        assert check_digit(number[:17]) == number[17]


def test_a_birthday_holds_only_so_many() -> None:
    numbers = IdentityNumbers()
    for _ in range(500):
        numbers.next(date(2000, 1, 1), 1)
    with pytest.raises(ValueError, match="too many"):
        numbers.next(date(2000, 1, 1), 1)


@given(st.integers(0, 10**12))
def test_telephones_are_of_a_range_given_to_nobody(number: int) -> None:
    assert telephone(number).startswith("100")
    assert len(telephone(number)) == 11
