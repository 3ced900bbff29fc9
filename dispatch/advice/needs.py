"""What a case of a type needs: how many people, which skills among them, which units.

``needs.csv`` holds them, a row for a prefix of types: ``|`` stands between what any one of will do, ``;`` between what
is all needed, ``*2`` after skills that two people must have.

Source: docs/domain.md, "Needs of a type".
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, Protocol


class Able(Protocol):
    """What is known of somebody when a need is to be met: skills, and the department he belongs to."""

    @property
    def skills(self) -> Collection[str]:
        """Codes, as in ``type_skills.csv``."""

    @property
    def department_code(self) -> str | None:
        """None for who belongs to no department."""


@dataclass(frozen=True, slots=True)
class Need:
    """So many people: whoever they are, or who each have one of these skills, or are of this unit (a department)."""

    kind: Literal["people", "skill", "unit"]
    people: int = 1
    any_of: tuple[str, ...] = ()

    def is_met_by(self, somebody: Able) -> bool:
        """Whether this person is one of those needed."""
        if self.kind == "skill":
            return any(skill in somebody.skills for skill in self.any_of)
        return self.kind == "people" or somebody.department_code in self.any_of


@dataclass(frozen=True, slots=True)
class Needs:
    """What a case needs: people in all, and of these the skilled ones and the units that must go."""

    people: Need = Need("people")
    skills: tuple[Need, ...] = ()
    units: tuple[Need, ...] = ()

    @property
    def every(self) -> tuple[Need, ...]:
        """Each need, people first."""
        return (self.people, *self.special)

    @property
    def special(self) -> tuple[Need, ...]:
        """The needs not everybody meets."""
        return (*self.skills, *self.units)


ONE_PERSON = Needs()
"""What a case needs whose type says nothing."""


def needs_of(type_code: str, priority: str) -> Needs:
    """What a case of this type and priority needs: the most specific row of ``needs.csv`` that holds for both."""
    table = _needs()
    for length in range(len(type_code), 1, -1):
        if (type_code[:length], priority) in table:
            return table[type_code[:length], priority]
    return ONE_PERSON


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
