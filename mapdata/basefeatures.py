"""The base map as paths to draw, for maps that are printed or sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from base.database import Transaction
from base.statements import load_statements
from mapdata.plane import MERCATOR_PIXEL

SQL = load_statements(Path(__file__).parent / "sql" / "basefeatures.sql")

LIMIT = 20000
"""Features a printed map holds at most, the most important first."""
_TOLERANCE_PX, _UNIT_PX = 1 / 4, 1 / 16
"""How far a simplified line may lie off, and the unit of a path, in pixels of the map's zoom."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4326)."""


@dataclass(frozen=True)
class BasePath:
    """All features of one layer and kind, areas or lines, as one SVG path in the units of its picture."""

    layer: str
    kind: str
    is_area: bool
    path: str


@dataclass(frozen=True)
class BasePicture:
    """The base map within the bounds, most important paths first; ``wide`` by ``high`` units of EPSG:3857."""

    bounds: Bounds
    wide: int
    high: int
    paths: tuple[BasePath, ...]


def read_base_picture(transaction: Transaction, area_id: int, bounds: Bounds, zoom: int) -> BasePicture:
    """What a base map of this zoom shows within the bounds, simplified to a quarter of a pixel.

    Parameters
    ----------
    bounds
        west, south, east, north in degrees (EPSG:4326).
    zoom
        of Web Mercator; a unit of the paths is a sixteenth of its pixel.
    """
    west, south, east, north = bounds
    box = {"area_id": area_id, "west": west, "south": south, "east": east, "north": north, "zoom": zoom}
    pixel_m = MERCATOR_PIXEL / 2**zoom
    sizes = {"tolerance_m": pixel_m * _TOLERANCE_PX, "unit_m": pixel_m * _UNIT_PX, "limit": LIMIT}
    rows = transaction.execute(SQL["paths_in"], box | sizes).fetchall()
    paths = tuple(BasePath(row["layer"], row["kind"], row["is_area"], row["path"]) for row in rows)
    # an empty map still needs a size: a picture of 0 by 0 cannot be stretched over its bounds
    wide, high = (rows[0]["wide"], rows[0]["high"]) if rows else (1, 1)
    return BasePicture(bounds, wide, high, paths)
