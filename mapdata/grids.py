"""The grids in force: what they look like, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base.database import Transaction
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "grids.sql")


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


def list_grids(transaction: Transaction, area_id: int) -> list[GridShape]:
    """Every present grid of the area in the order of its code."""
    return [GridShape(**row) for row in transaction.execute(SQL["grid_shapes"], {"area_id": area_id})]


def count_grids(transaction: Transaction, area_id: int) -> int:
    """How many grids the area has now."""
    row = transaction.execute(SQL["count_grids"], {"area_id": area_id}).fetchone()
    return 0 if row is None else int(row["grids"])
