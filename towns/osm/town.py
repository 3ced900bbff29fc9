"""A real town from OpenStreetMap, brought into the database in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from base.bulk import copy_rows, geometry
from base.clock import TOWN_ZONE, Clock, utc_now
from base.database import Database, Transaction
from base.errors import Conflict, InvalidInput
from base.progress import Progress, silent
from base.statements import load_statements
from mapdata.areas import Area, analyse_ground, metres_srid, read_area, write_area
from towns.departments import DEPARTMENTS
from towns.grids.divisions import refill_grid_codes
from towns.grids.making import cut_area
from towns.invented_workers import write_demo_workers
from towns.osm.extract import Extract, read_extract
from towns.osm.ground import base_features
from towns.osm.online import fetch_extract
from towns.osm.sites import Sites, find_sites
from towns.osm.streets import RoadGraph, road_graph

SQL = load_statements(Path(__file__).parents[1] / "sql" / "ground.sql")
ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"
_TIMEOUT_S = 1800.0
_CLEAR_STATEMENTS = ("clear_roads", "clear_nodes", "clear_base_map", "clear_places", "clear_things", "clear_cameras")


def import_osm(
    database: Database,
    file: Path | str,
    *,
    area_id: int = 990001,
    name: str | None = None,
    replace: bool = False,
    demo_workers: int = 40,
    progress: Progress = silent,
    clock: Clock = utc_now,
) -> Area:
    """Bring a town from an OpenStreetMap file: roads, base map, places, things; grids where it has none.

    Parameters
    ----------
    file
        .osm, .osm.gz, .osm.bz2 or .osm.pbf.
    area_id
        six digits; 990001 and up are free of real county codes.
    name
        what the town is called; default: the file's name.
    replace
        write the ground of an existing area anew (roads, base map, places, things, cameras); its grids, workers,
        incidents and positions stay.
    demo_workers
        invented workers to add when the area has none, so that a shift can walk there; 0 for none.

    Raises
    ------
    Conflict
        when the area exists and is not to be replaced, or is the demo town.
    InvalidInput
        when the file is not readable OpenStreetMap data with roads. Nothing is written then.
    """
    file = Path(file)
    _check_free(database, area_id, replace=replace)
    extract = read_extract(file, progress)
    title = name or file.name.split(".osm")[0]
    return _write_town(database, extract, area_id, title, demo_workers, progress, clock)


def import_place(
    database: Database,
    query: str,
    *,
    area_id: int = 990001,
    name: str | None = None,
    replace: bool = False,
    demo_workers: int = 40,
    progress: Progress = silent,
    clock: Clock = utc_now,
) -> Area:
    """Bring a town by its name through osmnx's own download; as :func:`import_osm` otherwise.

    Raises
    ------
    Unavailable
        when there is no way to OpenStreetMap's servers.
    NotFound
        when OpenStreetMap knows no such place.
    """
    _check_free(database, area_id, replace=replace)
    extract = fetch_extract(query, progress)
    return _write_town(database, extract, area_id, name or query.split(",")[0], demo_workers, progress, clock)


def _check_free(database: Database, area_id: int, *, replace: bool) -> None:
    if not 100000 <= area_id <= 999999:
        raise InvalidInput("area_id_not_six_digits", field="--area", given=area_id)
    with database.transaction() as transaction:
        existing = transaction.execute(SQL["area_exists"], {"area_id": area_id}).fetchone()
    if existing is None:
        return
    if existing["is_demo"]:
        raise Conflict("area_is_demo", field="--area", area_id=area_id)
    if not replace:
        raise Conflict("area_exists", field="--area", area_id=area_id)


def _write_town(
    database: Database,
    extract: Extract,
    area_id: int,
    name: str,
    demo_workers: int,
    progress: Progress,
    clock: Clock,
) -> Area:
    roads = road_graph(extract.graph)
    if not roads.edges:
        raise InvalidInput("osm_no_roads", field="FILE", file=name)
    area = _area(area_id, name, roads)
    sites = find_sites(extract.elements)
    features = base_features(extract.elements, area.centre_lat)
    if roads.pieces > 1:
        progress("osm_isolated", pieces=roads.pieces - 1, share=f"{100 * (1 - roads.main_share):.1f}")
    with database.transaction(timeout_s=_TIMEOUT_S) as transaction:
        progress("osm_writing", edges=len(roads.edges), features=len(features))
        at = clock()
        _write_ground(transaction, area, roads, features, at)
        _write_sites(transaction, area_id, sites)
        _add_what_is_missing(transaction, area, demo_workers, progress, at)
        analyse_ground(transaction)
        area = read_area(transaction, area_id)
    progress("osm_done", name=name, places=len(sites.places), things=len(sites.things) + len(sites.cameras))
    return area


def _area(area_id: int, name: str, roads: RoadGraph) -> Area:
    bounds = shapely.total_bounds(np.array([edge.line for edge in roads.edges], dtype=object))
    west, south, east, north = (float(side) for side in bounds)
    # the median, not the middle of the bounds: one long road out of the town would pull that into the fields
    middle = np.median(np.array(list(roads.nodes.values())), axis=0)
    lon, lat = float(middle[0]), float(middle[1])
    return Area(
        area_id=area_id, name=name, case_prefix="GC", is_demo=False, srid_m=metres_srid(lon), attribution=ATTRIBUTION,
        map_approval_no="", map_version=1, centre_lon=lon, centre_lat=lat, west=west, south=south, east=east,
        north=north,
    )  # fmt: skip


def _write_ground(transaction: Transaction, area: Area, roads: RoadGraph, features: list[Any], at: datetime) -> None:
    write_area(transaction, area, at)
    for statement in _CLEAR_STATEMENTS:
        transaction.execute(SQL[statement], {"area_id": area.area_id})
    _write_roads(transaction, area.area_id, roads)
    copy_rows(
        transaction,
        "base_feature",
        ("area_id", "feature_id", "layer", "kind", "name", "min_zoom", "geom"),
        (
            (area.area_id, number, *feature[:-1], geometry(feature.shape, 3857))
            for number, feature in enumerate(features, start=1)
        ),
    )


def _write_roads(transaction: Transaction, area_id: int, roads: RoadGraph) -> None:
    copy_rows(
        transaction,
        "road_node",
        ("area_id", "node_id", "geom"),
        ((area_id, node, geometry(shapely.Point(lon_lat))) for node, lon_lat in roads.nodes.items()),
    )
    columns = (
        "area_id", "edge_id", "from_node", "to_node", "name", "kind", "length_m", "oneway", "is_bridge", "modes",
        "geom",
    )  # fmt: skip
    rows = (
        (area_id, number, *edge[:-2], list(edge.modes), geometry(edge.line))
        for number, edge in enumerate(roads.edges, start=1)
    )
    copy_rows(transaction, "road_edge", columns, rows)


def _write_sites(transaction: Transaction, area_id: int, sites: Sites) -> None:
    copy_rows(
        transaction,
        "place",
        ("area_id", "place_id", "layer", "kind", "name", "address_text", "phone", "check_every_days", "geom"),
        (
            (
                area_id,
                number,
                *place.site,
                place.name,
                place.address,
                place.phone,
                place.check_every_days,
                geometry(place.point),
            )
            for number, place in enumerate(sites.places, start=1)
        ),
    )
    copy_rows(
        transaction,
        "thing",
        ("area_id", "thing_id", "kind", "code", "name", "geom"),
        (
            (area_id, number, thing.kind, thing.code, thing.name, geometry(thing.point))
            for number, thing in enumerate(sites.things, start=1)
        ),
    )
    copy_rows(
        transaction,
        "camera",
        ("area_id", "camera_id", "gb28181_id", "name", "heading_deg", "fov_deg", "range_m", "geom"),
        _camera_rows(area_id, sites),
    )


def _camera_rows(area_id: int, sites: Sites) -> Iterator[tuple[Any, ...]]:
    """Cameras with an id of the GB/T 28181 form: division, industry 00, type 132 (IP camera), network 0, sequence."""
    for number, camera in enumerate(sites.cameras, start=1):
        gb28181_id = f"{area_id}00001320{number:06d}"
        yield (area_id, number, gb28181_id, camera.name, *camera.view, geometry(camera.point))


def _add_what_is_missing(
    transaction: Transaction, area: Area, demo_workers: int, progress: Progress, at: datetime
) -> None:
    """What a town needs to be used at once: departments, grids where it has none, workers where it has none."""
    parameters = {"area_id": area.area_id}
    for department in DEPARTMENTS:
        transaction.execute(SQL["add_department"], parameters | department._asdict())
    day = at.astimezone(TOWN_ZONE).date()
    grids = transaction.execute(SQL["count_grids"], parameters).fetchone()
    if grids and not grids["n"]:
        cut_area(transaction, area, day=day, progress=progress)
    refill_grid_codes(transaction, area.area_id)
    workers = transaction.execute(SQL["count_workers"], parameters).fetchone()
    if workers and not workers["n"] and demo_workers:
        progress("demo_workers", count=demo_workers)
        write_demo_workers(transaction, area.area_id, demo_workers)
