"""Work that goes on in the background for as long as the centre runs; broken off by a fault, it is begun again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from base.checks import Reports

PAUSE_S = 5.0
_log = logging.getLogger("gridcommand.background")


async def keep_going(name: str, work: Callable[[], Awaitable[None]], reports: Reports) -> None:
    """Do the work; whenever a fault nobody expected ends it, report that and begin again, until cancelled.

    Parameters
    ----------
    name
        what health calls it (``checks.<name>.broken``); the work itself reports ``ok`` under this name.
    """
    while True:
        try:
            await work()
        except Exception as fault:
            _log.exception("%s broke off", name)
            reports.report(name, "failed", "broken", fault=type(fault).__name__)
            await asyncio.sleep(PAUSE_S)
        else:
            return
