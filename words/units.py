"""Lengths, spans of time and times of day as people read them."""

from __future__ import annotations

from datetime import datetime

from base.clock import TOWN_ZONE
from words.catalogue import text


def distance_text(distance_m: float, language: str) -> str:
    """A distance in metres: whole tens below a kilometre, then kilometres with one place."""
    if distance_m < 995:
        return text("console.unit.metres", language, n=max(10, round(distance_m / 10) * 10))
    return text("console.unit.kilometres", language, n=f"{distance_m / 1000:.1f}")


def duration_text(seconds: float, language: str) -> str:
    """A span in seconds: seconds below a minute, minutes and seconds below ten, whole minutes, then hours."""
    whole = round(seconds)
    if whole < 60:
        return text("console.unit.seconds", language, s=whole)
    minutes, rest = divmod(whole, 60)
    if minutes < 10:
        return text("console.unit.minutes_seconds", language, m=minutes, s=f"{rest:02d}")
    if minutes < 60:
        return text("console.unit.minutes", language, m=minutes)
    hours, minutes = divmod(minutes, 60)
    return text("console.unit.hours", language, h=hours, m=f"{minutes:02d}")


def rough_distance_text(distance_m: float, language: str) -> str:
    """A distance in a sentence: to 10 m below a kilometre, to 0.1 km above."""
    if distance_m < 995:
        rounded = round(distance_m, -1) if distance_m >= 95 else round(distance_m)
        return text("suggestion.metres", language, value=f"{rounded:.0f}")
    return text("suggestion.kilometres", language, value=f"{distance_m / 1000:.1f}")


def rough_duration_text(seconds: float, language: str) -> str:
    """A span in a sentence: seconds below a minute and a half, then minutes, hours above two."""
    if seconds < 90:
        return text("suggestion.seconds", language, value=f"{seconds:.0f}")
    if seconds < 7200:
        return text("suggestion.minutes", language, value=f"{seconds / 60:.0f}")
    return text("suggestion.hours", language, value=f"{seconds / 3600:.1f}")


def time_of_day(moment: datetime) -> str:
    """The town's time of day, ``HH:MM:SS``, of an aware moment."""
    return moment.astimezone(TOWN_ZONE).strftime("%H:%M:%S")
