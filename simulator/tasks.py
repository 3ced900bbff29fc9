"""What a worker has to do about a case, as lead or beside him: signs, goes there by road, arrives, handles, answers."""

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

HASTE_MPS = {"foot": 1.39, "ebike": 5.0, "car": 7.0}
"""Metres a second to a case where the centre gives no time of arrival."""
_NEAR_M = 80.0
_TRIES = 4
_SLOWEST_MPS = 0.8


@dataclass
class Task:
    """The task as last told by the centre; ``verb`` is what its worker has to do next, empty when nothing.

    Sent again after failing, it is another task, of another ``task_id``.
    """

    task_id: str
    case_no: str
    verb: str
    type_code: str
    place: Point


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
    finished: set[str]

    async def walk(self, way: Way, speed_mps: float, *, task: Task | None) -> None:
        """Walk along a way while sent to this task."""

    async def stay(self, for_s: float, *, task: Task | None) -> None:
        """Stay where one is while sent to this task."""

    def is_near(self, point: Point, within_m: float) -> bool:
        """Whether the worker stands within so many metres of the point."""


def read_tasks(case: dict[str, Any]) -> dict[int, Task]:
    """The tasks of a case of the API that bind a worker now, by worker."""
    return {
        told["addressee"]["id"]: Task(
            told["task"], case["case_no"], _NEXT.get(told["state"], ""), case["type_code"], (case["lon"], case["lat"])
        )
        for told in case["tasks"]
        if told["active"] and told["addressee"]["kind"] == "worker"
    }


def _next_verb(case: dict[str, Any], task_id: str) -> str:
    """The next step of one task of a case; empty when it has ended."""
    return next((_NEXT.get(told["state"], "") for told in case["tasks"] if told["task"] == task_id), "")


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
        worker.finished.add(task.task_id)
    if worker.sent_to is task:
        worker.sent_to = None


async def _sign(worker: Sent, task: Task, chance: random.Random) -> dict[str, Any]:
    await worker.stay(chance.uniform(15, 75), task=task)
    return {"note": chance.choice(stories()["signed"])}


async def _set_out(worker: Sent, task: Task, chance: random.Random) -> dict[str, Any]:
    await worker.stay(chance.uniform(0, 45), task=task)
    return {}


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
    return {"note": chance.choice(story["results"]), "no_photo_reason": chance.choice(stories()["no_photo"])}


_STEPS = {"sign": _sign, "set_out": _set_out, "arrive": _go, "start": _begin, "feedback": _handle}
"""What a worker does about a task, by the verb that says it."""
_NEXT = {"sent": "sign", "signed": "set_out", "under_way": "arrive", "on_scene": "start", "working": "feedback"}
"""The verb that follows a state of a task."""


async def _perform(worker: Sent, task: Task, verb: str, extra: dict[str, Any]) -> bool:
    """Do a step of the task; False when the centre refuses it, and then its case is read anew."""
    lon, lat = worker.place
    body = {"id": str(uuid.uuid4()), "worker": worker.worker_id, "lon": lon, "lat": lat, "datum": "wgs84", **extra}
    try:
        answer = await worker.client.call("POST", f"/api/tasks/{task.task_id}/{verb}", body=body)
        task.verb = _next_verb(answer, task.task_id)
        log(f"worker {worker.worker_id}: {task.case_no} {verb}")
        return True
    except Refused as refused:
        log(f"worker {worker.worker_id}: {task.case_no} {verb} refused: {refused}")
    try:
        told = await worker.client.call("GET", f"/api/incidents/{task.case_no}")
        task.verb = _next_verb(told, task.task_id)
    except Refused:
        task.verb = ""
    return False
