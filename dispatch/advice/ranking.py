"""Who should go, and why not the nearer one: the ranking, without any reading or writing.

Among those who can be sent, exact travel time on the road network alone decides the order. Skill, own grid, work of
today and the quality of the fix are shown beside it: a person weighs them.

Source: docs/domain.md, "Order and top five".
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np

from base.values import Code, Metres, Seconds, Value
from dispatch.advice.workforce import OFFLINE_AFTER_S, WorkerNow
from dispatch.competence.items import LACK_CODES, NO_ITEMS, Competence, lead_lack
from mapdata.plane import distances_m
from mapdata.roads.modes import MODES, Mode
from mapdata.roads.routes import Route, Traveller

TOP = 5
"""Workers suggested at most. Source: docs/domain.md, "Order and top five"."""
VAGUE_FIX_M = 30.0
"""A fix less accurate is called vague: phone GPS in the open gives 5 to 20 m.

Source: docs/domain.md, "Order and top five".
"""
DETOUR_FACTOR, DETOUR_LEAST_M = 1.6, 200.0
"""A way is called a detour when it is so much longer than the straight line. Source: docs/domain.md, "Detours"."""
PASSED_OVER_MOST = 12
"""Nearer workers left out that are told one by one; of the others it is told how many there are."""
LIGHT_PRIORITIES = ("P3", "P4")

_FREE = ("on_duty_idle", "patrolling")

FindNearest = Callable[[Sequence[Traveller], int], list[Route]]
"""Who of these is there first: the k first ways to the case (see ``RoadNetwork.nearest``)."""


@dataclass(frozen=True)
class Reason:
    """Why: a code (``suggestion.reason.<code>`` is its text) and the values that fill the text."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def told(self) -> Code:
        """What is told of it: of a reason that an earlier release kept as a sentence nobody can read any more, this."""
        return Code("suggestion.reason", "in_words" if "text" in self.values else self.code, self.values)


@dataclass(frozen=True)
class Task:
    """What has to be known of the case: place (EPSG:4326), type, priority, grid, department, who reported it, what the
    law asks of its type.
    """

    lon: float
    lat: float
    type_code: str
    priority: str
    grid_code: str | None
    department_code: str | None
    reporter_worker_id: int | None = None
    competence: Competence = NO_ITEMS


@dataclass(frozen=True)
class Suggested:
    """A worker suggested: the way, the straight distance, and the reasons."""

    worker: WorkerNow
    way: Route
    straight_m: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class PassedOver:
    """A nearer worker left out, and the one reason why."""

    worker: WorkerNow
    straight_m: float
    reason: Reason


@dataclass(frozen=True)
class Ranking:
    """The answer: who, who not (the nearest, and how many more there are), and when there is nobody, why."""

    suggested: tuple[Suggested, ...]
    passed_over: tuple[PassedOver, ...]
    passed_over_more: int
    nobody: Reason | None


@cache
def _skills_by_prefix() -> dict[str, tuple[str, ...]]:
    with (Path(__file__).parent / "type_skills.csv").open(encoding="utf-8", newline="") as file:
        return {row["prefix"]: tuple(filter(None, row["skills"].split("|"))) for row in csv.DictReader(file)}


def wanted_skills(type_code: str) -> tuple[str, ...]:
    """Skills any of which helps with this type of event, the most specific entry of ``type_skills.csv``."""
    table = _skills_by_prefix()
    for length in range(len(type_code), 1, -1):
        if type_code[:length] in table:
            return table[type_code[:length]]
    return ()


def unfit(worker: WorkerNow, task: Task) -> Reason | None:
    """The one reason why a worker cannot be sent; None when he can, as far as the roads allow."""
    if not worker.on_duty:
        return Reason("off_duty")
    if worker.open_case_no:
        return Reason("on_scene" if worker.status == "on_scene" else "responding", {"case_no": worker.open_case_no})
    if worker.status in ("break", "sos"):
        return Reason(worker.status)
    if worker.lon is None or worker.age_s is None:
        return Reason("never_seen")
    if worker.age_s > OFFLINE_AFTER_S:
        return Reason("fix_too_old", {"age": Seconds(worker.age_s)})
    if worker.status not in _FREE:
        return Reason("not_free", {"status": Code("suggestion.status", worker.status)})
    return _unfit_role(worker, task) or _unfit_by_law(worker, task)


