"""Where a point is: its grid, its village, the nearest address, how far outside the town."""

from __future__ import annotations

from dataclasses import dataclass

from base.database import Transaction
from base.errors import InvalidInput
from base.values import Code, Metres
from mapdata.addresses import nearest_address
from mapdata.areas import Area
from mapdata.datum import DATUMS, from_wgs84, to_wgs84
from mapdata.grids import distance_to_town, grid_of

NEIGHBOUR_M = 2000.0
"""A point this far outside the town is a notice for the neighbours, one farther out a mistake.

Source: docs/domain.md, "Point and grid".
"""


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
    # a latitude over 90 is refused as off the earth; that the two were exchanged helps more, so it is said before
    if abs(lat) > 90 >= abs(lon) and _is_inside_if_swapped(transaction, area.area_id, lon, lat, datum):
        raise InvalidInput("coordinates_swapped", field="lat", lon=lon, lat=lat)
    wgs_lon, wgs_lat = to_wgs84(lon, lat, datum)
    grid = grid_of(transaction, area.area_id, wgs_lon, wgs_lat)
    outside_m = 0.0
    if grid is None:
        distance_m = distance_to_town(transaction, area.area_id, wgs_lon, wgs_lat)
        outside_m = float("inf") if distance_m is None else distance_m
        if outside_m > NEIGHBOUR_M:
            hint = _hint(transaction, area.area_id, lon, lat, datum)
            distance = None if distance_m is None else Metres(distance_m)
            raise InvalidInput("point_outside_town", field="lon", distance=distance, town=area.name, hint=hint)
    address = _address_at(transaction, area, wgs_lon, wgs_lat)
    if grid is None:
        return Place(wgs_lon, wgs_lat, None, None, None, None, address, outside_m)
    divisions = (grid.grid_code, grid.grid_name, grid.village_code, grid.village_name)
    return Place(wgs_lon, wgs_lat, *divisions, address, grid.distance_m)


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
    return abs(lat) <= 180 and grid_of(transaction, area_id, *to_wgs84(lat, lon, datum)) is not None


def _is_inside_in_datum(transaction: Transaction, area_id: int, lon: float, lat: float, datum: str, other: str) -> bool:
    """Whether the point would lie in the town if it had been given in the other datum, or converted twice."""
    # forgotten to convert, or a phone kit's point converted once more by whoever passed it on
    for point in (to_wgs84(lon, lat, other), from_wgs84(*to_wgs84(lon, lat, datum), other)):
        if grid_of(transaction, area_id, *point) is not None:
            return True
    return False


def _address_at(transaction: Transaction, area: Area, lon: float, lat: float) -> str:
    hit = nearest_address(transaction, area.area_id, lon, lat)
    return "" if hit is None else hit.full_text
