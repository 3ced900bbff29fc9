"""What the auditor reads of the audit: who did or looked at what, and when. Nobody writes here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from base.database import Transaction
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "audit_lines.sql")
LIMIT = 500


@dataclass(frozen=True)
class AuditLine:
    """One link of the chain, without its hashes."""

    link_no: int
    at: datetime
    actor: str
    role: str
    action: str
    object: str


def read_lines(transaction: Transaction, area_id: int, *, actor: str = "", action: str = "") -> list[AuditLine]:
    """The newest lines, of one actor and of actions that begin so where they are named."""
    parameters = {"area_id": area_id, "actor": actor or None, "action": action or None, "limit": LIMIT}
    return [AuditLine(**row) for row in transaction.execute(SQL["lines"], parameters)]
