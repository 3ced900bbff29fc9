"""From one datum to another: WGS-84, CGCS2000, GCJ-02 (Amap, Tencent), BD-09 (Baidu).

Everything is kept in WGS-84; a point is converted once, where it comes in. CGCS2000 differs from WGS-84 by
centimetres to decimetres and is taken as equal to it.

Source of every formula: the public GCJ-02 and BD-09 formulas in general use; checked against three independent sets
of vectors in the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, hypot, isfinite, pi, sin, sqrt
from typing import Literal, get_args

from base.errors import InvalidInput

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = get_args(Datum)

LonLat = tuple[float, float]

_A = 6378245.0
"""Semi-major axis of the Krassovsky 1940 ellipsoid, metres."""
_EE = 0.00669342162296594323
_BD = pi * 3000 / 180
_ROUNDS = 10
_CLOSE_ENOUGH_DEG = 1e-10


def _outside_china(lon: float, lat: float) -> bool:
    return not (72.004 < lon < 137.8347 and 0.8293 < lat < 55.8271)


def _wave(value: float) -> float:
    return (20 * sin(6 * value * pi) + 20 * sin(2 * value * pi)) * 2 / 3


def _lat_shift(x: float, y: float) -> float:
    shift = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + _wave(x)
    shift += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    return shift + (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3


def _lon_shift(x: float, y: float) -> float:
    shift = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + _wave(x)
    shift += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    return shift + (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3


def wgs84_to_gcj02(lon: float, lat: float) -> LonLat:
    """Degrees WGS-84 to degrees GCJ-02; unchanged outside China."""
    if _outside_china(lon, lat):
        return lon, lat
    x, y, phi = lon - 105, lat - 35, lat / 180 * pi
    magic = 1 - _EE * sin(phi) ** 2
    lat_deg = _lat_shift(x, y) * 180 / ((_A * (1 - _EE)) / (magic * sqrt(magic)) * pi)
    lon_deg = _lon_shift(x, y) * 180 / (_A / sqrt(magic) * cos(phi) * pi)
    return lon + lon_deg, lat + lat_deg


def gcj02_to_bd09(lon: float, lat: float) -> LonLat:
    """Degrees GCJ-02 to degrees BD-09."""
    radius = hypot(lon, lat) + 2e-5 * sin(lat * _BD)
    theta = atan2(lat, lon) + 3e-6 * cos(lon * _BD)
    return radius * cos(theta) + 0.0065, radius * sin(theta) + 0.006


# The shifts of GCJ-02 are sums of waves with no inverse of their own. The usual shortcut takes the shift at the shifted
# point for that at the true one and errs by metres; corrected again and again, the error falls below a millimetre.
def _invert(forward: Callable[[float, float], LonLat], lon: float, lat: float) -> LonLat:
    """The point that ``forward`` takes to (lon, lat), by repeated correction."""
    guess_lon, guess_lat = lon, lat
    for _ in range(_ROUNDS):
        there_lon, there_lat = forward(guess_lon, guess_lat)
        off_lon, off_lat = there_lon - lon, there_lat - lat
        guess_lon, guess_lat = guess_lon - off_lon, guess_lat - off_lat
        if max(abs(off_lon), abs(off_lat)) < _CLOSE_ENOUGH_DEG:
            break
    return guess_lon, guess_lat


def gcj02_to_wgs84(lon: float, lat: float) -> LonLat:
    """Degrees GCJ-02 to degrees WGS-84, exact to 1e-9 degrees inside China."""
    if _outside_china(lon, lat):
        return lon, lat
    return _invert(wgs84_to_gcj02, lon, lat)


def bd09_to_gcj02(lon: float, lat: float) -> LonLat:
    """Degrees BD-09 to degrees GCJ-02."""
    return _invert(gcj02_to_bd09, lon, lat)


def _same(lon: float, lat: float) -> LonLat:
    return lon, lat


# BD-09 is a shift of GCJ-02, so its way leads over that
_TO_WGS84: dict[str, Callable[[float, float], LonLat]] = {
    "wgs84": _same,
    "cgcs2000": _same,
    "gcj02": gcj02_to_wgs84,
    "bd09": lambda lon, lat: gcj02_to_wgs84(*bd09_to_gcj02(lon, lat)),
}
_FROM_WGS84: dict[str, Callable[[float, float], LonLat]] = {
    "wgs84": _same,
    "cgcs2000": _same,
    "gcj02": wgs84_to_gcj02,
    "bd09": lambda lon, lat: gcj02_to_bd09(*wgs84_to_gcj02(lon, lat)),
}


def _check(lon: float, lat: float, datum: str) -> None:
    if datum not in DATUMS:
        raise InvalidInput("unknown_datum", field="datum", given=datum, allowed=DATUMS)
    # a NaN would pass through every formula and come out as a point
    if not (isfinite(lon) and -180 <= lon <= 180):
        raise InvalidInput("lon_out_of_range", field="lon", given=lon)
    if not (isfinite(lat) and -90 <= lat <= 90):
        raise InvalidInput("lat_out_of_range", field="lat", given=lat)


def to_wgs84(lon: float, lat: float, datum: str) -> LonLat:
    """The point in WGS-84.

    Parameters
    ----------
    lon, lat
        degrees in the named datum.
    datum
        one of ``DATUMS``.

    Returns
    -------
    (lon, lat)
        degrees, EPSG:4326.

    Raises
    ------
    InvalidInput
        when the datum is not known or the point is not on the earth.
    """
    _check(lon, lat, datum)
    return _TO_WGS84[datum](lon, lat)


def from_wgs84(lon: float, lat: float, datum: str) -> LonLat:
    """A WGS-84 point (degrees) in the named datum (degrees).

    Raises
    ------
    InvalidInput
        when the datum is not known or the point is not on the earth.
    """
    _check(lon, lat, datum)
    return _FROM_WGS84[datum](lon, lat)
