"""One field worker's day: begins, walks a beat by road, rests, goes where sent, ends."""

from __future__ import annotations

import uuid
from itertools import count

from simulator.chance import stream
from simulator.client import Client, Refused, log
from simulator.gps import DropOut, Receiver, battery_pct, drop_outs
from simulator.ground import Point, Way, distance_m
from simulator.shift_clock import DAY_S, ShiftClock
from simulator.tasks import Task, run_task
from simulator.town import Grid, Roads, Worker
from simulator.uploads import PhoneFix, Phones

FIX_EVERY_S = 15.0
"""Source: docs/domain.md, "Reporting intervals"."""
PATROL_MPS = {"foot": (1.1, 1.4), "ebike": (2.8, 4.2), "car": (4.0, 7.0)}
"""Metres a second on patrol, by mode: a stroll, a slow e-bike that stops to look."""
_ENDS_S = 240.0
"""Shift seconds within which all begin, and end, a day."""
_AHEAD_S = 2.0
"""Real seconds before the first fix of a day at which the duty begins."""


class FieldWorker:
    """One worker: where they are on the shift's clock, and what they do next.

    Every decision is drawn from a stream of the seed named after the worker and the number of the decision; the clock
    only says how long to wait.
    """

    def __init__(
        self, seed: int, worker: Worker, grid: Grid, clock: ShiftClock, client: Client, phones: Phones, roads: Roads
    ) -> None:
        self.seed = seed
        self.worker = worker
        self.worker_id = worker.worker_id
        self.clock = clock
        self.client = client
        self.roads = roads
        self.t_s = 0.0
        self.sent_to: Task | None = None
        self.tasks_done = 0
        self.finished: set[str] = set()
        self._phones = phones
        self._receiver = Receiver(seed, worker.worker_id)
        self._waypoints = grid.waypoints(seed)
        self._full_pct = stream(seed, "battery", worker.worker_id).uniform(92, 100)
        self._legs = count()
        self._drop_outs: list[DropOut] = []
        self._heading_deg = 0.0
        self.place: Point = worker.seen_at or self._waypoints[0]

    async def prepare(self) -> None:
        """Be on duty and on a road before the shift begins."""
        await self._find_the_road()
        await self._change_duty(on=True, status="patrolling")

    async def run(self) -> None:
        """Work day after day, until cancelled."""
        for day in count():
            await self._day(day)

    async def _find_the_road(self) -> None:
        """Begin on a road: where one was last seen, else at the first waypoint."""
        for goal in self._waypoints[1:]:
            way = await self.roads.way(self.place, goal, self.worker.mode)
            if way is not None:
                self.place = way.points[0]
                return

    async def _day(self, day: int) -> None:
        chance = stream(self.seed, "day", self.worker_id, day)
        self._drop_outs = drop_outs(self.seed, self.worker_id, day)
        begin_s, end_s = day * DAY_S + chance.uniform(0, _ENDS_S), (day + 1) * DAY_S - chance.uniform(0, _ENDS_S)
        rests = [
            (begin_s + chance.uniform(*span) * DAY_S, minutes)
            for span, minutes in (((0.2, 0.3), 10), ((0.4, 0.5), 30), ((0.7, 0.8), 10))
        ]
        if day > 0:
            await self.clock.until(begin_s - _AHEAD_S * self.clock.speed)
            await self._change_duty(on=True, status="patrolling")
        self.t_s = max(self.t_s, begin_s if day > 0 else chance.uniform(0, FIX_EVERY_S))
        await self._step(0.0)
        while self.t_s < end_s or self.sent_to is not None:
            if self.sent_to is not None:
                await run_task(self, self.sent_to)
            elif rests and self.t_s >= rests[0][0]:
                await self._rest(rests.pop(0)[1] * 60.0)
            else:
                await self._patrol()
        await self._change_duty(on=False)

    async def _patrol(self) -> None:
        """One leg of the beat, and a look around at its end."""
        leg = next(self._legs)
        chance = stream(self.seed, "patrol", self.worker_id, leg)
        goal = chance.choice(self._waypoints)
        way = await self.roads.way(self.place, goal, self.worker.mode)
        if way is not None:
            await self.walk(way, chance.uniform(*PATROL_MPS[self.worker.mode]), task=None)
        await self.stay(chance.choice([0, 0, 60, 120, 300]) + FIX_EVERY_S, task=None)

    async def _rest(self, for_s: float) -> None:
        await self._change_duty(status="break")
        await self.stay(for_s, task=None)
        await self._change_duty(status="patrolling")

    async def walk(self, way: Way, speed_mps: float, *, task: Task | None) -> None:
        """Walk along a way, a fix at every step, while sent to this task (None: while sent to none)."""
        walked_m = 0.0
        while walked_m < way.length_m and self.sent_to is task:
            walked_m = min(way.length_m, walked_m + speed_mps * FIX_EVERY_S)
            self.place, self._heading_deg = way.at(walked_m), way.heading_deg(walked_m)
            await self._step(speed_mps)

    async def stay(self, for_s: float, *, task: Task | None) -> None:
        """Stay where one is while sent to this task (None: while sent to none)."""
        until_s = self.t_s + for_s
        while self.t_s < until_s and self.sent_to is task:
            await self._step(0.0)

    async def _step(self, speed_mps: float) -> None:
        self.t_s += FIX_EVERY_S
        await self.clock.until(self.t_s)
        self._fix(speed_mps)

    def _fix(self, speed_mps: float = 0.0) -> None:
        place, accuracy_m = self._receiver.read(self.place)
        without = next((one for one in self._drop_outs if one.from_s <= self.t_s < one.until_s), None)
        self._phones.keep(
            PhoneFix(
                self.worker_id,
                self.t_s if without is None else without.until_s,
                self.clock.real(self.t_s),
                *place,
                accuracy_m,
                speed_mps,
                self._heading_deg,
                battery_pct(self._full_pct, self.t_s % DAY_S),
            )
        )

    async def _change_duty(self, **what: object) -> None:
        """Begin or end a duty or say what one does; a refusal is written down and the day goes on."""
        body = {"id": str(uuid.uuid4()), "worker": self.worker_id, **what}  # asked again by the client, it is the same
        try:
            await self.client.call("POST", "/api/duty", body=body)
        except Refused as answer:
            log(f"worker {self.worker_id}: {what} refused: {answer}")

    def send(self, task: Task | None) -> None:
        """Take what the centre says now: sent to a case, still the same, or to none (any more)."""
        if task is not None and task.task_id in self.finished:
            task = None
        held = self.sent_to
        if task is None or held is None or task.task_id != held.task_id:
            self.sent_to = task

    def is_near(self, point: Point, within_m: float) -> bool:
        """Whether the worker stands within so many metres of the point."""
        return distance_m(self.place, point) <= within_m
