"""The areas of this database: a county each, of which a process serves one or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from base.database import Transaction
from base.errors import NotFound
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "areas.sql")


@dataclass(frozen=True)
class Area:
    """One area: its name, its plane in metres (``srid_m``, EPSG) and its bounds in degrees (EPSG:4326).

    ``outline`` is what its grids cover together (GeoJSON geometry, EPSG:4326), None where it has none.
    """

    area_id: int
    name: str
    case_prefix: str
    is_demo: bool
    srid_m: int
    attribution: str
    map_approval_no: str
    map_version: int
    centre_lon: float
    centre_lat: float
    west: float
    south: float
    east: float
    north: float
    outline: dict[str, Any] | None = field(default=None, compare=False, repr=False)


def metres_srid(lon: float) -> int:
    """EPSG code of the CGCS2000 3-degree Gauss-Krueger plane at this longitude; UTM (WGS 84 north) outside China.

    Source: EPSG 4534 (central meridian 75 E) to 4554 (135 E), one code every 3 degrees, false easting 500 000 m.
    """
    if 73.5 <= lon <= 136.5:
        return 4534 + round((lon - 75) / 3)
    return 32600 + int((lon + 180) // 6) + 1


def read_area(transaction: Transaction, area_id: int | None) -> Area:
    """One area; without an id the one chosen to be served.

    Raises
    ------
    NotFound
        when there is no such area, or none at all.
    """
    if area_id is None:
        served = transaction.execute(SQL["area_served"]).fetchone()
        if served is None:
            raise NotFound("no_area")
        area_id = int(served["area_id"])
    row = transaction.execute(SQL["area_by_id"], {"area_id": area_id}).fetchone()
    if row is None:
        raise NotFound("no_such_area", field="area_id", given=area_id)
    row.pop("is_served")  # a choice of the database, not a property of the area
    return Area(**row)


def served_areas(transaction: Transaction, area_ids: Sequence[int]) -> tuple[Area, ...]:
    """The areas named, in their order; without any the one chosen to be served.

    Raises
    ------
    NotFound
        when there is no such area, or none at all.
    """
    return tuple(read_area(transaction, area_id) for area_id in area_ids or (None,))


def write_area(transaction: Transaction, area: Area, at: datetime) -> None:
    """Make the area, or change its description and raise its map's version."""
    parameters = {name: getattr(area, name) for name in Area.__dataclass_fields__}
    transaction.execute(SQL["upsert_area"], parameters | {"at": at})


def analyse_ground(transaction: Transaction) -> None:
    """Collect the planner's statistics on a town written in bulk; without them its first queries take twice as long."""
    transaction.execute(SQL["analyse_ground"])


def list_areas(transaction: Transaction) -> list[dict[str, object]]:
    """Every area: id, name, whether it is the demo, whether it is served."""
    return transaction.execute(SQL["areas"]).fetchall()


def serve_area(transaction: Transaction, area_id: int) -> None:
    """Choose the area that is served when no setting names one.

    Raises
    ------
    NotFound
        when there is no such area.
    """
    read_area(transaction, area_id)  # raises where there is none; the updates below would silently serve nothing
    transaction.execute(SQL["serve_no_other"], {"area_id": area_id})
    transaction.execute(SQL["serve_area"], {"area_id": area_id})
