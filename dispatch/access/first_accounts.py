"""The accounts a new centre begins with: one for each role, and in an invented town one for each department."""

from __future__ import annotations

from datetime import datetime

from base.database import Transaction
from dispatch.access.accounts import SQL, NewAccount, create_account
from dispatch.access.roles import DEPARTMENT_ROLES, ON_FOOT, VILLAGE_ROLES, Role
from dispatch.access.scope import EVERY_AREA

FIRST_ACCOUNTS: tuple[Role, ...] = (
    "operator",
    "shift_leader",
    "reviewer",
    "verifier",
    "town_leader",
    "county_operator",
    "dept_handler",
    "dept_leader",
    "village_operator",
    "grid_leader",
    "grid_mentor",
    "grid_worker",
    "parttime_worker",
    "micro_leader",
    "display",
    "sysadmin",
    "secadmin",
    "auditor",
)
"""Each is named after its role."""
_STANDS_IN: dict[str, tuple[str, ...]] = {"dept_leader": ("dept_handler",), "micro_leader": ("parttime_worker",)}
"""Where a town has no worker of a role of its own: whose place its first account takes."""


def first_run_accounts(
    transaction: Transaction, area_id: int, at: datetime, *, of_area: int = EVERY_AREA, every_department: bool = False
) -> dict[str, str]:
    """Make the accounts a new centre begins with, those that are not there yet.

    Parameters
    ----------
    transaction, area_id
        the served area: its first workers, department and village get the accounts of their roles.
    at
        the present moment (aware).
    of_area
        where the accounts that are nobody's in particular belong.
    every_department
        whether each department nobody can log in for gets an account, ``dept_`` and its code.

    Returns
    -------
    dict
        account to password, of the accounts made now; empty when all were there. Passwords are not kept.
    """
    there = {row["account"] for row in transaction.execute(SQL["accounts"], {"area_id": area_id})}
    made: dict[str, str] = {}
    for role in FIRST_ACCOUNTS:
        new = None if role in there else _first_of(transaction, area_id, role)
        if new is not None:
            is_ours = new.worker_id is not None or new.village_code is not None
            made[role] = create_account(transaction, area_id if is_ours else of_area, new, at)
    return made | (_of_departments(transaction, area_id, at) if every_department else {})


def _first_of(transaction: Transaction, area_id: int, role: Role) -> NewAccount | None:
    """The first account of a role; None where the town has nobody to give it to."""
    if role in ON_FOOT | DEPARTMENT_ROLES:
        parameters = {"area_id": area_id, "roles": [role, *_STANDS_IN.get(role, ())]}
        worker = transaction.execute(SQL["worker_for_account"], parameters).fetchone()
        if worker is None:
            return None
        return NewAccount(role, role, worker["name"], worker["worker_id"], worker["department_code"])
    if role in VILLAGE_ROLES:
        village = transaction.execute(SQL["first_village"], {"area_id": area_id}).fetchone()
        return None if village is None else NewAccount(role, role, village["name"], village_code=village["code"])
    return NewAccount(role, role)


def _of_departments(transaction: Transaction, area_id: int, at: datetime) -> dict[str, str]:
    parameters = {"area_id": area_id, "roles": sorted(DEPARTMENT_ROLES)}
    made = {}
    for row in transaction.execute(SQL["departments_without_account"], parameters).fetchall():
        new = NewAccount(f"dept_{row['code'].lower()}", "dept_handler", row["name"], department_code=row["code"])
        made[new.account] = create_account(transaction, area_id, new, at)
    return made
