"""Connections to the database: a pool, transactions, and PostgreSQL's errors turned into faults of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from base.connections import CONNECTION, SQL, app_limits
from base.errors import Unavailable
from base.values import Seconds

APP_ROLE = "gridcommand_app"
"""The small role everything runs as: no DDL, no change to what is append-only."""

Row = dict[str, Any]
Transaction = Connection[DictRow]


RECONNECT_S = 3.0
"""How long the pool itself tries for a lost connection, waiting twice as long each time; then the next request tries.

Left to itself it would wait up to minutes between two tries, and longer the longer the database was away.
"""


def app_url(owner_url: str) -> str:
    """Address of a private cluster's database as the small role, which may come in from now on.

    Who comes in as the owner and then acts as the small role can be made to act as the owner again; who comes in as the
    small role cannot. A database of somebody else's server (DATABASE_URL) is entered with the account that is given.
    """
    with psycopg.connect(owner_url, autocommit=True, **CONNECTION) as connection:
        connection.execute(SQL["let_app_in"])
    return make_conninfo(owner_url, user=APP_ROLE)


def _become_app(connection: Connection[Any]) -> None:
    # by the session and not by the login: the same address serves for migrating, which needs the owner's rights
    connection.execute(SQL["become_app"], app_limits())
    connection.commit()


class Database:
    """A pool of connections that act as the small role.

    Parameters
    ----------
    url
        libpq address of the database.
    size
        connections kept at most; a request waits up to ``wait_s`` seconds for one, then fails.
    """

    def __init__(self, url: str, *, size: int = 12, wait_s: float = 4.0) -> None:
        self.url = url
        self._pool: ConnectionPool[Connection[DictRow]] = ConnectionPool(
            url,
            min_size=1,
            max_size=size,
            timeout=wait_s,
            reconnect_timeout=RECONNECT_S,
            kwargs={"row_factory": dict_row} | CONNECTION,
            configure=_become_app,
            check=ConnectionPool.check_connection,  # tried before it is given out: the server may have restarted since
            connection_class=Connection[DictRow],
            open=True,
        )

    @contextmanager
    def transaction(self, *, timeout_s: float = 10.0) -> Iterator[Transaction]:
        """One transaction: commits at the end of the block, rolls back when the block raises.

        Raises
        ------
        Unavailable
            when no connection can be had, the database goes away, or a statement runs longer than ``timeout_s``.
        """
        try:
            with self._pool.connection() as connection, connection.transaction():
                connection.execute(SQL["limit_statements"], {"statement_ms": int(timeout_s * 1000)})
                yield connection
        except psycopg.errors.DiskFull as fault:
            raise Unavailable("database_disk_full", reason=str(fault).splitlines()[0]) from fault
        except (psycopg.errors.QueryCanceled, psycopg.errors.IdleInTransactionSessionTimeout) as fault:
            raise Unavailable("database_too_slow", limit=Seconds(timeout_s)) from fault
        except (PoolTimeout, psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction) as fault:
            raise Unavailable("database_unreachable", reason=str(fault).splitlines()[0]) from fault

    def close(self) -> None:
        """Give every connection back."""
        self._pool.close()
