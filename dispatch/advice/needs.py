"""What a case of a type needs: how many people, which skills among them, which units.

``needs.csv`` holds them, a row for a prefix of types: ``|`` stands between what any one of will do, ``;`` between what
is all needed, ``*2`` after skills that two people must have.

Source: docs/domain.md, "Needs of a type".
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from dispatch.competence.items import Competence


class Able(Protocol):
    """What is known of somebody when a need is to be met: skills, department, and whether he holds a card."""

    @property
    def skills(self) -> Collection[str]:
        """Codes, as in ``type_skills.csv``."""

    @property
    def department_code(self) -> str | None:
        """None for who belongs to no department."""

    @property
    def has_card(self) -> bool:
        """Whether an enforcement card of his holds."""


@dataclass(frozen=True, slots=True)
class Need:
    """So many people: whoever they are, or who each have one of these skills, are of this unit (a department), or hold
    a card of one of these departments.
    """

    kind: Literal["people", "skill", "unit", "card"]
    people: int = 1
    any_of: tuple[str, ...] = ()

    def is_met_by(self, somebody: Able) -> bool:
        """Whether this person is one of those needed."""
        if self.kind == "skill":
            return any(skill in somebody.skills for skill in self.any_of)
        if self.kind == "card" and not somebody.has_card:
            return False
        return self.kind == "people" or somebody.department_code in self.any_of


@dataclass(frozen=True, slots=True)
class Needs:
    """What a case needs: people in all, and of these the skilled ones, the units that must go, the card holders."""

    people: Need = Need("people")
    skills: tuple[Need, ...] = ()
    units: tuple[Need, ...] = ()
    cards: tuple[Need, ...] = ()

    @property
    def every(self) -> tuple[Need, ...]:
        """Each need, people first; enough people are no need."""
        return (self.people, *self.special) if self.people.people else self.special

    @property
    def special(self) -> tuple[Need, ...]:
        """The needs not everybody meets."""
        return (*self.skills, *self.units, *self.cards)


ONE_PERSON = Needs()
"""What a case needs whose type says nothing."""


def needs_of(type_code: str, priority: str) -> Needs:
    """What a case of this type and priority needs: the most specific row of ``needs.csv`` that holds for both."""
    table = _needs()
    for length in range(len(type_code), 1, -1):
        if (type_code[:length], priority) in table:
            return table[type_code[:length], priority]
    return ONE_PERSON


def with_card_holders(needs: Needs, competence: Competence) -> Needs:
    """The needs with the card holders who must act together; who goes alone and leads is one by the ranking already.

    Source: docs/domain.md, "Legal competence".
    """
    if competence.holders < 2:
        return needs
    people = replace(needs.people, people=max(needs.people.people, competence.holders))
    return replace(needs, people=people, cards=(Need("card", competence.holders, competence.led_by),))


def left_open(needs: Needs, present: Sequence[Able], asked: Collection[str] = ()) -> Needs:
    """What a case still needs while these people are on it already and these departments were asked to it.

    One person more when nothing is lacking: who asks wants somebody.

    Source: docs/domain.md, "Needs of a type"
    """
    people, *special = (_less(need, present, asked) for need in (needs.people, *needs.special))
    lacking = [need for need in special if need.people]
    if not people.people and not lacking:
        return ONE_PERSON
    kinds = ("skill", "unit", "card")
    return Needs(people, *(tuple(need for need in lacking if need.kind == kind) for kind in kinds))


def _less(need: Need, present: Sequence[Able], asked: Collection[str]) -> Need:
    """The need without what these meet; a department that was asked stands for its unit, whoever it sends."""
    if need.kind == "unit" and not set(need.any_of).isdisjoint(asked):
        return replace(need, people=0)
    return replace(need, people=max(0, need.people - sum(need.is_met_by(one) for one in present)))


@cache
def _needs() -> dict[tuple[str, str], Needs]:
    with (Path(__file__).parent / "needs.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["prefix"], priority): _row_needs(row)
            for row in csv.DictReader(file)
            for priority in row["priorities"].split("|")
        }


def _row_needs(row: dict[str, str]) -> Needs:
    return Needs(
        people=Need("people", int(row["people"])),
        skills=tuple(_skill_need(group) for group in row["skills"].split(";") if group),
        units=tuple(Need("unit", 1, (code,)) for code in row["units"].split(";") if code),
    )


def _skill_need(group: str) -> Need:
    skills, _, people = group.partition("*")
    return Need("skill", int(people or 1), tuple(skills.split("|")))
