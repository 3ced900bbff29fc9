"""``town``: list, choose, import, cut into grids, fill."""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict
from typing import Any

from base.clock import utc_now
from base.database import Database
from base.settings import Settings
from commands.database import open_database
from commands.options import add_command
from commands.terminal import print_step
from mapdata.areas import list_areas, read_area, serve_area


def town_list(settings: Settings, _: argparse.Namespace) -> None:
    """Print the towns of this database, the served one with a star."""
    with open_database(settings) as database, database.transaction() as transaction:
        for area in list_areas(transaction):
            print("*" if area["is_served"] else " ", area["area_id"], area["name"])


def town_use(settings: Settings, arguments: argparse.Namespace) -> None:
    """Choose the town that is served from the next start on."""
    with open_database(settings) as database, database.transaction() as transaction:
        serve_area(transaction, arguments.area)
        print_step("town_chosen", name=read_area(transaction, arguments.area).name)


def town_import_osm(settings: Settings, arguments: argparse.Namespace) -> None:
    """Bring a town from an OpenStreetMap file (.osm, .osm.gz, .osm.bz2, .osm.pbf)."""
    from towns.osm.town import import_osm

    with open_database(settings) as database:
        area = import_osm(database, arguments.file, **import_options(arguments))
        print_step("town_next", area=area.area_id)


def town_import_place(settings: Settings, arguments: argparse.Namespace) -> None:
    """Bring a town by its name from OpenStreetMap's servers (needs internet)."""
    from towns.osm.town import import_place

    with open_database(settings) as database:
        area = import_place(database, arguments.place, **import_options(arguments))
        print_step("town_next", area=area.area_id)


def import_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """What both ways of bringing a town take."""
    return {
        "area_id": arguments.area,
        "name": arguments.name,
        "replace": arguments.replace,
        "demo_workers": arguments.workers,
        "progress": print_step,
    }


def asked_area(settings: Settings, arguments: argparse.Namespace, database: Database) -> int:
    """The area a command is about: the one named, else the served one."""
    with database.transaction() as transaction:
        return read_area(transaction, arguments.area or settings.area_id).area_id


def town_make_grids(settings: Settings, arguments: argparse.Namespace) -> None:
    """Cut a town into grids along its streets."""
    from towns.grids.making import make_grids

    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        make_grids(database, area_id, cells=arguments.cells, replace=arguments.replace, progress=print_step)
        print_step("map_changed")


def town_import_grids(settings: Settings, arguments: argparse.Namespace) -> None:
    """Put the grids of a file in force (anything geopandas reads); every fault of the file is listed at once."""
    from towns.grids.file import import_grids

    options = {name: getattr(arguments, name) for name in ("code_field", "name_field", "datum", "level", "trust_datum")}
    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        import_grids(database, arguments.file, area_id=area_id, progress=print_step, **options)
        print_step("map_changed")


def town_fill(settings: Settings, arguments: argparse.Namespace) -> None:
    """Fill a demo town with invented workers and residents, up to the numbers given: to try it at a prefecture's size.

    Those on duty are seen now, some are on a break, silent or sent to cases. A real town is never filled.
    """
    from towns.filling.town import fill_town

    began = time.monotonic()
    seed = settings.shift_seed if arguments.seed is None else arguments.seed
    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        filled = fill_town(
            database, area_id, arguments.workers, arguments.people, seed=seed, at=utc_now(), progress=print_step
        )
        with database.transaction() as transaction:
            name = read_area(transaction, area_id).name
    print_step("filling_done", name=name, seconds=round(time.monotonic() - began), **asdict(filled))


def add_town_commands(group: Any) -> None:
    """Put the commands about towns into their group."""
    add_command(group, "list", town_list)
    add_command(group, "use", town_use).add_argument("area", type=int, help="six-digit area, see town list")
    for name, act, given in (("import-osm", town_import_osm, "file"), ("import-place", town_import_place, "place")):
        importing = add_command(group, name, act)
        importing.add_argument(given, metavar=given.upper())
        importing.add_argument("--area", type=int, default=990001, help="six-digit area it becomes (default 990001)")
        importing.add_argument("--name", help="name of the town (default: from the file or place)")
        importing.add_argument("--replace", action="store_true", help="write the map of an existing area anew")
        importing.add_argument("--workers", type=int, default=40, help="invented workers for a new area (default 40)")
    grids = add_command(group, "import-grids", town_import_grids)
    grids.add_argument("file", metavar="FILE")
    grids.add_argument("--area", type=int, help="six-digit area (default: the served one)")
    grids.add_argument("--code-field", default="code", help="field that holds the code (default code)")
    grids.add_argument("--name-field", default="name", help="field that holds the name (default name)")
    grids.add_argument("--datum", default="wgs84", help="wgs84 (default), cgcs2000, gcj02 or bd09")
    grids.add_argument("--level", default="grid", help="grid (default), or village: grids are then cut inside")
    grids.add_argument("--trust-datum", action="store_true", help="the datum is right although borders look shifted")
    cutting = add_command(group, "make-grids", town_make_grids)
    cutting.add_argument("--area", type=int, help="six-digit area (default: the served one)")
    cutting.add_argument("--cells", type=int, help="how many grids (default: by households)")
    cutting.add_argument("--replace", action="store_true", help="end the present grids and cut anew")
    filling = add_command(group, "fill", town_fill)
    filling.add_argument("--workers", type=int, default=8411, help="workers in the end (default 8411, Jiaxing's)")
    filling.add_argument("--people", type=int, default=200_000, help="residents in the end (default 200000)")
    filling.add_argument("--area", type=int, help="six-digit area, a demo town (default: the served one)")
    filling.add_argument("--seed", type=int, help="same seed, same people (default: GRIDCOMMAND_SEED)")
