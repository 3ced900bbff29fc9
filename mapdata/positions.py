"""Where workers are: is a fix to be believed, the history of all fixes, the newest of each worker.

A fix is flagged, never deleted. What the tables hold depends on the set of fixes that came, not on their order, nor on
how often or in which portions they came: a fix is judged beside its neighbours in time, not beside what came before it,
and of two fixes of one worker at one moment the same one is always kept.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from base.bus import publish
from base.clock import TOWN_ZONE
from base.database import Transaction
from base.statements import load_statements
from mapdata.datum import to_wgs84
from mapdata.duty import Duty, duties_between, hold_workers

SQL = load_statements(Path(__file__).parent / "sql" / "positions.sql")

FUTURE_LIMIT = timedelta(minutes=5)
"""A device's clock may run ahead by this much. Source: domain position policy, "ts > 5 min in future"."""
AGE_LIMIT = timedelta(days=7)
"""The oldest fix still taken; phones keep at least 24 h without a network, we allow a long holiday."""
ACCURACY_LIMIT_M = 200.0
"""A less accurate fix is flagged. Source: domain position policy."""
NEIGHBOUR_LIMIT = timedelta(minutes=90)
"""How far around a fix its judgement can change others: three steps of 30 minutes (see the statement)."""

Refusal = Literal["not_on_duty", "in_future", "too_old", "out_of_range", "no_such_worker"]
"""Why a fix is not taken."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One fix of a worker's device.

    ``recorded_at`` is the device's clock (aware); ``lon``/``lat`` are degrees in ``datum`` (wgs84, cgcs2000, gcj02,
    bd09); ``heading_deg`` is clockwise from north; ``source`` names the protocol; None where the device says nothing.
    """

    worker_id: int
    recorded_at: datetime
    lon: float
    lat: float
    datum: str = "wgs84"
    accuracy_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    source: str = "api"
    battery_pct: int | None = None
    is_mock: bool = False


