"""What can be wrong with a file of grids: codes, shapes, topology, place, datum. Pure; lists every fault."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from base.errors import Fault, InvalidInput
from base.values import Code, Metres, Value
from mapdata.plane import to_degrees
from towns.grids.divisions import CODE_LENGTHS, Level, level_of

TOLERANCE_M = 0.5
"""A gap or overlap on average thinner than this is a matter of drawing, not a fault.

Source: docs/domain.md, "Sizes of grids".
"""
_SLIT_WIDTH_M = 5.0
"""An open gap narrower than this between two shapes is a slit; a wider one is ground outside the town."""
_SMALLEST_M2 = 1.0
_OUTSIDE_M = 2000.0
_SAMPLE_STEP_M = 50.0
_WRONG_DATUM_M, _RIGHT_DATUM_RATIO = 30.0, 0.5
"""A datum is suspected when borders lie this far from what is known, and another one at least halves that."""


class GridRow(NamedTuple):
    """One shape of the file: its number from 1, code, name, and shape as given (None when it has none)."""

    number: int
    code: str
    name: str
    shape: BaseGeometry | None


def code_faults(rows: Sequence[GridRow], area_id: int, level: Level) -> Iterator[Fault]:
    """Codes that are missing, no numbers, of another level, of another area, or used twice; names that are missing."""
    for row in rows:
        if fault := _code_fault(row, area_id, level):
            yield fault
        if row.code and not row.name:
            yield InvalidInput("grid_name_missing", field=f"row {row.number}", code=row.code)
    for code, count in Counter(row.code for row in rows if row.code).items():
        if count > 1:
            yield InvalidInput("grid_code_twice", field="code", code=code, count=count)


def _code_fault(row: GridRow, area_id: int, level: Level) -> Fault | None:
    field, expected = f"row {row.number}", CODE_LENGTHS[level]
    if not row.code:
        return InvalidInput("grid_code_missing", field=field, row=row.number)
    if not re.fullmatch(r"[0-9]+", row.code):
        return InvalidInput("grid_code_not_digits", field=field, row=row.number, code=row.code)
    details: dict[str, Value] = {
        "code": row.code, "length": len(row.code), "expected": expected, "level_name": Code("town.level", level),
    }  # fmt: skip
    if len(row.code) != expected:
        if other_level := level_of(row.code):
            return InvalidInput("grid_code_level", field=field, found_name=Code("town.level", other_level), **details)
        return InvalidInput("grid_code_length", field=field, **details)
    if not row.code.startswith(str(area_id)):
        return InvalidInput("grid_code_prefix", field=field, code=row.code, area_id=area_id)
    return None


def shape_faults(rows: Sequence[GridRow]) -> Iterator[Fault]:
    """Shapes that are missing, no polygons, or whose border crosses itself; ``shape`` in degrees."""
    for row in rows:
        field, code = f"row {row.number}", row.code or f"#{row.number}"
        if row.shape is None or row.shape.is_empty:
            yield InvalidInput("grid_geometry_missing", field=field, code=code)
        elif row.shape.geom_type not in ("Polygon", "MultiPolygon"):
            yield InvalidInput("grid_geometry_kind", field=field, code=code, kind=row.shape.geom_type)
        elif not row.shape.is_valid:
            reason, lon, lat = _reason_invalid(row.shape)
            yield InvalidInput("grid_self_crossing", field=field, code=code, reason=reason, lon=lon, lat=lat)


def _reason_invalid(shape: BaseGeometry) -> tuple[str, float | None, float | None]:
    """Why a shape is not valid, and the longitude and latitude where; None where GEOS names no place."""
    sentence = str(shapely.is_valid_reason(shape))
    match = re.fullmatch(r"(?P<reason>[^\[]+)\[(?P<x>\S+) (?P<y>\S+)\]", sentence)
    if match is None:
        return sentence, None, None
    return match["reason"].strip(), float(match["x"]), float(match["y"])


def is_valid_polygon(row: GridRow) -> bool:
    """Whether the row has a shape that the checks of topology can take."""
    shape = row.shape
    return (
        shape is not None and shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty and shape.is_valid
    )


class PlaneShapes(NamedTuple):
    """Valid polygons in a plane in metres (EPSG ``srid_m``) with their codes."""

    codes: list[str]
    shapes: NDArray[Any]
    srid_m: int

    def lon_lat(self, shape: BaseGeometry) -> dict[str, float]:
        """Where a shape is, in degrees, as a fault's text takes it."""
        point = to_degrees(shape.representative_point(), self.srid_m)
        return {"lon": point.x, "lat": point.y}


