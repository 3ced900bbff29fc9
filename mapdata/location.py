"""Where a point is: its grid, its village, the nearest address, how far outside the town."""

from __future__ import annotations

from dataclasses import dataclass

from base.database import Transaction
from base.errors import InvalidInput
from mapdata.addresses import nearest_address
from mapdata.areas import Area
from mapdata.datum import DATUMS, from_wgs84, to_wgs84
from mapdata.grids import distance_to_town, grid_of

NEIGHBOUR_M = 2000.0
"""A point this far outside the town is taken as a neighbour's notice; beyond it, it is taken for a mistake."""


@dataclass(frozen=True)
class Place:
    """Where a point is: degrees EPSG:4326, its divisions and the nearest address; no grid outside the town."""

    lon: float
    lat: float
    grid_code: str | None
    grid_name: str | None
    village_code: str | None
    village_name: str | None
    address_text: str
    outside_m: float


def locate(transaction: Transaction, area: Area, lon: float, lat: float, datum: str) -> Place:
    """Where a point is: its divisions and the nearest address.

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
    if abs(lat) > 90 >= abs(lon) and _is_inside_turned(transaction, area.area_id, lon, lat, datum):
        raise InvalidInput("coordinates_swapped", field="lat", lon=lon, lat=lat)
    east, north = to_wgs84(lon, lat, datum)
    hit = grid_of(transaction, area.area_id, east, north)
    outside_m = 0.0
    if hit is None:
        distance_m = distance_to_town(transaction, area.area_id, east, north)
        outside_m = float("inf") if distance_m is None else distance_m
        if outside_m > NEIGHBOUR_M:
            hint = _hint(transaction, area.area_id, lon, lat, datum)
            km = "—" if distance_m is None else f"{distance_m / 1000:.1f}"
            raise InvalidInput("point_outside_town", field="lon", distance_km=km, town=area.name, hint=hint)
    address = _address_at(transaction, area, east, north)
    if hit is None:
        return Place(east, north, None, None, None, None, address, outside_m)
    return Place(east, north, hit.grid_code, hit.grid_name, hit.village_code, hit.village_name, address, hit.distance_m)


def _hint(transaction: Transaction, area_id: int, lon: float, lat: float, datum: str) -> str:
    """What was probably meant: the key of a text."""
    if abs(lon) <= 90 and _is_inside_turned(transaction, area_id, lon, lat, datum):
        return "@faults.hint_swapped"
    for other in DATUMS:
        if other != datum and _is_inside(transaction, area_id, lon, lat, datum, other):
            return "@faults.hint_datum"
    return "@faults.hint_none"


def _is_inside_turned(transaction: Transaction, area_id: int, lon: float, lat: float, datum: str) -> bool:
    """Whether the point would lie in the town if longitude and latitude had been exchanged."""
    return abs(lat) <= 180 and grid_of(transaction, area_id, *to_wgs84(lat, lon, datum)) is not None


def _is_inside(transaction: Transaction, area_id: int, lon: float, lat: float, datum: str, other: str) -> bool:
    """Whether the point would lie in the town if it had been given in the other datum, or converted twice."""
    for point in (to_wgs84(lon, lat, other), from_wgs84(*to_wgs84(lon, lat, datum), other)):
        if grid_of(transaction, area_id, *point) is not None:
            return True
    return False


def _address_at(transaction: Transaction, area: Area, lon: float, lat: float) -> str:
    hit = nearest_address(transaction, area.area_id, lon, lat)
    return "" if hit is None else hit.full_text
