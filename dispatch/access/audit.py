"""The record of who did what: one hash chain an area, only ever added to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from base.checks import Check, check
from base.database import Transaction
from base.statements import load_statements
from dispatch.access.audit_heads import Head
from dispatch.access.scope import Scope

SQL = load_statements(Path(__file__).parent / "sql" / "audit.sql")


def append(
    transaction: Transaction,
    area_id: int,
    at: datetime,
    scope: Scope,
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
    scope
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
            "actor": scope.account,
            "role": scope.role,
            "action": action,
            "object": what,
            "details": json.dumps(dict(details or {}), ensure_ascii=False, default=str),
        },
    ).fetchone()
    assert row is not None
    return int(row["link_no"])


def broken_links(transaction: Transaction, area_id: int) -> list[int]:
    """Numbers of the links that were changed, taken out, put in or moved; empty when the chain is whole in itself.

    A chain whose end was cut off is whole in itself: see :func:`check_chains`.
    """
    rows = transaction.execute(SQL["broken_links"], {"area_id": area_id})
    return [int(row["link_no"]) for row in rows]


@dataclass(frozen=True)
class ChainCheck:
    """One area's chain looked through: how many links; which do not fit; which heads noted outside it lacks."""

    area_id: int
    links: int
    broken: tuple[int, ...]
    lost: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, taken out, put in, moved or cut off."""
        return not self.broken and not self.lost


def check_chains(transaction: Transaction, noted: Sequence[Head], area_ids: Iterable[int] = ()) -> list[ChainCheck]:
    """Look through the chain of every area that has one, and for every head that was noted outside the database.

    Parameters
    ----------
    transaction
        one that may take its time: a million links take about half a minute.
    noted
        what :meth:`dispatch.access.audit_heads.AuditHeads.read` gives.
    area_ids
        areas to tell of even when nothing stands in their chain.
    """
    heads = {head.area_id: head for head in read_heads(transaction, {head.area_id for head in noted})}
    return [
        ChainCheck(
            area_id,
            heads[area_id].link_no if area_id in heads else 0,
            tuple(broken_links(transaction, area_id)),
            tuple(lost_heads(transaction, area_id, noted)),
        )
        for area_id in sorted({*heads, *area_ids, *(head.area_id for head in noted)})
    ]


def read_heads(transaction: Transaction, area_ids: Iterable[int] = ()) -> list[Head]:
    """The last link of every area's chain; of the areas of this database, and of those named."""
    rows = transaction.execute(SQL["heads"], {"area_ids": sorted(area_ids)})
    return [Head(row["area_id"], row["link_no"], bytes(row["hash"])) for row in rows]


def lost_heads(transaction: Transaction, area_id: int, noted: Sequence[Head]) -> list[int]:
    """Numbers of the noted heads that the chain no longer has, or has otherwise."""
    own = [head for head in noted if head.area_id == area_id]
    parameters = {
        "area_id": area_id,
        "link_nos": [head.link_no for head in own],
        "hashes": [head.hash for head in own],
    }
    return [int(row["link_no"]) for row in transaction.execute(SQL["lost_heads"], parameters)]


def audit_check(chains: Sequence[ChainCheck]) -> Check:
    """What health and ``doctor`` tell of the chains."""
    for chain in chains:
        if chain.lost:
            return check("audit", "failed", "cut", area=chain.area_id, noted=chain.lost[0], links=chain.links)
        if chain.broken:
            return check("audit", "failed", "changed", area=chain.area_id, link=chain.broken[0])
    return check("audit", "ok", links=sum(chain.links for chain in chains))
