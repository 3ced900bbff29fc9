"""Writes the divisions of an area: town, villages, grids, micro-grids. Old ones are ended, never overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from base.bulk import copy_rows, geometry
from base.database import Transaction
from base.statements import load_statements
from mapdata.location import BORDER_TOLERANCE_M

SQL = load_statements(Path(__file__).parent / "sql" / "grids.sql")
GROUND = load_statements(Path(__file__).parents[1] / "sql" / "ground.sql")

Level = Literal["town", "village", "grid", "micro_grid"]
CODE_LENGTHS: dict[Level, int] = {"town": 9, "village": 12, "grid": 15, "micro_grid": 17}
"""Digits of a division's code; each begins with its parent's.

Source: docs/domain.md, "Division codes" (GB/T 30428.1 as quoted by DB11).
"""


class Division(NamedTuple):
    """One division; ``shape`` in WGS-84 degrees."""

    code: str
    level: Level
    kind: str
    name: str
    households: int
    shape: BaseGeometry


def level_of(code: str) -> Level | None:
    """The level a code of this length belongs to."""
    return next((level for level, length in CODE_LENGTHS.items() if length == len(code)), None)


def parent_of(code: str) -> str | None:
    """The code of the division above; none above a town."""
    return {12: code[:9], 15: code[:12], 17: code[:15]}.get(len(code))


def village_kind(code: str) -> str:
    """Community or village, from the third part of a village's code.

    Source: docs/domain.md, "Division codes" (统计用区划代码: 001-199 residents' committee, 200-399 villagers').
    """
    return "community" if int(code[9:12]) < 200 else "village"


def replace_divisions(transaction: Transaction, area_id: int, divisions: Iterable[Division], day: date) -> int:
    """Put these divisions in force from ``day`` on in place of those there are; return their number.

    What was in force in the same towns (by code, or mostly the same ground) ends that day and stays as history; what
    only came into force that day is taken back. Other towns of the area are left alone.
    """
    new_divisions = sorted(divisions, key=lambda division: division.code)
    towns = [division for division in new_divisions if division.level == "town"]
    outline = shapely.to_wkb(shapely.union_all([town.shape for town in towns]))
    parameters: dict[str, object] = {"area_id": area_id, "day": day, "towns": [town.code for town in towns]}
    transaction.execute(SQL["lock_divisions"], parameters)
    # grids cut by machine have a town code of their own: the same town from a file replaces it by its ground
    replaced = transaction.execute(SQL["towns_replaced"], parameters | {"outline": outline}).fetchall()
    parameters["towns"] = [town.code for town in towns] + [row["code"] for row in replaced]
    # in this order: what began today would otherwise be ended, and stay as history of a day that never was
    for statement in ("drop_divisions_begun_today", "end_divisions", "drop_divisions_ended_on_first_day"):
        transaction.execute(SQL[statement], parameters)
    columns = (
        "area_id", "code", "level", "kind", "name", "parent_code", "households", "geom", "label", "valid_from",
    )  # fmt: skip
    return copy_rows(
        transaction,
        "division",
        columns,
        (
            (area_id, *division[:4], parent_of(division.code), division.households,
             geometry(_as_multipolygon(division.shape)), geometry(label_point(division.shape)), day)
            for division in new_divisions
        ),
    )  # fmt: skip


def refill_grid_codes(transaction: Transaction, area_id: int) -> None:
    """Write the grid of every place, thing, camera, address and worker anew, after the grids have changed."""
    for table in ("place", "thing", "camera", "address"):
        transaction.execute(GROUND[f"fill_{table}_grids"], {"area_id": area_id, "tolerance_m": BORDER_TOLERANCE_M})
    transaction.execute(GROUND["move_workers_to_present_grids"], {"area_id": area_id})


def _as_multipolygon(shape: BaseGeometry) -> BaseGeometry:
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])


def label_point(shape: BaseGeometry) -> BaseGeometry:
    """Where the name is written: inside, near the middle of the greatest part."""
    greatest = max(shapely.get_parts(shape), key=lambda part: float(part.area))
    # the centroid of a bent grid lies outside it
    centre = greatest.centroid
    return centre if greatest.contains(centre) else greatest.representative_point()