def _unfit_by_law(worker: WorkerNow, task: Task) -> Reason | None:
    """Where who leads needs an enforcement card, nobody without one is proposed to lead.

    Source: docs/domain.md, "Legal competence".
    """
    lack = lead_lack(task.competence, worker.card, worker.department_code)
    return None if lack is None else Reason(lack.code, lack.values)


def may_help(reason: Reason | None) -> bool:
    """Whether somebody can go all the same, beside who leads: all he lacks is the right to lead."""
    return reason is None or reason.code in LACK_CODES


def _unfit_role(worker: WorkerNow, task: Task) -> Reason | None:
    """Part-timers do light tasks, a department's people their department's.

    Source: docs/domain.md, "Who can be sent".
    """
    if worker.role == "grid_worker":
        return None
    if worker.role == "parttime_worker":
        return None if task.priority in LIGHT_PRIORITIES else Reason("light_tasks_only", {"priority": task.priority})
    if worker.role == "dept_handler":
        return None if worker.department_code == task.department_code else Reason("other_department")
    return Reason("role_not_sent", {"role": Code("suggestion.role", worker.role)})


def rank(
    task: Task, workers: Sequence[WorkerNow], tasks_today: Mapping[int, int], find_nearest: FindNearest
) -> Ranking:
    """Rank those who can be sent and give every nearer one the one reason why not.

    Parameters
    ----------
    task
        what has to be known of the case.
    workers
        everybody, on duty or not.
    tasks_today
        tasks each worker was given today, by worker id.
    find_nearest
        the road network's answer for this case's place.
    """
    air_m = _straight_m(task, workers)
    reasons = {worker.worker_id: unfit(worker, task) for worker in workers}
    able = [worker for worker in workers if reasons[worker.worker_id] is None]
    by_id = {worker.worker_id: worker for worker in able}
    suggested = tuple(
        _suggested(by_id[way.key], way, air_m[way.key], task, tasks_today.get(way.key, 0))
        for way in find_nearest(travellers(able), TOP)
    )
    nearer = _nearer(suggested, workers, air_m)
    passed = _passed_over(nearer[:PASSED_OVER_MOST], reasons, air_m, find_nearest)
    nobody = None if suggested else _nobody(workers, reasons)
    return Ranking(suggested, passed, len(nearer) - len(passed), nobody)


def _straight_m(task: Task, workers: Sequence[WorkerNow]) -> dict[int, float]:
    """Metres from the case to each worker who was ever seen, by worker id; all at once: there may be thousands."""
    seen = [worker for worker in workers if worker.lon is not None]
    lon, lat = np.array([worker.lon for worker in seen]), np.array([worker.lat for worker in seen])
    away_m = distances_m(task.lon, task.lat, lon, lat).tolist()
    return {worker.worker_id: metres for worker, metres in zip(seen, away_m, strict=True)}


def travellers(workers: Sequence[WorkerNow]) -> list[Traveller]:
    """Workers who were seen, as the road network knows them."""
    return [
        Traveller(worker.worker_id, cast(float, worker.lon), cast(float, worker.lat), _mode(worker))
        for worker in workers
    ]


def _mode(worker: WorkerNow) -> Mode:
    return next((mode for mode in MODES if mode == worker.mode), "foot")


