"""``token``: API tokens of programmes."""

from __future__ import annotations

import argparse
from typing import Any

from base.settings import Settings
from commands.database import open_accounts
from commands.options import add_command
from dispatch.access.accounts import create_token, list_tokens, revoke_token
from dispatch.access.grants import ROLES


def token_create(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make an API token and print it, alone, on standard output."""
    worker, department = arguments.worker, arguments.department
    with open_accounts(settings, "token.create", arguments.name) as (transaction, area_id, now):
        place = area_id if worker or department else 0
        print(create_token(transaction, place, arguments.role, arguments.name, now, worker, department))


def token_list(settings: Settings, _: argparse.Namespace) -> None:
    """Print the API tokens by name: role, worker, whether revoked."""
    with open_accounts(settings, "token.list", "") as (transaction, area_id, _now):
        for row in list_tokens(transaction, area_id):
            print(
                row["name"], row["role"], row["worker_id"] or "-", "revoked" if row["revoked_at"] else "valid", sep="\t"
            )


def token_revoke(settings: Settings, arguments: argparse.Namespace) -> None:
    """End every API token of a name."""
    with open_accounts(settings, "token.revoke", arguments.name) as (transaction, area_id, now):
        revoke_token(transaction, area_id, arguments.name, now)


def add_token_commands(group: Any) -> None:
    """Put the commands about API tokens into their group."""
    creating = add_command(group, "create", token_create)
    creating.add_argument("--role", required=True, help=", ".join(ROLES))
    creating.add_argument("--name", default="command line", help="for the log and for revoking it")
    creating.add_argument("--worker", type=int, help="number of the worker it stands for")
    creating.add_argument("--department", help="code of the department it stands for")
    add_command(group, "list", token_list)
    add_command(group, "revoke", token_revoke).add_argument("name")
