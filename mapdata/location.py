"""Where a point is: grid, micro-grid and village, the grid beside it, the nearest address, how far outside the town.

Whoever wants to know it of a point asks here; :func:`locate` takes a point as it comes in, :func:`place_of` one that is
WGS-84 already. Many rows at once ask the database's ``grid_of_point_v1``, as both do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from base.database import Transaction
from base.errors import InvalidInput
from base.statements import load_statements
from base.values import Code, Metres
from mapdata.areas import Area
from mapdata.datum import DATUMS, from_wgs84, to_wgs84

SQL = load_statements(Path(__file__).parent / "sql" / "location.sql")

BORDER_TOLERANCE_M = 20.0
"""So near to a border a point belongs to both sides, and outside every grid to the nearest.

Source: docs/domain.md, "Point and grid".
"""
NEIGHBOUR_M = 2000.0
"""A point this far outside the town is a notice for the neighbours, one farther out a mistake.

Source: docs/domain.md, "Point and grid".
"""
ADDRESS_WITHIN_M = 80.0
"""A building farther from a point does not name it. Source: docs/domain.md, "Point and grid"."""


@dataclass(frozen=True)
class Place:
    """Where a point is: degrees EPSG:4326, its divisions, the nearest building's address (empty when none is near).

    No grid and no village outside the town; ``neighbour_...`` is the other grid of a point at a border. ``outside_m``
    is how far the point lies outside its grid or, when it has none, outside the town: infinite where there is none.
    """

    lon: float
    lat: float
    grid_code: str | None
    grid_name: str | None
    village_code: str | None
    village_name: str | None
    micro_grid_code: str | None
    neighbour_code: str | None
    neighbour_name: str | None
    neighbour_village_name: str | None
    address_text: str
    outside_m: float


def locate(transaction: Transaction, area: Area, lon: float, lat: float, datum: str) -> Place:
    """Where a point is that somebody gives.

    Parameters
    ----------
    transaction, area
        where to look, in which area.
    lon, lat
        degrees in the named datum.
    datum
        ``wgs84``, ``cgcs2000``, ``gcj02`` or ``bd09``.

    Raises
    ------
    InvalidInput
        when the point lies more than 2 km outside the town; it says so when swapped coordinates or another datum
        would put it inside.
    """
    # a latitude over 90 is refused as off the earth; that the two were exchanged helps more, so it is said before
    if abs(lat) > 90 >= abs(lon) and _is_inside_if_swapped(transaction, area.area_id, lon, lat, datum):
        raise InvalidInput("coordinates_swapped", field="lat", lon=lon, lat=lat)
    place = place_of(transaction, area.area_id, *to_wgs84(lon, lat, datum))
    if place.grid_code is None and place.outside_m > NEIGHBOUR_M:
        hint = _hint(transaction, area.area_id, lon, lat, datum)
        distance = None if math.isinf(place.outside_m) else Metres(place.outside_m)
        raise InvalidInput("point_outside_town", field="lon", distance=distance, town=area.name, hint=hint)
    return place


def place_of(transaction: Transaction, area_id: int, lon: float, lat: float) -> Place:
    """Where a point (degrees, EPSG:4326) is, however far outside: one statement."""
    parameters = {
        "area_id": area_id,
        "lon": lon,
        "lat": lat,
        "tolerance_m": BORDER_TOLERANCE_M,
        "address_within_m": ADDRESS_WITHIN_M,
    }
    row = transaction.execute(SQL["where_is_point"], parameters).fetchone()
    assert row is not None
    place = Place(**row)
    return place if row["outside_m"] is not None else replace(place, outside_m=math.inf)


def _hint(transaction: Transaction, area_id: int, lon: float, lat: float, datum: str) -> Code:
    """What was probably meant."""
    if abs(lon) <= 90 and _is_inside_if_swapped(transaction, area_id, lon, lat, datum):
        return Code("faults", "hint_swapped")
    for other in DATUMS:
        if other != datum and _is_inside_in_datum(transaction, area_id, lon, lat, datum, other):
            return Code("faults", "hint_datum")
    return Code("faults", "hint_none")


def _is_inside_if_swapped(transaction: Transaction, area_id: int, lon: float, lat: float, datum: str) -> bool:
    """Whether the point would lie in the town if longitude and latitude had been exchanged."""
    return abs(lat) <= 180 and _is_inside(transaction, area_id, *to_wgs84(lat, lon, datum))


def _is_inside_in_datum(transaction: Transaction, area_id: int, lon: float, lat: float, datum: str, other: str) -> bool:
    """Whether the point would lie in the town if it had been given in the other datum, or converted twice."""
    # forgotten to convert, or a phone kit's point converted once more by whoever passed it on
    points = (to_wgs84(lon, lat, other), from_wgs84(*to_wgs84(lon, lat, datum), other))
    return any(_is_inside(transaction, area_id, *point) for point in points)


def _is_inside(transaction: Transaction, area_id: int, lon: float, lat: float) -> bool:
    return place_of(transaction, area_id, lon, lat).grid_code is not None
