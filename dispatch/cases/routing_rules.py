"""Rules of a town about whose a type of case is, in place of the table of types: which holds where and when.

How a ruling becomes one: ``routing_drafts.py``. Source: docs/domain.md, "Sending back".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from base.database import Transaction
from base.statements import load_statements
from dispatch.cases.routing import department_of

SQL = load_statements(Path(__file__).parent / "sql" / "routing_rules.sql")

MOST_RULES = 500


@dataclass(frozen=True)
class RoutingRule:
    """Of this type, in this village (None: the whole town), cases are this department's from ``since`` on.

    ``rule_id`` is the id of the draft it was adopted from.
    """

    rule_id: UUID
    type_code: str
    village_code: str | None
    village_name: str | None
    department_code: str
    reason: str
    since: datetime
    adopted_by: str
    adopted_at: datetime
    revoked_by: str | None
    revoked_at: datetime | None
    revoked_note: str | None


@dataclass(frozen=True)
class Holding:
    """The rule that holds for a case, and whose it says the case is."""

    rule_id: UUID
    department_code: str


def rule_for(
    transaction: Transaction, area_id: int, type_code: str, village_code: str | None, at: datetime
) -> Holding | None:
    """The rule that holds for a case at a moment, a village's own before the town's; None where none does."""
    asked = {"area_id": area_id, "type_code": type_code, "village_code": village_code, "at": at}
    row = transaction.execute(SQL["rule_for"], asked).fetchone()
    return None if row is None else Holding(**row)


def department_for(
    transaction: Transaction, area_id: int, type_code: str, village_code: str | None, at: datetime
) -> str:
    """Code of the department that gets a case: by a rule of the town, else by the table of types."""
    rule = rule_for(transaction, area_id, type_code, village_code, at)
    return department_of(type_code) if rule is None else rule.department_code


def list_rules(transaction: Transaction, area_id: int) -> list[RoutingRule]:
    """The rules of a town, those that are not revoked first."""
    rows = transaction.execute(SQL["rules"], {"area_id": area_id, "limit": MOST_RULES})
    return [RoutingRule(**row) for row in rows]
