"""Which incidents come, when, where and in whose words: a plan that follows from the seed alone.

Source: channel mix of Hai'an, 1-7 July 2024 (12345 seats 60 %, grid workers 25 %, upper level 6 %, police
non-emergency 4 %, apps 4 %); heavy types and 60 incidents a day; one peak hour holds 0.15 of a day: docs/domain.md,
"Volume and mix".
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from simulator.chance import stream
from simulator.shift_clock import DAY_S
from simulator.town import WAYPOINTS, Grid

_NAMES = uuid.UUID("6f1d5c0e-8d0b-4f0e-9a55-330421111000")


@dataclass(frozen=True)
class Arrival:
    """One incident of the plan.

    It lies on the way between two waypoints of its grid, ``share`` of the way along and some metres beside it.
    """

    number: int
    shift_s: float
    channel: str
    type_code: str
    description: str
    reporter: str
    grid_code: str
    from_waypoint: int
    to_waypoint: int
    share: float
    east_m: float
    north_m: float

    def client_id(self, run: str) -> uuid.UUID:
        """The id this incident is reported under in this run: all_stories twice, it is one case."""
        return uuid.uuid5(_NAMES, f"{run}/{self.number}")


@cache
def stories() -> dict[str, Any]:
    """Types with their words, channels, hours."""
    all_stories: dict[str, Any] = json.loads((Path(__file__).parent / "stories.json").read_text(encoding="utf-8"))
    return all_stories


@cache
def story_of(type_code: str) -> dict[str, Any]:
    """How long such a case takes and what the worker answers; of the first type where the code is another."""
    types: list[dict[str, Any]] = stories()["types"]
    return next((one for one in types if one["code"] == type_code), types[0])


def plan_day(seed: int, day: int, per_day: float, grids: Sequence[Grid]) -> list[Arrival]:
    """The incidents of one played day, in order of time."""
    if not grids or per_day <= 0:
        return []
    chance = stream(seed, "arrivals", day)
    count = max(1, round(per_day * chance.uniform(0.85, 1.15)))
    hours = stories()["hours"]
    times = sorted(
        day * DAY_S + (chance.choices(range(len(hours)), hours)[0] + chance.random()) / len(hours) * DAY_S
        for _ in range(count)
    )
    return [_arrival(seed, day * 100_000 + index, shift_s, grids) for index, shift_s in enumerate(times)]


def plan(seed: int, per_day: float, grids: Sequence[Grid]) -> Iterator[Arrival]:
    """Every incident of the shift, without end."""
    day = 0
    while per_day > 0 and grids:
        yield from plan_day(seed, day, per_day, grids)
        day += 1


def _arrival(seed: int, number: int, shift_s: float, grids: Sequence[Grid]) -> Arrival:
    chance = stream(seed, "arrival", number)
    all_stories = stories()
    kind, channel = _drawn(chance, all_stories["types"]), _drawn(chance, all_stories["channels"])["code"]
    words = {name: chance.choice(all_stories[name]) for name in ("where", "when", "who")}
    start, end = chance.sample(range(WAYPOINTS), 2)
    return Arrival(
        number,
        shift_s,
        channel,
        kind["code"],
        chance.choice(kind["texts"]).format_map(words),
        "" if channel in ("grid_patrol", "sensor", "video", "upper") else chance.choice(all_stories["reporters"]),
        chance.choice(grids).code,
        start,
        end,
        chance.random(),
        chance.uniform(-12, 12),
        chance.uniform(-12, 12),
    )


def _drawn(chance: random.Random, options: list[dict[str, Any]]) -> dict[str, Any]:
    return chance.choices(options, [one["weight"] for one in options])[0]
