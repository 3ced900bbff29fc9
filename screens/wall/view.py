"""What the wall shows: records in, view models out; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from base.clock import TOWN_ZONE
from dispatch.access.masking import mask_name
from dispatch.cases.incidents import Case
from dispatch.figures.now import Figures, HourFigures
from layers.style import Phase
from screens.shell.town_features import by_urgency, phase_of
from words.catalogue import text
from words.names import type_name
from words.units import minutes_figure, time_of_day

QUEUE_ROWS = 7
"""Cases the queue has room for; the others are counted."""
STATUS_ORDER = ("patrolling", "on_duty_idle", "responding", "on_scene", "break", "offline", "sos")


@dataclass(frozen=True)
class Figure:
    """One figure of the strip: its code (text and colour), the value as shown, its hours, and a remark beside it."""

    code: str
    value: str
    trend: tuple[float, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class QueueRow:
    """One case in the queue; ``seen`` who has acknowledged it, and when, ``raised`` how often it was raised again."""

    case_no: str
    priority: str
    title: str
    place: str
    phase: Phase
    worker: str
    since: str
    started: str
    due: str
    is_paused: bool
    lon: float
    lat: float
    seen: str = ""
    raised: int = 0
    level: int = 0


@dataclass(frozen=True)
class HourBar:
    """Reported and closed in one hour, as shares (0 to 1) of the largest, with the numbers."""

    hour: str
    reported: int
    closed: int
    reported_share: float
    closed_share: float


def place_of(case: Case, town: str) -> str:
    """Where it is, in as few words as there are: of an address what follows the town's name."""
    address = case.address_text.rpartition(town)[2] if town else case.address_text
    return address or case.grid_name or case.village_name or ""


def queue_rows(cases: Sequence[Case], town: str, language: str) -> list[QueueRow]:
    """The rows the queue has room for."""
    return [_queue_row(case, town, language) for case in by_urgency(cases)[:QUEUE_ROWS]]


def _queue_row(case: Case, town: str, language: str) -> QueueRow:
    worker = case.open_worker
    return QueueRow(
        case_no=case.case_no,
        priority=case.priority,
        title=type_name(case.type_code, language),
        place=place_of(case, town),
        phase=phase_of(case.state),
        worker=mask_name(worker.name) if worker is not None else "",
        since=case.reported_at.isoformat(),
        started=(case.next_started_at or case.started_at).isoformat(),
        due=case.next_due_at.isoformat() if case.next_due_at is not None else "",
        is_paused=case.stage == "paused",
        lon=case.lon,
        lat=case.lat,
        seen=_seen(case, language),
        raised=case.raised_count,
        level=case.level,
    )


def _seen(case: Case, language: str) -> str:
    """Who has acknowledged it, and when; empty before."""
    if case.acknowledged_at is None:
        return ""
    at = time_of_day(case.acknowledged_at)
    return text("wall.urgent.seen", language, by=case.acknowledged_by or "", at=at)


def urgent(cases: Sequence[Case], town: str, language: str) -> list[QueueRow]:
    """Cases of first priority nobody was sent to, the newest first."""
    waiting = [case for case in cases if case.priority == "P1" and case.stage == "waiting"]
    newest = sorted(waiting, key=lambda case: case.reported_at, reverse=True)
    return [_queue_row(case, town, language) for case in newest]


def strip(figures: Figures, on_duty: Mapping[str, int], language: str) -> list[Figure]:
    """The strip of figures."""
    hours = figures.hours
    arrival = figures.mean_arrival_s
    seen = sum(count for status, count in on_duty.items() if status != "offline")
    reported = text("wall.remark.reported", language, n=figures.reported_today)
    return [
        Figure("on_duty", str(figures.on_duty), _trend(hours, "on_duty"), text("wall.remark.seen", language, n=seen)),
        Figure("waiting", str(figures.waiting), _trend(hours, "waiting")),
        Figure("in_hand", str(figures.in_hand), _trend(hours, "in_hand")),
        Figure("overdue", str(figures.overdue)),
        Figure("arrival", "–" if arrival is None else f"{minutes_figure(arrival):.1f}", _arrivals(hours)),
        Figure("closed_today", str(figures.closed_today), _trend(hours, "closed"), reported),
    ]


def _trend(hours: Sequence[HourFigures], name: str) -> tuple[float, ...]:
    return tuple(float(getattr(hour, name)) for hour in hours)


def _arrivals(hours: Sequence[HourFigures]) -> tuple[float, ...]:
    return tuple(hour.mean_arrival_s for hour in hours if hour.mean_arrival_s is not None)


def hour_bars(hours: Sequence[HourFigures]) -> list[HourBar]:
    """Reported and closed by the hour of the town."""
    most = max([1, *(max(hour.reported, hour.closed) for hour in hours)])
    return [
        HourBar(
            hour=hour.starts.astimezone(TOWN_ZONE).strftime("%H"),
            reported=hour.reported,
            closed=hour.closed,
            reported_share=hour.reported / most,
            closed_share=hour.closed / most,
        )
        for hour in hours
    ]


def status_counts(on_duty: Mapping[str, int]) -> list[tuple[str, int]]:
    """How many workers on duty are in each status, in the order of the legend."""
    return [(status, on_duty.get(status, 0)) for status in STATUS_ORDER]
