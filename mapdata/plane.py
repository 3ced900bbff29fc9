"""From degrees to a plane in metres and back, point by point, so that what shares a side goes on sharing it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

MERCATOR = 3857
"""Web Mercator, the plane of the tiles."""


# kept: to make one, the library searches its database of projections
@cache
def _transformer(srid: int) -> Any:
    # loaded here: most of what runs the centre never leaves degrees, and the library takes a while to load
    import pyproj

    return pyproj.Transformer.from_crs(4326, srid, always_xy=True)


def points_to_plane(points: NDArray[np.float64], srid: int) -> NDArray[np.float64]:
    """Take n x 2 longitudes and latitudes (EPSG:4326) as x, y of the plane ``srid``."""
    return np.column_stack(_transformer(srid).transform(points[:, 0], points[:, 1]))


def points_to_degrees(points: NDArray[np.float64], srid: int) -> NDArray[np.float64]:
    """Take n x 2 coordinates x, y of the plane ``srid`` as longitudes and latitudes (EPSG:4326)."""
    return np.column_stack(_transformer(srid).transform(points[:, 0], points[:, 1], direction="INVERSE"))


def to_plane(shapes: Any, srid: int) -> Any:
    """A shape, or an array of them, from degrees (EPSG:4326) to the plane ``srid``."""
    return shapely.transform(shapes, lambda points: points_to_plane(points, srid))


def to_degrees(shapes: Any, srid: int) -> Any:
    """A shape, or an array of them, from the plane ``srid`` to degrees (EPSG:4326)."""
    return shapely.transform(shapes, lambda points: points_to_degrees(points, srid))
