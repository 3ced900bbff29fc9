"""``calendar``: which days a town works."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from base.clock import TOWN_ZONE, utc_now
from base.settings import Settings
from commands.database import open_database
from commands.options import add_command
from commands.terminal import print_step
from commands.town import asked_area
from dispatch.cases.calendar_file import load_days, read_days
from dispatch.cases.clock_rows import read_calendar


def calendar_show(settings: Settings, arguments: argparse.Namespace) -> None:
    """Print the days of a year that break the week, and whether its exchange days are known."""
    year = arguments.year or utc_now().astimezone(TOWN_ZONE).year
    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        with database.transaction() as transaction:
            calendar = read_calendar(transaction, area_id)
    for day in sorted(calendar.special):
        if day.year == year:
            print(day.isoformat(), calendar.special[day].kind, calendar.special[day].name)
    print_step("calendar_settled" if calendar.is_settled(year) else "calendar_unsettled", year=str(year))


def calendar_load(settings: Settings, arguments: argparse.Namespace) -> None:
    """Take a year's holidays and exchange days in from a CSV file with the columns from,to,kind,name."""
    days = read_days(arguments.file)
    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        with database.transaction() as transaction:
            years = load_days(transaction, area_id, days)
    print_step("calendar_loaded", years=[str(year) for year in years], days=len(days))


def add_calendar_commands(group: Any) -> None:
    """Put the commands about the calendar into their group."""
    showing = add_command(group, "show", calendar_show)
    showing.add_argument("--year", type=int, help="default: the present one")
    loading = add_command(group, "load", calendar_load)
    loading.add_argument("file", type=Path, help="CSV: from,to,kind,name; kind is holiday or workday")
    for command in (showing, loading):
        command.add_argument("--area", type=int, help="six-digit area (default: the served one)")
