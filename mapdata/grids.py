"""Which grid a point lies in, and what the grids look like."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base.database import Transaction
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "grids.sql")

BORDER_TOLERANCE_M = 20.0
"""A point this far outside every grid still belongs to the nearest. Source: docs/domain.md, "Point and grid"."""
_REACH_DEG = 0.0008
"""Half the side of the box searched around a point: over 20 m in every direction up to 75 degrees of latitude."""


@dataclass(frozen=True)
class GridOfPoint:
    """The grid of a point; ``distance_m`` is 0 inside and up to the border tolerance outside it."""

    grid_code: str
    grid_name: str
    village_code: str | None
    village_name: str | None
    micro_grid_code: str | None
    distance_m: float


@dataclass(frozen=True)
class GridShape:
    """One present grid: names, households, label point and outline (GeoJSON geometry, EPSG:4326)."""

    code: str
    name: str
    kind: str
    households: int
    village_code: str | None
    village_name: str | None
    label_lon: float
    label_lat: float
    outline: dict[str, Any]


def grid_of(transaction: Transaction, area_id: int, lon: float, lat: float) -> GridOfPoint | None:
    """The grid a point (degrees, EPSG:4326) lies in, or the nearest within 20 m; None outside the town."""
    parameters = {
        "area_id": area_id,
        "lon": lon,
        "lat": lat,
        "tolerance_m": BORDER_TOLERANCE_M,
        "reach_deg": _REACH_DEG,
    }
    row = transaction.execute(SQL["grid_of_point"], parameters).fetchone()
    return None if row is None else GridOfPoint(**row)


def distance_to_town(transaction: Transaction, area_id: int, lon: float, lat: float) -> float | None:
    """Metres from a point (degrees, EPSG:4326) to the nearest town of the area, 0 inside; None when it has no town."""
    row = transaction.execute(SQL["distance_to_town"], {"area_id": area_id, "lon": lon, "lat": lat}).fetchone()
    return None if row is None or row["distance_m"] is None else float(row["distance_m"])


def list_grids(transaction: Transaction, area_id: int) -> list[GridShape]:
    """Every present grid of the area in the order of its code."""
    return [GridShape(**row) for row in transaction.execute(SQL["grid_shapes"], {"area_id": area_id})]


def count_grids(transaction: Transaction, area_id: int) -> int:
    """How many grids the area has now."""
    row = transaction.execute(SQL["count_grids"], {"area_id": area_id}).fetchone()
    return 0 if row is None else int(row["grids"])
