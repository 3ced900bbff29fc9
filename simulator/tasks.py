"""A case a worker is sent to: signs, goes there by road, arrives, handles, answers."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from typing import Any, Protocol

from simulator.arrivals import stories, story_of
from simulator.chance import stream
from simulator.client import Client, Refused, log
from simulator.ground import Point, Way
from simulator.town import Roads, Worker

STAGES = "on_the_way,at_work"
"""Stages of a case in which the worker has something to do."""
HASTE_MPS = {"foot": 1.39, "ebike": 5.0, "car": 7.0}
"""Metres a second to a case where the centre gives no time of arrival."""
_NEAR_M = 80.0
_TRIES = 4
_SLOWEST_MPS = 0.8


@dataclass
class Task:
    """The case as last told by the centre; ``verb`` is what the worker has to do next, empty when nothing."""

    case_no: str
    verb: str
    type_code: str
    place: Point
    since: str

    @property
    def key(self) -> tuple[str, str]:
        """The case and when it was given: sent again after failing, it is another task."""
        return self.case_no, self.since


class Sent(Protocol):
    """What a task asks of the worker who is sent to it."""

    seed: int
    worker: Worker
    worker_id: int
    client: Client
    roads: Roads
    place: Point
    sent_to: Task | None
    tasks_done: int
    finished: set[tuple[str, str]]

    async def walk(self, way: Way, speed_mps: float, *, task: Task | None) -> None:
        """Walk along a way while sent to this task."""

    async def stay(self, for_s: float, *, task: Task | None) -> None:
        """Stay where one is while sent to this task."""

    def is_near(self, point: Point, within_m: float) -> bool:
        """Whether the worker stands within so many metres of the point."""


def read_task(case: dict[str, Any]) -> Task:
    """A task from a case of the API."""
    since = str(case.get("dispatched_at") or "")
    return Task(case["case_no"], _next_verb(case), case["type_code"], (case["lon"], case["lat"]), since)


def _next_verb(case: dict[str, Any]) -> str:
    """The first step of a task that the centre allows now."""
    return next((verb for verb in _STEPS if verb in case["allowed"]), "")


async def run_task(worker: Sent, task: Task) -> None:
    """Do what the centre awaits of the worker, until he has nothing more to do for the case."""
    chance = stream(worker.seed, "errand", worker.worker_id, worker.tasks_done)
    refusals = 0
    while worker.sent_to is task and task.verb and refusals < _TRIES:
        verb = task.verb
        extra = await _STEPS[verb](worker, task, chance)
        if worker.sent_to is task and not await _perform(worker, task, verb, extra):
            refusals += 1
            await worker.stay(30.0, task=task)
    worker.tasks_done += 1
    if not task.verb:
        worker.finished.add(task.key)
    if worker.sent_to is task:
        worker.sent_to = None


async def _sign(worker: Sent, task: Task, chance: random.Random) -> dict[str, Any]:
    await worker.stay(chance.uniform(15, 75), task=task)
    return {"note": chance.choice(stories()["signed"])}


async def _go(worker: Sent, task: Task, chance: random.Random) -> dict[str, Any]:
    mode = worker.worker.mode
    way = await worker.roads.way(worker.place, task.place, mode)
    if way is not None and way.length_m > 0:
        pace_mps = max(_SLOWEST_MPS, way.length_m / way.eta_s if way.eta_s else HASTE_MPS[mode])
        await worker.walk(way, pace_mps * chance.uniform(0.9, 1.05), task=task)
    is_near = worker.is_near(task.place, _NEAR_M)
    return {"note": "" if is_near else stories()["not_near"]}


async def _begin(worker: Sent, task: Task, chance: random.Random) -> dict[str, Any]:
    await worker.stay(chance.uniform(30, 120), task=task)
    return {}


async def _handle(worker: Sent, task: Task, chance: random.Random) -> dict[str, Any]:
    story = story_of(task.type_code)
    await worker.stay(chance.uniform(*story["minutes"]) * 60, task=task)
    return {"note": chance.choice(story["results"])}


_STEPS = {"sign": _sign, "arrive": _go, "start": _begin, "feedback": _handle}
"""What a worker does about a case, by the verb that says it, in this order."""


async def _perform(worker: Sent, task: Task, verb: str, extra: dict[str, Any]) -> bool:
    """Do a step of the case; False when the centre refuses it, and then the case is read anew."""
    lon, lat = worker.place
    body = {"id": str(uuid.uuid4()), "worker": worker.worker_id, "lon": lon, "lat": lat, "datum": "wgs84", **extra}
    path = f"/api/incidents/{task.case_no}"
    try:
        answer = await worker.client.call("POST", f"{path}/{verb}", body=body)
        task.verb = _next_verb(answer)
        log(f"worker {worker.worker_id}: {task.case_no} {verb}")
        return True
    except Refused as refused:
        log(f"worker {worker.worker_id}: {task.case_no} {verb} refused: {refused}")
    try:
        task.verb = _next_verb(await worker.client.call("GET", path))
    except Refused:
        task.verb = ""
    return False
