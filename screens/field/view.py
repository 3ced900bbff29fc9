"""The field page's view model: my tasks with the one thing to do next, my track today. No Dash in here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from base.clock import TOWN_ZONE
from dispatch.access.scope import Scope
from dispatch.cases.incidents import Case
from dispatch.cases.permission import verbs_for
from mapdata.tracks import Track, summarise
from words.catalogue import text
from words.names import type_name
from words.units import distance_text, duration_text

NEXT: tuple[str, ...] = ("sign", "arrive", "start", "feedback")
"""What a worker does about a case, in this order; the page offers the first that is allowed."""


@dataclass(frozen=True)
class Task:
    """A case I was sent to, and what I am to do next (empty: nothing)."""

    case_no: str
    version: int
    title: str
    priority: str
    state: str
    place: str
    words: str
    due: str
    is_overdue: bool
    lon: float
    lat: float
    verb: str
    verb_name: str


def tasks(cases: Sequence[Case], me: Scope, now: datetime, language: str) -> list[Task]:
    """The open cases I have something to do about: the one I am sent to, then what waits, the most urgent first."""
    mine = [case for case in cases if any(task.is_open and task.worker_id == me.worker_id for task in case.tasks)]
    in_order = sorted(mine, key=lambda case: (me.worker_id not in case.active_workers, case.priority, case.reported_at))
    return [_task(case, me, now, language) for case in in_order]


def _task(case: Case, me: Scope, now: datetime, language: str) -> Task:
    allowed = verbs_for(me, case)
    verb = next((each for each in NEXT if each in allowed), "")
    return Task(
        case_no=case.case_no,
        version=case.version,
        title=type_name(case.type_code, language),
        priority=case.priority,
        state=text(f"lifecycle.state.{case.state}", language),
        place=case.address_text or case.grid_name or "",
        words=case.description,
        due=case.due_at.astimezone(TOWN_ZONE).strftime("%m-%d %H:%M") if case.due_at else "",
        is_overdue=case.is_overdue(now),
        lon=case.lon,
        lat=case.lat,
        verb=verb,
        verb_name=text(f"lifecycle.verb.{verb}", language) if verb else "",
    )


def today(now: datetime) -> datetime:
    """The beginning of the day in the town."""
    return now.astimezone(TOWN_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)


def track_summary(tracks: Sequence[Track], language: str) -> str:
    """My track of today in a sentence."""
    if not tracks or len(tracks[0]) < 2:
        return text("field.track.none", language)
    summary = summarise(tracks[0])
    words = {
        "distance": distance_text(summary.distance_m, language),
        "seen": duration_text(summary.seen_s, language),
        "stops": len(summary.stops),
    }
    return text("field.track.told", language, **words)
