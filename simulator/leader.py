"""The leader of an unattended shift: sends the first one advised to a case nobody has taken, and a verifier's eyes to
what is handled.

To a P1 case somebody goes with him, where the advice knows of a team.

Looks after cases the simulated shift reported, never after those of people. A person who acts first wins: a case that
is not where it is expected is no longer the leader's.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.arrivals import stories
from simulator.chance import stream
from simulator.client import Client, Refused, log
from simulator.shift_clock import ShiftClock

SEND_S = (60.0, 300.0)
"""Shift seconds a case waits before somebody is sent."""
VERIFY_S = (60.0, 180.0)
"""Shift seconds a handled case waits before it is closed."""
LEFT_SHARE = 0.1
"""Share of the cases that are left to people."""
LEFT_S = (7200.0, 10800.0)
"""Shift seconds after which nobody has come for a case left to people; without an end they would fill the queue."""
LEAST_REAL_S = 5.0
"""Real seconds a person has at least to be first, however fast the shift is played."""
LOOK_EVERY_S = 3.0
"""Real seconds between two looks at the list."""
_AGAIN_S = 120.0
_LIST_MOST = 500
_URGENT_FACTOR = 0.5
_ABOUT_THE_WORKER = frozenset({"worker_already_sent", "worker_off_duty", "try_again"})
"""Refusals that say that the worker advised is gone by now, not that somebody has taken the case."""


@dataclass(frozen=True)
class Patience:
    """Shift seconds a case waits for a person: to be sent somebody, and when handled to be closed."""

    send_s: float
    verify_s: float
    is_left: bool


def patience(seed: int, name: object, priority: str) -> Patience:
    """The leader's patience with the case of this name; half of it when the case is P1."""
    chance = stream(seed, "leader", name)
    send_s, verify_s, left_s = chance.uniform(*SEND_S), chance.uniform(*VERIFY_S), chance.uniform(*LEFT_S)
    is_left = chance.random() < LEFT_SHARE
    factor = _URGENT_FACTOR if priority == "P1" else 1.0
    return Patience((left_s if is_left else send_s) * factor, verify_s * factor, is_left)


def _turn(case: dict[str, Any]) -> str:
    """Which turn it is with a case: nobody has taken it yet, or it is handled; empty when neither."""
    if "accept" in case["allowed"]:
        return "accept"
    return "verify" if case["stage"] == "to_verify" else ""


def _advised(advice: dict[str, Any], priority: str) -> list[int]:
    """Whom to send, who leads first: one, or two of the team that is advised for a P1 case."""
    team = advice.get("team") or {"members": []}
    members = sorted(team["members"], key=lambda member: not member["is_lead"])
    if priority == "P1" and len(members) > 1:
        return [member["worker"] for member in members[:2]]
    return [advice["workers"][0]["worker"]]


