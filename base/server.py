"""The database server: its versions, whether it can lose what was acknowledged, and what the small role may do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from base.checks import Check, check
from base.errors import Unavailable
from base.migrations import check_server
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "server.sql")


def look_at_server(connection: psycopg.Connection[Any]) -> list[Check]:
    """Versions, safety and rights, as the owner sees them."""
    return [_versions(connection), *_safety(connection), _rights(connection)]


def _one(connection: psycopg.Connection[Any], name: str) -> dict[str, Any]:
    row = connection.cursor(row_factory=dict_row).execute(SQL[name]).fetchone()
    assert row is not None
    return row


def _versions(connection: psycopg.Connection[Any]) -> Check:
    try:
        check_server(connection)
    except Unavailable as fault:
        return check("server", "failed", fault.key, **fault.values)
    return check("server", "ok", **_one(connection, "versions"))


def _safety(connection: psycopg.Connection[Any]) -> list[Check]:
    """Source: PostgreSQL manual, 20.5 Write Ahead Log, and 30.2 Data Checksums."""
    row = _one(connection, "safety")
    lost = [name for name in ("fsync", "full_page_writes", "synchronous_commit") if not row[name]]
    return [
        check("power_cut", "warning", settings=lost) if lost else check("power_cut", "ok"),
        check("page_checksums", "ok" if row["data_checksums"] else "warning"),
    ]


def _rights(connection: psycopg.Connection[Any]) -> Check:
    if not _one(connection, "has_role")["has_role"]:
        return check("rights", "failed", "no_role")
    row = _one(connection, "app_rights")
    if row["owned"] or row["is_mighty"]:
        return check("rights", "failed", "too_mighty")
    return check("rights", "failed", "may_rewrite") if row["may_rewrite"] else check("rights", "ok")
