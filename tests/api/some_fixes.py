"""Fixes as clients send them, and what became of them: for the tests of positions and of phones."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from dispatch.centre import Centre

Headers = Callable[[str], dict[str, str]]
QUIET = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
numbers = itertools.count(1)
NASTY = [10**400, "\ud800", "NaN", "1_0", "²", "-1", "1e400", "30,92", "9999-12-31T23:59:59-14:00", 1e-45]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(NASTY) | st.text(max_size=9)


def a_time() -> datetime:
    """A moment, in whole milliseconds, that no other fix of these tests has."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000) + timedelta(milliseconds=next(numbers))


def a_fix(**changes: Any) -> dict[str, Any]:
    """A fix as POST /api/positions takes it."""
    return {"recorded_at": a_time().isoformat(), "lon": 120.9501, "lat": 30.9191} | changes


def stored(centre: Centre, fix: dict[str, Any]) -> tuple | None:
    """What the database holds of a fix: speed, accuracy, heading, battery."""
    with psycopg.connect(centre.database.url) as other:
        return other.execute(
            "select speed_mps, accuracy_m, heading_deg, battery_pct from position where recorded_at = %s",
            [fix["recorded_at"]],
        ).fetchone()


def places(centre: Centre) -> int:
    """How many fixes are kept."""
    with psycopg.connect(centre.database.url) as other:
        return other.execute("select count(*) from position").fetchone()[0]


def refused_counts(client: httpx.Client, token_of: Headers) -> dict[tuple[int | None, str, str], int]:
    """How many fixes were refused today, by worker, source and reason."""
    told = client.get("/api/positions/refusals", headers=token_of("sysadmin"))
    assert told.status_code == 200, told.text
    return {(one["worker"], one["source"], one["code"]): one["count"] for one in told.json()["refusals"]}
