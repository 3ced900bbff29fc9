"""Pieces of the base map as GeoJSON, for maps that are printed or sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mapdata.database import Transaction
from mapdata.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "basefeatures.sql")

LIMIT = 20000
"""Features a printed map holds at most, the most important first."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4326)."""


@dataclass(frozen=True)
class BaseFeature:
    """A piece of the base map: its layer, kind and name, and a GeoJSON geometry (EPSG:4326)."""

    layer: str
    kind: str
    name: str
    geometry: dict[str, Any]


def read_base_features(transaction: Transaction, area_id: int, bounds: Bounds, zoom: int) -> list[BaseFeature]:
    """What a base map of this zoom shows within the bounds, simplified to a quarter of a pixel."""
    west, south, east, north = bounds
    asked = {"area_id": area_id, "west": west, "south": south, "east": east, "north": north, "zoom": zoom}
    rows = transaction.execute(SQL["features_in"], asked | {"tolerance_m": 156543 / 2**zoom / 4, "limit": LIMIT})
    found = ((row, json.loads(row["geometry"])) for row in rows if row["geometry"])
    return [
        BaseFeature(row["layer"], row["kind"], row["name"], shape) for row, shape in found if shape.get("coordinates")
    ]
