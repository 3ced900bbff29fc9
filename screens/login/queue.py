"""Logins wait for one another on the event loop, so that a flood of them stops nothing else."""

from __future__ import annotations

from collections import Counter

from anyio import CapacityLimiter, to_thread

from base.errors import Unavailable
from dispatch.access.addresses import counted_address
from dispatch.access.scope import Scope
from dispatch.access.sessions import Sessions

AT_ONCE = 2
"""Passwords checked at once: each takes a processor and 19 MiB, on purpose."""
MOST_WAITING = 64
MOST_OF_ADDRESS = 8
"""So that one address cannot fill the queue for all."""


class LoginQueue:
    """The logins of one server: two at work, the others waiting without a thread, a full queue told so."""

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(AT_ONCE)
        self._waiting: Counter[str] = Counter()

    async def log_in(self, sessions: Sessions, account: str, password: str, address: str) -> tuple[str, Scope]:
        """Open a session when it is this one's turn; see :meth:`Sessions.log_in`.

        Raises
        ------
        Unavailable
            when too many wait, or too many from this address.
        """
        place = counted_address(address)
        if self._waiting[place] >= MOST_OF_ADDRESS or self._waiting.total() >= MOST_WAITING:
            raise Unavailable("logins_waiting")
        self._waiting[place] += 1
        try:
            return await to_thread.run_sync(sessions.log_in, account, password, address, limiter=self._limiter)
        finally:
            self._waiting[place] -= 1
            self._waiting += Counter()  # forgets the addresses nobody waits from
