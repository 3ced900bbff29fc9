"""The centre with its real parts plugged in: what screens and the API are handed."""

from __future__ import annotations

from dataclasses import dataclass, field

from base.checks import Reports
from base.clock import Clock
from base.database import Database
from base.settings import Settings
from mapdata.areas import Area
from mapdata.roads.network import RoadNetwork


@dataclass(frozen=True)
class Centre:
    """Settings, database, clock, the served area and its roads, and how the background duties go."""

    settings: Settings
    database: Database
    clock: Clock
    area: Area
    roads: RoadNetwork
    reports: Reports = field(default_factory=Reports)
