"""What a town's list says of a type of event, and the cards of its people on a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from base.clock import TOWN_ZONE
from base.database import Transaction
from base.statements import load_statements
from dispatch.competence.items import Card, Competence, Item

SQL = load_statements(Path(__file__).parent / "sql" / "competence.sql")


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with or without a card, by name and department."""

    worker_id: int
    name: str
    department_code: str | None
    card: Card | None


def competence_of(transaction: Transaction, area_id: int, type_code: str) -> Competence:
    """The items of a type, those of its whole class among them."""
    parameters = {"area_id": area_id, "prefixes": [type_code, type_code[:2]]}
    return Competence(tuple(map(_item, transaction.execute(SQL["items_of_type"], parameters))))


def list_items(transaction: Transaction, area_id: int) -> list[Item]:
    """Every item a town has loaded, by type."""
    return list(map(_item, transaction.execute(SQL["items_of_town"], {"area_id": area_id})))


def _item(row: Mapping[str, Any]) -> Item:
    return Item(**{**row, "departments": tuple(row["departments"])})


def town_day(at: datetime) -> date:
    """The day of a moment in the town: a card holds from day to day there."""
    return at.astimezone(TOWN_ZONE).date()


def card_of(valid_from: date | None, valid_to: date | None, at: datetime) -> Card | None:
    """The card that holds on these days, as it is at a moment; None without one."""
    return None if valid_from is None or valid_to is None else Card(valid_from, valid_to, town_day(at))


def read_holders(transaction: Transaction, area_id: int, worker_ids: Collection[int], at: datetime) -> list[Holder]:
    """These workers with their cards. Read the case they work on before: this does not ask who asks."""
    rows = transaction.execute(SQL["cards_of_workers"], {"area_id": area_id, "worker_ids": list(worker_ids)})
    return [
        Holder(row["worker_id"], row["name"], row["department_code"], card_of(row["card_from"], row["card_to"], at))
        for row in rows
    ]
