"""``run``: the whole centre, up and down in order."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from base.checks import Reports
from base.clock import utc_now
from base.database import Database
from base.settings import Settings
from base.stop_signals import end_with_parent
from commands.database import open_database
from commands.demo import ensure_town
from commands.first_run import ensure_accounts, ensure_demo_roster, tell_types_without_anybody
from commands.terminal import print_step
from dispatch.access.audit_watch import audit_watched
from dispatch.centre import Centre
from mapdata.areas import Area, served_areas

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def run_centre(
    settings: Settings, arguments: argparse.Namespace, build_server: Callable[[Sequence[Centre]], ASGIApp]
) -> None:
    """Start everything, serve until asked to stop, stop everything in order: shift, server, database.

    Parameters
    ----------
    settings, arguments
        ``arguments.tied``: stop when the process that started this one ends.
    build_server
        puts the web server of the centres together, one for each town.
    """
    from commands.second_process import Companions, SecondProcess
    from commands.server import Server, take_port
    from commands.simulated_shift import simulated_shift

    if arguments.tied:
        end_with_parent(signal.SIGTERM)
    reports = Reports()
    with take_port(settings) as listener:
        with open_database(settings, alone=True, reports=reports) as database:
            ensure_town(settings, database)
            centres = make_centres(settings, database, reports)
            for centre in centres:
                ensure_accounts(centre, is_alone=len(centres) == 1)
                tell_types_without_anybody(centre)
                ensure_demo_roster(centre)
            with audit_watched(centres[0]), simulated_shift(centres) as shift:
                beside = Companions(SecondProcess(settings, database.url, print_step), shift)
                Server(build_server(centres), settings, print_step, beside).run([listener])
                print_step("stopping")
        print_step("stopped")


def make_centres(settings: Settings, database: Database, reports: Reports) -> tuple[Centre, ...]:
    """The centre of each served area, its roads loaded; they share the database.

    Raises
    ------
    NotFound
        when there is no town yet, or none of a number the settings name.
    """
    from mapdata.roads.network import load_roads

    with database.transaction(timeout_s=60) as transaction:
        areas = served_areas(transaction, settings.area_ids)
        roads = [load_roads(transaction, area) for area in areas]
    return tuple(
        # What the process itself reports (its database, the audit of every town) stands with the first.
        Centre(_settings_of(settings, area, areas), database, utc_now, area, way, Reports() if place else reports)
        for place, (area, way) in enumerate(zip(areas, roads, strict=True))
    )


def _settings_of(settings: Settings, area: Area, areas: Sequence[Area]) -> Settings:
    """The settings of one town: of several the simulated shift plays the first invented one alone."""
    if len(areas) == 1 or area == next((one for one in areas if one.is_demo), None):
        return settings
    return replace(settings, shift=0)
