"""Lengths, times and moments as an operator reads them."""

from __future__ import annotations

from datetime import datetime

from dispatch.texts import text
from mapdata.clock import TOWN_ZONE


def say_distance(distance_m: float, language: str) -> str:
    """A distance in metres: whole tens below a kilometre, then kilometres with one place."""
    if distance_m < 995:
        return text("console.unit.metres", language, n=max(10, round(distance_m / 10) * 10))
    return text("console.unit.kilometres", language, n=f"{distance_m / 1000:.1f}")


def say_duration(seconds: float, language: str) -> str:
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


def near_address(address: str, *known: str | None) -> str:
    """An address without what its reader knows: everything up to the town, then village and grid where they lead it."""
    for name in known:
        if name and name in address[:-1]:
            address = address[address.index(name) + len(name) :]
    return address


def clock_time(moment: datetime) -> str:
    """The town's time of day, ``HH:MM:SS``, of an aware moment."""
    return moment.astimezone(TOWN_ZONE).strftime("%H:%M:%S")
