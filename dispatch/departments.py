"""The departments of a town, and the types of case that would go to nobody.

Source: docs/domain.md, "Departments".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from base.checks import Check, check
from base.database import Transaction
from base.statements import load_statements
from base.values import Code, Value
from dispatch.access.roles import DEPARTMENT_ROLES
from dispatch.cases.routing import event_types, is_reportable

SQL = load_statements(Path(__file__).parent / "sql" / "departments.sql")


@dataclass(frozen=True)
class Department:
    """A department; ``is_served`` whether it has people or an account, so that somebody signs for it."""

    code: str
    name: str
    is_served: bool


def list_departments(transaction: Transaction, area_id: int) -> list[Department]:
    """Every department of the town by its code."""
    parameters = {"area_id": area_id, "roles": sorted(DEPARTMENT_ROLES)}
    return [Department(**row) for row in transaction.execute(SQL["departments"], parameters)]


def types_without_anybody(transaction: Transaction, area_id: int) -> dict[str, list[str]]:
    """The types nobody in town would get, by the code of the department they are routed to."""
    served = {one.code for one in list_departments(transaction, area_id) if one.is_served}
    found: dict[str, list[str]] = {}
    for code, event_type in event_types().items():
        if is_reportable(code) and event_type.department not in served:
            found.setdefault(event_type.department, []).append(code)
    return found


def check_departments(transaction: Transaction, area_id: int) -> Check:
    """Whether every type reaches somebody; which do not, and whose they are."""
    found = types_without_anybody(transaction, area_id)
    if not found:
        return check("departments", "ok", area_id=area_id)
    types: list[Value] = [Code("types", code) for codes in found.values() for code in codes]
    departments: list[Value] = [Code("departments", code) for code in sorted(found)]
    return check("departments", "warning", area_id=area_id, count=len(types), departments=departments, types=types)
