"""Accounts and API tokens: made, shown once, disabled, revoked. Only hashes are kept."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from base.database import Transaction
from base.errors import Conflict, InvalidInput, NotFound
from base.statements import load_statements
from dispatch.access.roles import DEPARTMENT_ROLES, ON_FOOT, ROLES, Role
from dispatch.access.tokens import hash_token, new_api_token

SQL = load_statements(Path(__file__).parent / "sql" / "accounts.sql")

SHORTEST_PASSWORD = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without signs that are taken for one another."""
_RANDOM_PASSWORD = 16
_ACCOUNT = re.compile(r"[a-z][a-z0-9_]{1,30}")
_BOUND_TO_WORKER: frozenset[str] = ON_FOOT | DEPARTMENT_ROLES
"""Somebody's account, or a department's."""
_BOUND_TO_VILLAGE: frozenset[str] = frozenset({"village_operator", "grid_mentor"})
COMMAND_LINE = "command_line"
"""Who acts in the audit when a command does; nobody's account."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""Argon2id, 19 MiB, two passes. Source: OWASP Password Storage Cheat Sheet, first recommended setting."""
AT_ONCE = 2
"""Passwords looked at at the same time: each costs 19 MiB while it lasts, and anybody at the login page can ask."""
_places = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class NewAccount:
    """An account to be made, and whom it belongs to: a worker, a department, a village or nobody."""

    account: str
    role: str
    display_name: str = ""
    worker_id: int | None = None
    department_code: str | None = None
    village_code: str | None = None

    @property
    def belonging(self) -> Belonging:
        """Whom it stands for."""
        return Belonging(self.worker_id, self.department_code, self.village_code)


@dataclass(frozen=True)
class Belonging:
    """Whom an account or token stands for: a worker, a department, a village."""

    worker_id: int | None = None
    department_code: str | None = None
    village_code: str | None = None


def check_role(role: str) -> Role:
    """The role, when there is one of this name.

    Raises
    ------
    InvalidInput
        naming the roles there are.
    """
    for known in ROLES:
        if known == role:
            return known
    raise InvalidInput("unknown_role", field="role", given=role, allowed=ROLES)


def is_account_name(name: str) -> bool:
    """Whether an account could have this name."""
    return _ACCOUNT.fullmatch(name) is not None


def random_password() -> str:
    """Sixteen letters and digits, about 92 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_PASSWORD))


def hash_password(password: str) -> str:
    """What is kept of a password.

    Raises
    ------
    InvalidInput
        when it is too short.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput("password_too_short", field="password", shortest=SHORTEST_PASSWORD)
    with _places:
        return _hasher.hash(password.encode("utf-8", "replace"))


def password_fits(password_hash: str, password: str) -> bool:
    """Whether this is the password; takes the same time for a wrong one."""
    try:
        with _places:
            return _hasher.verify(password_hash, password.encode("utf-8", "replace"))
    except VerificationError:
        return False


def create_account(
    transaction: Transaction, area_id: int, new: NewAccount, at: datetime, password: str | None = None
) -> str:
    """Make an account.

    Parameters
    ----------
    transaction, area_id
        where; ``EVERY_AREA`` for one that serves every area.
    new
        its name, role and whom it belongs to.
    at
        the present moment (aware).
    password
        a random one is made when none is given.

    Returns
    -------
    str
        the password; it is not kept and cannot be asked for again.

    Raises
    ------
    InvalidInput
        when the name, the role, the worker or the password cannot be.
    Conflict
        when the name is taken.
    """
    if not is_account_name(new.account):
        raise InvalidInput("account_name_invalid", field="account", given=new.account)
    check_role(new.role)
    belongs = _belongs_to(transaction, area_id, new.role, new.belonging)
    plain = random_password() if password is None else password
    row = belongs | {
        "area_id": area_id,
        "account": new.account,
        "password_hash": hash_password(plain),
        "role": new.role,
        "display_name": new.display_name,
        "at": at,
    }
    transaction.execute(SQL["hold_names"])
    if new.account == COMMAND_LINE or transaction.execute(SQL["insert_account"], row).fetchone() is None:
        raise Conflict("account_taken", field="account", given=new.account)
    return plain


def _belongs_to(transaction: Transaction, area_id: int, role: str, whose: Belonging) -> dict[str, Any]:
    """Worker, department and village of an account or token, checked; a worker's department is taken with him."""
    if role in _BOUND_TO_WORKER and whose.worker_id is None and whose.department_code is None:
        raise InvalidInput("role_needs_worker", field="worker", role=role)
    if role in _BOUND_TO_VILLAGE and whose.village_code is None:
        raise InvalidInput("role_needs_village", field="village", role=role)
    department_code = whose.department_code
    if whose.worker_id is not None:
        given = {"area_id": area_id, "worker_id": whose.worker_id}
        worker = transaction.execute(SQL["worker_exists"], given).fetchone()
        if worker is None:
            raise InvalidInput("no_such_worker", field="worker", given=whose.worker_id)
        department_code = department_code or worker["department_code"]
    for name, code in (("department", department_code), ("village", whose.village_code)):
        _check_there(transaction, area_id, name, code)
    return {"worker_id": whose.worker_id, "department_code": department_code, "village_code": whose.village_code}