class Leader:
    """Who leads the shift when nobody sits at the console; one list is asked for, whatever the number of cases.

    Known by name are the cases of this run. Those an earlier run left behind are told by who reported them: the account
    is learnt from the first report of this run, the leader's own from the first case he sends somebody to. Who leads
    does not verify: that is done with the ``verifier``'s token, or left to people where there is none.
    """

    def __init__(self, client: Client, seed: int, clock: ShiftClock, verifier: Client | None = None) -> None:
        self._client = client
        self._verifier = verifier
        self._seed = seed
        self._clock = clock
        self._taken: dict[str, tuple[int, float]] = {}
        self._due_s: dict[tuple[str, str], float] = {}
        self._forgotten: set[str] = set()
        self._reported_by: str | None = None
        self._began_at: datetime | None = None
        self._account: str | None = None
        self.sent = 0
        self.closed = 0

    def take(self, number: int, case: dict[str, Any]) -> None:
        """Look after a case from now on: the answer to the report of this number of the plan."""
        self._taken[case["case_no"]] = (number, self._clock.now_s())
        if self._began_at is None:
            self._reported_by = case["reported_by"]
            self._began_at = datetime.fromisoformat(case["reported_at"])

    async def run(self) -> None:
        """Lead until cancelled, or until the centre will have none of it."""
        try:
            while True:
                await self.act_once()
                await asyncio.sleep(LOOK_EVERY_S)
        except Refused as refused:
            log(f"leader: goes home: {refused}")

    async def act_once(self) -> None:
        """Look once at what waits and what is handled, and do what is due: urgent cases first, then the oldest.

        Raises
        ------
        Refused
            when the list is not for this account.
        """
        if self._began_at is None:
            return
        parameters = {"stage": "waiting,to_verify", "limit": _LIST_MOST, "brief": "true"}
        listed = (await self._client.call("GET", "/api/incidents", params=parameters))["incidents"]
        self._forgotten &= {case["case_no"] for case in listed}
        mine = {(case["case_no"], _turn(case)): case for case in listed if self._is_mine(case)}
        now_s = self._clock.now_s()
        self._due_s = {
            key: self._due_s[key] if key in self._due_s else self._due(case, now_s) for key, case in mine.items()
        }
        due = [key for key, due_s in self._due_s.items() if due_s <= now_s]
        for key in sorted(due, key=lambda key: (mine[key]["priority"], self._due_s[key], key)):
            await (self._send if key[1] == "accept" else self._verify)(mine[key])

    def _is_mine(self, case: dict[str, Any]) -> bool:
        if case["case_no"] in self._forgotten or not self._is_of_the_shift(case):
            return False
        turn, sent = _turn(case), case.get("worker")
        may_verify = self._verifier is not None and sent is not None and sent["assigned_by"] == self._account
        return turn == "accept" or (turn == "verify" and may_verify)

    def _is_of_the_shift(self, case: dict[str, Any]) -> bool:
        """Whether this run reported it, or an earlier one (what is newer is known by its number before long)."""
        if case["case_no"] in self._taken:
            return True
        assert self._began_at is not None
        is_earlier = datetime.fromisoformat(case["reported_at"]) < self._began_at
        return is_earlier and case["reported_by"] == self._reported_by

    def _patience(self, case: dict[str, Any]) -> Patience:
        name: object = case["case_no"]
        if case["case_no"] in self._taken:
            name = self._taken[case["case_no"]][0]
        return patience(self._seed, name, case["priority"])

    def _due(self, case: dict[str, Any], now_s: float) -> float:
        """When it is the leader's turn with a case that was not so far at the last look."""
        if _turn(case) == "verify":
            return now_s + self._at_least(self._patience(case).verify_s)
        since_s = self._taken.get(case["case_no"], (0, now_s))[1]
        return since_s + self._at_least(self._patience(case).send_s)

    def _at_least(self, wait_s: float) -> float:
        return max(wait_s, LEAST_REAL_S * self._clock.speed)

    async def _send(self, case: dict[str, Any]) -> None:
        """Send the first worker advised, to a P1 case with another of the team; nobody advised: try again later."""
        path = f"/api/incidents/{case['case_no']}"
        try:
            advice = await self._client.call("GET", f"{path}/suggestion")
            if not advice["workers"]:
                self._try_again(case)
                return
            worker, *others = _advised(advice, case["priority"])
            body = {"id": str(uuid.uuid4()), "worker": worker, "with": others, "suggestion": advice["suggestion"]}
            sent = await self._client.call("POST", f"{path}/dispatch", body=body)
        except Refused as refused:
            if refused.code in _ABOUT_THE_WORKER:
                self._try_again(case)
            else:
                self._forget(case)
            return
        self._account = sent["worker"]["assigned_by"]
        self.sent += 1
        log(f"leader: {case['case_no']} sent worker {', '.join(map(str, [worker, *others]))}")

    async def _verify(self, case: dict[str, Any]) -> None:
        assert self._verifier is not None
        note = stream(self._seed, "verified", case["case_no"]).choice(stories()["verified"])
        body = {"id": str(uuid.uuid4()), "passed": True, "note": note}
        try:
            await self._verifier.call("POST", f"/api/incidents/{case['case_no']}/verify", body=body)
        except Refused:
            self._forget(case)
            return
        self.closed += 1
        self._taken.pop(case["case_no"], None)
        log(f"leader: {case['case_no']} closed")

    def _try_again(self, case: dict[str, Any]) -> None:
        self._due_s[case["case_no"], _turn(case)] = self._clock.now_s() + self._at_least(_AGAIN_S)

    def _forget(self, case: dict[str, Any]) -> None:
        """Somebody was first, and the case is theirs."""
        self._forgotten.add(case["case_no"])
        self._taken.pop(case["case_no"], None)
