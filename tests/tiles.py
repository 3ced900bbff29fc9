"""Which tile of the base map a place lies in."""

import math


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """Zoom, column from the west and row from the north of the tile that holds a point (degrees)."""
    n = 2**z
    return z, int((lon + 180) / 360 * n), int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
