"""Where workers went: their fixes of a period, split at gaps, with stops, distance and times.

A track is drawn only where the worker is known to have been: a fix that is flagged is left out of the line (and
counted), a silence longer than :data:`GAP_S` breaks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

SQL = load_statements(Path(__file__).parent / "sql" / "tracks.sql")

GAP_S = 300.0
"""A longer silence breaks the line. Source: domain reference 3.1, "gap > 5 min breaks the line"."""
STOP_S = 300.0
"""A stop lasts at least this long. Source: domain reference 3.1, "stop = at least 5 min inside 50 m"."""
STOP_RADIUS_M = 50.0
"""A stop keeps within this distance of where it began. Source: as :data:`STOP_S`."""
LONGEST_PERIOD_S = 31 * 86400
"""The longest period read at once: a month, the appraisal period of the domain reference."""

_EPOCH_S = 946_684_800.0
"""PostgreSQL counts time from 2000-01-01 (s since 1970). Source: PostgreSQL manual, date/time types."""
_EARTH_RADIUS_M = 6371008.8
"""Mean radius. Source: IUGG 1980."""

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
    """What a reviewer asks of a track: metres gone, seconds seen, seconds unseen, stops."""

    distance_m: float
    seen_s: float
    gap_s: float
    gaps: int
    stops: tuple[Stop, ...]


def read_tracks(
    transaction: Transaction, area_id: int, since: datetime, until: datetime, worker_ids: Sequence[int] | None = None
) -> list[Track]:
    """The tracks of some workers, or of all, in ``[since, until)`` (aware times), by worker id.

    Raises
    ------
    InvalidInput
        when the period is empty, backwards or longer than a month.
    """
    if until <= since:
        raise InvalidInput("period_empty", field="to")
    if (until - since).total_seconds() > LONGEST_PERIOD_S:
        raise InvalidInput("period_too_long", field="to", days=LONGEST_PERIOD_S // 86400)
    chosen = None if worker_ids is None else list(worker_ids)
    values = {"area_id": area_id, "since": since, "until": until, "worker_ids": chosen}
    rows = transaction.cursor(binary=True).execute(SQL["fixes"], values)
    return [_track(row) for row in rows]


def _track(row: dict[str, Any]) -> Track:
    """Columns come as bytes, as PostgreSQL sends each value: arrays of Python numbers would take three times longer."""
    t_s = np.frombuffer(row["t_us"], ">i8") / 1e6 + _EPOCH_S
    believed = np.frombuffer(row["believed"], "?")
    kept = (order := np.argsort(t_s))[believed[order]]
    lon, lat = (np.frombuffer(row[name], ">f8").astype(np.float64)[kept] for name in ("lon", "lat"))
    return Track(row["worker_id"], row["name"], row["grid_code"], t_s[kept], lon, lat, len(t_s) - len(kept))


def steps_m(track: Track) -> Column:
    """Metres from each fix to the next (one fewer than fixes), on the sphere.

    Source: equirectangular approximation, error under 0.1 % within 100 km.
    """
    lat = np.radians(track.lat)
    dx = np.diff(np.radians(track.lon)) * np.cos((lat[1:] + lat[:-1]) / 2)
    return np.asarray(np.hypot(dx, np.diff(lat)) * _EARTH_RADIUS_M)


def segments(track: Track) -> Iterator[slice]:
    """The pieces of a track between its gaps, as slices of its columns, none empty."""
    if len(track) == 0:
        return
    breaks = np.flatnonzero(np.diff(track.t_s) > GAP_S) + 1
    edges = [0, *breaks.tolist(), len(track)]
    for start, end in pairwise(edges):
        yield slice(start, end)


def stops(track: Track) -> Iterator[Stop]:
    """The stops of a track, in the order of time; a gap ends a stop."""
    for piece in segments(track):
        yield from _stops_of_piece(track.t_s[piece], track.lon[piece], track.lat[piece])


def _stops_of_piece(t_s: Column, lon: Column, lat: Column) -> Iterator[Stop]:
    start = 0
    for candidate in _may_begin_stop(t_s, lon, lat):
        if candidate < start:
            continue
        end = candidate + _stay(lon[candidate:], lat[candidate:])
        if t_s[end - 1] - t_s[candidate] >= STOP_S:
            stay = slice(candidate, end)
            yield Stop(float(t_s[candidate]), float(t_s[end - 1]), float(lon[stay].mean()), float(lat[stay].mean()))
            start = end


def _may_begin_stop(t_s: Column, lon: Column, lat: Column) -> list[int]:
    """The fixes (their indexes) that lie within the radius of the fix a stop's time later: no other begins a stop."""
    later = np.searchsorted(t_s, t_s + STOP_S)
    begins = np.flatnonzero(later < len(t_s))
    ends = later[begins]
    near = _metres(lon[ends] - lon[begins], lat[ends] - lat[begins], lat[begins]) <= STOP_RADIUS_M
    return [int(index) for index in begins[near]]


def _metres(dlon: Column, dlat: Column, lat: Column | np.float64) -> Column:
    """Lengths of small differences (degrees) at a latitude. Source: equirectangular approximation."""
    return np.asarray(np.hypot(dlon * np.cos(np.radians(lat)), dlat) * np.radians(1) * _EARTH_RADIUS_M)


def _stay(lon: Column, lat: Column) -> int:
    """How many of the first fixes lie within the radius of the very first one, before one does not."""
    for looked_at in _doubling(len(lon)):
        outside = np.flatnonzero(_metres(lon[:looked_at] - lon[0], lat[:looked_at] - lat[0], lat[0]) > STOP_RADIUS_M)
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
    pauses = np.diff(track.t_s)
    gaps = pauses > GAP_S
    distance_m = float(steps_m(track)[~gaps].sum())
    return TrackSummary(
        distance_m, float(pauses[~gaps].sum()), float(pauses[gaps].sum()), int(gaps.sum()), tuple(stops(track))
    )
