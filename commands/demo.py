"""``demo``: make the demo town."""

from __future__ import annotations

import argparse
import time
from typing import Any

from base.database import Database
from base.settings import Settings
from base.values import Seconds
from commands.database import open_database
from commands.options import add_command
from commands.terminal import print_step
from mapdata.areas import list_areas


def demo(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make the demo town."""
    with open_database(settings) as database:
        seed = settings.shift_seed if arguments.seed is None else arguments.seed
        make_demo(database, seed, replace=arguments.replace)


def ensure_town(settings: Settings, database: Database) -> None:
    """Make the demo town when there is no town at all."""
    with database.transaction() as transaction:
        areas = list_areas(transaction)
    if not areas:
        make_demo(database, settings.shift_seed, replace=False)


def make_demo(database: Database, seed: int, *, replace: bool) -> None:
    """Make the demo town, saying how far it is."""
    from towns.demo.town import make_demo_town

    shown = -1

    def progress(_: str, part: float) -> None:
        nonlocal shown
        if (tenth := int(part * 10)) > shown:
            shown = tenth
            print_step("demo_part", percent=tenth * 10)

    print_step("demo_making", seed=seed)
    began = time.monotonic()
    make_demo_town(database, seed=seed, progress=progress, replace=replace)
    print_step("demo_made", span=Seconds(time.monotonic() - began))


def add_demo_command(group: Any) -> None:
    """Put the command into a group."""
    making = add_command(group, "demo", demo)
    making.add_argument("--seed", type=int, help="same seed, same town (default: GRIDCOMMAND_SEED)")
    making.add_argument("--replace", action="store_true", help="remove an older demo town first, when it has no cases")
