"""Brings somebody's own grids from a GIS file, after checking everything about them."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from base.clock import TOWN_ZONE, Clock, utc_now
from base.database import Database, Transaction
from base.errors import Fault, Faults, InvalidInput
from base.progress import Progress, silent
from base.statements import load_statements
from base.values import Code
from mapdata.areas import Area, read_area
from mapdata.datum import DATUMS, Datum, to_wgs84
from mapdata.plane import points_to_plane, to_plane
from towns.grids.checks import (
    GridRow,
    PlaneShapes,
    border_points,
    code_faults,
    datum_fault,
    gap_faults,
    is_valid_polygon,
    misfit_m,
    outside_faults,
    overlap_faults,
    shape_faults,
)
from towns.grids.divisions import (
    CODE_LENGTHS,
    Division,
    Level,
    parent_of,
    refill_grid_codes,
    replace_divisions,
    village_kind,
)
from towns.grids.making import cut_villages

SQL = load_statements(Path(__file__).parent / "sql" / "grids.sql")
LEVELS: tuple[Level, ...] = ("village", "grid")
"""What a file may hold: grids, or villages into which grids are then cut."""
_EQUAL_TO_WGS84: tuple[Datum, ...] = ("wgs84", "cgcs2000")
_MAP_PROVIDER_FIELDS = frozenset({"adcode", "citycode", "telecode", "acroutes"})
"""Fields of boundaries copied from Amap or DataV, which are in GCJ-02."""


def import_grids(
    database: Database,
    file: Path | str,
    *,
    area_id: int,
    code_field: str = "code",
    name_field: str = "name",
    datum: str = "wgs84",
    level: str = "grid",
    trust_datum: bool = False,
    progress: Progress = silent,
    clock: Clock = utc_now,
) -> int:
    """Put the grids of a file in force; return how many there are.

    Parameters
    ----------
    file
        anything geopandas reads: GeoJSON, GeoPackage, Shapefile (zipped or not) ...; a projected file is turned to
        degrees by the projection it names.
    code_field, name_field
        the fields holding the code (15 digits for a grid, 12 for a village) and the name.
    datum
        ``wgs84``, ``cgcs2000``, ``gcj02`` or ``bd09``: what the coordinates are in truth.
    level
        ``grid``; or ``village``: grids are then cut inside each village.
    trust_datum
        take the datum as said although the borders look as if it were another.

    Raises
    ------
    Faults
        listing every fault found in the file; nothing is written then.
    InvalidInput, NotFound
        when the file cannot be read or there is no such area.
    """
    file = Path(file)
    checked_level, checked_datum = _checked_options(level, datum)
    progress("grids_reading", file=file.name)
    rows, fields = read_rows(file, code_field, name_field)
    day = clock().astimezone(TOWN_ZONE).date()
    with database.transaction(timeout_s=600) as transaction:
        area = read_area(transaction, area_id)
        progress("grids_checking", count=len(rows))
        faults = list(_faults(transaction, area, rows, checked_level, checked_datum, fields, trust_datum=trust_datum))
        if faults:
            raise Faults("grids_faulty", faults, field="FILE", file=file.name)
        divisions = _with_names(transaction, area, _divisions(rows, checked_level, checked_datum))
        if checked_level == "village":
            divisions = cut_villages(transaction, area, divisions)
        replace_divisions(transaction, area_id, divisions, day)
        refill_grid_codes(transaction, area_id)
        transaction.execute(SQL["raise_map_version"], {"area_id": area_id})
    written = sum(division.level == checked_level for division in divisions)
    progress("grids_written", count=written, level_name=Code("town.level", checked_level))
    return written


def _checked_options(level: str, datum: str) -> tuple[Level, Datum]:
    if level not in LEVELS:
        raise InvalidInput("grids_level", field="--level", given=level, allowed=LEVELS)
    if datum not in get_args(Datum):
        raise InvalidInput("grids_datum", field="--datum", given=datum, allowed=DATUMS)
    return level, datum  # type: ignore[return-value]


def read_rows(file: Path, code_field: str, name_field: str) -> tuple[list[GridRow], list[str]]:
    """The shapes of a file in degrees of the datum they are in, and the file's fields.

    Raises
    ------
    InvalidInput
        when the file is missing, unreadable, empty, lacks a field, or is projected without saying how.
    """
    frame = _read_frame(file)
    fields = [str(name) for name in frame.columns if name != frame.geometry.name]
    for option, field in (("--code-field", code_field), ("--name-field", name_field)):
        if field not in fields:
            raise InvalidInput("grids_no_field", field=option, given=field, fields=fields)
    texts = zip(frame[code_field], frame[name_field], frame.geometry, strict=True)
    rows = [
        GridRow(number, _code_text(code), _text(name), shape)
        for number, (code, name, shape) in enumerate(texts, start=1)
    ]
    return rows, fields


def _read_frame(file: Path) -> Any:
    import geopandas

    if not file.exists():
        raise InvalidInput("grids_missing", field="FILE", file=str(file))
    try:
        frame = geopandas.read_file(file)
    except Exception as error:  # each format's driver raises its own kind
        raise InvalidInput(
            "grids_unreadable", field="FILE", file=file.name, reason=" ".join(str(error).split())[:200]
        ) from error
    if not hasattr(frame, "geometry") or len(frame) == 0:
        raise InvalidInput("grids_empty", field="FILE", file=file.name)
    if frame.crs is not None and frame.crs.is_projected:
        return frame.to_crs(4326)
    # a file that names no projection may hold anything: numbers that can be degrees are taken as degrees
    west, south, east, north = frame.total_bounds
    if not (west >= -180 and south >= -90 and east <= 180 and north <= 90):
        raise InvalidInput("grids_no_crs", field="FILE", x=round(west), y=round(south))
    return frame


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()  # not a number is unlike itself


def _code_text(value: Any) -> str:
    """A code as text; a code that was stored as a number keeps its digits."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else _text(value)


