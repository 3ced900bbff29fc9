"""People, places, things and cameras within a circle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from base.database import Row, Transaction
from base.statements import load_statements
from mapdata.plane import bearing_deg, box_around

SQL = load_statements(Path(__file__).parent / "sql" / "resources.sql")

OLD_FROM, CHILD_BELOW = 80, 7
"""Ages from and below which people need help to get away. Source: docs/domain.md, "What is around"."""
_LONGEST_VIEW_M = 400.0
"""No camera of a town sees further; for those within it the sector is checked."""


@dataclass(frozen=True)
class Circle:
    """A circle round a point (EPSG:4326), radius in metres."""

    lon: float
    lat: float
    radius_m: float

    def box(self) -> Row:
        """The circle and the box round it in degrees, as parameters of the statements."""
        box = box_around(self.lon, self.lat, self.radius_m)
        return {"lon": self.lon, "lat": self.lat, "radius_m": self.radius_m} | box._asdict()


def people_around(
    transaction: Transaction,
    area_id: int,
    circle: Circle,
    today: date,
    limit: int,
    *,
    show_key: bool = False,
    vulnerable_first: bool = False,
) -> list[Row]:
    """Residents in the circle, at most ``limit``; each row has the counts of all of them (``total``, ``floating``,
    ``key_people``, ``vulnerable``). Identity numbers are not read; names and phones are whole: mask them.
    """
    parameters = circle.box() | {
        "area_id": area_id,
        "today": today,
        "limit": limit,
        "show_key": show_key,
        "vulnerable_first": vulnerable_first,
        "old_if_born_by": _years_before(today, OLD_FROM),
        "child_if_born_after": _years_before(today, CHILD_BELOW),
    }
    return transaction.execute(SQL["people_around"], parameters).fetchall()


def _years_before(day: date, years: int) -> date:
    """The same day so many years ago; 28 February for a 29th that is not."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def places_around(
    transaction: Transaction, area_id: int, circle: Circle, first_kinds: Sequence[str], limit: int
) -> list[Row]:
    """Places in the circle, the kinds of ``first_kinds`` before the others; each row has their ``total``."""
    return _around(transaction, "places_around", area_id, circle, first_kinds, limit)


def rentals_around(transaction: Transaction, area_id: int, circle: Circle, limit: int) -> list[Row]:
    """Rental houses in the circle, red before yellow before green; each row has their ``total``."""
    return _around(transaction, "rentals_around", area_id, circle, (), limit)


def things_around(
    transaction: Transaction, area_id: int, circle: Circle, first_kinds: Sequence[str], limit: int
) -> list[Row]:
    """Things of the street in the circle, sound ones of ``first_kinds`` first; each row has their ``total``."""
    return _around(transaction, "things_around", area_id, circle, first_kinds, limit)


def _around(
    transaction: Transaction, statement: str, area_id: int, circle: Circle, first_kinds: Sequence[str], limit: int
) -> list[Row]:
    parameters = circle.box() | {"area_id": area_id, "first": list(first_kinds), "limit": limit}
    return transaction.execute(SQL[statement], parameters).fetchall()


def cameras_around(transaction: Transaction, area_id: int, circle: Circle) -> list[Row]:
    """Cameras in the circle, and those outside it that see its centre; ``sees`` says which do."""
    # a camera that stands outside the circle may look into it
    within_view = Circle(circle.lon, circle.lat, max(circle.radius_m, _LONGEST_VIEW_M))
    rows = transaction.execute(SQL["cameras_around"], within_view.box() | {"area_id": area_id}).fetchall()
    for row in rows:
        row["bearing_deg"] = bearing_deg(row["lon"], row["lat"], circle.lon, circle.lat)
        row["sees"] = sees(row)
    return [row for row in rows if row["sees"] or row["distance_m"] <= circle.radius_m]


def sees(camera: dict[str, Any]) -> bool:
    """Whether a point lies in a camera's sector.

    Parameters
    ----------
    camera
        ``heading_deg`` (0 north, clockwise), ``fov_deg`` whole opening, ``range_m``, and to the point ``distance_m``
        and ``bearing_deg`` (None when camera and point are one).
    """
    if camera["distance_m"] > camera["range_m"]:
        return False
    if camera["bearing_deg"] is None:
        return True
    off_axis_deg = (camera["bearing_deg"] - camera["heading_deg"] + 180) % 360 - 180
    return bool(abs(off_axis_deg) <= camera["fov_deg"] / 2)
