"""The database a command works on, migrated, and closed by the block that opened it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime

from base.checks import Reports
from base.clock import utc_now
from base.cluster.cluster import Cluster
from base.cluster.folders import check_free_space
from base.database import Database, Transaction, app_url
from base.errors import InvalidInput, NotFound, Unavailable
from base.migrations import migrate
from base.settings import Settings
from commands.terminal import print_step
from dispatch.access import audit
from dispatch.access.accounts import COMMAND_LINE
from dispatch.access.scope import EVERY_AREA, Scope
from mapdata.areas import read_area


def has_database(settings: Settings) -> bool:
    """Whether there is a database to look at: a command that only reads must not make one."""
    return settings.database_url is not None or (settings.var / "postgres").exists()


@contextmanager
def database_url(settings: Settings, *, alone: bool = False, reports: Reports | None = None) -> Iterator[str]:
    """Address of the database as it is: DATABASE_URL, or the private cluster, started when it is not running."""
    with ExitStack() as parts:
        cluster = Cluster(settings.var, progress=print_step)
        yield settings.database_url or parts.enter_context(cluster.running(alone=alone, reports=reports))


@contextmanager
def migrated_url(settings: Settings, *, alone: bool = False, reports: Reports | None = None) -> Iterator[str]:
    """Address of the migrated database."""
    with database_url(settings, alone=alone, reports=reports) as url:
        applied = migrate(url)
        if applied:
            print_step("migrating", count=len(applied))
        yield url


@contextmanager
def full_disk_explained(settings: Settings) -> Iterator[None]:
    """A private database that goes away because its disk is full is told as such, not as one that cannot be reached."""
    try:
        yield
    except Unavailable as fault:
        if fault.key == "database_unreachable" and not settings.database_url:
            check_free_space(settings.var / "postgres")
        raise


@contextmanager
def open_database(settings: Settings, *, alone: bool = False, reports: Reports | None = None) -> Iterator[Database]:
    """The migrated database, as the small role; with ``reports`` a private one is looked after."""
    with (
        migrated_url(settings, alone=alone, reports=reports) as url,
        closing(Database(url if settings.database_url else app_url(url))) as database,
    ):
        yield database


def one_area(settings: Settings, asked: int | None) -> int | None:
    """The one area a command is about: the one asked for, else the one named in the settings; None: the chosen one.

    Raises
    ------
    InvalidInput
        when the settings name several and none was asked for.
    """
    if asked is None and len(settings.area_ids) > 1:
        raise InvalidInput("one_area_needed", field="--area", allowed=settings.area_ids)
    return asked if asked is not None else next(iter(settings.area_ids), None)


def _area_of_accounts(transaction: Transaction, named: int | None, *, must_be_there: bool) -> int:
    try:
        return read_area(transaction, named).area_id
    except NotFound:
        if must_be_there:
            raise
        return EVERY_AREA


@contextmanager
def open_accounts(
    settings: Settings, arguments: argparse.Namespace, action: str, subject: str
) -> Iterator[tuple[Transaction, int, datetime]]:
    """A transaction on accounts and tokens: the area, now; leaves an audit row.

    The area is the one of ``arguments.area``, else the served one; 0 when there is none yet, or when it was asked for.
    """
    now, named = utc_now(), one_area(settings, arguments.area)
    with open_database(settings) as database, database.transaction() as transaction:
        area_id = arguments.area
        if area_id != EVERY_AREA:
            area_id = _area_of_accounts(transaction, named, must_be_there=area_id is not None)
        yield transaction, area_id, now
        audit.append(transaction, area_id, now, Scope(COMMAND_LINE, "sysadmin", area_id), action, subject, {})
