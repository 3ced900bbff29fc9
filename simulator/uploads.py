"""Phones sending their fixes: some through Traccar Client's protocol, the others through /api/positions.

A fix is kept until the centre has taken it. Near real speed each phone sends for itself; at higher speeds fixes travel
in batches, as from phones that were without a network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.client import Client, Refused, log
from simulator.shift_clock import ShiftClock

FLUSH_S = 1.0
"""Real seconds between two looks at what is to be sent."""
BATCH = 500
EACH_FOR_ITSELF_SPEED = 2.0
"""Up to this speed every phone sends every fix by itself."""
OSMAND_EVERY_S = 3.0
"""Real seconds between two requests of one Traccar phone at higher speeds."""
KNOT_MPS = 1852 / 3600
_SEND_LESS = (400, 413, 422)
"""Answers that one fix of a batch, or its size, may be the cause of."""
_KEPT = 6000
"""Fixes a phone keeps without a network: 25 hours of one every 15 s."""


@dataclass(frozen=True, slots=True)
class PhoneFix:
    """A fix as the phone made it; sent from ``send_s`` (shift time) on."""

    worker_id: int
    send_s: float
    at: datetime
    lon: float
    lat: float
    accuracy_m: float
    speed_mps: float
    heading_deg: float
    battery_pct: int

    def as_api(self) -> dict[str, Any]:
        """As /api/positions takes it."""
        return {
            "worker": self.worker_id,
            "recorded_at": self.at.isoformat(),
            "lon": round(self.lon, 7),
            "lat": round(self.lat, 7),
            "accuracy_m": self.accuracy_m,
            "speed_mps": round(self.speed_mps, 2),
            "heading_deg": round(self.heading_deg, 1),
            "battery": self.battery_pct,
        }

    def as_query(self) -> dict[str, Any]:
        """As Traccar Client puts it into a query, in knots; but to the millisecond, as its protocol allows."""
        return {
            "id": self.worker_id,
            "lat": round(self.lat, 7),
            "lon": round(self.lon, 7),
            "timestamp": round(self.at.timestamp() * 1000),
            "speed": round(self.speed_mps / KNOT_MPS, 2),
            "bearing": round(self.heading_deg, 1),
            "altitude": 3,
            "accuracy": self.accuracy_m,
            "batt": self.battery_pct,
        }

    def as_location(self) -> dict[str, Any]:
        """As the newer Traccar Client puts it into JSON."""
        coords = {
            "latitude": round(self.lat, 7),
            "longitude": round(self.lon, 7),
            "accuracy": self.accuracy_m,
            "speed": round(self.speed_mps, 2),
            "heading": round(self.heading_deg, 1),
            "altitude": 3,
        }
        battery = {"level": self.battery_pct / 100, "is_charging": False}
        return {"timestamp": self.at.isoformat(), "coords": coords, "battery": battery, "is_moving": True}


class Phones:
    """All phones of the shift, each with what it has not yet sent."""

    def __init__(self, client: Client, clock: ShiftClock, osmand: frozenset[int]) -> None:
        self._client = client
        self._clock = clock
        self._osmand = osmand
        self._kept: dict[int, list[PhoneFix]] = {}
        self._last_sent_s: dict[int, float] = {}
        self.sent = 0
        self.refused = 0
        self.let_go = 0

    def keep(self, fix: PhoneFix) -> None:
        """Put a fix into its phone."""
        kept = self._kept.setdefault(fix.worker_id, [])
        kept.append(fix)
        if len(kept) > _KEPT:
            del kept[0]
            self.let_go += 1
            if self.let_go == 1:
                log(f"worker {fix.worker_id}: the phone is full, its oldest fixes are let go")

    async def run(self) -> None:
        """Send what is due, every second, until cancelled."""
        while True:
            await self.flush()
            await asyncio.sleep(FLUSH_S)

    async def flush(self) -> None:
        """Send what is due now."""
        now_s = self._clock.now_s()
        plain, traccar = [], []
        for worker_id in sorted(self._kept):
            due = [fix for fix in self._kept[worker_id] if fix.send_s <= now_s]
            if due and worker_id not in self._osmand:
                plain.extend(due)
            elif due and self._may_send(worker_id):
                traccar.append(due)
        for batch in self._batches(plain):
            await self._send(batch, self._send_plain)
        for due in traccar:
            await self._send(due, self._send_traccar)

    def _may_send(self, worker_id: int) -> bool:
        real_s = self._clock.now_s() / self._clock.speed
        if (
            self._clock.speed > EACH_FOR_ITSELF_SPEED
            and real_s < self._last_sent_s.get(worker_id, -60) + OSMAND_EVERY_S
        ):
            return False
        self._last_sent_s[worker_id] = real_s
        return True

    def _batches(self, fixes: Sequence[PhoneFix]) -> Iterator[Sequence[PhoneFix]]:
        if self._clock.speed <= EACH_FOR_ITSELF_SPEED:
            for worker_id in dict.fromkeys(fix.worker_id for fix in fixes):
                yield from _chunks([fix for fix in fixes if fix.worker_id == worker_id])
        else:
            yield from _chunks(fixes)

    async def _send(self, fixes: Sequence[PhoneFix], send: Any) -> None:
        """Send fixes and let go of what was answered: of a batch that is refused only the fix that spoils it."""
        try:
            await send(fixes)
            self.sent += len(fixes)
        except Refused as answer:
            if len(fixes) > 1 and answer.status in _SEND_LESS:
                half = len(fixes) // 2
                await self._send(fixes[:half], send)
                await self._send(fixes[half:], send)
                return
            self.refused += len(fixes)
            log(f"{len(fixes)} fixes refused: {answer}")
        gone = set(map(id, fixes))
        for worker_id in {fix.worker_id for fix in fixes}:
            self._kept[worker_id] = [fix for fix in self._kept[worker_id] if id(fix) not in gone]

    async def _send_plain(self, fixes: Sequence[PhoneFix]) -> None:
        body = {"datum": "wgs84", "fixes": [fix.as_api() for fix in fixes]}
        answer = await self._client.call("POST", "/api/positions", body=body)
        self.refused += answer["refused"]

    async def _send_traccar(self, fixes: Sequence[PhoneFix]) -> None:
        if len(fixes) == 1:
            await self._client.call("GET", "/api/devices/osmand", params=fixes[0].as_query())
            return
        for chunk in _chunks(fixes):
            body = {"device_id": str(chunk[0].worker_id), "location": [fix.as_location() for fix in chunk]}
            await self._client.call("POST", "/api/devices/osmand", body=body)


def _chunks(fixes: Sequence[PhoneFix]) -> Iterator[Sequence[PhoneFix]]:
    for start in range(0, len(fixes), BATCH):
        yield fixes[start : start + BATCH]
