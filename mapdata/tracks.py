"""Where workers went: their fixes of a period, split at gaps, with stops, distance and times.

A track is drawn only where the worker is known to have been: a fix that is flagged is left out of the line (and
counted), a silence longer than :data:`GAP_S` breaks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from base.database import Transaction
from base.errors import InvalidInput
from base.statements import load_statements
from base.values import Seconds
from mapdata.plane import distances_m, steps_m

SQL = load_statements(Path(__file__).parent / "sql" / "tracks.sql")

GAP_S = 300.0
"""A longer silence breaks the line. Source: docs/domain.md, "Gaps and stops"."""
STOP_S = 300.0
"""A stop lasts at least this long. Source: docs/domain.md, "Gaps and stops"."""
STOP_RADIUS_M = 50.0
"""A stop keeps within this distance of where it began. Source: as :data:`STOP_S`."""
LONGEST_PERIOD_S = 31 * 86400
"""The longest period read at once: a month. Source: docs/domain.md, "Review period"."""

_EPOCH_S = 946_684_800.0
"""PostgreSQL counts time from 2000-01-01 (s since 1970). Source: PostgreSQL manual, date/time types."""

Column = NDArray[np.float64]


@dataclass(frozen=True)
class Track:
    """The believed fixes of one worker in the order of time.

    ``t_s`` seconds since 1970 (UTC), ``lon``/``lat`` degrees (EPSG:4326), all of one length; ``flagged`` counts the
    fixes of the period left out because they are not believed.
    """

    worker_id: int
    name: str
    grid_code: str | None
    t_s: Column
    lon: Column
    lat: Column
    flagged: int = 0

    def __len__(self) -> int:
        """How many believed fixes there are."""
        return len(self.t_s)


@dataclass(frozen=True)
class Stop:
    """A stay of at least :data:`STOP_S` within :data:`STOP_RADIUS_M`: when (s since 1970) and where (EPSG:4326)."""

    from_s: float
    until_s: float
    lon: float
    lat: float


@dataclass(frozen=True)
class TrackSummary:
    """Figures of a track: metres gone, seconds between fixes without a gap, seconds in gaps, number of gaps, stops."""

    distance_m: float
    seen_s: float
    gap_s: float
    gaps: int
    stops: tuple[Stop, ...]


def read_tracks(
    transaction: Transaction,
    area_id: int,
    readable: Mapping[str, object],
    since: datetime,
    until: datetime,
    worker_ids: Sequence[int] | None = None,
) -> list[Track]:
    """The tracks of some workers, or of all, in ``[since, until)`` (aware times), by worker id.

    Parameters
    ----------
    transaction, area_id
        where to read, of which six-digit area.
    readable
        whose tracks the asker may read, as ``dispatch.access.scope.readable_workers`` tells; others are left out.
    since, until, worker_ids
        of when, and of whom: of everybody when None.

    Raises
    ------
    InvalidInput
        when the period is empty, backwards or longer than a month.
    """
    if until <= since:
        raise InvalidInput("period_empty", field="to")
    if (until - since).total_seconds() > LONGEST_PERIOD_S:
        raise InvalidInput("period_too_long", field="to", longest=Seconds(LONGEST_PERIOD_S))
    chosen = None if worker_ids is None else list(worker_ids)
    parameters = {"area_id": area_id, "since": since, "until": until, "worker_ids": chosen} | dict(readable)
    rows = transaction.cursor(binary=True).execute(SQL["fixes"], parameters)
    return [_track(row) for row in rows]


def _track(row: dict[str, Any]) -> Track:
    """Columns come as bytes, as PostgreSQL sends each value: arrays of Python numbers would take three times longer."""
    t_s = np.frombuffer(row["t_us"], ">i8") / 1e6 + _EPOCH_S
    is_believed = np.frombuffer(row["believed"], "?")
    # sorted here once for all columns; the database would sort inside each of its aggregates
    by_time = np.argsort(t_s)
    believed = by_time[is_believed[by_time]]
    lon, lat = (np.frombuffer(row[name], ">f8").astype(np.float64)[believed] for name in ("lon", "lat"))
    return Track(row["worker_id"], row["name"], row["grid_code"], t_s[believed], lon, lat, len(t_s) - len(believed))


def segments(track: Track) -> Iterator[slice]:
    """The pieces of a track between its gaps, as slices of its columns, none empty."""
    if len(track) == 0:
        return
    after_gaps = np.flatnonzero(np.diff(track.t_s) > GAP_S) + 1
    for start, end in pairwise([0, *after_gaps.tolist(), len(track)]):
        yield slice(start, end)


def stops(track: Track) -> Iterator[Stop]:
    """The stops of a track, in the order of time; a gap ends a stop."""
    for segment in segments(track):
        yield from _stops_of_segment(track.t_s[segment], track.lon[segment], track.lat[segment])


def _stops_of_segment(t_s: Column, lon: Column, lat: Column) -> Iterator[Stop]:
    start = 0
    for candidate in _may_begin_stop(t_s, lon, lat):
        if candidate < start:
            continue
        end = candidate + _count_within_radius(lon[candidate:], lat[candidate:])
        if t_s[end - 1] - t_s[candidate] >= STOP_S:
            stop = slice(candidate, end)
            yield Stop(float(t_s[candidate]), float(t_s[end - 1]), float(lon[stop].mean()), float(lat[stop].mean()))
            start = end


def _may_begin_stop(t_s: Column, lon: Column, lat: Column) -> list[int]:
    """The fixes (their indexes) that lie within the radius of the fix a stop's time later: no other begins a stop.

    Found for a whole track at once, which leaves the slow look at each following fix to these few.
    """
    later = np.searchsorted(t_s, t_s + STOP_S)
    begins = np.flatnonzero(later < len(t_s))
    ends = later[begins]
    is_near = distances_m(lon[begins], lat[begins], lon[ends], lat[ends]) <= STOP_RADIUS_M
    return [int(index) for index in begins[is_near]]


def _count_within_radius(lon: Column, lat: Column) -> int:
    """How many of the first fixes lie within the radius of the very first one, before one does not."""
    # most stays are short: measuring all the rest of the day for each of them would take its square
    for size in _doubling(len(lon)):
        outside = np.flatnonzero(distances_m(lon[0], lat[0], lon[:size], lat[:size]) > STOP_RADIUS_M)
        if len(outside):
            return int(outside[0])
    return len(lon)


def _doubling(most: int) -> Iterator[int]:
    """64, 128, 256 ... and at last ``most``."""
    size = 64
    while size < most:
        yield size
        size *= 2
    yield most


def summarise(track: Track) -> TrackSummary:
    """Distance, times and stops of a track; gaps count neither as distance nor as time seen."""
    if len(track) < 2:
        return TrackSummary(0.0, 0.0, 0.0, 0, ())
    intervals_s = np.diff(track.t_s)
    is_gap = intervals_s > GAP_S
    distance_m = float(steps_m(track.lon, track.lat)[~is_gap].sum())
    seen_s, gap_s = float(intervals_s[~is_gap].sum()), float(intervals_s[is_gap].sum())
    return TrackSummary(distance_m, seen_s, gap_s, int(is_gap.sum()), tuple(stops(track)))
