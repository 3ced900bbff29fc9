"""Refused fixes in words: every reason the centre may give has some, in both languages."""

from __future__ import annotations

from typing import get_args

import pytest

from mapdata.positions import Refusal
from words.catalogue import LANGUAGES
from words.refusals import refusal_reason, refusals_in_words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", get_args(Refusal))
def test_every_reason_has_words(code: str, language: str) -> None:
    assert refusal_reason(code, language) != code


def test_a_day_of_one_worker_is_one_sentence() -> None:
    assert refusals_in_words([], "zh") == ""
    told = refusals_in_words([("not_on_duty", 12), ("too_old", 3)], "zh")
    assert told == "今天有 15 个位置未被接收:当时不在岗 12 个、超过 7 天 3 个"
    assert refusals_in_words([("a_reason_of_tomorrow", 1)], "en").endswith("a_reason_of_tomorrow: 1")
