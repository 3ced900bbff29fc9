"""Whether this machine's clock can be believed: set while we run, behind what is stored, beside the database's."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from base.checks import Check, check
from base.clock import Clock
from base.values import Seconds

TOLERANCE = timedelta(seconds=60)
"""Smaller differences are the wear of clocks and slow answers; a deadline is counted in minutes."""


def _since_boot_s() -> float:
    # Unlike CLOCK_MONOTONIC it goes on while a machine sleeps: waking up is not setting the clock.
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class ClockWatch:
    """Sees when the clock is set while the centre runs: time since boot goes on evenly whatever is set.

    Parameters
    ----------
    clock
        the one watched.
    since_boot_s
        seconds that pass evenly.
    """

    def __init__(self, clock: Clock, since_boot_s: Callable[[], float] = _since_boot_s) -> None:
        self._clock = clock
        self._since_boot_s = since_boot_s
        self._began, self._began_s = clock(), since_boot_s()

    def moved(self) -> timedelta:
        """How far the clock was set forward (back: negative) since the start."""
        passed = timedelta(seconds=self._since_boot_s() - self._began_s)
        return self._clock() - self._began - passed


def clock_check(now: datetime, database_now: datetime, newest_stored: datetime | None, moved: timedelta) -> Check:
    """What can be known about a clock on one machine.

    Parameters
    ----------
    now, database_now
        this machine's and the database's present moment.
    newest_stored
        the newest moment that our own clock has written; time never runs backwards.
    moved
        how far the clock was set since the start.
    """
    if newest_stored is not None and newest_stored - now > TOLERANCE:
        return check("clock", "failed", "behind_stored", by=_seconds(newest_stored - now))
    if abs(now - database_now) > TOLERANCE:
        return check("clock", "failed", "beside_database", by=_seconds(abs(now - database_now)))
    if abs(moved) > TOLERANCE:
        key = "set_forward" if moved > timedelta(0) else "set_back"
        return check("clock", "failed", key, by=_seconds(abs(moved)))
    return check("clock", "ok")


def _seconds(span: timedelta) -> Seconds:
    return Seconds(span.total_seconds())
