"""A town's own lists: its items of law, and the enforcement cards of its people; each comes in whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from base.bulk import copy_rows
from base.database import Transaction
from dispatch.competence.items import CARD_NEEDS, MOST_HOLDERS, Item
from dispatch.competence.reads import SQL, town_day
from dispatch.competence.sheet import Row, read_each, read_rows

ITEM_COLUMNS = {
    "code": "事项编码", "name": "事项名称", "law": "法律依据", "type_prefix": "事件类型", "departments": "执法部门",
    "card": "持证", "holders": "持证人数",
}  # fmt: skip
CARD_COLUMNS = {"worker": "人员", "number": "证号", "issuer": "发证机关", "from": "有效期起", "to": "有效期止"}
_CODE = re.compile(r"[0-9A-Za-z-]{1,40}", re.ASCII)


@dataclass(frozen=True)
class NewCard:
    """A card as a list gives it: whose, its number, who issued it, its first and last day."""

    worker_id: int
    number: str
    issuer: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class Known:
    """What a list may name: departments by code, workers by number."""

    departments: tuple[str, ...]
    workers: frozenset[int]


def known_to(transaction: Transaction, area_id: int) -> Known:
    """The departments and the active workers of a town."""
    row = transaction.execute(SQL["known_to_town"], {"area_id": area_id}).fetchone()
    assert row is not None
    return Known(tuple(row["departments"]), frozenset(row["workers"]))


def read_items(file: Path, departments: Sequence[str], types: Collection[str]) -> list[Item]:
    """The items of a file with the columns of ``ITEM_COLUMNS``; several departments are parted by ``|``.

    Parameters
    ----------
    file
        CSV, UTF-8 or GBK.
    departments, types
        the codes of the town's departments, and of every class and type of event.

    Raises
    ------
    InvalidInput
        when it cannot be read or lacks a column; ``Faults`` naming every row that cannot be taken.
    """
    rows = read_rows(file, ITEM_COLUMNS)
    return read_each(file, rows, "code", lambda row: _item(row, departments, types))


def _item(row: Row, departments: Sequence[str], types: Collection[str]) -> Item:
    if not _CODE.fullmatch(row["code"]):
        raise row.fault("item_code_invalid", "code")
    if row["type_prefix"] not in types:
        raise row.fault("item_type_unknown", "type_prefix")
    named = tuple(dict.fromkeys(code.strip() for code in row.word("departments").split("|") if code.strip()))
    if not named or not set(named) <= set(departments):
        raise row.fault("item_department_unknown", "departments", allowed=list(departments))
    card = next((one for one in CARD_NEEDS if one == row["card"]), None)
    if card is None:
        raise row.fault("item_card_unknown", "card", allowed=list(CARD_NEEDS))
    least, most = (0, 0) if card == "none" else (1, MOST_HOLDERS)
    if row["holders"] not in [str(number) for number in range(least, most + 1)]:
        raise row.fault("item_holders", "holders", low=least, high=most)
    return Item(
        row["code"], row.word("name"), row.word("law"), row["type_prefix"], named, card, int(row["holders"])
    )  # fmt: skip


def load_items(transaction: Transaction, area_id: int, items: Sequence[Item]) -> None:
    """Keep the items for a town, in place of those it had. They hold for every case from now on."""
    transaction.execute(SQL["forget_items"], {"area_id": area_id})
    columns = ("area_id", "code", "name", "law", "type_prefix", "departments", "card", "holders")
    rows = ((area_id, *{**asdict(item), "departments": list(item.departments)}.values()) for item in items)
    copy_rows(transaction, "competence_item", columns, rows)


def read_cards(file: Path, workers: Collection[int]) -> list[NewCard]:
    """The cards of a file with the columns of ``CARD_COLUMNS``; days as 2027-10-01.

    Raises
    ------
    InvalidInput
        when it cannot be read or lacks a column; ``Faults`` naming every row that cannot be taken.
    """
    numbers: dict[str, int] = {}

    def card(row: Row) -> NewCard:
        if row["worker"] not in {str(worker) for worker in workers}:
            raise row.fault("card_worker_unknown", "worker")
        first = numbers.setdefault(row.word("number"), row.line)
        if first != row.line:
            raise row.fault("competence_twice", "number", first=first)
        since, until = _day(row, "from"), _day(row, "to")
        if until < since:
            raise row.fault("card_days", "to", since=row["from"])
        return NewCard(int(row["worker"]), row["number"], row.word("issuer"), since, until)

    return read_each(file, read_rows(file, CARD_COLUMNS), "worker", card)


def _day(row: Row, column: str) -> date:
    try:
        found = date.fromisoformat(row[column])
    except ValueError:
        raise row.fault("card_not_a_date", column) from None
    if not 1990 <= found.year <= 2200:
        raise row.fault("card_not_a_date", column)
    return found


def load_cards(transaction: Transaction, area_id: int, cards: Sequence[NewCard]) -> None:
    """Keep the cards of a town's people, in place of all it knew: who is not in the list has none."""
    transaction.execute(SQL["forget_cards"], {"area_id": area_id})
    for card in cards:
        transaction.execute(SQL["give_card"], {"area_id": area_id} | asdict(card))


def count_cards(transaction: Transaction, area_id: int, at: datetime) -> tuple[int, int]:
    """How many cards a town knows, and how many of them hold on this day."""
    row = transaction.execute(SQL["counted_cards"], {"area_id": area_id, "on": town_day(at)}).fetchone()
    assert row is not None
    return int(row["cards"]), int(row["valid"])
