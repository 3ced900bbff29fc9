"""Gridcommand from the command line: settings, wiring, one function for each command."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from base.errors import Fault
from base.settings import Settings, read_settings
from base.stop_signals import STOP_SIGNALS, handle_stop_signals
from commands.backup import add_backup_commands
from commands.calendar import add_calendar_commands
from commands.competence import add_competence_commands
from commands.database import full_disk_explained
from commands.demo import add_demo_command
from commands.doctor import add_doctor_command
from commands.migrate import migrate_only
from commands.options import add_command
from commands.roster import add_roster_commands
from commands.terminal import fault_lines, print_step
from commands.token import add_token_commands
from commands.town import add_town_commands
from commands.user import add_user_commands
from commands.worker import add_worker_commands

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from api.security.rates import Rates
    from dispatch.centre import Centre


def build_server(centre: Centre, rates: Rates | None = None) -> FastAPI:
    """The web server of a centre: what machines call, what people see, and the guard before both."""
    from fastapi import FastAPI

    import api.routes
    import screens.screens
    from api import openapi
    from api.security import guard

    server = FastAPI(title="Gridcommand", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    api.routes.register(server, centre)
    screens.screens.register(server, centre)
    openapi.describe(server)
    guard.protect(server, centre, rates)
    return server


def build_towns(centres: Sequence[Centre]) -> ASGIApp:
    """The web server of one town; of several, the server of each behind the one that tells them apart."""
    from api.security.rates import Rates
    from api.towns import Towns

    if len(centres) == 1:
        return build_server(centres[0])
    settings = centres[0].settings
    rates = Rates(settings.rate_factor)
    servers = {centre.area.area_id: build_server(centre, rates) for centre in centres}
    return Towns(servers, settings, rates)


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Start everything, serve until asked to stop, stop everything in order: shift, server, database."""
    from commands.run import run_centre
    from jobs.channels.configured import channels

    channels(os.environ)  # a provider that is set wrongly is told here, not in the log of the second process
    run_centre(settings, arguments, build_towns)


def jobs(settings: Settings, arguments: argparse.Namespace) -> None:
    """Send notices and do what is to be done at its time, in a process of its own; `run` starts one by itself."""
    from commands.jobs import do_jobs
    from jobs.process import work

    do_jobs(settings, arguments, work)


def make_parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    parser = argparse.ArgumentParser(prog="python app.py", description=__doc__)
    entries = parser.add_subparsers(required=True, metavar="COMMAND")
    tied = "stop when the process that started this ends"
    add_command(entries, "run", run).add_argument("--tied", action="store_true", help=tied)
    add_command(entries, "jobs", jobs).add_argument("--tied", action="store_true", help=tied)
    add_command(entries, "migrate", migrate_only)
    add_demo_command(entries)
    add_backup_commands(entries)
    add_doctor_command(entries)

    def group(name: str, about: str) -> Any:
        return entries.add_parser(name, help=about, description=about).add_subparsers(required=True, metavar="WHAT")

    add_calendar_commands(group("calendar", "The working calendar: show, load a year's holidays and exchange days."))
    add_competence_commands(group("competence", "Who may handle which item of law: show, load items, load cards."))
    add_roster_commands(group("roster", "The roster: what is not covered, lines from a file."))
    add_town_commands(group("town", "Towns: list, choose, import, cut into grids, fill."))
    add_user_commands(group("user", "Accounts of people: list, add, new password, disable."))
    add_token_commands(group("token", "API tokens of programmes: create, list, revoke."))
    add_worker_commands(group("worker", "Workers: leave, return, what is still addressed to who left."))
    return parser


def _stop(*_: object) -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(words: list[str]) -> int:
    """Do one command.

    Returns
    -------
    int
        0 done, 1 done and something was found wrong (``doctor``), 2 an expected fault (explained on standard error),
        130 stopped before it was done.
    """
    arguments = make_parser().parse_args(words)
    handle_stop_signals(_stop)
    try:
        settings = read_settings()
        with full_disk_explained(settings):
            return arguments.command(settings, arguments) or 0
    except Fault as fault:
        print(fault_lines(fault), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print_step("stopped")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
