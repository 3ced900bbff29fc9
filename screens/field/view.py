"""The field page's view model: my tasks with what to do about each, my track today. No Dash in here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from base.clock import TOWN_ZONE
from dispatch.access.scope import Scope
from dispatch.cases.calendar import Calendar
from dispatch.cases.clock_rows import Extension
from dispatch.cases.deadlines import Lamp, lamp
from dispatch.cases.incidents import Case
from dispatch.cases.permission import acts_for, has_point, own_part
from dispatch.cases.tasks import Task, verbs_of
from mapdata.tracks import Track, summarise
from words.catalogue import text
from words.names import type_name
from words.units import day_and_time, distance_text, duration_text

NEXT: tuple[str, ...] = ("sign", "set_out", "arrive", "start", "feedback")
"""What is done about a task, in this order; the page offers the first that may follow large."""
BESIDES: tuple[str, ...] = ("reply", "arrive", "hand_over", "ask_support", "ask_extension", "send_back")
"""What may be pressed besides: an answer that is awaited; who forgot to set out has arrived all the same."""
Place = Literal["now", "queue", "department"]
"""Where a task stands on the page: what binds me, what waits for me, what my department has besides."""


@dataclass(frozen=True)
class Press:
    """A verb that may be performed, and its name."""

    verb: str
    name: str


@dataclass(frozen=True)
class MyTask:
    """A task I act for, what I am to do next (None: nothing), and what I may do besides.

    ``kind`` and ``state`` are the task's, ``state_name`` its name; ``part`` tells whether it leads or helps, and whose
    it is when it is not mine; ``others`` who else is on the case and how far, ``told`` that an answer is awaited, and
    what came of an extension. ``whistle`` is where one signs in whom a whistle called, else empty.
    """

    task_id: str
    case_no: str
    kind: str
    place_on_page: Place
    title: str
    priority: str
    state: str
    state_name: str
    part: str
    others: str
    place: str
    words: str
    due: str
    lamp: Lamp
    is_overdue: bool
    unsettled: str
    told: tuple[str, ...]
    lon: float
    lat: float
    whistle: str
    next: Press | None
    besides: tuple[Press, ...]


@dataclass(frozen=True)
class Beside:
    """What is read beside the cases: the town's calendar, and by its case the extension that was asked for last."""

    calendar: Calendar | None = None
    asked: Mapping[str, Extension] = field(default_factory=dict)


NOTHING_BESIDE = Beside()


def tasks(
    cases: Sequence[Case], me: Scope, now: datetime, language: str, beside: Beside = NOTHING_BESIDE
) -> list[MyTask]:
    """What I have to do: the task that binds me, my queue in the order it is sent, then my department's."""
    found = [(case, task) for case in cases for task in case.tasks if task.is_open and acts_for(me, task, None)]
    rows = sorted(found, key=lambda one: (_PLACES.index(_place(one[1], me)), *_order(one[0], one[1])))
    return [_my_task(case, task, me, now, language, beside) for case, task in rows]


def _unsettled(due_at: datetime | None, calendar: Calendar | None, language: str) -> str:
    """That the due time lies in a year whose exchange days are not known; empty where they are."""
    year = None if due_at is None else due_at.astimezone(TOWN_ZONE).year
    if year is None or calendar is None or calendar.is_settled(year):
        return ""
    return text("field.unsettled", language, year=year)


_PLACES: tuple[Place, ...] = get_args(Place)


def _place(task: Task, me: Scope) -> Place:
    if task.worker_id is None or task.worker_id != me.worker_id:
        return "department"
    return "now" if task.is_active else "queue"


def _order(case: Case, task: Task) -> tuple[bool, str, datetime]:
    """A queue is sent in the order it was given; the rest stands the most urgent first."""
    return (not task.is_active, case.priority if task.is_active else "", task.created_at)


def _my_task(case: Case, task: Task, me: Scope, now: datetime, language: str, beside: Beside) -> MyTask:
    allowed = {verb for verb in verbs_of(task) if has_point(case, verb)}
    verb = next((each for each in NEXT if each in allowed), None)
    return MyTask(
        task_id=str(task.task_id),
        case_no=case.case_no,
        kind=task.kind,
        place_on_page=_place(task, me),
        title=type_name(case.type_code, language),
        priority=case.priority,
        state=task.state,
        state_name=text(f"lifecycle.task_state.{task.state}", language),
        part=_part(task, me, language),
        others=_others(case, task, language),
        place=case.address_text or case.grid_name or "",
        words=case.description,
        due=_due(case),
        lamp=lamp(case.next_started_at, case.next_due_at, now, is_paused=case.stage == "paused"),
        is_overdue=case.is_overdue(now),
        unsettled=_unsettled(case.next_due_at or case.due_at, beside.calendar, language),
        told=tuple(_told(case, beside.asked.get(case.case_no), language)),
        lon=case.lon,
        lat=case.lat,
        whistle=f"/whistle?case={case.case_no}" if own_part(me, case.tasks) else "",
        next=None if verb is None else _press(verb, language),
        besides=tuple(_press(each, language) for each in BESIDES if each in allowed and each != verb),
    )


def _told(case: Case, extension: Extension | None, language: str) -> Iterator[str]:
    """That an answer is awaited and until when; what was asked for, or what came of it."""
    if case.answer_due_at is not None:
        yield text("field.told.answer", language, at=day_and_time(case.answer_due_at, language))
    if extension is not None and extension.decision != "lapsed":
        decision = extension.decision or "asked"
        yield text(f"field.told.extension_{decision}", language, until=day_and_time(extension.until, language))


def _due(case: Case) -> str:
    """When the first clock of the case runs out, else when it had to be handled; town time."""
    due_at = case.next_due_at or case.due_at
    return due_at.astimezone(TOWN_ZONE).strftime("%m-%d %H:%M") if due_at else ""


def _press(verb: str, language: str) -> Press:
    return Press(verb, text(f"lifecycle.verb.{verb}", language))


def _part(task: Task, me: Scope, language: str) -> str:
    """Leads or helps, and whose it is when it is not mine."""
    part = text(f"field.part.{task.kind}", language)
    return part if task.worker_id is not None and task.worker_id == me.worker_id else f"{part} · {task.name}"


def _others(case: Case, mine: Task, language: str) -> str:
    """Who else is on the case, or has done his part, and how far each is."""
    with_me = [task for task in case.tasks if task.task_id != mine.task_id and _counts(task)]
    told = (
        text(
            "field.other",
            language,
            name=task.name,
            part=text(f"field.part.{task.kind}", language),
            state=text(f"lifecycle.task_state.{task.state}", language),
        )
        for task in with_me
    )
    return text("units.list_mark", language).join(told)


def _counts(task: Task) -> bool:
    return task.is_open or (task.state == "done" and task.failed_at is None)


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
