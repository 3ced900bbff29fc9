"""The day of a filled town's workers: who is on duty, what each does, where each was seen last."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from base.bulk import copy_rows
from base.database import Row, Transaction
from base.errors import Conflict
from base.statements import load_statements
from mapdata.positions import Fix, ensure_day_partitions, store_fixes

SQL = load_statements(Path(__file__).parent / "sql" / "filling.sql")
OFF_DUTY, ON_BREAK, SENT, SILENT, NEVER_SEEN = 0.15, 0.06, 0.06, 0.04, 0.01
"""Shares of all workers: off duty; on duty on a break, sent to a case, silent for some minutes, never seen."""
_PATROLLING = 0.6
_FRESH_S, _SILENT_S = (1.0, 60.0), (360.0, 2400.0)
_ON_DUTY_SINCE = timedelta(hours=2)
_ASIDE_DEG = 3e-4
_FASTEST_MPS = 1e6
"""Places are invented: none is a jump."""


@dataclass(frozen=True)
class Day:
    """How many workers there are, how many are on duty, and who of them is to be sent to a case."""

    workers: int
    on_duty: int
    to_be_sent: list[int]


def begin_day(transaction: Transaction, area_id: int, random: np.random.Generator, at: datetime) -> Day:
    """Put the shares on duty that are not yet, and let all who are on duty be seen now, on a road of their grid.

    Raises
    ------
    Conflict
        when the area has no road to stand on.
    """
    workers = transaction.execute(SQL["workers_of"], {"area_id": area_id}).fetchall()
    share = random.random(len(workers))
    statuses = np.where(random.random(len(workers)) < _PATROLLING, "patrolling", "on_duty_idle")
    statuses[(share >= OFF_DUTY) & (share < OFF_DUTY + ON_BREAK)] = "break"
    sent = (share >= OFF_DUTY + ON_BREAK) & (share < OFF_DUTY + ON_BREAK + SENT)
    ids = np.array([row["worker_id"] for row in workers], int)
    _begin_duties(transaction, area_id, random, at, ids, statuses, share >= OFF_DUTY)
    on_duty = _numbers(transaction, "open_duties", area_id)
    _be_seen(transaction, area_id, random, at, workers, share, on_duty)
    busy = _numbers(transaction, "open_assignments", area_id)
    to_be_sent = [one for one in ids[sent].tolist() if one in on_duty and one not in busy]
    return Day(len(workers), len(on_duty), to_be_sent)


def _numbers(transaction: Transaction, statement: str, area_id: int) -> set[int]:
    return {row["worker_id"] for row in transaction.execute(SQL[statement], {"area_id": area_id})}


def _begin_duties(
    transaction: Transaction, area_id: int, random: np.random.Generator, at: datetime,
    ids: np.ndarray, statuses: np.ndarray, comes: np.ndarray,
) -> None:  # fmt: skip
    """An open duty for everybody who comes today and has none."""
    duty_ids = [uuid.UUID(bytes=random.bytes(16), version=4) for _ in ids]
    there = _numbers(transaction, "open_duties", area_id)
    rows = [
        (area_id, worker_id, duty_id, status, at - _ON_DUTY_SINCE)
        for worker_id, duty_id, status, comes_today in zip(
            ids.tolist(), duty_ids, statuses.tolist(), comes.tolist(), strict=True
        )
        if comes_today and worker_id not in there
    ]
    copy_rows(transaction, "duty", ("area_id", "worker_id", "duty_id", "status", "started_at"), rows)


def _be_seen(
    transaction: Transaction, area_id: int, random: np.random.Generator, at: datetime, workers: list[Row],
    share: np.ndarray, on_duty: set[int],
) -> None:  # fmt: skip
    """A fix of everybody on duty but the few who were never seen."""
    points = _points_by_grid(transaction, area_id)
    somewhere = [point for group in points.values() for point in group]
    if not somewhere:
        raise Conflict("area_without_roads", area_id=area_id)
    draws = random.random((len(workers), 5)).tolist()
    fixes = []
    for row, part, (place, east, north, age, accuracy) in zip(workers, share.tolist(), draws, strict=True):
        if row["worker_id"] not in on_duty or part >= 1 - NEVER_SEEN:
            continue
        near = points.get(row["grid_code"]) or somewhere
        lon, lat = near[int(place * len(near))]
        least, most = _SILENT_S if part >= 1 - NEVER_SEEN - SILENT else _FRESH_S
        seen = at - timedelta(seconds=least + (most - least) * age)
        lon, lat = lon + (east - 0.5) * _ASIDE_DEG, lat + (north - 0.5) * _ASIDE_DEG
        fixes.append(Fix(row["worker_id"], seen, lon, lat, accuracy_m=round(4 + 40 * accuracy**3, 1)))
    ensure_day_partitions(transaction, [at, at - timedelta(seconds=_SILENT_S[1])])
    store_fixes(transaction, area_id, fixes, at, _FASTEST_MPS)


def _points_by_grid(transaction: Transaction, area_id: int) -> dict[str | None, list[tuple[float, float]]]:
    points: dict[str | None, list[tuple[float, float]]] = defaultdict(list)
    for row in transaction.execute(SQL["road_points"], {"area_id": area_id}):
        points[row["grid_code"]].append((row["lon"], row["lat"]))
    return points
