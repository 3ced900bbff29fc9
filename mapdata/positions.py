"""Where workers are: which fixes are believed, the history of all fixes, the newest of each worker.

A fix is flagged, never deleted. What the tables hold depends on the set of fixes that came, not on their order, nor on
how often or in which batches they came: a fix is judged beside its neighbours in time, not beside what came before it,
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
from mapdata.duty import Duty, duties_between, lock_workers

SQL = load_statements(Path(__file__).parent / "sql" / "positions.sql")

FUTURE_LIMIT = timedelta(minutes=5)
"""A device's clock may run ahead by this much. Source: docs/domain.md, "Believing a fix"."""
AGE_LIMIT = timedelta(days=7)
"""The oldest fix still taken; phones keep at least 24 h without a network, we allow a long holiday."""
ACCURACY_LIMIT_M = 200.0
"""A less accurate fix is flagged. Source: docs/domain.md, "Believing a fix"."""
NEIGHBOUR_LIMIT = timedelta(minutes=90)
"""How far around a fix the judgement of others depends on it: three steps of 30 minutes (see the statement)."""

_SMALLEST = 1e-30

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
    """The judgement of one fix: refused, or valid for a duty and perhaps flagged."""

    refusal: Refusal | None = None
    duty_id: uuid.UUID | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What became of a batch of fixes.

    ``accepted`` counts those that are new, ``flagged`` those new or changed and not believed, ``repeated`` those that
    were there before; ``refused`` names the place in the batch and the reason of each that is not taken.
    """

    accepted: int
    flagged: int
    repeated: int
    refused: tuple[tuple[int, Refusal], ...] = ()


def judge(fix: Fix, received_at: datetime, duties: Sequence[Duty] | None) -> Verdict:
    """Judge a fix by itself, without its neighbours in time.

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
    duty = next((duty for duty in reversed(duties) if duty.covers(fix.recorded_at)), None)
    if duty is None:
        return Verdict("not_on_duty")
    inaccurate = fix.accuracy_m is not None and fix.accuracy_m > ACCURACY_LIMIT_M
    flags = (("inaccurate",) if inaccurate else ()) + (("mock",) if fix.is_mock else ())
    return Verdict(None, duty.duty_id, flags)


def _on_earth(lon: float, lat: float) -> bool:
    """Whether the point can be: finite, in range, and not the 0/0 a device without a fix reports."""
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90 and (lon, lat) != (0.0, 0.0)


def without_unknowns(fix: Fix) -> Fix:
    """The fix without what devices write for "unknown" (negative, not finite); its heading from 0 to below 360."""
    heading_deg = _none_if_unknown(fix.heading_deg)
    if heading_deg is not None and heading_deg > 360:
        heading_deg = None
    battery_pct = fix.battery_pct
    return replace(
        fix,
        accuracy_m=_none_if_unknown(fix.accuracy_m),
        speed_mps=_none_if_unknown(fix.speed_mps),
        heading_deg=None if heading_deg is None else heading_deg % 360.0,
        battery_pct=battery_pct if battery_pct is not None and 0 <= battery_pct <= 100 else None,
        source=fix.source[:32],
    )


def _none_if_unknown(value: float | None) -> float | None:
    if value is None or not math.isfinite(value) or not 0 <= value < 1e6:
        return None
    # what is smaller than the database's single precision can hold is an error there, for the whole batch
    return value if value >= _SMALLEST else 0.0


def store_fixes(
    transaction: Transaction, area_id: int, fixes: Sequence[Fix], received_at: datetime, limit_mps: float
) -> Receipt:
    """Judge a batch of fixes of one area and write the valid ones into history and latest.

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
    valid = [
        (without_unknowns(fix), verdict) for fix, verdict in zip(fixes, verdicts, strict=True) if not verdict.refusal
    ]
    refused = tuple((index, verdict.refusal) for index, verdict in enumerate(verdicts) if verdict.refusal)
    if not valid:
        return Receipt(0, 0, 0, refused)
    accepted, flagged = _write(transaction, area_id, valid, received_at, limit_mps)
    return Receipt(accepted, flagged, len(valid) - accepted, refused)


def _judge_all(transaction: Transaction, area_id: int, fixes: Sequence[Fix], received_at: datetime) -> list[Verdict]:
    # Held until the commit: two batches of one worker at the same time would each judge without seeing the other's
    # fixes, and a duty could end while a fix is written for it.
    workers = lock_workers(transaction, area_id, {fix.worker_id for fix in fixes})
    # a fix of the year 1970 or 2099 is refused anyway and must not make us read every duty there is
    since = max(min(fix.recorded_at for fix in fixes), received_at - AGE_LIMIT)
    until = max(since, min(max(fix.recorded_at for fix in fixes), received_at + FUTURE_LIMIT))
    duties = duties_between(transaction, area_id, workers, since, until) if workers else {}
    return [
        judge(fix, received_at, duties.get(fix.worker_id, ()) if fix.worker_id in workers else None) for fix in fixes
    ]


def _write(
    transaction: Transaction,
    area_id: int,
    valid: Sequence[tuple[Fix, Verdict]],
    received_at: datetime,
    limit_mps: float,
) -> tuple[int, int]:
    """Write history and latest; return how many fixes are new and how many of the new or changed ones are flagged."""
    moments = [fix.recorded_at for fix, _ in valid]
    ensure_day_partitions(transaction, moments)
    span: dict[str, Any] = {"since": min(moments) - NEIGHBOUR_LIMIT, "until": max(moments) + NEIGHBOUR_LIMIT}
    parameters = _columns(valid) | span | {"area_id": area_id, "received_at": received_at}
    written = transaction.execute(SQL["write_fixes"], parameters).fetchone()
    assert written is not None
    if not written["worker_ids"]:
        return int(written["accepted"]), 0
    # a latest that turns out to be a jump is as old as a fix may be, and its predecessor as much older again
    oldest = received_at - AGE_LIMIT * 2
    parameters = span | {"area_id": area_id, "limit_mps": limit_mps, "oldest": oldest}
    parameters |= {"worker_id": written["worker_ids"], "recorded_at": written["times"]}
    jumped = transaction.execute(SQL["judge_jumps_and_move_latest"], parameters).fetchall()
    publish(transaction, area_id, "positions", sorted(set(written["worker_ids"])))
    new_or_changed = set(zip(written["worker_ids"], written["times"], strict=True))
    jumps = {(row["worker_id"], row["recorded_at"]) for row in jumped}
    flagged_alone = {(fix.worker_id, fix.recorded_at) for fix, verdict in valid if verdict.flags}
    return int(written["accepted"]), len(new_or_changed & (jumps | flagged_alone))


def _columns(valid: Sequence[tuple[Fix, Verdict]]) -> dict[str, list[Any]]:
    """The batch turned into one array a column: one statement writes it, however many fixes it has."""
    points = [to_wgs84(fix.lon, fix.lat, fix.datum) for fix, _ in valid]
    columns: dict[str, list[Any]] = {
        name: [getattr(fix, name) for fix, _ in valid]
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
        "duty_id": [verdict.duty_id for _, verdict in valid],
        "flags": [",".join(verdict.flags) for _, verdict in valid],
        "lon": [lon for lon, _ in points],
        "lat": [lat for _, lat in points],
        "given_lon": [fix.lon for fix, _ in valid],
        "given_lat": [fix.lat for fix, _ in valid],
    }


def ensure_day_partitions(transaction: Transaction, moments: Sequence[datetime]) -> None:
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
