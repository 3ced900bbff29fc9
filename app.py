"""Gridcommand from the command line: settings, wiring, one function for each command."""

from __future__ import annotations

import argparse
import errno
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from dispatch.texts import LANGUAGES, text
from mapdata.cluster import Cluster
from mapdata.errors import Fault, Unavailable
from mapdata.lifeline import end_with_parent
from mapdata.settings import Settings, read_settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from dispatch.centre import Centre
    from mapdata.database import Database

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


# what the person at the terminal reads


def tell(key: str, **words: object) -> None:
    """One step, on standard error (standard output is for results), Chinese then English."""
    print(" / ".join(text(f"steps.{key}", language, **words) for language in LANGUAGES), file=sys.stderr, flush=True)


def explain(fault: Fault) -> str:
    """What is wrong and how to mend it, Chinese then English; every fault of a list on its own line."""
    lines = []
    for language in LANGUAGES:
        lines.append(text(f"faults.{fault.key}", language, field=fault.field, **fault.words))
        inner = getattr(fault, "faults", [])
        lines += ["  - " + text(f"faults.{one.key}", language, field=one.field, **one.words) for one in inner]
    return "\n".join(lines)


# the parts, each closed by the block that opened it


@contextmanager
def migrated_url(settings: Settings, *, alone: bool = False) -> Iterator[str]:
    """Address of the migrated database: DATABASE_URL, or the private cluster, started when it is not running."""
    from mapdata.migrations import migrate

    with ExitStack() as parts:
        url = settings.database_url or parts.enter_context(Cluster(settings.var, tell=tell).running(alone=alone))
        applied = migrate(url)
        if applied:
            tell("migrating", count=len(applied))
        yield url


@contextmanager
def open_database(settings: Settings, *, alone: bool = False) -> Iterator[Database]:
    """The migrated database, as the small role."""
    from mapdata.database import Database

    with migrated_url(settings, alone=alone) as url, closing(Database(url)) as database:
        yield database


def take_port(settings: Settings) -> socket.socket:
    """Take the port before anything is started.

    Raises
    ------
    Unavailable
        when another programme has it, or the address is not one of this machine.
    """
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        listener = socket.socket(found[0][0], socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(found[0][4])
        listener.listen(0)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            other = settings.port + 1 if settings.port < 65535 else 8050
            raise Unavailable("port_in_use", field="GRIDCOMMAND_PORT", port=settings.port, other=other) from fault
        reason = fault.strerror or str(fault)
        raise Unavailable("address_unusable", host=settings.host, port=settings.port, reason=reason) from fault
    return listener


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

    server = FastAPI(title="Gridcommand", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    api.routes.register(server, centre)
    return server


# commands


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Start everything, serve until asked to stop, stop everything in order: shift, server, database."""
    from api.service import Service, Shift

    if arguments.tied:
        end_with_parent(signal.SIGTERM)
    with take_port(settings) as listener:
        with open_database(settings, alone=True) as database:
            ensure_town(settings, database)
            centre = make_centre(settings, database)
            shift = Shift(settings, "", tell)
            Service(build_server(centre), settings, tell, shift).run([listener])
            tell("stopping")
        tell("stopped")


def ensure_town(settings: Settings, database: Database) -> None:
    """Make the demo town when there is no town at all."""
    from mapdata.areas import list_areas

    with database.transaction() as transaction:
        areas = list_areas(transaction)
    if not areas:
        make_demo(database, settings.shift_seed)


def make_demo(database: Database, seed: int) -> None:
    """Make the demo town, saying how far it is."""
    from mapdata.demo.town import make_demo_town

    tell("demo_making", seed=seed)
    began = time.monotonic()
    make_demo_town(database, seed, progress=tell)
    tell("demo_made", seconds=round(time.monotonic() - began))


def migrate_command(settings: Settings, _: argparse.Namespace) -> None:
    """Bring the database to the present schema."""
    with migrated_url(settings):
        tell("migrated")


def demo(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make the demo town."""
    with open_database(settings) as database:
        make_demo(database, settings.shift_seed if arguments.seed is None else arguments.seed)


def town_list(settings: Settings, _: argparse.Namespace) -> None:
    """Print the towns, the served one marked with a star."""
    from mapdata.areas import list_areas

    with open_database(settings) as database, database.transaction() as transaction:
        for area in list_areas(transaction):
            print("*" if area["is_served"] else " ", area["area_id"], area["name"])


def town_use(settings: Settings, arguments: argparse.Namespace) -> None:
    """Choose the town that is served."""
    from mapdata.areas import serve_area

    with open_database(settings) as database, database.transaction() as transaction:
        serve_area(transaction, arguments.area)


# the command line


def make_parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    parser = argparse.ArgumentParser(prog="python app.py", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser("run", help=run.__doc__)
    add.add_argument("--tied", action="store_true", help="stop when the process that started this one ends")
    add.set_defaults(act=run)
    add = commands.add_parser("migrate", help=migrate_command.__doc__)
    add.set_defaults(act=migrate_command)
    add = commands.add_parser("demo", help=demo.__doc__)
    add.add_argument("--seed", type=int, help="same seed, same town (default: GRIDCOMMAND_SEED)")
    add.set_defaults(act=demo)
    return parser


def _stop(number: int, _: object) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(words: list[str]) -> int:
    """Do one command; 0 done, 2 an expected fault (explained on standard error), 130 stopped before it was done."""
    arguments = make_parser().parse_args(words)
    for number in STOP_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    try:
        arguments.act(read_settings(), arguments)
    except Fault as fault:
        print(explain(fault), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        tell("stopped")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
