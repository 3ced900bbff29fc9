"""``roster``: what the roster does not cover; lines from a file."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from base.clock import utc_now
from base.settings import Settings
from commands.database import open_database
from commands.options import add_command
from commands.terminal import print_step
from commands.town import asked_area
from dispatch.access.accounts import COMMAND_LINE
from dispatch.access.scope import Scope
from dispatch.roster.coverage import gaps
from dispatch.roster.lines import put_lines
from dispatch.roster.roster_file import read_lines
from dispatch.roster.shifts import day_of
from mapdata.areas import read_area

MOST_DAYS = 366


def roster_check(settings: Settings, arguments: argparse.Namespace) -> int:
    """Print every gap of the roster, a line each: day, shift, post, grid, how many of how many. Gaps: exit code 1."""
    first = arguments.first or day_of(utc_now())
    last = first + timedelta(days=arguments.days - 1)
    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        with database.transaction() as transaction:
            found = gaps(transaction, area_id, first, last)
            name = read_area(transaction, area_id).name
    for one in found:
        print(one.on_day.isoformat(), one.shift, one.post, one.grid_code or "-", f"{one.there}/{one.needed}")
    missing = sum(one.needed - one.there for one in found)
    print_step("roster_gaps" if found else "roster_covered", name=name, first=str(first), last=str(last), count=missing)
    return int(bool(found))


def roster_load(settings: Settings, arguments: argparse.Namespace) -> None:
    """Put the lines of a CSV file with the columns day,shift,worker,post,grid on the roster, all or none."""
    lines = read_lines(arguments.file)
    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        with database.transaction() as transaction:
            scope = Scope(COMMAND_LINE, "sysadmin", area_id)
            count = put_lines(transaction, area_id, scope, lines, utc_now())
            name = read_area(transaction, area_id).name
    print_step("roster_loaded", name=name, count=count)


def add_roster_commands(group: Any) -> None:
    """Put the commands about the roster into their group."""
    checking = add_command(group, "check", roster_check)
    checking.add_argument("--first", type=date.fromisoformat, help="the first day, as 2027-10-01 (default: today)")
    checking.add_argument("--days", type=int, choices=range(1, MOST_DAYS + 1), default=7, metavar="N", help="default 7")
    loading = add_command(group, "load", roster_load)
    loading.add_argument("file", type=Path, help="CSV: day,shift,worker,post,grid (post: grid, operator, shift_leader)")
    for command in (checking, loading):
        command.add_argument("--area", type=int, help="six-digit area (default: the served one)")