def _faults(
    transaction: Transaction,
    area: Area,
    rows: list[GridRow],
    level: Level,
    datum: Datum,
    fields: Sequence[str],
    *,
    trust_datum: bool,
) -> Iterator[Fault]:
    yield from code_faults(rows, area.area_id, level)
    yield from shape_faults(rows)
    # topology cannot be told of shapes that cross themselves; what is wrong with them has been listed
    valid = [row for row in rows if is_valid_polygon(row)]
    if not valid:
        return
    plane = _plane_shapes(area, valid, datum)
    yield from overlap_faults(plane)
    yield from gap_faults(plane)
    yield from outside_faults(plane, _extent(area))
    if not trust_datum:
        yield from _datum_faults(transaction, area, valid, level, datum, fields)


def _plane_shapes(area: Area, valid: list[GridRow], datum: Datum) -> PlaneShapes:
    codes = [row.code or f"#{row.number}" for row in valid]
    return PlaneShapes(codes, to_plane(_shapes_in_wgs84(valid, datum), area.srid_m), area.srid_m)


def _shapes_in_wgs84(rows: Sequence[GridRow], datum: Datum) -> NDArray[Any]:
    shapes = np.array([row.shape for row in rows], dtype=object)
    if datum in _EQUAL_TO_WGS84:
        return shapes
    return np.asarray(shapely.transform(shapes, lambda points: _points_to_wgs84(points, datum)))


def _points_to_wgs84(points: NDArray[np.float64], datum: str) -> NDArray[np.float64]:
    return np.array([to_wgs84(float(lon), float(lat), datum) for lon, lat in points], dtype=float).reshape(-1, 2)


def _extent(area: Area) -> BaseGeometry:
    return to_plane(shapely.box(area.west, area.south, area.east, area.north), area.srid_m)


