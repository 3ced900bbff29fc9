"""Writes the demo town into a database, all of it in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from base.clock import utc_now
from base.database import Database, Transaction
from base.errors import Conflict
from base.statements import load_statements
from dispatch.competence.lists import load_cards, load_items
from mapdata.areas import Area, analyse_ground, read_area, write_area
from towns.demo.competence import demo_cards, demo_items
from towns.demo.outline import CORE
from towns.demo.plan import plan_town
from towns.demo.plane import PLANE_SRID, degrees
from towns.demo.rows import write_plan
from towns.demo.units import AREA_ID, TOWN_NAME

SQL = load_statements(Path(__file__).parent / "sql" / "demo.sql")
ATTRIBUTION = "演示数据 · 虚构地理 (synthetic)"


def make_demo_town(
    database: Database,
    *,
    seed: int = 330421,
    progress: Callable[[str, float], None] | None = None,
    replace: bool = False,
) -> Area:
    """Make area 330421, a town modelled on Yaozhuang; the same seed makes the same town.

    Parameters
    ----------
    database
        a migrated database.
    seed
        chooses the town.
    progress
        called with the name of each stage and the part done, 0 to 1.
    replace
        whether an older demo town may be removed first.

    Raises
    ------
    Conflict
        when the area is there already and is not to be (or, for its cases and tracks, cannot be) replaced.
    """
    report = progress or _silent
    # before the town is planned, which takes half a minute, and once more when it is written
    with database.transaction() as transaction:
        _check_replaceable(transaction, replace)
    plan = plan_town(seed, report)
    with database.transaction(timeout_s=300) as transaction:
        _clear(transaction, replace)
        write_area(transaction, _area(plan.outline.bounds), utc_now())
        write_plan(transaction, plan, report)
        load_items(transaction, AREA_ID, demo_items())
        load_cards(transaction, AREA_ID, demo_cards(plan.workers))
        analyse_ground(transaction)
        area = read_area(transaction, AREA_ID)
    report("done", 1.0)
    return area


def _silent(stage: str, part: float) -> None:
    """Report nothing."""
    del stage, part


def _area(bounds: tuple[float, float, float, float]) -> Area:
    (west, south), (east, north) = degrees([bounds[:2], bounds[2:]]).tolist()  # type: ignore[arg-type]
    lon, lat = CORE
    return Area(
        area_id=AREA_ID,
        name=TOWN_NAME,
        case_prefix="YZ",
        is_demo=True,
        srid_m=PLANE_SRID,
        attribution=ATTRIBUTION,
        map_approval_no="",
        map_version=1,
        centre_lon=lon,
        centre_lat=lat,
        west=west,
        south=south,
        east=east,
        north=north,
    )


def _check_replaceable(transaction: Transaction, replace: bool) -> None:
    row = transaction.execute(SQL["demo_state"], {"area_id": AREA_ID}).fetchone()
    if row is None:
        return
    if not row["is_demo"]:
        raise Conflict("demo_area_taken", area_id=AREA_ID, name=row["name"])
    if not replace:
        raise Conflict("demo_exists", area_id=AREA_ID, name=row["name"])
    if row["has_history"]:
        raise Conflict("demo_has_history", area_id=AREA_ID, name=row["name"])


def _clear(transaction: Transaction, replace: bool) -> None:
    _check_replaceable(transaction, replace)
    for name in sorted(key for key in SQL if key.startswith("clear_")):
        transaction.execute(SQL[name], {"area_id": AREA_ID})