def _check_there(transaction: Transaction, area_id: int, name: str, code: str | None) -> None:
    parameters = {"area_id": area_id, "code": code}
    if code is not None and transaction.execute(SQL[f"{name}_exists"], parameters).fetchone() is None:
        raise InvalidInput(f"no_such_{name}", field=name, given=code)


def list_accounts(transaction: Transaction, area_id: int) -> list[dict[str, Any]]:
    """Every account that may serve the area, without its password's hash."""
    return transaction.execute(SQL["accounts"], {"area_id": area_id}).fetchall()


def set_password(
    transaction: Transaction, area_id: int, account: str, at: datetime, password: str | None = None
) -> str:
    """Give an account a new password (a random one when none is given) and end its sessions; returns it.

    Raises
    ------
    NotFound
        when there is no such account.
    InvalidInput
        when the password is too short.
    """
    plain = random_password() if password is None else password
    parameters = {"area_id": area_id, "account": account, "password_hash": hash_password(plain), "at": at}
    if transaction.execute(SQL["set_password"], parameters).fetchone() is None:
        raise NotFound("no_such_account", field="account", given=account)
    return plain


def set_disabled(transaction: Transaction, area_id: int, account: str, *, is_disabled: bool) -> None:
    """Let an account in no more (its sessions end within 5 s), or again.

    Raises
    ------
    NotFound
        when there is no such account.
    """
    parameters = {"area_id": area_id, "account": account, "is_disabled": is_disabled}
    if transaction.execute(SQL["set_disabled"], parameters).fetchone() is None:
        raise NotFound("no_such_account", field="account", given=account)


def unused_token_name(role: str) -> str:
    """A name for a token nobody named: its role and six letters of chance."""
    return f"{role} " + "".join(secrets.choice(_ALPHABET) for _ in range(6))


def create_token(
    transaction: Transaction,
    area_id: int,
    role: str,
    name: str,
    at: datetime,
    worker_id: int | None = None,
    department_code: str | None = None,
    village_code: str | None = None,
) -> str:
    """Make an API token and return it; it is not kept and cannot be asked for again.

    Parameters
    ----------
    transaction, area_id
        where; ``EVERY_AREA`` for one that serves every area.
    role, name
        what it may do, and who it is: in the log, in the audit, beside the cases it reports. A name is used once.
    at
        the present moment (aware).
    worker_id, department_code, village_code
        whom it stands for, where the role asks for that.

    Raises
    ------
    InvalidInput
        when the role, the name or the worker cannot be.
    Conflict
        when a token has or had the name.
    """
    whose = Belonging(worker_id, department_code, village_code)
    row = _token_row(area_id, role, name, at) | _belongs_to(transaction, area_id, role, whose)
    transaction.execute(SQL["hold_names"])
    if transaction.execute(SQL["insert_token"], row).fetchone() is None:
        raise Conflict("token_name_used", field="name", given=name)
    return str(row["token"])


def renew_token(transaction: Transaction, area_id: int, role: str, name: str, at: datetime) -> str:
    """A new token for a helper of the centre under its standing name, so that it stays the same one in every log.

    The one it had before ends. Where another kind of token has the name, the helper gets a name nobody had.

    Raises
    ------
    InvalidInput
        when the role or the name cannot be.
    """
    row = _token_row(area_id, role, name, at)
    if transaction.execute(SQL["renew_token"], row).fetchone() is not None:
        return str(row["token"])
    try:
        with transaction.transaction():
            return create_token(transaction, area_id, role, name, at)
    except Conflict:
        return create_token(transaction, area_id, role, unused_token_name(name), at)


def end_token(transaction: Transaction, area_id: int, token: str, at: datetime) -> None:
    """End one token (within 5 s), known by itself; nothing happens when it has ended already."""
    transaction.execute(SQL["end_token"], {"area_id": area_id, "token_hash": hash_token(token), "at": at})


def _token_row(area_id: int, role: str, name: str, at: datetime) -> dict[str, Any]:
    """A new token with what is kept of it."""
    check_role(role)
    if not 1 <= len(name) <= 60 or not name.isprintable():
        raise InvalidInput("token_name_invalid", field="name")
    token = new_api_token(area_id)
    hashed = hash_token(token)
    return {"area_id": area_id, "token": token, "token_hash": hashed, "name": name, "role": role, "at": at}


def list_tokens(transaction: Transaction, area_id: int) -> list[dict[str, Any]]:
    """Every API token by name, without what it is made of."""
    return transaction.execute(SQL["tokens"], {"area_id": area_id}).fetchall()


def revoke_token(transaction: Transaction, area_id: int, name: str, at: datetime) -> int:
    """End the token of this name (within 5 s); returns how many ended. The name is not given to another.

    Raises
    ------
    NotFound
        when none was valid.
    """
    ended = transaction.execute(SQL["revoke_tokens"], {"area_id": area_id, "name": name, "at": at}).fetchall()
    if not ended:
        raise NotFound("no_such_token", field="name", given=name)
    return len(ended)
