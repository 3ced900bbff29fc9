"""The commands besides ``run``: towns, accounts, tokens; and what every command shares with the terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from typing import Any

from dispatch.access import ROLES
from dispatch.texts import LANGUAGES, text
from mapdata.areas import list_areas, read_area, serve_area
from mapdata.clock import utc_now
from mapdata.cluster import Cluster
from mapdata.cluster_home import check_room
from mapdata.database import Database, Transaction
from mapdata.errors import Fault, NotFound, Unavailable
from mapdata.migrations import migrate
from mapdata.settings import Settings

# what the person at the terminal reads


def tell(key: str, **words: object) -> None:
    """One step, on standard error (standard output is for results), Chinese then English; no terminal is no fault."""
    told = dict.fromkeys(text(f"steps.{key}", language, **words) for language in LANGUAGES)
    with suppress(OSError):
        print(" / ".join(told), file=sys.stderr, flush=True)


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
    with ExitStack() as parts:
        url = settings.database_url or parts.enter_context(Cluster(settings.var, tell=tell).running(alone=alone))
        applied = migrate(url)
        if applied:
            tell("migrating", count=len(applied))
        yield url


@contextmanager
def full_disk_told(settings: Settings) -> Iterator[None]:
    """A private database that goes away because its disk is full is told as such, not as one that cannot be reached."""
    try:
        yield
    except Unavailable as fault:
        if fault.key == "database_unreachable" and not settings.database_url:
            check_room(settings.var / "postgres")
        raise


@contextmanager
def open_database(settings: Settings, *, alone: bool = False) -> Iterator[Database]:
    """The migrated database, as the small role."""
    with migrated_url(settings, alone=alone) as url, closing(Database(url)) as database:
        yield database


def migrate_only(settings: Settings, _: argparse.Namespace) -> None:
    """Bring the database to the present schema."""
    with migrated_url(settings):
        tell("migrated")


def town_list(settings: Settings, _: argparse.Namespace) -> None:
    """Print the towns of this database, the served one with a star."""
    with open_database(settings) as database, database.transaction() as transaction:
        for area in list_areas(transaction):
            print("*" if area["is_served"] else " ", area["area_id"], area["name"])


def town_use(settings: Settings, arguments: argparse.Namespace) -> None:
    """Choose the town that is served from the next start on."""
    with open_database(settings) as database, database.transaction() as transaction:
        serve_area(transaction, arguments.area)
        tell("town_chosen", name=read_area(transaction, arguments.area).name)


def town_import_osm(settings: Settings, arguments: argparse.Namespace) -> None:
    """Bring a town from an OpenStreetMap file (.osm, .osm.gz, .osm.bz2, .osm.pbf)."""
    from mapdata.osm.town import import_osm

    with open_database(settings) as database:
        area = import_osm(database, arguments.file, **import_options(arguments))
        tell("town_next", area=area.area_id)


def town_import_place(settings: Settings, arguments: argparse.Namespace) -> None:
    """Bring a town by its name from OpenStreetMap's servers (needs internet)."""
    from mapdata.osm.town import import_place

    with open_database(settings) as database:
        area = import_place(database, arguments.place, **import_options(arguments))
        tell("town_next", area=area.area_id)


def import_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """What both ways of bringing a town take."""
    return {
        "area_id": arguments.area,
        "name": arguments.name,
        "replace": arguments.replace,
        "demo_workers": arguments.workers,
        "progress": tell,
    }


def asked_area(settings: Settings, arguments: argparse.Namespace, database: Database) -> int:
    """The area a command is about: the one named, else the served one."""
    with database.transaction() as transaction:
        return read_area(transaction, arguments.area or settings.area_id).area_id


def town_make_grids(settings: Settings, arguments: argparse.Namespace) -> None:
    """Cut a town into grids along its streets."""
    from mapdata.gridmaking import make_grids

    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        make_grids(database, area_id, cells=arguments.cells, replace=arguments.replace, progress=tell)
        tell("map_changed")


def town_import_grids(settings: Settings, arguments: argparse.Namespace) -> None:
    """Put the grids of a file in force (anything geopandas reads); every fault of the file is listed at once."""
    from mapdata.gridfile import import_grids

    options = {name: getattr(arguments, name) for name in ("code_field", "name_field", "datum", "level", "trust_datum")}
    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        import_grids(database, arguments.file, area_id=area_id, progress=tell, **options)
        tell("map_changed")


@contextmanager
def open_accounts(settings: Settings, action: str, subject: str) -> Iterator[tuple[Transaction, int, datetime]]:
    """A transaction on accounts and tokens: the served area (0 when there is none yet), now; leaves an audit row."""
    from dispatch import audit
    from dispatch.access import Principal

    now = utc_now()
    with open_database(settings) as database, database.transaction() as transaction:
        try:
            area_id = read_area(transaction, settings.area_id).area_id
        except NotFound:
            area_id = 0
        yield transaction, area_id, now
        audit.append(transaction, area_id, now, Principal("command_line", "sysadmin", area_id), action, subject, {})


def user_list(settings: Settings, _: argparse.Namespace) -> None:
    """Print the accounts: name, role, worker, whether disabled."""
    from dispatch.accounts import list_accounts

    with open_accounts(settings, "account.list", "") as (transaction, area_id, _now):
        for row in list_accounts(transaction, area_id):
            print(row["account"], row["role"], row["worker_id"] or "-", "disabled" if row["is_disabled"] else "enabled")


