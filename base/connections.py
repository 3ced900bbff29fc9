"""How every connection to the database is made: nothing waits for ever for a server or a network that is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "connections.sql")

CONNECTION: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""Options of libpq: seconds, the last in milliseconds. The keep-alives find a dead peer while idle, the last one while
something was sent that nobody acknowledges; without them such a connection waits for hours.
Source: PostgreSQL manual, 34.1.2 Parameter Key Words; tcp(7)."""

LONGEST_STATEMENT_S = 60
"""No statement of the small role runs longer unless its transaction asks for more."""

IDLE_IN_TRANSACTION_S = 120
"""A transaction whose programme has stopped is ended, so that its locks do not stop everybody else."""


def app_limits(longest_s: float = LONGEST_STATEMENT_S) -> dict[str, int]:
    """What the statement ``become_app`` is to be filled in with; ``longest_s`` in seconds."""
    return {"statement_ms": int(longest_s * 1000), "idle_ms": IDLE_IN_TRANSACTION_S * 1000}
