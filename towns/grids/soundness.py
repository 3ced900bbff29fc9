"""Whether the grids that are served still tile the town: no ground twice, none left out."""

from __future__ import annotations

import numpy as np
from shapely.geometry import shape

from base.checks import Check, check
from base.database import Transaction
from mapdata.areas import read_area
from mapdata.grids import list_grids
from mapdata.plane import to_plane
from towns.grids.checks import PlaneShapes, gap_faults, overlap_faults


def check_grids(transaction: Transaction, area_id: int) -> Check:
    """Gaps and overlaps of the present grids of an area."""
    area = read_area(transaction, area_id)
    grids = list_grids(transaction, area_id)
    if not grids:
        return check("grids", "warning", "none", area_id=area_id)
    shapes = np.array([shape(grid.outline) for grid in grids], dtype=object)
    plane = PlaneShapes([grid.code for grid in grids], to_plane(shapes, area.srid_m), area.srid_m)
    overlaps, gaps = len(list(overlap_faults(plane))), len(list(gap_faults(plane)))
    if overlaps or gaps:
        return check("grids", "failed", area_id=area_id, overlaps=overlaps, gaps=gaps)
    return check("grids", "ok", area_id=area_id, count=len(grids))
