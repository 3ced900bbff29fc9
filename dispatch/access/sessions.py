"""Logins, sessions and tokens: who a request comes from, and how soon a withdrawn right ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network

from cachetools import TTLCache

from base.database import Database, Row, Transaction
from base.errors import Forbidden, NotAuthenticated
from base.values import Seconds
from dispatch.access import audit
from dispatch.access.accounts import (
    SQL,
    check_role,
    hash_password,
    is_account_name,
    password_fits,
    random_password,
)
from dispatch.access.addresses import counted_address, is_among
from dispatch.access.scope import Scope
from dispatch.access.tokens import hash_token, is_api_token, new_session_token

FAILURES = 5
"""Failed logins within ``LOCKED`` that close an account to the address they came from, and to no other.

Source: docs/domain.md, "Failed logins".
"""
LOCKED = timedelta(minutes=15)
FAILURES_OF_ADDRESS = 30
"""Failed logins from one address, of whatever accounts, that close the address as long."""
_NO_ACCOUNT = "-"
"""Stands for whatever was typed that no account can be called: it may be a password in the wrong field."""
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
NEVER_IDLE = ("display",)
"""A wall is watched, not touched. Source: docs/domain.md, "Logins"."""
TRUSTED_S = 3.0
"""How long an answer of the database about a token is believed; a disabled account is out within 5 s."""
_SEEN_EVERY = timedelta(seconds=60)
_MOST_REMEMBERED = 10_000


COOKIE = "gridcommand"
"""The session's cookie: HttpOnly, SameSite=Strict, for the whole site."""
SECURE_COOKIE = "__Host-gridcommand"
"""Its name when the page came by https: browsers then keep it from other hosts and from plain http."""
TOWN_COOKIE = "town"
"""The cookie that keeps which town a visitor chose on the login page, where a process serves several."""


def session_of(cookies: Mapping[str, str]) -> str:
    """The session's token among the cookies of a request; empty when there is none."""
    return cookies.get(SECURE_COOKIE) or cookies.get(COOKIE, "")


@dataclass(frozen=True)
class Recognised:
    """What the database says of a token: whom it stands for, None when it does not hold."""

    scope: Scope | None


