"""Notices of committed changes, from whoever makes them to every process that listens; they hold ids only.

Built on PostgreSQL's ``NOTIFY``: a notice goes out with the commit of the change, and with a rollback none does. One
notice a batch, never one a row, because ``NOTIFY`` takes a global lock at commit.
Source: docs/adr/0009.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import psycopg

from base.checks import Reports
from base.connections import CONNECTION, app_limits
from base.connections import SQL as CONNECTIONS_SQL
from base.database import Transaction
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "bus.sql")

Kind = Literal["positions", "incident", "sos", "map", "resync"]
"""What changed. ``resync`` is never published: a listener gets it when notices may have been missed."""

PAYLOAD_BYTES = 7900
"""Source: PostgreSQL manual, NOTIFY: the payload must be shorter than 8000 bytes."""

_CHECK_AFTER_S = 10.0
"""Silence after which the connection is tried: one that a firewall dropped stays silent and raises nothing."""
_RETRY_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 3.0)
"""Pauses after failed attempts to connect; the last one is repeated."""


@dataclass(frozen=True)
class Notice:
    """One batch of changes: where, what, and the ids of what changed (empty: too many to name)."""

    area_id: int
    kind: Kind
    ids: tuple[str | int, ...] = ()


def publish(transaction: Transaction, area_id: int, kind: Kind, ids: Sequence[str | int]) -> None:
    """Notify every listener, when this transaction commits, of what changed in the area.

    Parameters
    ----------
    transaction
        the one that makes the change; rolled back, it notifies nobody.
    area_id
        six-digit area the change lies in.
    kind
        ``positions`` and ``sos`` (ids are worker ids), ``incident`` (case numbers) or ``map`` (no ids).
    ids
        what changed; left out whole when they would not fit into one notice.
    """
    payload = json.dumps({"area": area_id, "kind": kind, "ids": list(ids)}, separators=(",", ":"))
    # without ids a listener reads everything of the kind anew: slower, and never wrong
    if len(payload.encode()) > PAYLOAD_BYTES:
        payload = json.dumps({"area": area_id, "kind": kind, "ids": []}, separators=(",", ":"))
    transaction.execute(SQL["publish"], {"payload": payload})


def read_notice(payload: str) -> Notice | None:
    """The notice a payload holds; None when it is not one of ours."""
    try:
        fields: dict[str, Any] = json.loads(payload)
        kind, ids = fields["kind"], fields["ids"]
        is_ours = kind in get_args(Kind) and all(isinstance(id_, str | int) for id_ in ids)
        return Notice(int(fields["area"]), kind, tuple(ids)) if is_ours else None
    except (ValueError, TypeError, KeyError):
        return None


async def listen(url: str, reports: Reports | None = None) -> AsyncIterator[Notice]:
    """Every notice from now on, over a connection of its own that is made again whenever it is lost.

    A notice of kind ``resync`` (area 0) comes first and after every new connection: read anew what you hold.
    Ends only when the caller stops asking. Whether it hears is reported as ``bus``.
    """
    reports = reports or Reports()
    failed_attempts = 0
    while True:
        try:
            connection = await _connect(url)
            try:
                failed_attempts = 0
                reports.report("bus", "ok")
                # PostgreSQL keeps no notice for who is not connected, and does not say how many there were
                yield Notice(0, "resync")
                async for notice in _notices(connection):
                    yield notice
            finally:
                await connection.close()
        except (psycopg.Error, OSError):
            reports.report("bus", "failed")
            await asyncio.sleep(_RETRY_PAUSES_S[min(failed_attempts, len(_RETRY_PAUSES_S) - 1)])
            failed_attempts += 1


async def _connect(url: str) -> psycopg.AsyncConnection[Any]:
    # not one of the pool, which would never get it back; autocommit, since notices wait while a transaction is open
    connection = await psycopg.AsyncConnection.connect(url, autocommit=True, **CONNECTION)
    try:
        await connection.execute(CONNECTIONS_SQL["become_app"], app_limits(_CHECK_AFTER_S))
        await connection.execute(SQL["listen"])
    except psycopg.Error:
        await connection.close()
        raise
    return connection


async def _notices(connection: psycopg.AsyncConnection[Any]) -> AsyncIterator[Notice]:
    while True:
        async for notification in connection.notifies(timeout=_CHECK_AFTER_S):
            notice = read_notice(notification.payload)
            if notice is not None:
                yield notice
        await connection.execute(SQL["check_connection"])
