"""A case a worker is sent to: signs, goes there by road, arrives, handles, answers."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.arrivals import stories, story_of
from simulator.chance import stream
from simulator.door import Refused, tell
from simulator.ground import Point

if TYPE_CHECKING:
    from simulator.field_worker import FieldWorker

STATES = ("dispatched", "received", "on_scene", "handling")
"""States in which the worker has something to do."""
_NEAR_M = 80.0
_TRIES = 4
_SLOWEST_MPS = 0.8


@dataclass
class Errand:
    """The case as last told by the centre."""

    case_no: str
    state: str
    type_code: str
    place: Point
    since: str

    @property
    def key(self) -> tuple[str, str]:
        """The case and when it was given: sent again after failing, it is another errand."""
        return self.case_no, self.since


def read_errand(case: dict[str, Any]) -> Errand:
    """An errand from a case of the API."""
    since = str(case.get("dispatched_at") or "")
    return Errand(case["case_no"], case["state"], case["type_code"], (case["lon"], case["lat"]), since)


async def run_errand(worker: FieldWorker, errand: Errand) -> None:
    """Do what the state of the case asks for, until the worker has nothing more to do for it."""
    chance = stream(worker.seed, "errand", worker.worker_id, worker.errands_done)
    steps = {"dispatched": _sign, "received": _go, "on_scene": _begin, "handling": _handle}
    refusals = 0
    while worker.sent_to is errand and errand.state in steps and refusals < _TRIES:
        verb, extra = await steps[errand.state](worker, errand, chance)
        if worker.sent_to is errand and not await _say(worker, errand, verb, extra):
            refusals += 1
            await worker.stay(30.0, errand=errand)
    worker.errands_done += 1
    if errand.state not in STATES:
        worker.finished.add(errand.key)
    if worker.sent_to is errand:
        worker.sent_to = None


async def _sign(worker: FieldWorker, errand: Errand, chance: random.Random) -> tuple[str, dict[str, Any]]:
    await worker.stay(chance.uniform(15, 75), errand=errand)
    return "sign", {"note": chance.choice(stories()["signed"])}


async def _go(worker: FieldWorker, errand: Errand, chance: random.Random) -> tuple[str, dict[str, Any]]:
    from simulator.field_worker import HASTE_MPS

    mode = worker.worker.mode
    way = await worker.roads.way(worker.place, errand.place, mode)
    if way is not None and way.length_m > 0:
        pace_mps = max(_SLOWEST_MPS, way.length_m / way.eta_s if way.eta_s else HASTE_MPS[mode])
        await worker.walk(way, pace_mps * chance.uniform(0.9, 1.05), errand=errand)
    is_near = worker.is_near(errand.place, _NEAR_M)
    return "arrive", {"note": "" if is_near else stories()["not_near"]}


async def _begin(worker: FieldWorker, errand: Errand, chance: random.Random) -> tuple[str, dict[str, Any]]:
    await worker.stay(chance.uniform(30, 120), errand=errand)
    return "start", {}


async def _handle(worker: FieldWorker, errand: Errand, chance: random.Random) -> tuple[str, dict[str, Any]]:
    story = story_of(errand.type_code)
    await worker.stay(chance.uniform(*story["minutes"]) * 60, errand=errand)
    return "feedback", {"note": chance.choice(story["results"])}


async def _say(worker: FieldWorker, errand: Errand, verb: str, extra: dict[str, Any]) -> bool:
    """Say a verb of the case; False when the centre refuses it, and then the case is read anew."""
    lon, lat = worker.place
    body = {"id": str(uuid.uuid4()), "worker": worker.worker_id, "lon": lon, "lat": lat, "datum": "wgs84", **extra}
    path = f"/api/incidents/{errand.case_no}"
    try:
        answer = await worker.door.call("POST", f"{path}/{verb}", body=body)
        errand.state = answer["state"]
        tell(f"worker {worker.worker_id}: {errand.case_no} {verb}")
        return True
    except Refused as refused:
        tell(f"worker {worker.worker_id}: {errand.case_no} {verb} refused: {refused}")
    try:
        errand.state = (await worker.door.call("GET", path))["state"]
    except Refused:
        errand.state = "gone"
    return False
