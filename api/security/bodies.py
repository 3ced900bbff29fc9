"""The body of a request: read whole before anything is done for it, up to a size and within a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import Message, Receive

BODY_LIMIT = 1024 * 1024
"""Bytes of a request's body at most. Source: docs/api.md, "Coming in"."""
SLOWEST_BYTES_S = 4000
"""Bytes a second that keep a body coming: a telephone on a bad network sends more."""


class RequestRefused(Exception):
    """A request that is too large or too slow: ``status`` and ``code`` are the answer's."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


async def read_body(headers: Headers, receive: Receive, patience_s: float) -> list[Message]:
    """The whole body as it came; nothing more than the limit is ever kept.

    Parameters
    ----------
    patience_s
        seconds it may take; each part that comes gives it time for as much again.

    Raises
    ------
    RequestRefused
        when it is too large, or does not come to its end.
    """
    # The length the sender claims saves reading a body that is too large; what really comes is counted all the same.
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length[:20]) > BODY_LIMIT:
        raise RequestRefused(413, "body_too_large")
    messages: list[Message] = []
    size = 0
    deadline = asyncio.get_running_loop().time() + patience_s
    while True:
        try:
            async with asyncio.timeout_at(deadline + size / SLOWEST_BYTES_S):
                message = await receive()
        except TimeoutError as fault:
            raise RequestRefused(408, "body_too_slow") from fault
        messages.append(message)
        size += len(message.get("body", b""))
        if size > BODY_LIMIT:
            raise RequestRefused(413, "body_too_large")
        if message["type"] != "http.request" or not message.get("more_body", False):
            return messages


def replay(messages: Iterable[Message], receive: Receive) -> Receive:
    """Hand on what was read, then whatever comes."""
    left = iter(messages)

    async def again() -> Message:
        for message in left:
            return message
        return await receive()

    return again
