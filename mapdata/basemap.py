"""Vector tiles of the base map, made by the database."""

from __future__ import annotations

from pathlib import Path

from base.database import Transaction
from base.errors import InvalidInput, NotFound
from base.statements import load_statements
from mapdata.plane import MERCATOR_PIXEL

SQL = load_statements(Path(__file__).parent / "sql" / "basemap.sql")

GREATEST_ZOOM = 16
"""The last zoom tiles are made for; a browser enlarges them beyond."""
_MARGIN = 64 / 4096
"""What a tile holds beyond its sides, as a part of its width: a line cut at the very side shows its cut end."""


def check_tile(z: int, x: int, y: int) -> None:
    """Make sure that there can be such a tile.

    Raises
    ------
    InvalidInput
        naming the part that is out of its range.
    """
    if not 0 <= z <= GREATEST_ZOOM:
        raise InvalidInput("tile_zoom", field="z", given=z, greatest=GREATEST_ZOOM)
    for field, value in (("x", x), ("y", y)):
        if not 0 <= value < 2**z:
            raise InvalidInput("tile_outside_world", field=field, given=value, z=z, greatest=2**z - 1)


def tile(transaction: Transaction, area_id: int, z: int, x: int, y: int) -> bytes:
    """One Mapbox Vector Tile with the layers land, water, buildings, roads, places; empty where there is nothing.

    Parameters
    ----------
    z, x, y
        zoom, column from the west, row from the north (XYZ scheme, EPSG:3857).

    Raises
    ------
    InvalidInput
        when there can be no such tile.
    """
    # the database would refuse it too, yet without naming the part that is wrong
    check_tile(z, x, y)
    parameters = {
        "area_id": area_id,
        "z": z,
        "x": x,
        "y": y,
        "margin": _MARGIN,
        "tolerance_m": MERCATOR_PIXEL / 2**z / 4,
    }
    row = transaction.execute(SQL["tile"], parameters).fetchone()
    return bytes(row["tile"]) if row else b""


def map_version(transaction: Transaction, area_id: int) -> int:
    """The version of an area's map; another one means other tiles.

    Raises
    ------
    NotFound
        when there is no such area.
    """
    row = transaction.execute(SQL["map_version"], {"area_id": area_id}).fetchone()
    if row is None:
        raise NotFound("no_such_area", field="area_id", given=area_id)
    return int(row["map_version"])
