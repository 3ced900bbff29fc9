"""What comes in the path and the headers of many endpoints: the number of a case, the client-made id of a write."""

from __future__ import annotations

from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import Header, Path

from base.errors import InvalidInput

CaseNo = Annotated[str, Path(pattern=r"^[A-Z]{2}[0-9]{10,16}$", examples=["YZ2611210007"])]
"""Two letters, the day (yyMMdd), and the number of the day in four digits or more."""
IdempotencyKey = Annotated[str | None, Header(description="client-made id of the write, when the body has none")]
_LONGEST_KEY = 200


def write_id(body_id: UUID | None, key: str | None) -> UUID | None:
    """The client-made id of a write: from the body, else from ``Idempotency-Key`` (any text up to 200 characters).

    It names the write among those of one account only, so a key as plain as ``1`` meets nobody else's.

    Raises
    ------
    InvalidInput
        when the header is too long.
    """
    if body_id is not None or not key:
        return body_id
    if len(key) > _LONGEST_KEY:
        raise InvalidInput("key_too_long", field="Idempotency-Key", longest=_LONGEST_KEY)
    try:
        return UUID(key)
    except ValueError:
        return uuid5(NAMESPACE_URL, key)