def _mean_width_m(shape: BaseGeometry) -> float:
    """A long thin shape has twice its length for its border, so this is its width."""
    return 2 * shape.area / shape.length if shape.length else 0.0


def _is_more_than_drawing(shape: BaseGeometry) -> bool:
    return shape.area >= _SMALLEST_M2 and _mean_width_m(shape) >= TOLERANCE_M


def overlap_faults(plane: PlaneShapes) -> Iterator[Fault]:
    """Every pair of shapes that covers the same ground."""
    tree = shapely.STRtree(plane.shapes)
    first, second = tree.query(plane.shapes, predicate="intersects")
    for i, j in sorted((int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b):
        shared = shapely.intersection(plane.shapes[i], plane.shapes[j])
        if _is_more_than_drawing(shared):
            details = {"code": plane.codes[i], "other": plane.codes[j], "area_m2": round(shared.area)}
            yield InvalidInput("grid_overlap", field="geometry", **details, **plane.lon_lat(shared))


def gap_faults(plane: PlaneShapes) -> Iterator[Fault]:
    """Ground between shapes that belongs to none: enclosed, or a slit narrower than five metres."""
    if len(plane.shapes) == 0:
        return
    # on a lattice of a millimetre, or the noise of the last digits leaves a thread of holes along every border
    whole = shapely.union_all(plane.shapes, grid_size=0.001)
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    # A slit that opens to the outside is no hole. Grown and shrunk again, the town has closed over it; mitred corners
    # come back to where they were, round ones would not.
    closed = whole.buffer(_SLIT_WIDTH_M / 2, join_style="mitre").buffer(-_SLIT_WIDTH_M / 2, join_style="mitre")
    slits = [part for part in shapely.get_parts(closed.difference(whole)) if part.geom_type == "Polygon"]
    tree = shapely.STRtree(plane.shapes)
    for gap in shapely.get_parts(shapely.union_all([*holes, *slits])):
        beside = sorted(plane.codes[i] for i in tree.query(gap.buffer(0.5), predicate="intersects"))
        is_slit = any(gap.equals(slit) for slit in slits)
        # one neighbour only: a notch in its own side, or a lake in its middle, that nobody else could have
        if _is_more_than_drawing(gap) and len(beside) > 1 and not (is_slit and gap.area < 20 * TOLERANCE_M**2):
            details: dict[str, Value] = {"area_m2": round(gap.area), "neighbours": beside[:4]}
            yield InvalidInput("grid_gap", field="geometry", **details, **plane.lon_lat(gap))


def outside_faults(plane: PlaneShapes, extent: BaseGeometry) -> Iterator[Fault]:
    """Shapes that lie kilometres away from the area's map; ``extent`` in the plane."""
    for code, distance_m in zip(plane.codes, shapely.distance(plane.shapes, extent), strict=True):
        if distance_m > _OUTSIDE_M:
            yield InvalidInput("grid_outside_area", field="geometry", code=code, distance=Metres(float(distance_m)))


def border_points(shapes: NDArray[Any], step_m: float = _SAMPLE_STEP_M) -> NDArray[np.float64]:
    """Points along every border, about ``step_m`` apart, at most four thousand; n x 2."""
    points = shapely.get_coordinates(shapely.segmentize(shapely.boundary(shapes), step_m))
    every_nth = max(1, len(points) // 4000)
    return np.asarray(points[::every_nth], dtype=float)


def misfit_m(points: NDArray[np.float64], lines: Sequence[BaseGeometry]) -> float:
    """How far points are from the nearest of the lines: the median, in metres."""
    tree = shapely.STRtree(lines)
    _, distances = tree.query_nearest(shapely.points(points), return_distance=True, all_matches=False)
    return float(np.median(distances))


def datum_fault(given: str, misfits: dict[str, float], against: str) -> Fault | None:
    """A fault when another datum than the given one brings the borders clearly nearer to what is known.

    Parameters
    ----------
    misfits
        for each datum the misfit in metres, the given one among them.
    against
        ``divisions`` or ``roads``: what the borders were compared with.
    """
    best = min(misfits, key=lambda datum: misfits[datum])
    before_m, after_m = misfits[given], misfits[best]
    # own borders may follow no road at all: without a clear gain nothing is said
    if best == given or before_m < _WRONG_DATUM_M or after_m > before_m * _RIGHT_DATUM_RATIO:
        return None
    return InvalidInput(
        "grid_wrong_datum", field="--datum", given=given, better=best, before=Metres(before_m), after=Metres(after_m),
        against=Code("town.against", against),
    )  # fmt: skip