class Sessions:
    """The logins, sessions and API tokens of one centre.

    Parameters
    ----------
    database, area_id, clock
        where accounts are kept, of which area, and what time it is.
    display_addresses
        addresses and networks the display account may come from; empty: any.
    """

    def __init__(
        self, database: Database, area_id: int, clock: Callable[[], datetime], display_addresses: tuple[str, ...] = ()
    ) -> None:
        self._database = database
        self._area_id = area_id
        self._clock = clock
        self._display_networks = tuple(ip_network(one, strict=False) for one in display_addresses)
        self._recognised: TTLCache[bytes, Recognised] = TTLCache(_MOST_REMEMBERED, TRUSTED_S)
        # caches of cachetools are not safe for threads: requests are recognised on several
        self._lock = threading.Lock()
        self._no_such_password = hash_password(random_password())

    def log_in(self, account: str, password: str, address: str) -> tuple[str, Scope]:
        """Open a session.

        Parameters
        ----------
        account, password
            as typed.
        address
            the network address the request came from.

        Returns
        -------
        (token, scope)
            the session's token, new with every login.

        Raises
        ------
        NotAuthenticated
            with the same words and after the same work for a wrong password, an unknown and a disabled account, and
            for an account or an address that failed too often from there, whatever the password.
        Forbidden
            when the display account comes from elsewhere.
        """
        now = self._clock()
        row, attempt, is_closed = self._look_up(account, address, now)
        # The same work for an account that is not there: how long an answer takes must not tell which accounts exist.
        fits = password_fits(self._no_such_password if row is None else row["password_hash"], password)
        if is_closed:
            # Nothing is counted, not even a wrong password: else whoever goes on trying would keep it closed for ever.
            raise self._refusal()
        if row is None or not fits or row["is_disabled"]:
            self._record_failure(row, attempt)
            raise self._refusal()
        self.check_address(row["role"], address)
        token = new_session_token(self._area_id)
        scope = self._scope_of(row)
        with self._database.transaction() as transaction:
            transaction.execute(SQL["forget_failures"], attempt)
            values = {"area_id": row["area_id"], "token_hash": hash_token(token), "account": account, "at": now}
            transaction.execute(SQL["insert_login"], values)
            audit.append(transaction, self._area_id, now, scope, "login", account, {"address": address})
        return token, scope

    def _look_up(self, account: str, address: str, now: datetime) -> tuple[Row | None, Row, bool]:
        """The account with its password's hash, what is counted, and whether too many failed from where it comes."""
        attempt: Row = {
            "area_id": self._area_id,
            "account": account if is_account_name(account) else _NO_ACCOUNT,
            "address": counted_address(address),
            "from_address": address,
            "at": now,
        }
        with self._database.transaction() as transaction:
            row = transaction.execute(SQL["account_to_check"], attempt).fetchone()
            attempt["account_area_id"] = self._area_id if row is None else row["area_id"]
            return row, attempt, transaction.execute(SQL["is_closed"], attempt).fetchone() is not None

    @staticmethod
    def _refusal() -> NotAuthenticated:
        return NotAuthenticated("login_failed", failures=FAILURES, span=Seconds(LOCKED.total_seconds()))

    def _record_failure(self, row: Row | None, attempt: Row) -> None:
        """Count it for the account from this address and for the address; kept in the database over a restart."""
        now = attempt["at"]
        limits = {
            "limit": FAILURES,
            "address_limit": FAILURES_OF_ADDRESS,
            "forgotten": now - LOCKED,
            "until": now + LOCKED,
        }
        with self._database.transaction() as transaction:
            counted = transaction.execute(SQL["note_failures"], attempt | limits).fetchall()
            transaction.execute(SQL["forget_old_failures"], attempt | limits)
            if row is None:
                return
            closed = {
                "closed": ["address" if one["account"] == "" else "account" for one in counted if one["closed_until"]]
            }
            details = {"address": attempt["from_address"]} | (closed if closed["closed"] else {})
            audit.append(transaction, self._area_id, now, self._scope_of(row), "login.failed", row["account"], details)

    def _scope_of(self, row: Row) -> Scope:
        """The account or token of a row as it stands before this town; ``grids`` where its worker walks one."""
        return Scope(
            str(row["account"]),
            check_role(row["role"]),
            self._area_id,
            row["worker_id"],
            areas=(row["area_id"],),
            grids=_those_there(row["grid_code"]),
            departments=_those_there(row["department_code"]),
            villages=_those_there(row["village_code"]),
        )

    def check_address(self, role: str, address: str) -> None:
        """Make sure a wall's account comes from one of the walls.

        Raises
        ------
        Forbidden
            when it does not.
        """
        if role == "display" and self._display_networks and not is_among(address, self._display_networks):
            raise Forbidden("display_address", address=address)

    def log_out(self, token: str) -> None:
        """End a session; nothing happens when it is over already."""
        now = self._clock()
        scope = self.recognise(token)
        parameters = {"area_id": self._area_id, "token_hash": hash_token(token), "at": now}
        with self._database.transaction() as transaction:
            ended = transaction.execute(SQL["end_login"], parameters).fetchone()
            if ended is not None and scope is not None:
                audit.append(transaction, self._area_id, now, scope, "logout", ended["account"])
        with self._lock:
            self._recognised.pop(hash_token(token), None)

    def recognise(self, token: str) -> Scope | None:
        """Who a session or API token stands for; None when it does not hold (any more).

        An answer is believed for 3 s, so a disabled account or a revoked token is out within 5 s.
        """
        key = hash_token(token)
        recognised = self._remembered(key)
        if recognised is None:
            recognised = self._read(((key, is_api_token(token)),))[key]
        return recognised.scope

    def remembered(self, token: str) -> Recognised | None:
        """The answer still believed, without asking the database; None when there is none."""
        return self._remembered(hash_token(token))

    def _remembered(self, key: bytes) -> Recognised | None:
        with self._lock:
            return self._recognised.get(key)

    def recognise_all(self, tokens: Iterable[str]) -> dict[str, Scope | None]:
        """As :meth:`recognise`, for many tokens in one look at the database; an open connection is not being there."""
        keys = {token: hash_token(token) for token in set(tokens)}
        read = self._read([(key, is_api_token(token)) for token, key in keys.items()], is_use=False)
        return {token: read[key].scope for token, key in keys.items()}

    def _read(self, keys: Iterable[tuple[bytes, bool]], *, is_use: bool = True) -> dict[bytes, Recognised]:
        """Ask the database about hashed tokens, each marked whether it is an API token; remember its answers."""
        now = self._clock()
        keys = list(keys)
        sessions = [key for key, is_api in keys if not is_api]
        tokens = [key for key, is_api in keys if is_api]
        found: dict[bytes, Scope] = {}
        with self._database.transaction() as transaction:
            found |= self._sessions(transaction, sessions, now, is_use=is_use) if sessions else {}
            found |= self._tokens(transaction, tokens) if tokens else {}
        read = {key: Recognised(found.get(key)) for key, _ in keys}
        with self._lock:
            self._recognised.update(read)
        return read

    def _sessions(
        self, transaction: Transaction, keys: list[bytes], now: datetime, *, is_use: bool
    ) -> dict[bytes, Scope]:
        parameters = {
            "area_id": self._area_id,
            "token_hashes": keys,
            "started_since": now - ABSOLUTE,
            "seen_since": now - IDLE,
            "never_idle": list(NEVER_IDLE),
        }
        found = {}
        for row in transaction.execute(SQL["logins_of_tokens"], parameters).fetchall():
            found[bytes(row["token_hash"])] = self._scope_of(row)
            # Once a minute, not at each request: a page asks several times a second, and the limit is 30 minutes.
            if is_use and now - row["seen_at"] >= _SEEN_EVERY:
                transaction.execute(SQL["note_seen"], row | {"at": now})
        return found

    def _tokens(self, transaction: Transaction, keys: list[bytes]) -> dict[bytes, Scope]:
        parameters = {"area_id": self._area_id, "token_hashes": keys}
        rows = transaction.execute(SQL["api_tokens"], parameters).fetchall()
        return {bytes(row["token_hash"]): self._scope_of(row | {"account": f"token:{row['name']}"}) for row in rows}


def _those_there(code: str | None) -> tuple[str, ...]:
    return () if code is None else (code,)
