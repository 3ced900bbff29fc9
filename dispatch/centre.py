"""The centre with its real parts plugged in: what screens and the API are handed."""

from __future__ import annotations

from dataclasses import dataclass

from mapdata.areas import Area
from mapdata.clock import Clock
from mapdata.database import Database
from mapdata.roads import RoadNetwork
from mapdata.settings import Settings


@dataclass(frozen=True)
class Centre:
    """Settings, database, clock, the served area and its roads."""

    settings: Settings
    database: Database
    clock: Clock
    area: Area
    roads: RoadNetwork
