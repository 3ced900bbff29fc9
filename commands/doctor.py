"""``doctor``: looks at everything the centre stands on, and says of each thing whether it is well."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from base.checks import Check, check
from base.clock import utc_now
from base.connections import LONGEST_STATEMENT_S
from base.database import Database, Transaction
from base.errors import Fault
from base.migrations import connected
from base.server import look_at_server
from base.settings import Settings
from base.versions import look_at_versions
from commands.database import database_url, has_database
from commands.options import add_command
from commands.terminal import print_check
from dispatch.access.audit_heads import FILE, AuditHeads, Head
from dispatch.departments import check_departments
from dispatch.people.leaving import check_leavers
from dispatch.soundness import check_chains, check_clocks, check_disks, check_schema
from mapdata.areas import list_areas
from mapdata.datum_vectors import check_datum
from towns.grids.soundness import check_grids

_ROOT = Path(__file__).parents[1]


def doctor(settings: Settings, _: argparse.Namespace) -> int:
    """Look at all the centre stands on, versions to audit chain and schema; exit code 1 when one thing fails."""
    worst = 0
    for one in _checks(settings):
        print_check(one)
        worst = max(worst, int(one.state == "failed"))
    return worst


def _checks(settings: Settings) -> Iterator[Check]:
    yield from look_at_versions(_ROOT)
    yield check_datum()
    yield from check_disks(settings)
    yield _var_rights(settings)
    if not has_database(settings):
        yield check("database", "warning", "none_yet")
        return
    try:
        with database_url(settings) as url:
            yield from _database_checks(url, AuditHeads(settings.var / FILE).read())
    except Fault as fault:
        yield check("database", "failed", "unusable", reason=fault.values.get("reason", fault.key))


def _var_rights(settings: Settings) -> Check:
    """The passwords of a first start are for their owner only."""
    accounts = settings.var / "accounts.txt"
    if settings.var.exists() and not os.access(settings.var, os.W_OK | os.X_OK):
        return check("var_rights", "failed", "unwritable")
    if accounts.exists() and accounts.stat().st_mode & 0o077:
        return check("var_rights", "failed", "accounts_open")
    return check("var_rights", "ok")


def _database_checks(url: str, noted: list[Head]) -> Iterator[Check]:
    with connected(url) as connection:
        seen = look_at_server(connection)
    yield from seen
    if any(one.name == "rights" and one.key == "no_role" for one in seen):
        return
    with closing(Database(url, size=1)) as database:
        with database.transaction(timeout_s=LONGEST_STATEMENT_S) as transaction:
            yield check("database", "ok")
            yield check_schema(transaction)
            areas = [int(str(area["area_id"])) for area in list_areas(transaction)]
            yield from _area_checks(transaction, areas)
        with database.transaction(timeout_s=600) as transaction:  # a chain of years takes its time
            yield from check_chains(transaction, noted)


def _area_checks(transaction: Transaction, areas: list[int]) -> Iterator[Check]:
    for area_id in areas:
        yield check_clocks(transaction, area_id, utc_now)
        yield check_grids(transaction, area_id)
        yield check_departments(transaction, area_id)
        yield check_leavers(transaction, area_id)


def add_doctor_command(group: Any) -> None:
    """Put the command into the list of commands."""
    add_command(group, "doctor", doctor)
