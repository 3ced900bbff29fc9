"""Gridcommand from the command line: settings, wiring, one function for each command."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import commands
from commands import explain, full_disk_told, open_database, tell
from mapdata.areas import list_areas
from mapdata.errors import Fault, NotFound
from mapdata.lifeline import STOP_SIGNALS, end_with_parent, take_stop_signals
from mapdata.settings import Settings, read_settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from dispatch.centre import Centre
    from mapdata.database import Database


def make_centre(settings: Settings, database: Database) -> Centre:
    """The centre of the served area, its roads loaded.

    Raises
    ------
    NotFound
        when there is no town yet.
    """
    from dispatch.centre import Centre
    from mapdata.areas import read_area
    from mapdata.clock import utc_now
    from mapdata.roads import load_roads

    with database.transaction(timeout_s=60) as transaction:
        area = read_area(transaction, settings.area_id)
        roads = load_roads(transaction, area)
    return Centre(settings, database, utc_now, area, roads)


def build_server(centre: Centre) -> FastAPI:
    """The web server of a centre: the guard at the door, what machines call, what people see."""
    from fastapi import FastAPI

    import api.routes
    import screens.screens
    from api import guard, openapi

    server = FastAPI(title="Gridcommand", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    api.routes.register(server, centre)
    screens.screens.register(server, centre)
    openapi.describe(server)
    guard.protect(server, centre)
    return server


# commands


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Start everything, serve until asked to stop, stop everything in order: shift, server, database."""
    from api.service import Service, Shift, take_port

    if arguments.tied:
        end_with_parent(signal.SIGTERM)
    with take_port(settings) as listener:
        with open_database(settings, alone=True) as database:
            ensure_town(settings, database)
            centre = make_centre(settings, database)
            ensure_accounts(centre)
            with token_of_run(centre, "gateway", "simulated shift") as token, leader_token(centre) as leader:
                shift = Shift(settings, token, tell, workers_of_people(centre), leader)
                Service(build_server(centre), settings, tell, shift).run([listener])
                tell("stopping")
        tell("stopped")


def ensure_town(settings: Settings, database: Database) -> None:
    """Make the demo town when there is no town at all."""
    with database.transaction() as transaction:
        areas = list_areas(transaction)
    if not areas:
        make_demo(database, settings.shift_seed, replace=False)


def make_demo(database: Database, seed: int, *, replace: bool) -> None:
    """Make the demo town, saying how far it is."""
    from mapdata.demo.town import make_demo_town

    shown = -1

    def progress(_: str, part: float) -> None:
        nonlocal shown
        if (tenth := int(part * 10)) > shown:
            shown = tenth
            tell("demo_part", percent=tenth * 10)

    tell("demo_making", seed=seed)
    began = time.monotonic()
    make_demo_town(database, seed=seed, progress=progress, replace=replace)
    tell("demo_made", seconds=round(time.monotonic() - began))


def ensure_accounts(centre: Centre) -> None:
    """Make the first accounts that are not there; show their passwords this once, keep them in var/accounts.txt."""
    from dispatch.accounts import first_run_accounts

    path = centre.settings.var / "accounts.txt"
    with centre.database.transaction() as transaction:
        made = first_run_accounts(transaction, centre.area.area_id, centre.clock())
        lines = [f"{account:<14} {password}" for account, password in made.items()]
        if lines:
            centre.settings.var.mkdir(parents=True, exist_ok=True)
            opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(opened, "w", encoding="utf-8") as file:
                file.write(f"# {centre.area.name} {centre.area.area_id}\n" + "\n".join(lines) + "\n")
    if lines:
        tell("accounts_title", path=path)
        print("\n".join(f"    {line}" for line in lines), flush=True)


def workers_of_people(centre: Centre) -> list[int]:
    """Workers with an account of their own: a person is that worker, the simulated shift leaves them alone."""
    from dispatch.accounts import list_accounts

    with centre.database.transaction() as transaction:
        accounts = list_accounts(transaction, centre.area.area_id)
    return sorted({each["worker_id"] for each in accounts if each["worker_id"] and not each["is_disabled"]})


@contextmanager
def token_of_run(centre: Centre, role: str, name: str) -> Iterator[str]:
    """An access token for a part of the simulated shift, valid for this run; its name stands in log and audit."""
    from dispatch.accounts import create_token, revoke_token

    area_id = centre.area.area_id
    with centre.database.transaction() as transaction:
        with suppress(NotFound):
            revoke_token(transaction, area_id, name, centre.clock())
        token = create_token(transaction, area_id, role, name, centre.clock())
    try:
        yield token
    finally:
        with suppress(Fault), centre.database.transaction() as transaction:
            revoke_token(transaction, area_id, name, centre.clock())


@contextmanager
def leader_token(centre: Centre) -> Iterator[str]:
    """An access token for the leader of the simulated shift; empty where people lead it."""
    if not (centre.settings.shift and centre.settings.shift_leader):
        yield ""
        return
    with token_of_run(centre, "shift_leader", "simulated leader") as token:
        yield token


def demo(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make the demo town."""
    with open_database(settings) as database:
        seed = settings.shift_seed if arguments.seed is None else arguments.seed
        make_demo(database, seed, replace=arguments.replace)


# the command line


def make_parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    parser = argparse.ArgumentParser(prog="python app.py", description=__doc__)
    entries = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, act: Callable[[Settings, argparse.Namespace], None], group: Any = entries) -> Any:
        described = (act.__doc__ or "").strip()
        command = group.add_parser(name, help=described.splitlines()[0], description=described)
        command.set_defaults(act=act)
        return command

    add("run", run).add_argument("--tied", action="store_true", help="stop when the process that started this ends")
    add("migrate", commands.migrate_only)
    making = add("demo", demo)
    making.add_argument("--seed", type=int, help="same seed, same town (default: GRIDCOMMAND_SEED)")
    making.add_argument("--replace", action="store_true", help="remove an older demo town first, when it has no cases")

    def group(name: str, about: str) -> Any:
        return entries.add_parser(name, help=about, description=about).add_subparsers(required=True, metavar="WHAT")

    commands.add_town_commands(add, group("town", "Towns: list, choose, import, cut into grids."))
    commands.add_user_commands(add, group("user", "Accounts of people: list, add, new password, disable."))
    commands.add_token_commands(add, group("token", "API tokens of programmes: create, list, revoke."))
    return parser


def _stop(*_: object) -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(words: list[str]) -> int:
    """Do one command; 0 done, 2 an expected fault (explained on standard error), 130 stopped before it was done."""
    arguments = make_parser().parse_args(words)
    take_stop_signals(_stop)
    try:
        settings = read_settings()
        with full_disk_told(settings):
            arguments.act(settings, arguments)
    except Fault as fault:
        print(explain(fault), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        tell("stopped")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
