"""``run``: the whole centre, up and down in order."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from base.checks import Reports
from base.clock import utc_now
from base.database import Database
from base.settings import Settings
from base.stop_signals import end_with_parent
from commands.database import open_database
from commands.demo import ensure_town
from commands.first_run import ensure_accounts, leader_token, token_of_run, workers_of_people
from commands.terminal import print_step
from dispatch.access.audit_watch import audit_watched
from dispatch.centre import Centre
from mapdata.areas import read_area

if TYPE_CHECKING:
    from fastapi import FastAPI


def run_centre(settings: Settings, arguments: argparse.Namespace, build_server: Callable[[Centre], FastAPI]) -> None:
    """Start everything, serve until asked to stop, stop everything in order: shift, server, database.

    Parameters
    ----------
    settings, arguments
        ``arguments.tied``: stop when the process that started this one ends.
    build_server
        puts the web server of a centre together.
    """
    from commands.server import Server, take_port
    from commands.simulated_shift import SimulatedShift

    if arguments.tied:
        end_with_parent(signal.SIGTERM)
    reports = Reports()
    with take_port(settings) as listener:
        with open_database(settings, alone=True, reports=reports) as database:
            ensure_town(settings, database)
            centre = make_centre(settings, database, reports)
            ensure_accounts(centre)
            with (
                audit_watched(centre),
                token_of_run(centre, "gateway", "simulated shift") as token,
                leader_token(centre) as leader,
            ):
                shift = SimulatedShift(settings, token, print_step, workers_of_people(centre), leader)
                Server(build_server(centre), settings, print_step, shift).run([listener])
                print_step("stopping")
        print_step("stopped")


def make_centre(settings: Settings, database: Database, reports: Reports | None = None) -> Centre:
    """The centre of the served area, its roads loaded.

    Raises
    ------
    NotFound
        when there is no town yet.
    """
    from mapdata.roads.network import load_roads

    with database.transaction(timeout_s=60) as transaction:
        area = read_area(transaction, settings.area_id)
        roads = load_roads(transaction, area)
    return Centre(settings, database, utc_now, area, roads, reports or Reports())
