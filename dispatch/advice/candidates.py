"""Who has to be read for an advice: the nearest, and everybody else who could still be there first.

Of a prefecture's thousands of workers an advice names five, and twelve who are nearer. To read all of them takes longer
than to rank them; so the nearest are read and ranked, and then whoever may change the answer. A straight line is never
covered faster than the network's top speed: who is too far off to be there before the fifth even at that speed needs
not be known. The answer is the same as if everybody had been read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from base.clock import TOWN_ZONE
from base.database import Transaction
from base.statements import load_statements
from dispatch.access.scope import Scope, readable_workers
from dispatch.advice.ranking import TOP, Ranking, Task
from dispatch.advice.workforce import SQL as WORKFORCE_SQL
from dispatch.advice.workforce import WorkerNow, read_workers, read_workforce
from mapdata.resources import Circle
from mapdata.roads.modes import Mode

SQL = load_statements(Path(__file__).parent / "sql" / "advice.sql")
FIRST, GROWTH = 100, 4
"""Workers read at first, and how many times more when five who can come are not among them; measured at 8,411 workers
(``bench/prefecture.py``): fewer are read twice, more are read in vain."""
_MARGIN = 1.02
"""Straight metres are measured on planes and spheres that differ by half a percent: a circle is read so much wider."""

Rank = Callable[[Sequence[WorkerNow], Mapping[int, int]], Ranking]
"""The ranking of these workers; the second are the tasks each was given today, by worker id."""


@dataclass(frozen=True)
class Question:
    """Who asks about which case, when; and the speed in metres a second that no way of moving exceeds by road."""

    transaction: Transaction
    area_id: int
    scope: Scope
    at: datetime
    task: Task
    top_speed_mps: Mapping[Mode, float]


def rank_everybody(question: Question, rank: Rank) -> Ranking:
    """The ranking of the whole workforce, of which only those are read who can have a part in it."""
    count = FIRST
    while seen := _nearest(question, count):
        ranking = _rank_and_widen(question, rank, seen)
        if len(ranking.suggested) == TOP:
            return ranking
        count *= GROWTH
    return _ranked(question, rank, read_workforce(question.transaction, question.area_id, question.scope, question.at))


def _nearest(question: Question, count: int) -> set[int]:
    """So many who were last seen nearest to the case; nobody when there are not more than that."""
    at = {"area_id": question.area_id, "lon": question.task.lon, "lat": question.task.lat, "count": count}
    parameters = at | readable_workers(question.scope)
    rows = question.transaction.execute(WORKFORCE_SQL["nearest_seen"], parameters).fetchall()
    return {row["worker_id"] for row in rows} if len(rows) == count else set()


def _rank_and_widen(question: Question, rank: Rank, ids: set[int]) -> Ranking:
    """Rank these, and again with everybody who may have a part in that ranking, until there is nobody more."""
    workers = _workers(question, ids)
    known_m = dict.fromkeys(question.top_speed_mps, 0.0)
    while True:
        ranking = _ranked(question, rank, workers)
        if len(ranking.suggested) < TOP:
            return ranking
        reach_m = _reach_m(question, ranking)
        if all(reach_m[mode] <= known_m[mode] for mode in reach_m):
            return ranking
        more = seen_within(question, reach_m) - ids
        if not more:
            return ranking
        known_m = reach_m
        ids |= more
        workers += _workers(question, more)


def _reach_m(question: Question, ranking: Ranking) -> dict[Mode, float]:
    """How far off, by their way of moving, somebody may be there before the last one suggested, or nearer than one."""
    last_s = ranking.suggested[-1].way.eta_s
    farthest_m = max(pick.straight_m for pick in ranking.suggested)
    return {mode: max(farthest_m, last_s * speed_mps) for mode, speed_mps in question.top_speed_mps.items()}


def _boxes_of(question: Question, reach_m: Mapping[Mode, float]) -> dict[str, list[Any]]:
    """The boxes around the case that hold whoever stands within the reach of his way of moving, in metres."""
    boxes = [Circle(question.task.lon, question.task.lat, one * _MARGIN).box() for one in reach_m.values()]
    sides = {side: [box[side] for box in boxes] for side in ("west", "south", "east", "north")}
    return {"modes": list(reach_m)} | sides


def seen_within(
    question: Question, reach_m: Mapping[Mode, float], skills: list[str] | None = None, units: list[str] | None = None
) -> set[int]:
    """Who stands within the reach of his way of moving, in metres; with ``skills`` or ``units`` who of them has one."""
    able = {"skills": skills, "units": units}
    parameters = {"area_id": question.area_id} | _boxes_of(question, reach_m) | readable_workers(question.scope) | able
    return {row["worker_id"] for row in question.transaction.execute(WORKFORCE_SQL["seen_within"], parameters)}


def _workers(question: Question, ids: Iterable[int]) -> list[WorkerNow]:
    return read_workers(question.transaction, question.area_id, question.scope, question.at, list(ids))


def _ranked(question: Question, rank: Rank, workers: list[WorkerNow]) -> Ranking:
    """The ranking of these workers, in the order of their ids."""
    midnight = question.at.astimezone(TOWN_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    ids = [worker.worker_id for worker in workers]
    parameters = {"area_id": question.area_id, "since": midnight, "worker_ids": ids}
    tasks_today = {
        row["worker_id"]: row["tasks"] for row in question.transaction.execute(SQL["tasks_today"], parameters)
    }
    return rank(sorted(workers, key=lambda worker: worker.worker_id), tasks_today)
