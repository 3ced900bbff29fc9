"""The town as the API tells it: who works there, which grids there are, how one gets about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.chance import stream
from simulator.client import Client, Refused
from simulator.ground import Point, Way, point_inside

WAYPOINTS = 12
"""Places of a grid its workers walk between."""


@dataclass(frozen=True)
class Worker:
    """One who takes part in the shift."""

    worker_id: int
    mode: str
    grid_code: str | None
    seen_at: Point | None = None


@dataclass(frozen=True)
class Grid:
    """A grid and the outer ring of its largest part."""

    code: str
    ring: tuple[Point, ...]

    def waypoints(self, seed: int) -> list[Point]:
        """The places its workers walk between."""
        chance = stream(seed, "waypoints", self.code)
        return [point_inside(self.ring, chance) for _ in range(WAYPOINTS)]


async def read_workers(client: Client) -> list[Worker]:
    """Everybody the centre knows, by number."""
    answer = await client.call("GET", "/api/workers")
    return sorted((_worker(one) for one in answer["workers"]), key=lambda one: one.worker_id)


def _worker(one: dict[str, Any]) -> Worker:
    seen = None if one["lon"] is None else (one["lon"], one["lat"])
    return Worker(one["worker"], one["mode"], one["grid_code"], seen)


async def read_grids(client: Client) -> list[Grid]:
    """Every grid, by code."""
    answer = await client.call("GET", "/api/grids")
    return sorted((_grid(one) for one in answer["features"]), key=lambda one: one.code)


def _grid(feature: dict[str, Any]) -> Grid:
    shape = feature["geometry"]
    parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    ring = max((part[0] for part in parts), key=_extent)
    code = feature["properties"].get("grid_code") or feature["properties"]["code"]
    return Grid(str(code), tuple((point[0], point[1]) for point in ring))


def _extent(ring: Sequence[Sequence[float]]) -> float:
    lons, lats = [point[0] for point in ring], [point[1] for point in ring]
    return (max(lons) - min(lons)) * (max(lats) - min(lats))


class Roads:
    """Ways by road, asked of the centre once each."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._ways: dict[tuple[Point, Point, str], Way | None] = {}

    async def way(self, start: Point, end: Point, mode: str) -> Way | None:
        """The way by road; None when there is none."""
        key = (_rounded(start), _rounded(end), mode)
        if key not in self._ways:
            self._ways[key] = await self._ask(*key)
        return self._ways[key]

    async def _ask(self, start: Point, end: Point, mode: str) -> Way | None:
        params = {"from": f"{start[0]},{start[1]}", "to": f"{end[0]},{end[1]}", "mode": mode}
        try:
            answer = await self._client.call("GET", "/api/route", params=params)
        except Refused:
            return None
        points = [(point[0], point[1]) for point in answer["line"]["coordinates"]]
        return Way(points, answer["eta_s"]) if len(points) > 1 else None


def _rounded(point: Point) -> Point:
    return round(point[0], 6), round(point[1], 6)
