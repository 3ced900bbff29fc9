"""``user``: accounts of people."""

from __future__ import annotations

import argparse
from typing import Any

from base.settings import Settings
from commands.database import open_accounts
from commands.options import add_area_option, add_command
from dispatch.access.accounts import NewAccount, create_account, list_accounts, set_disabled, set_password
from dispatch.access.roles import ROLES
from dispatch.access.scope import EVERY_AREA


def user_list(settings: Settings, arguments: argparse.Namespace) -> None:
    """Print the accounts: name, role, worker, whether disabled."""
    with open_accounts(settings, arguments, "account.list", "") as (transaction, area_id, _now):
        for row in list_accounts(transaction, area_id):
            print(row["account"], row["role"], row["worker_id"] or "-", "disabled" if row["is_disabled"] else "enabled")


def user_add(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make an account and print its random password, this once."""
    given = (arguments.name, arguments.worker, arguments.department, arguments.village)
    new = NewAccount(arguments.account, arguments.role, *given)
    with open_accounts(settings, arguments, "account.add", arguments.account) as (transaction, area_id, now):
        bound = arguments.worker or arguments.department or arguments.village or arguments.area is not None
        place = area_id if bound else EVERY_AREA
        print(create_account(transaction, place, new, now))


def user_password(settings: Settings, arguments: argparse.Namespace) -> None:
    """Give an account a new random password, end its sessions, and print the password, this once."""
    with open_accounts(settings, arguments, "account.password", arguments.account) as (transaction, area_id, now):
        print(set_password(transaction, area_id, arguments.account, now))


def user_disable(settings: Settings, arguments: argparse.Namespace) -> None:
    """Let an account in no more; with --undo, let it in again."""
    with open_accounts(settings, arguments, "account.disable", arguments.account) as (transaction, area_id, _):
        set_disabled(transaction, area_id, arguments.account, is_disabled=not arguments.undo)


def add_user_commands(group: Any) -> None:
    """Put the commands about accounts into their group."""
    add_area_option(add_command(group, "list", user_list))
    adding = add_command(group, "add", user_add)
    add_area_option(adding)
    adding.add_argument("account", help="small letters, digits, _")
    adding.add_argument("--role", required=True, help=", ".join(ROLES))
    adding.add_argument("--name", default="", help="name shown on screens")
    adding.add_argument("--worker", type=int, help="number of the worker it belongs to")
    adding.add_argument("--department", help="code of the department it belongs to")
    adding.add_argument("--village", help="code of the village it belongs to")
    renewing = add_command(group, "password", user_password)
    add_area_option(renewing)
    renewing.add_argument("account")
    disabling = add_command(group, "disable", user_disable)
    add_area_option(disabling)
    disabling.add_argument("account")
    disabling.add_argument("--undo", action="store_true", help="let it in again")