def _suggested(worker: WorkerNow, way: Route, straight_m: float, task: Task, tasks_today: int) -> Suggested:
    wanted = wanted_skills(task.type_code)
    has = [skill for skill in wanted if skill in worker.skills]
    reasons = [
        Reason("duty", {"status": Code("suggestion.status", worker.status)}),
        Reason("way", {"mode": Code("suggestion.mode", _mode(worker)), "distance": Metres(way.distance_m)}),
    ]
    if is_detour(way, straight_m):
        reasons.append(_detour("detour", way, straight_m))
    if has:
        reasons.append(Reason("skill", {"skills": _skills(has)}))
    elif wanted:
        reasons.append(Reason("no_skill", {"skills": _skills(wanted)}))
    if task.grid_code is not None and worker.grid_code == task.grid_code:
        reasons.append(Reason("same_grid"))
    reasons.append(Reason("tasks_today", {"count": tasks_today}) if tasks_today else Reason("no_task_today"))
    reasons.append(_fix(worker))
    if worker.worker_id == task.reporter_worker_id:
        reasons.append(Reason("reporter"))
    return Suggested(worker, way, straight_m, tuple(reasons))


def is_detour(way: Route, straight_m: float) -> bool:
    """Whether the way by road is so much longer than the straight line that a person wants to know why."""
    return way.distance_m > straight_m * DETOUR_FACTOR and way.distance_m - straight_m > DETOUR_LEAST_M


def _detour(code: str, way: Route, straight_m: float) -> Reason:
    values: dict[str, Value] = {
        "straight": Metres(straight_m),
        "distance": Metres(way.distance_m),
        "eta": Seconds(way.eta_s),
    }
    return Reason(f"{code}_bridge", values | {"bridges": way.bridges}) if way.bridges else Reason(code, values)


def _skills(skills: Sequence[str]) -> list[Code]:
    return [Code("suggestion.skill", skill) for skill in skills]


def _fix(worker: WorkerNow) -> Reason:
    age = Seconds(worker.age_s or 0.0)
    if worker.accuracy_m is None:
        return Reason("fix", {"age": age})
    code = "fix_vague" if worker.accuracy_m > VAGUE_FIX_M else "fix_accurate"
    return Reason(code, {"age": age, "accuracy": Metres(worker.accuracy_m)})


def _nearer(
    suggested: Sequence[Suggested], workers: Sequence[WorkerNow], air_m: Mapping[int, float]
) -> list[WorkerNow]:
    """Those nearer by air than the last one suggested who were left out, the nearest first."""
    suggested_ids = {one.worker.worker_id for one in suggested}
    reach_m = max((one.straight_m for one in suggested), default=float("inf"))
    nearer = [worker for worker in workers if air_m.get(worker.worker_id, float("inf")) < reach_m]
    left_out = (worker for worker in nearer if worker.worker_id not in suggested_ids)
    return sorted(left_out, key=lambda one: air_m[one.worker_id])


def _passed_over(
    nearer: Sequence[WorkerNow],
    reasons: Mapping[int, Reason | None],
    air_m: Mapping[int, float],
    find_nearest: FindNearest,
) -> tuple[PassedOver, ...]:
    fit = [worker for worker in nearer if reasons[worker.worker_id] is None]
    ways = {way.key: way for way in find_nearest(travellers(fit), len(fit))} if fit else {}
    return tuple(
        PassedOver(
            worker,
            air_m[worker.worker_id],
            reasons[worker.worker_id] or _slower(ways.get(worker.worker_id), air_m[worker.worker_id]),
        )
        for worker in nearer
    )


def _slower(way: Route | None, straight_m: float) -> Reason:
    if way is None:
        return Reason("unreachable")
    if is_detour(way, straight_m):
        return _detour("slower", way, straight_m)
    return Reason("later", {"distance": Metres(way.distance_m), "eta": Seconds(way.eta_s)})


def _nobody(workers: Sequence[WorkerNow], reasons: Mapping[int, Reason | None]) -> Reason:
    """Why there is nobody: the count of each reason, the most frequent first."""
    if not workers:
        return Reason("no_workers")
    counts = Counter(reason.code if reason else "unreachable" for reason in reasons.values())
    if set(counts) == {"off_duty"}:
        return Reason("all_off_duty", {"count": len(workers)})
    each = [Code("suggestion.count", code, {"count": count}) for code, count in counts.most_common()]
    return Reason("nobody_free", {"counts": each})
