"""Lengths, spans of time and times of day as people read them: one rule each, in every sentence and table.

The page says them by the same rule (``layers/browser/units.js``); both are tested on ``tests/data/units.json``.
Source: docs/domain.md, "Lengths and spans in words".
"""

from __future__ import annotations

import json
from datetime import datetime
from math import floor

from base.clock import TOWN_ZONE
from words.catalogue import catalogue, text

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


def distance_text(distance_m: float, language: str) -> str:
    """A length in metres: whole metres below 95, whole tens below a kilometre, then kilometres with one place."""
    if distance_m < 995:
        step = 1 if distance_m < 95 else 10
        return text("units.metres", language, n=_rounded(distance_m / step) * step)
    whole, tenths = divmod(_rounded(distance_m / 100), 10)
    return text("units.kilometres", language, n=f"{whole}.{tenths}")


def duration_text(seconds: float, language: str) -> str:
    """A span in seconds, in two units at most, the smaller one left out where it is none.

    Seconds below a minute, minutes and seconds below ten, whole minutes below an hour, hours and minutes below a day,
    then days and hours. Each is rounded to the smallest unit it shows; less than nothing is nothing.
    """
    whole = max(0, _rounded(seconds))
    if whole < MINUTE_S:
        return text("units.seconds", language, s=whole)
    if whole < 10 * MINUTE_S:
        return _two(("minutes", "m", whole // MINUTE_S), ("seconds", "s", whole % MINUTE_S), language)
    minutes = _rounded(whole / MINUTE_S)
    if minutes < 60:
        return text("units.minutes", language, m=minutes)
    if minutes < 24 * 60:
        return _two(("hours", "h", minutes // 60), ("minutes", "m", minutes % 60), language)
    hours = _rounded(whole / HOUR_S)
    return _two(("days", "d", hours // 24), ("hours", "h", hours % 24), language)


def minutes_figure(seconds: float) -> float:
    """A span as a number of minutes with one place, for a figure beside a head that names the unit."""
    return _rounded(seconds / 6) / 10


def time_of_day(moment: datetime) -> str:
    """The town's time of day, ``HH:MM:SS``, of an aware moment."""
    return moment.astimezone(TOWN_ZONE).strftime("%H:%M:%S")


def day_and_time(moment: datetime, language: str) -> str:
    """The town's day and time of day, to the minute, of an aware moment."""
    return _day_and(moment, language, "%H:%M")


def day_and_second(moment: datetime, language: str) -> str:
    """As :func:`day_and_time`, to the second: who was first, and when."""
    return _day_and(moment, language, "%H:%M:%S")


def _day_and(moment: datetime, language: str, clock: str) -> str:
    at = moment.astimezone(TOWN_ZONE)
    month = text(f"units.month.{at.month}", language)
    return text("units.day_and_time", language, month=month, day=at.day, time=at.strftime(clock))


def unit_texts(language: str) -> str:
    """The texts of lengths and spans as JSON, by which the page says them itself."""
    prefix = "units."
    texts = {key.removeprefix(prefix): value for key, value in catalogue(language).items() if key.startswith(prefix)}
    return json.dumps(texts, ensure_ascii=False)


def _rounded(value: float) -> int:
    """The nearest whole number, halves up: as JavaScript's ``Math.round``."""
    return floor(value + 0.5)


def _two(large: tuple[str, str, int], small: tuple[str, str, int], language: str) -> str:
    (name, letter, n), (small_name, small_letter, rest) = large, small
    if not rest:
        return text(f"units.{name}", language, **{letter: n})
    rest_text = f"{rest:02d}" if small_name != "hours" else str(rest)
    return text(f"units.{name}_{small_name}", language, **{letter: n, small_letter: rest_text})
