"""The replay's view model: what was query, checked; tracks and cases as the page needs them. No Dash in here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from base.clock import TOWN_ZONE
from base.errors import InvalidInput
from dispatch.cases.history import CaseHistory
from dispatch.cases.lifecycle import meaning_of
from mapdata.tracks import Track, summarise
from words.catalogue import text
from words.names import type_name

FORM = "%Y-%m-%d %H:%M"
_CASE_NO = re.compile(r"^[A-Z]{2}[0-9]{10,16}$")
AROUND_CASE = timedelta(minutes=10)
"""How much before and after a case is replayed with it."""


@dataclass(frozen=True)
class ReplayQuery:
    """What a reviewer wants to see: a period (aware times), the workers (none: all), a case, and why."""

    since: datetime
    until: datetime
    workers: tuple[int, ...]
    case_no: str | None
    reason: str


def read_moment(words: str | None, field: str) -> datetime:
    """A moment as it is typed, ``2026-11-21 08:30``, in the town's time.

    Raises
    ------
    InvalidInput
        naming the field.
    """
    try:
        return datetime.strptime((words or "").strip().replace("T", " "), FORM).replace(tzinfo=TOWN_ZONE)
    except ValueError:
        raise InvalidInput("moment_unreadable", field=field, given=words or "") from None


def case_of_address(search: str | None) -> str | None:
    """The case named in the page's address, ``?case=YZ2611210001``; None when none is."""
    named = parse_qs((search or "").removeprefix("?")).get("case", [""])[0].strip().upper()
    return named if _CASE_NO.match(named) else None


def read_form(
    since: str | None, until: str | None, workers: Sequence[int] | None, case_no: str | None, reason: str | None
) -> ReplayQuery:
    """Check what was filled in.

    Raises
    ------
    InvalidInput
        naming the field that is missing or wrong.
    """
    number = (case_no or "").strip().upper()
    if number and not _CASE_NO.match(number):
        raise InvalidInput("case_no_unreadable", field="case_no", given=case_no)
    if not (reason or "").strip():
        raise InvalidInput("replay_reason_needed", field="reason")
    query = ReplayQuery(
        read_moment(since, "since"),
        read_moment(until, "until"),
        tuple(workers or ()),
        number or None,
        str(reason).strip(),
    )
    if query.until <= query.since:
        raise InvalidInput("period_empty", field="to")
    return query


def period(now: datetime, back: timedelta) -> tuple[str, str]:
    """The time from ``back`` before now until now, as it is typed."""
    local = now.astimezone(TOWN_ZONE)
    return (local - back).strftime(FORM), (local + timedelta(minutes=1)).strftime(FORM)


def around_case(history: CaseHistory, now: datetime) -> tuple[datetime, datetime]:
    """The period of a case, with a little before and after."""
    first, last = (datetime.fromtimestamp(history.changes[at][0], TOWN_ZONE) for at in (0, -1))
    return first - AROUND_CASE, min(last + AROUND_CASE, now.astimezone(TOWN_ZONE))


def tracks_address(query: ReplayQuery) -> str:
    """Where the page fetches the tracks."""
    parameters: list[tuple[str, str]] = [
        ("from", query.since.isoformat()),
        ("to", query.until.isoformat()),
        ("format", "trk1"),
        ("reason", query.reason),
    ]
    return "/api/tracks?" + urlencode(parameters + [("worker", str(worker)) for worker in query.workers])


def begins_at(query: ReplayQuery, tracks: Sequence[Track], cases: Sequence[CaseHistory]) -> float:
    """Where the clock stands at first (s since 1970): when the first worker is seen or the first case is told of."""
    seen = [float(track.t_s[0]) for track in tracks if len(track)]
    first_changes = [case.changes[0][0] for case in cases]
    return max(query.since.timestamp(), min(seen + first_changes, default=0.0))


def loaded(query: ReplayQuery, tracks: Sequence[Track], cases: Sequence[CaseHistory], language: str) -> dict[str, Any]:
    """What the page's clock is given; times in seconds since 1970, places in degrees."""
    return {
        "tracks": tracks_address(query),
        "start": query.since.timestamp(),
        "end": query.until.timestamp(),
        "at": begins_at(query, tracks, cases),
        "workers": [{"worker": track.worker_id, "name": track.name} for track in tracks],
        "cases": [_case(each, language) for each in cases],
        "texts": {"lost": text("replay.lost", language)},
    }


def _case(history: CaseHistory, language: str) -> dict[str, Any]:
    changes = [
        {"t": at, "label": text(f"lifecycle.state.{state}", language), "ends": not meaning_of(state).is_open}
        for at, state in history.changes
    ]
    return {
        "case_no": history.case_no,
        "title": type_name(history.type_code, language),
        "priority": history.priority,
        "lon": history.lon,
        "lat": history.lat,
        "changes": changes,
    }


@dataclass(frozen=True)
class TrackRow:
    """A worker's line in the table: metres gone, seconds seen and unseen, stops, fixes not believed."""

    worker_id: int
    name: str
    distance_m: float
    seen_s: float
    gap_s: float
    gaps: int
    stops: int
    flagged: int


def track_rows(tracks: Sequence[Track]) -> list[TrackRow]:
    """One row a worker, the longest way first."""
    rows = []
    for track in tracks:
        summary = summarise(track)
        rows.append(
            TrackRow(
                track.worker_id,
                track.name,
                summary.distance_m,
                summary.seen_s,
                summary.gap_s,
                summary.gaps,
                len(summary.stops),
                track.flagged,
            )
        )
    return sorted(rows, key=lambda row: -row.distance_m)


@dataclass(frozen=True)
class CaseRow:
    """A case's line in the list: its number, when it was reported (town's clock), what, how urgent, where."""

    case_no: str
    at: str
    title: str
    priority: str
    lon: float
    lat: float


def case_rows(cases: Sequence[CaseHistory], language: str) -> list[CaseRow]:
    """One row a case, the earliest first."""
    return [
        CaseRow(
            each.case_no,
            each.reported_at.astimezone(TOWN_ZONE).strftime("%H:%M"),
            type_name(each.type_code, language),
            each.priority,
            each.lon,
            each.lat,
        )
        for each in cases
    ]
