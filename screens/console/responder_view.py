"""What the panel shows of those who are on a case; nothing here knows of Dash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.advice.workforce import WorkerNow
from dispatch.cases.tasks import Task
from mapdata.roads.routes import Route
from words.catalogue import text
from words.units import distance_text, duration_text, time_of_day


@dataclass(frozen=True)
class Responder:
    """Who has something to do about a case: his task, and where he is (None: a department, or nobody to be seen)."""

    task: Task
    worker: WorkerNow | None


@dataclass(frozen=True)
class ResponderView:
    """One of those on a case: who, as what, on which step, how far still.

    ``line`` is the way still ahead (degrees, EPSG:4326) and ``eta`` how long it takes, both empty for who is there;
    ``worker`` is None for a department.
    """

    task: str
    worker: int | None
    name: str
    part: str
    status: str
    still: str
    phone: str
    eta: str
    line: tuple[tuple[float, float], ...]
    may_take_back: bool


def responder_view(
    one: Responder, way: Route | None, now: datetime, language: str, *, may_take_back: bool
) -> ResponderView:
    """One of those on a case, and how long his way still is while he is on it."""
    task = one.task
    return ResponderView(
        task=str(task.task_id),
        worker=task.worker_id,
        name=task.name,
        part=_part(task, language),
        status=text(f"lifecycle.task_state.{task.state}", language),
        still="" if way is None else _still(way, now, language),
        phone=one.worker.phone if one.worker else "",
        eta="" if way is None else duration_text(way.eta_s, language),
        line=() if way is None else tuple(way.line),
        may_take_back=may_take_back,
    )


def _part(task: Task, language: str) -> str:
    part = text(f"console.part.{task.kind}", language)
    return part if task.is_required else text("console.part_optional", language, part=part)


def _still(way: Route, now: datetime, language: str) -> str:
    at = time_of_day(now + timedelta(seconds=way.eta_s))[:5]
    words = {"eta": duration_text(way.eta_s, language), "distance": distance_text(way.distance_m, language)}
    return text("console.worker.still", language, at=at, **words)
