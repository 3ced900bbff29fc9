"""The whole shift: everybody works, incidents come, whoever is sent goes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.arrivals import Arrival, plan
from simulator.chance import stream
from simulator.client import Client, Refused, log
from simulator.field_worker import FieldWorker
from simulator.ground import Point, moved
from simulator.leader import Leader
from simulator.lookout import Lookout
from simulator.shift_clock import ShiftClock, clock_face
from simulator.town import Grid, Roads, Worker, read_grids, read_workers
from simulator.uploads import Phones

OSMAND_SHARE = 0.25
"""Share of the workers whose phone runs Traccar Client."""
MOST_WAITING = 25
"""Incidents stop coming while so many wait for the centre to send somebody."""
_LOOK_EVERY_S = 2.0
_TELL_EVERY_S = 60.0
_TOWN_EVERY_S = 5.0
_AT_ONCE = 6


@dataclass(frozen=True)
class Options:
    """How the shift is played; ``workers`` None: everybody, but never those of ``leave_out``."""

    seed: int
    speed: float
    incidents_per_day: float
    workers: int | None = None
    leave_out: frozenset[int] = frozenset()


class Shift:
    """A shift of one town; led by itself when there is a client for a leader, else by whoever sits at the console."""

    def __init__(
        self,
        client: Client,
        options: Options,
        clock: ShiftClock | None = None,
        leader_client: Client | None = None,
        verifier_client: Client | None = None,
    ) -> None:
        self._client = client
        self._options = options
        self.clock = clock or ShiftClock(options.speed)
        self._roads = Roads(client)
        self._run = datetime.now().astimezone().isoformat()
        self._people: dict[int, FieldWorker] = {}
        self._lookout = Lookout(client)
        self.reported = 0
        self.phones: Phones | None = None
        self.leader = Leader(leader_client, options.seed, self.clock, verifier_client) if leader_client else None

    async def run(self) -> None:
        """Play the shift until cancelled."""
        workers, grids = await self._town()
        log(f"shift begins: {len(workers)} workers, {len(grids)} grids, speed {self._options.speed:g}")
        osmand = frozenset(
            one.worker_id
            for one in workers
            if stream(self._options.seed, "phone", one.worker_id).random() < OSMAND_SHARE
        )
        self.phones = Phones(self._client, self.clock, osmand)
        for worker in workers:
            self._people[worker.worker_id] = self._field_worker(worker, grids)
        await self._prepare()
        async with asyncio.TaskGroup() as tasks:
            for person in self._people.values():
                tasks.create_task(person.run())
            tasks.create_task(self.phones.run())
            tasks.create_task(self._incidents(grids))
            tasks.create_task(self._look_for_tasks())
            tasks.create_task(self._log_progress())
            if self.leader is not None:
                tasks.create_task(self.leader.run())

    async def _prepare(self) -> None:
        """Everybody on duty and on a road; then the clock starts."""
        few = asyncio.Semaphore(_AT_ONCE)

        async def one(person: FieldWorker) -> None:
            async with few:
                await person.prepare()

        await asyncio.gather(*(one(person) for person in self._people.values()))
        self.clock.start()

    async def _town(self) -> tuple[Sequence[Worker], Sequence[Grid]]:
        """Who and where; waits while the town has no workers or no grids yet."""
        while True:
            everybody, grids = await read_workers(self._client), await read_grids(self._client)
            workers = [one for one in everybody if one.worker_id not in self._options.leave_out]
            if workers and grids:
                return workers[: self._options.workers], grids
            log("waiting for a town with workers and grids")
            await asyncio.sleep(_TOWN_EVERY_S)

    def _field_worker(self, worker: Worker, grids: Sequence[Grid]) -> FieldWorker:
        assert self.phones is not None
        home = next((grid for grid in grids if grid.code == worker.grid_code), None)
        if home is None:
            home = stream(self._options.seed, "home", worker.worker_id).choice(grids)
        return FieldWorker(self._options.seed, worker, home, self.clock, self._client, self.phones, self._roads)

    async def _incidents(self, grids: Sequence[Grid]) -> None:
        waypoints = {grid.code: grid.waypoints(self._options.seed) for grid in grids}
        for arrival in plan(self._options.seed, self._options.incidents_per_day, grids):
            await self.clock.until(arrival.shift_s)
            while await self._is_full():
                await asyncio.sleep(_TOWN_EVERY_S)
            place = await self._place(arrival, waypoints[arrival.grid_code])
            await self._report(arrival, place)

    async def _place(self, arrival: Arrival, waypoints: Sequence[Point]) -> Point:
        start, end = waypoints[arrival.from_waypoint], waypoints[arrival.to_waypoint]
        way = await self._roads.way(start, end, "foot")
        near = start if way is None else way.at(way.length_m * arrival.share)
        return moved(near, arrival.east_m, arrival.north_m)

    async def _report(self, arrival: Arrival, place: Point) -> None:
        body: dict[str, Any] = {
            "id": str(arrival.client_id(self._run)),
            "source_channel": arrival.channel,
            "description": arrival.description,
            "lon": round(place[0], 6),
            "lat": round(place[1], 6),
            "datum": "wgs84",
        }
        if arrival.channel == "grid_patrol":
            body |= {"type_code": arrival.type_code, "worker": self._patroller(arrival)}
        if arrival.reporter:
            body["reporter"] = {"name": arrival.reporter}
        try:
            case = await self._client.call("POST", "/api/incidents", body=body)
        except Refused as answer:
            log(f"incident {arrival.number} refused: {answer}")
            return
        self.reported += 1
        if self.leader is not None:
            self.leader.take(arrival.number, case)
        log(f"{clock_face(arrival.shift_s)} {case['case_no']} {arrival.channel} {arrival.description}")

    def _patroller(self, arrival: Arrival) -> int:
        """Whoever of the grid's workers, or of all where it has none, reports what was found on patrol."""
        own = [one.worker_id for one in self._people.values() if one.worker.grid_code == arrival.grid_code]
        return stream(self._options.seed, "patroller", arrival.number).choice(own or sorted(self._people))

    async def _is_full(self) -> bool:
        """Whether too many incidents wait for somebody to be sent.

        Where the shift leads itself the first one always comes: with it the leader begins to clear what waits.
        """
        if self.leader is not None and not self.reported:
            return False
        return len(await self._cases("waiting")) >= MOST_WAITING

    async def _cases(self, stages: str) -> list[dict[str, Any]]:
        answer = await self._client.call("GET", "/api/incidents", params={"stage": stages})
        cases: list[dict[str, Any]] = answer["incidents"] if isinstance(answer, dict) else answer
        return cases

    async def _look_for_tasks(self) -> None:
        """Tell each worker which task binds them, as their phone would."""
        while True:
            found = await self._lookout.look()
            for worker_id, person in self._people.items():
                person.send(found.get(worker_id))
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _log_progress(self) -> None:
        while True:
            await asyncio.sleep(_TELL_EVERY_S)
            assert self.phones is not None
            handled = sum(person.tasks_done for person in self._people.values())
            log(
                f"{clock_face(self.clock.now_s())}: {self.phones.sent} fixes sent, {self.phones.refused} refused, "
                f"{self.reported} incidents reported, {handled} tasks done"
                + (f", leader: {self.leader.sent} sent, {self.leader.closed} closed" if self.leader else "")
            )
