"""Who a notice is for: the people of a case, and those who hold a post; how each is reached."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from base.database import Transaction
from base.statements import load_statements
from base.values import Value

SQL = load_statements(Path(__file__).parent / "sql" / "recipients.sql")

RecipientKind = Literal["account", "worker", "department", "phone", "robot"]
CENTRE_ROBOT = "centre"
"""The one robot of a centre: its group is where the shift reads along."""
_MOBILE = re.compile(r"(?:\+?86)?(1\d{10})")


@dataclass(frozen=True)
class Recipient:
    """Somebody who is told: ``id`` is an account, a worker's number, a department's code, a phone, a robot's name."""

    kind: RecipientKind
    id: str


@dataclass(frozen=True)
class Addressed:
    """A recipient with what is told apart for him: his task, if it is about one."""

    recipient: Recipient
    task_id: UUID | None = None


@dataclass(frozen=True)
class About:
    """What a notice is about, and who has a part in it.

    Parameters
    ----------
    case_no, urgency
        the case and its priority.
    told
        what fills the text.
    people
        who has a part, by the part's name in ``notices.csv``: ``reporter``, ``handlers``, ``sent``, ``called``,
        ``freed``, ``department``.
    occasion_at
        what makes it another one of the same code: the due time of a clock, the moment of a verb.
    """

    case_no: str | None
    urgency: str
    told: Mapping[str, Value] = field(default_factory=dict)
    people: Mapping[str, tuple[Addressed, ...]] = field(default_factory=dict)
    occasion_at: datetime | None = None


def phone_recipient(phone: str) -> tuple[Addressed, ...]:
    """Somebody who is known by a mobile's number alone; nobody where the text is none."""
    number = mobile_of(phone)
    return (Addressed(Recipient("phone", number)),) if number else ()


def mobile_of(phone: str) -> str:
    """The eleven digits of a mobile of this country; empty where the text is none."""
    found = _MOBILE.fullmatch(re.sub(r"[\s()-]", "", phone))
    return found[1] if found else ""


def recipients(transaction: Transaction, area_id: int, to: str, about: About) -> tuple[Addressed, ...]:
    """Whom a line of ``notices.csv`` means by ``to``."""
    if to == "centre_robot":
        return (Addressed(Recipient("robot", CENTRE_ROBOT)),)
    if to == "shift_leader":
        return tuple(Addressed(one) for one in shift_leaders(transaction, area_id))
    if to == "responsible_leader":
        return tuple(Addressed(one) for one in leaders_in_line(transaction, area_id)[0])
    return about.people.get(to, ())


def leaders_in_line(transaction: Transaction, area_id: int) -> list[list[Recipient]]:
    """The responsible leaders of a town by their place in line, the first told first; each place may have several.

    Where nobody is named, the shift leaders stand in.
    """
    rows = transaction.execute(SQL["holders_of_responsible_leader"], {"area_id": area_id})
    places: dict[int, list[Recipient]] = {}
    for row in rows:
        places.setdefault(row["place_in_line"], []).append(Recipient(row["kind"], row["id"]))
    return list(places.values()) or [shift_leaders(transaction, area_id)]


def shift_leaders(transaction: Transaction, area_id: int) -> list[Recipient]:
    """The shift leaders who may serve the town."""
    rows = transaction.execute(SQL["holders_of_shift_leader"], {"area_id": area_id})
    return [Recipient(row["kind"], row["id"]) for row in rows]


@dataclass(frozen=True)
class Address:
    """How somebody is reached, and which language he reads; what is not known is empty."""

    phone: str
    email: str
    language: str
    name: str


def address_of(transaction: Transaction, area_id: int, recipient: Recipient) -> Address:
    """How a recipient is reached now: by his entry among the contacts, else as worker or department."""
    own = recipient.id if recipient.kind == "phone" else ""
    parameters = {"area_id": area_id, "kind": recipient.kind, "id": recipient.id}
    row = transaction.execute(SQL["address_of"], parameters).fetchone()
    assert row is not None
    return Address(own or mobile_of(row["phone"]), row["email"], row["language"], row["name"])


def languages_of(transaction: Transaction, area_id: int, found: Iterable[Recipient]) -> dict[Recipient, str]:
    """Which language each reads."""
    return {one: address_of(transaction, area_id, one).language for one in found}