def user_add(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make an account and print its random password, this once."""
    from dispatch.accounts import NewAccount, create_account

    new = NewAccount(arguments.account, arguments.role, arguments.name, arguments.worker, arguments.department)
    with open_accounts(settings, "account.add", arguments.account) as (transaction, area_id, now):
        place = area_id if arguments.worker or arguments.department else 0
        print(create_account(transaction, place, new, now))


def user_password(settings: Settings, arguments: argparse.Namespace) -> None:
    """Give an account a new random password, end its sessions, and print the password, this once."""
    from dispatch.accounts import set_password

    with open_accounts(settings, "account.password", arguments.account) as (transaction, area_id, now):
        print(set_password(transaction, area_id, arguments.account, now))


def user_disable(settings: Settings, arguments: argparse.Namespace) -> None:
    """Let an account in no more; with --undo, let it in again."""
    from dispatch.accounts import set_disabled

    with open_accounts(settings, "account.disable", arguments.account) as (transaction, area_id, _):
        set_disabled(transaction, area_id, arguments.account, is_disabled=not arguments.undo)


def token_create(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make an API token and print it, alone, on standard output."""
    from dispatch.accounts import create_token

    worker, department = arguments.worker, arguments.department
    with open_accounts(settings, "token.create", arguments.name) as (transaction, area_id, now):
        place = area_id if worker or department else 0
        print(create_token(transaction, place, arguments.role, arguments.name, now, worker, department))


def token_list(settings: Settings, _: argparse.Namespace) -> None:
    """Print the API tokens by name: role, worker, whether revoked."""
    from dispatch.accounts import list_tokens

    with open_accounts(settings, "token.list", "") as (transaction, area_id, _now):
        for row in list_tokens(transaction, area_id):
            print(
                row["name"], row["role"], row["worker_id"] or "-", "revoked" if row["revoked_at"] else "valid", sep="\t"
            )


def token_revoke(settings: Settings, arguments: argparse.Namespace) -> None:
    """End every API token of a name."""
    from dispatch.accounts import revoke_token

    with open_accounts(settings, "token.revoke", arguments.name) as (transaction, area_id, now):
        revoke_token(transaction, area_id, arguments.name, now)


# options

Add = Callable[..., argparse.ArgumentParser]


def add_town_commands(add: Add, group: Any) -> None:
    """Put the commands about towns into their group."""
    add("list", town_list, group)
    add("use", town_use, group).add_argument("area", type=int, help="six-digit area, see town list")
    for name, act, given in (("import-osm", town_import_osm, "file"), ("import-place", town_import_place, "place")):
        importing = add(name, act, group)
        importing.add_argument(given, metavar=given.upper())
        importing.add_argument("--area", type=int, default=990001, help="six-digit area it becomes (default 990001)")
        importing.add_argument("--name", help="name of the town (default: from the file or place)")
        importing.add_argument("--replace", action="store_true", help="write the map of an existing area anew")
        importing.add_argument("--workers", type=int, default=40, help="invented workers for a new area (default 40)")
    grids = add("import-grids", town_import_grids, group)
    grids.add_argument("file", metavar="FILE")
    grids.add_argument("--area", type=int, help="six-digit area (default: the served one)")
    grids.add_argument("--code-field", default="code", help="field that holds the code (default code)")
    grids.add_argument("--name-field", default="name", help="field that holds the name (default name)")
    grids.add_argument("--datum", default="wgs84", help="wgs84 (default), cgcs2000, gcj02 or bd09")
    grids.add_argument("--level", default="grid", help="grid (default), or village: grids are then cut inside")
    grids.add_argument("--trust-datum", action="store_true", help="the datum is right although borders look shifted")
    cutting = add("make-grids", town_make_grids, group)
    cutting.add_argument("--area", type=int, help="six-digit area (default: the served one)")
    cutting.add_argument("--cells", type=int, help="how many grids (default: by households)")
    cutting.add_argument("--replace", action="store_true", help="end the present grids and cut anew")


def add_user_commands(add: Add, group: Any) -> None:
    """Put the commands about accounts into their group."""
    add("list", user_list, group)
    adding = add("add", user_add, group)
    adding.add_argument("account", help="small letters, digits, _")
    adding.add_argument("--role", required=True, help=", ".join(ROLES))
    adding.add_argument("--name", default="", help="name shown on screens")
    adding.add_argument("--worker", type=int, help="number of the worker it belongs to")
    adding.add_argument("--department", help="code of the department it belongs to")
    add("password", user_password, group).add_argument("account")
    disabling = add("disable", user_disable, group)
    disabling.add_argument("account")
    disabling.add_argument("--undo", action="store_true", help="let it in again")


def add_token_commands(add: Add, group: Any) -> None:
    """Put the commands about API tokens into their group."""
    creating = add("create", token_create, group)
    creating.add_argument("--role", required=True, help=", ".join(ROLES))
    creating.add_argument("--name", default="command line", help="for the log and for revoking it")
    creating.add_argument("--worker", type=int, help="number of the worker it stands for")
    creating.add_argument("--department", help="code of the department it stands for")
    add("list", token_list, group)
    add("revoke", token_revoke, group).add_argument("name")
