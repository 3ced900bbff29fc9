"""How much one may ask: by device, person, gateway and address. Over it the answer is 429 with the time to wait.

Far above what is normal: a console loads with some 40 requests and then asks less than one a second, a telephone
reports every ten seconds. Each of our own pages and the simulated shift stay below a tenth of it.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from base.errors import TooManyRequests
from base.values import Seconds
from dispatch.access.scope import Scope
from dispatch.access.tokens import hash_token


@dataclass(frozen=True)
class Rate:
    """At most ``requests`` in any ``window_s`` seconds: that many at once, their quotient in the long run."""

    requests: int
    window_s: int


DEVICE = Rate(120, 120)
"""A worker's own token: one a second, and 120 at once, which a telephone sends that was out of reach."""
PERSON = Rate(600, 60)
"""A login, or a programme's token: ten a second."""
GATEWAY = Rate(30_000, 60)
"""A token that acts for the telephones it serves: as many as 500 of them have."""
ADDRESS = Rate(600, 60)
"""Whoever has no login, by network address: ten a second."""
FILES = Rate(12_000, 60)
"""Map tiles, scripts and styles: a wall of four thousand pixels loads with some hundred."""


_CLEARED_EVERY_S = 10.0


class _Memory(MemoryStorage):
    """Counts in memory. The library clears old ones in a new thread for every request; here they go now and then."""

    _cleared_at = 0.0

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802  the library's own name for it
        if time.monotonic() - self._cleared_at >= _CLEARED_EVERY_S:
            self._cleared_at = time.monotonic()
            self._MemoryStorage__expire_events()  # type: ignore[attr-defined]


class Rates:
    """Counts requests in the memory of this process.

    Parameters
    ----------
    factor
        every limit is multiplied by it (GRIDCOMMAND_RATE_FACTOR).
    """

    def __init__(self, factor: float) -> None:
        self._counter = SlidingWindowCounterRateLimiter(_Memory())
        self._items = {
            rate: RateLimitItemPerSecond(max(1, round(rate.requests * factor)), rate.window_s)
            for rate in (DEVICE, PERSON, GATEWAY, ADDRESS, FILES)
        }

    def count(self, rate: Rate, who: str) -> None:
        """Count one request.

        Raises
        ------
        TooManyRequests
            when it is one too many; it is not counted then.
        """
        item = self._items[rate]
        if not self._counter.hit(item, who):
            raise self._too_many(rate, who)

    def check(self, rate: Rate, who: str) -> None:
        """Look without counting.

        Raises
        ------
        TooManyRequests
            when the next one would be one too many.
        """
        if not self._counter.test(self._items[rate], who):
            raise self._too_many(rate, who)

    def _too_many(self, rate: Rate, who: str) -> TooManyRequests:
        left_s = self._counter.get_window_stats(self._items[rate], who).reset_time - time.time()
        return TooManyRequests("too_many_requests", retry_after=Seconds(max(1, min(rate.window_s, math.ceil(left_s)))))


def rate_of(scope: Scope, *, is_file: bool, by_cookie: bool) -> Rate:
    """The limit of one who is known."""
    if is_file:
        return FILES
    if by_cookie:
        return PERSON
    if scope.role == "gateway":
        return GATEWAY
    return PERSON if scope.worker_id is None else DEVICE


def name_of(token: str, rate: Rate) -> str:
    """Whom a token stands for while requests are counted; the token itself is kept nowhere."""
    return f"{rate.window_s}:{rate.requests}:{hash_token(token).hex()}"
