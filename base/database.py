"""Connections to the database: a pool, transactions, and PostgreSQL's errors turned into faults of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from base.errors import Unavailable

APP_ROLE = "gridcommand_app"
"""The small role everything runs as: no DDL, no change to what is append-only."""

Row = dict[str, Any]
Transaction = Connection[DictRow]


def _set_session(connection: Connection[Any]) -> None:
    # by the session and not by the login: the same address serves for migrating, which needs the owner's rights
    connection.execute("set role gridcommand_app")
    connection.execute("set timezone = 'UTC'")
    connection.execute("set jit = off")  # compiling a statement takes longer than any of ours runs
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
            kwargs={"row_factory": dict_row},
            configure=_set_session,
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
            when no connection can be had or the database goes away.
        """
        try:
            with self._pool.connection() as connection, connection.transaction():
                # without a limit one bad statement would hold a connection, and what it locks, for ever
                connection.execute(f"set local statement_timeout = {int(timeout_s * 1000)}")
                yield connection
        except psycopg.errors.DiskFull as error:
            raise Unavailable("database_disk_full", reason=str(error).splitlines()[0]) from error
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise Unavailable("database_unreachable", reason=str(error).splitlines()[0]) from error

    def close(self) -> None:
        """Give every connection back."""
        self._pool.close()
