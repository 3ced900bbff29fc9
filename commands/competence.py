"""``competence``: who may handle which item of law, and whose enforcement card holds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from base.clock import utc_now
from base.settings import Settings
from commands.database import open_database
from commands.options import add_command
from commands.terminal import print_step
from commands.town import asked_area
from dispatch.cases.routing import event_types
from dispatch.competence.lists import (
    CARD_COLUMNS,
    ITEM_COLUMNS,
    count_cards,
    known_to,
    load_cards,
    load_items,
    read_cards,
    read_items,
)
from dispatch.competence.reads import list_items


def competence_show(settings: Settings, arguments: argparse.Namespace) -> None:
    """Print the items of law a town has loaded, and how many enforcement cards hold today."""
    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        with database.transaction() as transaction:
            items = list_items(transaction, area_id)
            cards, valid = count_cards(transaction, area_id, utc_now())
    for item in items:
        print(
            item.type_prefix, item.code, item.card, item.holders, "|".join(item.departments), item.name, item.law
        )  # fmt: skip
    if not items:
        print_step("competence_none")
    print_step("competence_shown", count=len(items), cards=cards, valid=valid)


def competence_load(settings: Settings, arguments: argparse.Namespace) -> None:
    """Take a town's items of law in from a CSV file, in place of those it had."""
    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        with database.transaction() as transaction:
            items = read_items(arguments.file, known_to(transaction, area_id).departments, event_types())
            if not arguments.dry_run:
                load_items(transaction, area_id, items)
    step = "competence_checked" if arguments.dry_run else "competence_loaded"
    print_step(step, count=len(items), types=len({item.type_prefix for item in items}))


def competence_cards(settings: Settings, arguments: argparse.Namespace) -> None:
    """Take the enforcement cards of a town's people in from a CSV file, in place of those it knew."""
    with open_database(settings) as database:
        area_id = asked_area(settings, arguments, database)
        with database.transaction() as transaction:
            cards = read_cards(arguments.file, known_to(transaction, area_id).workers)
            if not arguments.dry_run:
                load_cards(transaction, area_id, cards)
    print_step("cards_checked" if arguments.dry_run else "cards_loaded", count=len(cards))


def add_competence_commands(group: Any) -> None:
    """Put the commands about legal competence into their group."""
    showing = add_command(group, "show", competence_show)
    loading = add_command(group, "load", competence_load)
    cards = add_command(group, "cards", competence_cards)
    for command, columns in ((loading, ITEM_COLUMNS), (cards, CARD_COLUMNS)):
        command.add_argument("file", type=Path, help="CSV (UTF-8, GBK): " + ",".join(columns))
        command.add_argument("--dry-run", action="store_true", help="check the file and write nothing")
    for command in (showing, loading, cards):
        command.add_argument("--area", type=int, help="six-digit area (default: the served one)")
