"""Lengths, spans and other values in words: one rule, the same in every sentence and in the page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from base.values import Code, Metres, Seconds
from words.catalogue import LANGUAGES
from words.units import distance_text, duration_text, minutes_figure, time_of_day
from words.values import value_text

TABLE = json.loads(Path("tests/data/units.json").read_text(encoding="utf-8"))
"""What both rules say; ``tests/js/units.test.js`` holds the page's rule against it."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_spans_and_lengths_are_said_by_one_rule(language: str) -> None:
    for row in TABLE["spans"]:
        assert duration_text(row["seconds"], language) == row[language], row
    for row in TABLE["lengths"]:
        assert distance_text(row["metres"], language) == row[language], row


def test_a_figure_of_minutes_has_one_place() -> None:
    assert [minutes_figure(seconds) for seconds in (0, 3, 59, 61, 739)] == [0, 0.1, 1, 1, 12.3]


def test_times_are_the_towns() -> None:
    assert time_of_day(datetime(2026, 11, 21, 16, 30, 5, tzinfo=UTC)) == "00:30:05"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "—"),
        ("YZ2611210001", "YZ2611210001"),
        (0, "0"),
        (120.95, "120.95"),
        (1.0, "1"),
        (Metres(1870), "1.9 公里"),
        (Seconds(300), "5 分钟"),
        (datetime(2026, 11, 21, 16, 30, 5, tzinfo=UTC), "11月22日00:30:05"),
        (Code("suggestion.mode", "foot"), "步行"),
        (Code("suggestion.count", "off_duty", {"count": 3}), "不在岗 3 人"),
        (("P1", Metres(20), Code("suggestion.skill", "fire")), "P1、20 米、消防"),
    ],
)
def test_every_kind_of_value_is_said(value, said) -> None:
    assert value_text(value, "zh") == said