@dataclass(frozen=True)
class Verdict:
    """What is thought of one fix: refused, or kept for a duty with flags."""

    refusal: Refusal | None = None
    duty_id: uuid.UUID | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What became of a batch: numbers of fixes new and kept, of those flagged, of those known before; why refused."""

    accepted: int
    flagged: int
    repeated: int
    refused: tuple[tuple[int, Refusal], ...] = ()


def judge(fix: Fix, received_at: datetime, duties: Sequence[Duty] | None) -> Verdict:
    """Judge a fix by itself: refuse, flag or accept.

    Parameters
    ----------
    fix
        as the device gave it.
    received_at
        our clock.
    duties
        the worker's times on duty, oldest first; None when there is no such worker.
    """
    if duties is None:
        return Verdict("no_such_worker")
    if not _on_earth(fix.lon, fix.lat):
        return Verdict("out_of_range")
    if fix.recorded_at > received_at + FUTURE_LIMIT:
        return Verdict("in_future")
    if fix.recorded_at < received_at - AGE_LIMIT:
        return Verdict("too_old")
    duty = next((one for one in reversed(duties) if one.covers(fix.recorded_at)), None)
    if duty is None:
        return Verdict("not_on_duty")
    inaccurate = fix.accuracy_m is not None and fix.accuracy_m > ACCURACY_LIMIT_M
    flags = (("inaccurate",) if inaccurate else ()) + (("mock",) if fix.is_mock else ())
    return Verdict(None, duty.duty_id, flags)


def _on_earth(lon: float, lat: float) -> bool:
    """Whether the point can be: finite, in range, and not the 0/0 a device without a fix reports."""
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90 and (lon, lat) != (0.0, 0.0)


def tidy(fix: Fix) -> Fix:
    """The fix without what devices write for "unknown" (negative, not finite) and with its heading within a turn."""
    heading = _known(fix.heading_deg)
    battery = fix.battery_pct
    return replace(
        fix,
        accuracy_m=_known(fix.accuracy_m),
        speed_mps=_known(fix.speed_mps),
        heading_deg=None if heading is None else heading % 360.0,
        battery_pct=battery if battery is not None and 0 <= battery <= 100 else None,
        source=fix.source[:32],
    )


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) and 0 <= value < 1e6 else None


def store_fixes(
    transaction: Transaction, area_id: int, fixes: Sequence[Fix], received_at: datetime, limit_mps: float
) -> Receipt:
    """Judge a batch of fixes of one area and write what is kept into history and latest.

    Parameters
    ----------
    transaction
        commits before anything is acknowledged.
    area_id
        six-digit area all the workers belong to.
    fixes
        of any workers, in any order.
    received_at
        our clock.
    limit_mps
        the fastest believable movement in metres a second.
    """
    if not fixes:
        return Receipt(0, 0, 0)
    verdicts = _judge_all(transaction, area_id, fixes, received_at)
    kept = [(tidy(fix), verdict) for fix, verdict in zip(fixes, verdicts, strict=True) if verdict.refusal is None]
    refused = tuple((index, one.refusal) for index, one in enumerate(verdicts) if one.refusal is not None)
    if not kept:
        return Receipt(0, 0, 0, refused)
    accepted, flagged = _write(transaction, area_id, kept, received_at, limit_mps)
    return Receipt(accepted, flagged, len(kept) - accepted, refused)


def _judge_all(transaction: Transaction, area_id: int, fixes: Sequence[Fix], received_at: datetime) -> list[Verdict]:
    worker_ids = {fix.worker_id for fix in fixes}
    known = hold_workers(transaction, area_id, worker_ids)
    since = max(min(fix.recorded_at for fix in fixes), received_at - AGE_LIMIT)
    until = max(since, min(max(fix.recorded_at for fix in fixes), received_at + FUTURE_LIMIT))
    duties = duties_between(transaction, area_id, known, since, until) if known else {}
    return [judge(fix, received_at, duties.get(fix.worker_id, ()) if fix.worker_id in known else None) for fix in fixes]


def _write(
    transaction: Transaction,
    area_id: int,
    kept: Sequence[tuple[Fix, Verdict]],
    received_at: datetime,
    limit_mps: float,
) -> tuple[int, int]:
    """Write history and latest; return how many fixes are new and how many of the new or changed ones are flagged."""
    times = [fix.recorded_at for fix, _ in kept]
    ensure_days(transaction, times)
    span = {"since": min(times) - NEIGHBOUR_LIMIT, "until": max(times) + NEIGHBOUR_LIMIT}
    values = _columns(kept) | span | {"area_id": area_id, "received_at": received_at}
    written = transaction.execute(SQL["write_fixes"], values).fetchone()
    assert written is not None
    if not written["worker_ids"]:
        return int(written["accepted"]), 0
    changed = {"worker_id": written["worker_ids"], "recorded_at": written["times"]}
    judged = changed | span | {"area_id": area_id, "limit_mps": limit_mps, "oldest": received_at - AGE_LIMIT * 2}
    rows = transaction.execute(SQL["judge_jumps_and_move_latest"], judged).fetchall()
    publish(transaction, area_id, "positions", sorted(set(written["worker_ids"])))
    new = set(zip(written["worker_ids"], written["times"], strict=True))
    jumps = {(row["worker_id"], row["recorded_at"]) for row in rows}
    marked = {(fix.worker_id, fix.recorded_at) for fix, verdict in kept if verdict.flags}
    return int(written["accepted"]), len(new & (jumps | marked))


def _columns(kept: Sequence[tuple[Fix, Verdict]]) -> dict[str, list[Any]]:
    points = [to_wgs84(fix.lon, fix.lat, fix.datum) for fix, _ in kept]
    columns: dict[str, list[Any]] = {
        name: [getattr(fix, name) for fix, _ in kept]
        for name in (
            "worker_id",
            "recorded_at",
            "accuracy_m",
            "speed_mps",
            "heading_deg",
            "battery_pct",
            "source",
            "datum",
        )
    }
    return columns | {
        "duty_id": [verdict.duty_id for _, verdict in kept],
        "flags": [",".join(verdict.flags) for _, verdict in kept],
        "lon": [lon for lon, _ in points],
        "lat": [lat for _, lat in points],
        "given_lon": [fix.lon for fix, _ in kept],
        "given_lat": [fix.lat for fix, _ in kept],
    }


def ensure_days(transaction: Transaction, moments: Sequence[datetime]) -> None:
    """Make sure that the days (in the town's time) of these moments have their partition."""
    days = sorted({moment.astimezone(TOWN_ZONE).date() for moment in moments})
    for row in transaction.execute(SQL["missing_days"], {"days": days}).fetchall():
        transaction.execute(SQL["make_day"], {"day": row["day"]})


@dataclass(frozen=True)
class LatestFix:
    """The newest believable fix of a worker, WGS-84."""

    worker_id: int
    recorded_at: datetime
    received_at: datetime
    lon: float
    lat: float
    accuracy_m: float | None
    speed_mps: float | None
    heading_deg: float | None
    battery_pct: int | None
    source: str


def read_latest(transaction: Transaction, area_id: int) -> list[LatestFix]:
    """The newest believable fix of every worker ever seen, by worker id."""
    return [LatestFix(**row) for row in transaction.execute(SQL["latest"], {"area_id": area_id})]
