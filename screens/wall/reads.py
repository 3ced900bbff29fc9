"""What the wall shows, read from the database in one transaction, as a display may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, hypot, radians

from base.database import Transaction
from dispatch.access.scope import Scope
from dispatch.advice.workforce import count_on_duty
from dispatch.cases.incidents import LIMIT, OPEN_STATES, Case, CaseFilter
from dispatch.cases.looks import list_shown
from dispatch.centre import Centre
from dispatch.figures.now import Figures, figures, grid_load
from layers.cameras import METRES_PER_DEGREE
from layers.feature import CameraFeature
from mapdata.areas import Area
from mapdata.grids import GridShape, list_grids
from mapdata.resources import Circle, cameras_around

GROUND_FOR = timedelta(minutes=1)
"""How long grids and cameras are kept before they are read again."""


@dataclass(frozen=True)
class Ground:
    """What lies on the ground and seldom changes."""

    read_at: datetime
    grids: list[GridShape]
    cameras: list[CameraFeature]


@dataclass(frozen=True)
class Present:
    """Everything the wall shows, as it is at one moment; ``on_duty`` counts the workers on duty by their state."""

    town: str
    at: datetime
    cases: list[Case]
    figures: Figures
    on_duty: Mapping[str, int]
    load: dict[str, int]
    ground: Ground


class Reader:
    """Reads the state of the town as a display may see it."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._ground: Ground | None = None

    def present(self) -> Present:
        """The present state, in one transaction."""
        area_id = self._centre.area.area_id
        display = Scope("display", "display", area_id)
        at = self._centre.clock()
        with self._centre.database.transaction() as transaction:
            return Present(
                town=self._centre.area.name,
                at=at,
                cases=list_shown(transaction, area_id, display, CaseFilter(states=OPEN_STATES, limit=LIMIT)),
                figures=figures(transaction, area_id, at),
                on_duty=count_on_duty(transaction, area_id, display, at),
                load=grid_load(transaction, area_id),
                ground=self._ground_at(transaction, at),
            )

    def _ground_at(self, transaction: Transaction, at: datetime) -> Ground:
        kept = self._ground
        if kept is None or at - kept.read_at > GROUND_FOR:
            area = self._centre.area
            kept = Ground(at, list_grids(transaction, area.area_id), read_cameras(transaction, area))
            self._ground = kept
        return kept


def read_cameras(transaction: Transaction, area: Area) -> list[CameraFeature]:
    """Every camera within the area's extent."""
    north_m = (area.north - area.south) / 2 * METRES_PER_DEGREE
    east_m = (area.east - area.west) / 2 * METRES_PER_DEGREE * cos(radians(area.centre_lat))
    middle = ((area.west + area.east) / 2, (area.south + area.north) / 2)
    rows = cameras_around(transaction, area.area_id, Circle(*middle, hypot(north_m, east_m)))
    return [
        CameraFeature(
            camera_id=row["id"],
            name=row["name"],
            lon=row["lon"],
            lat=row["lat"],
            heading_deg=row["heading_deg"],
            fov_deg=row["fov_deg"],
            range_m=row["range_m"],
            is_ok=row["state"] == "ok",
        )
        for row in rows
    ]
