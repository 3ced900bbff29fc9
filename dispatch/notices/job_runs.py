"""Whether the second process is at work, and whether notices leave: what health tells of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from base.checks import Check, check
from base.database import Row, Transaction
from base.statements import load_statements
from base.values import Code, Moment
from dispatch.notices.outbox import SQL as OUTBOX

SQL = load_statements(Path(__file__).parent / "sql" / "job_runs.sql")

HEARTBEAT = "heartbeat"
GIVEN_UP_WITHIN = timedelta(days=1)
SILENT_AFTER = timedelta(seconds=30)
"""The heartbeat comes every five seconds; so long without one, and nobody does the jobs."""


def check_jobs(transaction: Transaction, area_id: int, at: datetime) -> list[Check]:
    """The second process, each of its jobs that fails, and each channel that is down."""
    rows = transaction.execute(SQL["jobs"], {"area_id": area_id}).fetchall()
    failing = [row["job"] for row in rows if row["failures"]]
    seen = [_heartbeat(rows, at)]
    if failing:
        seen.append(check("jobs", "warning", "failing", jobs=failing))
    return [*seen, *(channel_checks(transaction, area_id) or [_counts(transaction, area_id, at)])]


def _counts(transaction: Transaction, area_id: int, at: datetime) -> Check:
    """How many notices wait, and how many were given up in the last day."""
    row = transaction.execute(OUTBOX["counts"], {"area_id": area_id, "since": at - GIVEN_UP_WITHIN}).fetchone()
    assert row is not None
    return check("notices", "warning" if row["dead"] else "ok", waiting=row["waiting"], dead=row["dead"])


def _heartbeat(rows: list[Row], at: datetime) -> Check:
    beat = next((row["last_done_at"] for row in rows if row["job"] == HEARTBEAT), None)
    if beat is None:
        return check("jobs", "warning", "never")
    return check("jobs", "failed", since=Moment(beat)) if at - beat > SILENT_AFTER else check("jobs", "ok")


def channel_checks(transaction: Transaction, area_id: int) -> list[Check]:
    """The channels that are down: since when, and how many notices wait for each; nothing when all go."""
    rows = transaction.execute(OUTBOX["waiting_over"], {"area_id": area_id}).fetchall()
    down = [_down(row) for row in rows]
    return [check("notices", "warning", "down", channels=down)] if down else []


def _down(row: Row) -> Code:
    channel = Code("notices.channel", row["channel"])
    return Code("notices", "down", {"channel": channel, "since": Moment(row["down_since"]), "waiting": row["waiting"]})


def not_leaving(transaction: Transaction, area_id: int, at: datetime) -> list[Check]:
    """What the shift must know of: channels that are down, and that nobody does the jobs any more."""
    return [one for one in check_jobs(transaction, area_id, at) if one.key in ("down", "failed")]
