"""The live bus: what was committed is told to every part that listens, ids only.

Built on PostgreSQL's ``NOTIFY``, so that nothing is told that was not committed. One notice a batch, never one a row:
``NOTIFY`` takes a global lock at commit.
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

Kind = Literal["positions", "incident", "map", "resync"]
"""What changed. ``resync`` is never published: it tells a listener that notices may have been missed."""

PAYLOAD_BYTES = 7900
"""Source: PostgreSQL manual, NOTIFY: the payload must be shorter than 8000 bytes."""

_ALIVE_S = 10.0
_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 3.0)


@dataclass(frozen=True)
class Notice:
    """One batch of changes: where, what, and the ids of what changed (empty: too many to name)."""

    area_id: int
    kind: Kind
    ids: tuple[str | int, ...] = ()


def publish(transaction: Transaction, area_id: int, kind: Kind, ids: Sequence[str | int]) -> None:
    """Tell every listener, when this transaction commits, what changed in the area.

    Parameters
    ----------
    transaction
        the one that makes the change; rolled back, it tells nothing.
    area_id
        six-digit area the change lies in.
    kind
        ``positions`` (ids are worker ids), ``incident`` (case numbers) or ``map`` (no ids).
    ids
        what changed; left out whole when they would not fit into one notice.
    """
    payload = json.dumps({"area": area_id, "kind": kind, "ids": list(ids)}, separators=(",", ":"))
    if len(payload.encode()) > PAYLOAD_BYTES:
        payload = json.dumps({"area": area_id, "kind": kind, "ids": []}, separators=(",", ":"))
    transaction.execute(SQL["publish"], {"payload": payload})


def read_notice(payload: str) -> Notice | None:
    """The notice a payload holds; None when it is not one of ours."""
    try:
        told: dict[str, Any] = json.loads(payload)
        kind, ids = told["kind"], told["ids"]
        known = kind in get_args(Kind) and all(isinstance(one, str | int) for one in ids)
        return Notice(int(told["area"]), kind, tuple(ids)) if known else None
    except (ValueError, TypeError, KeyError):
        return None


async def listen(url: str, reports: Reports | None = None) -> AsyncIterator[Notice]:
    """Every notice from now on, over a connection of its own that is made again whenever it is lost.

    A notice of kind ``resync`` (area 0) comes first and after every new connection: read anew what you hold.
    Ends only when the caller stops asking. Whether it hears is reported as ``bus``.
    """
    reports = reports or Reports()
    lost = 0
    while True:
        try:
            connection = await _connect(url)
            try:
                lost = 0
                reports.report("bus", "ok")
                yield Notice(0, "resync")
                async for notice in _notices(connection):
                    yield notice
            finally:
                await connection.close()
        except (psycopg.Error, OSError):
            reports.report("bus", "failed")
            await asyncio.sleep(_PAUSES_S[min(lost, len(_PAUSES_S) - 1)])
            lost += 1


async def _connect(url: str) -> psycopg.AsyncConnection[Any]:
    connection = await psycopg.AsyncConnection.connect(url, autocommit=True, **CONNECTION)
    try:
        await connection.execute(CONNECTIONS_SQL["become_app"], app_limits(_ALIVE_S))
        await connection.execute(SQL["listen"])
    except psycopg.Error:
        await connection.close()
        raise
    return connection


async def _notices(connection: psycopg.AsyncConnection[Any]) -> AsyncIterator[Notice]:
    while True:
        async for heard in connection.notifies(timeout=_ALIVE_S):
            notice = read_notice(heard.payload)
            if notice is not None:
                yield notice
        await connection.execute(SQL["alive"])
