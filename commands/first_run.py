"""What a first start makes: accounts with random passwords; and the tokens a run gives its own helpers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from base.errors import Fault
from commands.terminal import print_step
from dispatch.access.accounts import end_token, list_accounts, renew_token
from dispatch.access.first_accounts import first_run_accounts
from dispatch.access.scope import EVERY_AREA
from dispatch.centre import Centre
from dispatch.departments import check_departments


def ensure_accounts(centre: Centre, *, is_alone: bool) -> None:
    """Make the first accounts that are not there; show their passwords this once, keep them in var/accounts.txt.

    Those of a town that ``is_alone`` serve whatever town is served later; of several, each gets accounts of its own.
    """
    path = centre.settings.var / "accounts.txt"
    with centre.database.transaction() as transaction:
        area_id = centre.area.area_id
        made = first_run_accounts(
            transaction,
            area_id,
            centre.clock(),
            of_area=EVERY_AREA if is_alone else area_id,
            every_department=centre.area.is_demo,
        )
        lines = [f"{account:<16} {password}" for account, password in made.items()]
        if lines:
            centre.settings.var.mkdir(parents=True, exist_ok=True)
            opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(opened, "w", encoding="utf-8") as file:
                file.write(f"# {centre.area.name} {centre.area.area_id}\n" + "\n".join(lines) + "\n")
    if lines:
        print_step("accounts_title", path=path, area=centre.area.name)
        print("\n".join(f"    {line}" for line in lines), flush=True)


def tell_types_without_anybody(centre: Centre) -> None:
    """Tell, at the start, which types of case would reach nobody."""
    with centre.database.transaction() as transaction:
        found = check_departments(transaction, centre.area.area_id)
    if found.state != "ok":
        told = {name: value for name, value in found.values.items() if name != "area_id"}
        print_step("types_without_anybody", area=centre.area.name, **told)


def ensure_demo_roster(centre: Centre) -> None:
    """Give an invented town a roster for this week and the next, when it has none."""
    from towns.invented_roster import fill_roster

    if centre.area.is_demo:
        with centre.database.transaction(timeout_s=60) as transaction:
            fill_roster(transaction, centre.area.area_id, centre.clock())


def workers_of_people(centre: Centre) -> list[int]:
    """Workers with an account of their own: a person is that worker, the simulated shift leaves them alone."""
    with centre.database.transaction() as transaction:
        accounts = list_accounts(transaction, centre.area.area_id)
    return sorted({each["worker_id"] for each in accounts if each["worker_id"] and not each["is_disabled"]})


@contextmanager
def token_of_run(centre: Centre, role: str, name: str) -> Iterator[str]:
    """An access token for a part of the simulated shift, valid for this run; under its name it is one for every run."""
    area_id = centre.area.area_id
    with centre.database.transaction() as transaction:
        token = renew_token(transaction, area_id, role, name, centre.clock())
    try:
        yield token
    finally:
        with suppress(Fault), centre.database.transaction() as transaction:
            end_token(transaction, area_id, token, centre.clock())


@contextmanager
def leader_tokens(centre: Centre) -> Iterator[tuple[str, str]]:
    """Access tokens for who leads and who verifies in the simulated shift; empty where people do."""
    if not (centre.settings.shift and centre.settings.shift_leader):
        yield "", ""
        return
    with (
        token_of_run(centre, "shift_leader", "simulated leader") as leader,
        token_of_run(centre, "verifier", "simulated verifier") as verifier,
    ):
        yield leader, verifier
