"""What a case of a type needs: the table is sound, and each of the six grave kinds asks for two at least."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import pytest

from dispatch.advice.needs import ONE_PERSON, Need, Needs, left_open, needs_of
from dispatch.cases.lifecycle import PRIORITIES
from dispatch.cases.routing import event_types
from towns.departments import DEPARTMENTS
from words.catalogue import LANGUAGES, catalogue

SKILLS = {key.removeprefix("suggestion.skill.") for key in catalogue("zh") if key.startswith("suggestion.skill.")}
UNITS = {department.code for department in DEPARTMENTS}


def rows() -> list[dict[str, str]]:
    with Path("dispatch/advice/needs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults(row: dict[str, str]) -> list[str]:
    """What is wrong with a row, each thing by the word that is not known."""
    groups = [group.partition("*") for group in row["skills"].split(";") if group]
    counts = [row["people"], *(people for _, mark, people in groups if mark)]
    return [
        *([] if row["prefix"] in event_types() else [f"type {row['prefix']}"]),
        *(f"priority {one}" for one in row["priorities"].split("|") if one not in PRIORITIES),
        *(f"number {one!r}" for one in counts if not one.isdigit() or int(one) < 1),
        *(f"skill {one}" for skills, *_ in groups for one in skills.split("|") if one not in SKILLS),
        *(f"unit {one}" for one in row["units"].split(";") if one and one not in UNITS),
        *([] if row["source"] else ["no source"]),
    ]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["prefix"])
def test_every_row_is_sound(row):
    assert faults(row) == []


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("prefix", "0399", "type 0399"),
        ("priorities", "P1|P7", "priority P7"),
        ("people", "0", "number '0'"),
        ("skills", "fire;swimming", "skill swimming"),
        ("skills", "fire|juggling*2", "skill juggling"),
        ("skills", "fire*x", "number 'x'"),
        ("units", "YJ;QQ", "unit QQ"),
        ("source", "", "no source"),
    ],
)
def test_a_fault_in_a_row_is_named(column, value, fault):
    assert faults(rows()[0] | {column: value}) == [fault]


def test_no_two_rows_hold_for_the_same():
    held = [(row["prefix"], priority) for row in rows() for priority in row["priorities"].split("|")]
    assert len(held) == len(set(held))


def test_every_unit_is_called_the_same_by_the_catalogue():
    for language in LANGUAGES:
        assert {key for key in catalogue(language) if key.startswith("departments.")} == {
            f"departments.{code}" for code in UNITS
        }
    assert {code: catalogue("zh")[f"departments.{code}"] for code in UNITS} == {
        department.code: department.name for department in DEPARTMENTS
    }


@pytest.mark.parametrize(
    ("type_code", "people", "skills", "unit"),
    [
        ("0301", 2, ("fire",), "YJ"),
        ("1209", 2, ("water_rescue", "first_aid"), "YJ"),
        ("0203", 2, ("fire",), "RQ"),
        ("0401", 2, ("law_enforcement", "first_aid"), "PC"),
        ("1204", 2, ("first_aid",), "YJ"),
        ("0110", 3, ("mediation",), "PC"),
    ],
    ids=["fire", "drowning", "gas", "knife", "collapse", "crowd"],
)
def test_the_grave_kinds(type_code, people, skills, unit):
    needs = needs_of(type_code, "P1")
    assert needs.people == Need("people", people)
    assert tuple(need.any_of[0] for need in needs.skills) == skills
    assert Need("unit", 1, (unit,)) in needs.units


def test_two_with_first_aid_go_where_something_fell():
    assert needs_of("1204", "P1").skills == (Need("skill", 2, ("first_aid",)),)


def test_other_types_and_lighter_cases_need_one_person():
    assert needs_of("0501", "P3") == needs_of("9999", "P1") == ONE_PERSON
    assert needs_of("0401", "P3") == ONE_PERSON, "a quarrel that the leader lowered"
    assert needs_of("0205", "P2") == ONE_PERSON, "a missing railing"
    assert needs_of("0205", "P1") == needs_of("1209", "P1"), "somebody fell in there"


def test_somebody_meets_a_need():
    class Able:
        skills = ("boat", "dialect")
        department_code = "NY"

    assert Need("people", 2).is_met_by(Able())
    assert Need("skill", 1, ("water_rescue", "boat")).is_met_by(Able())
    assert not Need("skill", 1, ("fire",)).is_met_by(Able())
    assert Need("unit", 1, ("NY",)).is_met_by(Able())
    assert not Need("unit", 1, ("YJ",)).is_met_by(Able())


class _Somebody(NamedTuple):
    skills: tuple[str, ...] = ()
    department_code: str | None = None


def test_who_is_there_already_meets_what_he_can():
    drowning = needs_of("1209", "P1")
    swims = _Somebody(("water_rescue",))
    left = left_open(drowning, [swims, _Somebody(department_code="PC")], {"WS"})
    assert left == Needs(Need("people", 0), (Need("skill", 1, ("first_aid",)),), (Need("unit", 1, ("YJ",)),))
    assert [need.kind for need in left.every] == ["skill", "unit"], "enough people are no need"


def test_a_department_that_was_asked_is_no_second_person():
    assert left_open(needs_of("1209", "P1"), [_Somebody()], {"YJ", "PC", "WS"}).people.people == 1


def test_two_skilled_where_two_are_needed():
    left = left_open(needs_of("1204", "P1"), [_Somebody(("first_aid",))], {"YJ", "CJ", "WS"})
    assert (left.people.people, left.skills) == (1, (Need("skill", 1, ("first_aid",)),))


def test_with_nothing_lacking_it_is_one_person_more():
    enough = [_Somebody(("water_rescue", "first_aid")), _Somebody()]
    assert left_open(needs_of("1209", "P1"), enough, {"YJ", "PC", "WS"}) == ONE_PERSON
    assert left_open(ONE_PERSON, [_Somebody()]) == ONE_PERSON
