"""``worker``: somebody leaves, is back, and whether anything is still addressed to who left."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

from base.checks import Reports
from base.database import Transaction
from base.settings import Settings
from commands.database import open_database
from commands.options import add_command
from commands.run import make_centres
from commands.terminal import print_check, print_step
from commands.town import asked_area
from dispatch.access.accounts import COMMAND_LINE
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.people.leaving import Leave, check_leavers, leave, undo_leave


def worker_leave(settings: Settings, arguments: argparse.Namespace) -> None:
    """Hand what a worker has to another, and take him out: grid, tasks, shifts, notices, post; accounts are shut."""
    with _centre(settings, arguments) as (centre, transaction, scope):
        with_grid = not arguments.without_grid
        done = leave(centre, transaction, scope, arguments.worker, arguments.to, uuid4(), with_grid=with_grid)
        _print_left(centre, transaction, done)


def worker_return(settings: Settings, arguments: argparse.Namespace) -> None:
    """Take the leaving of a worker back: he has again what was not ended meanwhile."""
    with _centre(settings, arguments) as (centre, transaction, scope):
        undone = undo_leave(centre, transaction, scope, arguments.worker)
        print_step("worker_returned", worker=undone.worker_id, to=undone.to_worker_id)


def worker_left(settings: Settings, arguments: argparse.Namespace) -> int:
    """Say whether anything is still addressed to somebody who left; exit code 1 when something is."""
    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        with database.transaction() as transaction:
            found = check_leavers(transaction, area_id)
    print_check(found)
    return int(found.state != "ok")


def _print_left(centre: Centre, transaction: Transaction, done: Leave) -> None:
    print_step("worker_left", worker=done.worker_id, to=done.to_worker_id, tasks=done.tasks, grid=done.grid_code)
    print_check(check_leavers(transaction, centre.area.area_id))


@contextmanager
def _centre(settings: Settings, arguments: argparse.Namespace) -> Iterator[tuple[Centre, Transaction, Scope]]:
    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        centre = make_centres(replace(settings, area_ids=(area_id,)), database, Reports())[0]
        with database.transaction() as transaction:
            yield centre, transaction, Scope(COMMAND_LINE, "shift_leader", area_id)


def add_worker_commands(group: Any) -> None:
    """Put the commands about workers into their group."""
    leaving, returning = add_command(group, "leave", worker_leave), add_command(group, "return", worker_return)
    looking = add_command(group, "left", worker_left)
    for command in (leaving, returning):
        command.add_argument("worker", type=int, help="number of the worker")
    leaving.add_argument("--to", type=int, required=True, help="number of the worker who takes over")
    leaving.add_argument("--without-grid", action="store_true", help="the grid is left to nobody")
    for command in (leaving, returning, looking):
        command.add_argument("--area", type=int, help="six-digit area (default: the served one)")
