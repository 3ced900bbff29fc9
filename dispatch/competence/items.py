"""Who may do what by law: items of law (事项), enforcement cards (执法证), and what somebody lacks. No database.

Source: docs/domain.md, "Legal competence".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from base.values import Code, Value

CardNeed = Literal["none", "act", "lead"]
"""Who needs a card: nobody; who inspects or fines (查处); also who leads a case of such a type."""
CARD_NEEDS: tuple[CardNeed, ...] = get_args(CardNeed)
MOST_HOLDERS = 2
"""Card holders an item asks for at most. Source: docs/domain.md, "Legal competence"."""
CardState = Literal["valid", "expired", "not_yet"]
LackCode = Literal["no_card", "card_expired", "card_not_yet", "no_competence"]
LACK_CODES: tuple[LackCode, ...] = get_args(LackCode)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of law: the type of event (or class) it belongs to, who may handle it, and how many card holders act."""

    code: str
    name: str
    law: str
    type_prefix: str
    departments: tuple[str, ...]
    card: CardNeed
    holders: int


@dataclass(frozen=True, slots=True)
class Card:
    """An enforcement card, as it is on the day that is asked about."""

    valid_from: date
    valid_to: date
    on: date

    @property
    def state(self) -> CardState:
        """Both its first and its last day count."""
        if self.on > self.valid_to:
            return "expired"
        return "not_yet" if self.on < self.valid_from else "valid"


@dataclass(frozen=True, slots=True)
class Lack:
    """What somebody lacks: a code, and the day that is told with it."""

    code: LackCode
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def told(self) -> Code:
        """What is told of it."""
        return Code("competence.lack", self.code, self.values)


@dataclass(frozen=True, slots=True)
class Competence:
    """What the law asks of a case of one type: its items, by code; none where the town's list says nothing."""

    items: tuple[Item, ...] = ()

    @property
    def departments(self) -> frozenset[str]:
        """Who may handle one of the items at least."""
        return frozenset(code for item in self.items for code in item.departments)

    @property
    def needs_card(self) -> bool:
        """Whether who leads needs a card."""
        return any(item.card == "lead" for item in self.items)

    @property
    def led_by(self) -> tuple[str, ...]:
        """Departments whose card holders may lead, where who leads needs a card."""
        return tuple(sorted({code for item in self.items if item.card == "lead" for code in item.departments}))

    @property
    def holders(self) -> int:
        """How many card holders go at least, where who leads needs a card."""
        return max((item.holders for item in self.items if item.card == "lead"), default=0)

    def item(self, code: str) -> Item | None:
        """The item of this code; None: it is none of this type's."""
        return next((item for item in self.items if item.code == code), None)


NO_ITEMS = Competence()
"""Of a type the town's list says nothing about."""


def card_lack(card: Card | None) -> Lack | None:
    """What is wrong with somebody's card; None when it holds."""
    if card is None:
        return Lack("no_card")
    if card.state == "expired":
        return Lack("card_expired", {"until": str(card.valid_to)})
    return Lack("card_not_yet", {"since": str(card.valid_from)}) if card.state == "not_yet" else None


def lead_lack(competence: Competence, card: Card | None, department_code: str | None) -> Lack | None:
    """Why a worker may not lead a case of this type; None when he may. He may help in any case."""
    if not competence.needs_card:
        return None
    return card_lack(card) or (None if department_code in competence.led_by else Lack("no_competence"))


def department_lack(competence: Competence, department_code: str | None) -> Lack | None:
    """Why a department may not lead: it may handle none of the items there are; None when it may handle one."""
    is_free = not competence.items or department_code in competence.departments
    return None if is_free else Lack("no_competence")


def act_lack(item: Item, card: Card | None, department_code: str | None) -> Lack | None:
    """Why somebody may not inspect or fine by this item; None when he may."""
    lack = None if item.card == "none" else card_lack(card)
    return lack or (None if department_code in item.departments else Lack("no_competence"))