def _datum_faults(
    transaction: Transaction, area: Area, valid: list[GridRow], level: Level, datum: Datum, fields: Sequence[str]
) -> Iterator[Fault]:
    """Suspicion that the datum is not the one given: with another one the borders fit better, or a provider's fields.

    A wrong datum shifts everything alike by some 500 m: shapes stay whole and sound, and nothing else would show it.
    """
    given_points = border_points(np.array([row.shape for row in valid], dtype=object), 0.0005)
    others: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
    candidates: set[str] = {datum, *(other for other in others if not {other, datum} <= set(_EQUAL_TO_WGS84))}
    points = {
        candidate: points_to_plane(_points_to_wgs84(given_points, candidate), area.srid_m) for candidate in candidates
    }
    # old divisions first: where they are known, borders follow them more closely than roads
    for against, lines in _reference_lines(transaction, area, level).items():
        misfits = {candidate: misfit_m(points[candidate], lines) for candidate in sorted(candidates)}
        if fault := datum_fault(datum, misfits, against):
            yield fault
            return
    provider_fields = sorted(_MAP_PROVIDER_FIELDS & set(fields))
    if provider_fields and datum in _EQUAL_TO_WGS84:
        yield InvalidInput("grid_provider_datum", field="--datum", given=datum, fields=provider_fields)


def _reference_lines(transaction: Transaction, area: Area, level: Level) -> dict[str, list[BaseGeometry]]:
    """Lines whose place is known, in the area's plane: borders of divisions in force, and roads; none is empty."""
    parameters = {"area_id": area.area_id, "srid_m": area.srid_m, "level": level}
    borders = transaction.execute(SQL["division_borders"], parameters).fetchall()
    roads = transaction.execute(SQL["greater_roads"], parameters).fetchall()
    rows_by_name = {"divisions": borders, "roads": roads}
    return {
        name: list(shapely.from_wkb([bytes(row["line"]) for row in rows]))
        for name, rows in rows_by_name.items()
        if rows
    }


def _divisions(rows: list[GridRow], level: Level, datum: Datum) -> list[Division]:
    """The shapes of the file as divisions and, dissolved from them, every level above."""
    shapes = _shapes_in_wgs84(rows, datum)
    kind = "general" if level == "grid" else ""
    lowest = [
        Division(row.code, level, kind or village_kind(row.code), row.name, 0, shape)
        for row, shape in zip(rows, shapes, strict=True)
    ]
    divisions, level_below = list(lowest), lowest
    while level_below[0].level != "town":
        level_below = _dissolved(level_below)
        divisions.extend(level_below)
    return divisions


def _with_names(transaction: Transaction, area: Area, divisions: list[Division]) -> list[Division]:
    """Name what was dissolved: as now in force, else what the names below begin with, else the area's name or code."""
    in_force = {
        row["code"]: row["name"] for row in transaction.execute(SQL["names_in_force"], {"area_id": area.area_id})
    }
    named = []
    for division in divisions:
        child_names = [child.name for child in divisions if parent_of(child.code) == division.code and child.name]
        # 丁栅村第一网格, 丁栅村第二网格 have 丁栅村 in common; a single child says nothing of its parent
        shared = os.path.commonprefix(child_names).rstrip(" -·第") if len(child_names) > 1 else ""  # noqa: RUF071 - letter by letter is meant
        made_up = area.name if division.level == "town" else shared if len(shared) > 1 else division.code
        named.append(division if division.name else division._replace(name=in_force.get(division.code) or made_up))
    return named


def _dissolved(children: list[Division]) -> list[Division]:
    """The divisions one level above, each the union of its children."""
    by_parent: dict[str, list[Division]] = defaultdict(list)
    for child in children:
        by_parent[parent_of(child.code) or ""].append(child)
    level: Level = next(name for name, length in CODE_LENGTHS.items() if length == len(next(iter(by_parent))))
    return [
        Division(
            code,
            level,
            village_kind(code) if level == "village" else "general",
            "",
            sum(child.households for child in group),
            # a tenth of a millimetre: sides that differ in their last digit would leave slits between the children
            shapely.union_all([child.shape for child in group], grid_size=1e-9),
        )
        for code, group in by_parent.items()
    ]
