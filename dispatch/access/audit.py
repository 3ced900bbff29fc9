"""The record of who did what: one hash chain an area, only ever added to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from base.database import Transaction
from base.statements import load_statements
from dispatch.access.grants import Principal

SQL = load_statements(Path(__file__).parent / "sql" / "audit.sql")


def append(
    transaction: Transaction,
    area_id: int,
    at: datetime,
    principal: Principal,
    action: str,
    what: str,
    details: Mapping[str, object] | None = None,
) -> int:
    """Add one link; it stands only when the transaction commits.

    Parameters
    ----------
    transaction
        the one that does what is recorded. Ask this last: the chain of the area is held until it ends.
    area_id, at
        where and when (aware).
    principal
        who.
    action, what
        what was done (``incident.dispatch``) and to what (a case number, an account). Never personal data.
    details
        more, as JSON; never personal data.

    Returns
    -------
    int
        number of the link.
    """
    row = transaction.execute(
        SQL["append_audit"],
        {
            "area_id": area_id,
            "at": at,
            "actor": principal.account,
            "role": principal.role,
            "action": action,
            "object": what,
            "details": json.dumps(dict(details or {}), ensure_ascii=False, default=str),
        },
    ).fetchone()
    assert row is not None
    return int(row["link_no"])


def broken_links(transaction: Transaction, area_id: int) -> list[int]:
    """Numbers of the links that were changed, taken out, put in or moved; empty when the chain is whole."""
    rows = transaction.execute(SQL["broken_links"], {"area_id": area_id})
    return [int(row["link_no"]) for row in rows]
