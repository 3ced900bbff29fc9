"""``token``: API tokens of programmes."""

from __future__ import annotations

import argparse
from typing import Any

from base.settings import Settings
from commands.database import open_accounts
from commands.options import add_area_option, add_command
from commands.terminal import print_step
from dispatch.access.accounts import create_token, list_tokens, revoke_token, unused_token_name
from dispatch.access.roles import ROLES
from dispatch.access.scope import EVERY_AREA


def token_create(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make an API token and print it, alone, on standard output; its name, when none was given, on standard error."""
    whose = (arguments.worker, arguments.department, arguments.village)
    name = unused_token_name(arguments.role) if arguments.name is None else arguments.name
    with open_accounts(settings, arguments, "token.create", name) as (transaction, area_id, now):
        place = area_id if any(whose) or arguments.area is not None else EVERY_AREA
        token = create_token(transaction, place, arguments.role, name, now, *whose)
    if arguments.name is None:
        print_step("token_named", name=name)
    print(token)


def token_list(settings: Settings, arguments: argparse.Namespace) -> None:
    """Print the API tokens by name: role, worker, whether revoked."""
    with open_accounts(settings, arguments, "token.list", "") as (transaction, area_id, _now):
        for row in list_tokens(transaction, area_id):
            print(
                row["name"], row["role"], row["worker_id"] or "-", "revoked" if row["revoked_at"] else "valid", sep="\t"
            )


def token_revoke(settings: Settings, arguments: argparse.Namespace) -> None:
    """End the API token of a name."""
    with open_accounts(settings, arguments, "token.revoke", arguments.name) as (transaction, area_id, now):
        revoke_token(transaction, area_id, arguments.name, now)


def add_token_commands(group: Any) -> None:
    """Put the commands about API tokens into their group."""
    creating = add_command(group, "create", token_create)
    add_area_option(creating)
    creating.add_argument("--role", required=True, help=", ".join(ROLES))
    creating.add_argument("--name", help="who it is in log and audit; never used before; made up when left out")
    creating.add_argument("--worker", type=int, help="number of the worker it stands for")
    creating.add_argument("--department", help="code of the department it stands for")
    creating.add_argument("--village", help="code of the village it stands for")
    add_area_option(add_command(group, "list", token_list))
    revoking = add_command(group, "revoke", token_revoke)
    add_area_option(revoking)
    revoking.add_argument("name")
