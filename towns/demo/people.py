"""Who lives where: households of registered people, floating residents in lets and dormitories, key persons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from towns.demo.addresses import AddressBook
from towns.demo.divisions import Divisions
from towns.demo.names_of_people import IdentityNumbers, given_names, surnames, telephone

TODAY = date(2026, 11, 1)
"""The day the demo's ages and dates are counted from; fixed, so that a seed always makes the same town."""
SIZE_SHARES = (0.19, 0.3, 0.265, 0.14, 0.08, 0.025)
"""Shares of households of one to six; 2.7 people a household on average."""
FLOATING = 11_500
FLOATING_IN_DORMITORIES = 3_900
REASONS = ("务工", "经商", "投靠亲属", "就学", "其他")
HAZARDS = (
    "逃生窗未开启",
    "电动自行车室内充电",
    "违规隔断",
    "燃气软管老化",
    "灭火器缺失",
    "电线私拉乱接",
    "疏散通道堆物",
)
KEY_KINDS = (("刑满释放", 0.0015, 60), ("社区矫正", 0.0006, 14), ("严重精神障碍", 0.0034, 30), ("吸毒人员", 0.0012, 30),
             ("重点青少年", 0.0008, 30))  # fmt: skip
"""Kinds of key persons: name, share of the people, days between visits."""


@dataclass(frozen=True)
class Person:
    """One row of the table ``person``; gender 1 man, 2 woman."""

    person_id: int
    id_no: str
    name: str
    gender: int
    born_on: date
    phone: str
    residence: str
    address_id: int


@dataclass(frozen=True)
class RentedHome:
    """A rented home: number of the home, purpose, grade, hazard found, tenants."""

    home: int
    purpose: str
    grade: str
    hazard: str
    tenants: int


@dataclass
class Population:
    """Everybody, who owns each home (by its number), what is rented out, floating residents' and key persons' rows."""

    persons: list[Person] = field(default_factory=list)
    owners: dict[int, int] = field(default_factory=dict)
    rented_homes: list[RentedHome] = field(default_factory=list)
    floating: list[tuple[int, str, str, date, date]] = field(default_factory=list)
    key_persons: list[tuple[int, str, str, int, date]] = field(default_factory=list)


class Registry:
    """Adds people to a population, with names, numbers and telephones nobody has.

    Parameters
    ----------
    random, population
        what chooses, and what is added to.
    numbers
        identity numbers that are still free.
    first_id
        number of the first person.
    most
        people there is room for; the draws of a town depend on it.
    """

    def __init__(
        self,
        random: np.random.Generator,
        population: Population,
        numbers: IdentityNumbers | None = None,
        first_id: int = 1,
        most: int = 90_000,
    ) -> None:
        self._population = population
        self._numbers = numbers or IdentityNumbers()
        self._first_id = first_id
        self._surnames: Iterator[str] = iter(surnames(random, most))
        self._given = {gender: iter(given_names(random, [gender] * (most * 2 // 3))) for gender in (1, 2)}
        self._days = iter(random.integers(0, 365, most).tolist())

    def add(self, gender: int, age: int, residence: str, address_id: int, surname: str | None = None) -> Person:
        """One more person."""
        born_on = TODAY - timedelta(days=age * 365 + age // 4 + next(self._days))
        number = self._first_id + len(self._population.persons)
        name = (surname or next(self._surnames)) + next(self._given[gender])
        phone = telephone(number * 211) if 12 <= age <= 85 else ""
        person = Person(
            number, self._numbers.next(born_on, gender), name, gender, born_on, phone, residence, address_id
        )
        self._population.persons.append(person)
        return person


def add_family(random: np.random.Generator, registry: Registry, size: int, address_id: int) -> Person:
    """A household: head, spouse, children, parents; children bear the father's name."""
    draws = random.random(8)
    head_gender = 1 if draws[0] < 0.72 else 2
    age = int(24 + 62 * draws[1] ** (0.8 if size == 1 else 1.25))
    head = registry.add(head_gender, age, "registered", address_id)
    surname = head.name[0]
    if size > 1:
        registry.add(3 - head_gender, max(20, age + int(6 * draws[2]) - 4), "registered", address_id)
    for child in range(2, size):
        gender = 1 if draws[child] < 0.52 else 2
        if child >= 4 or (age < 50 and child == 3):
            registry.add(gender, min(97, age + 24 + int(6 * draws[child])), "registered", address_id, surname)
        else:
            registry.add(gender, max(0, age - 24 - int(8 * draws[child])), "registered", address_id, surname)
    return head


def _homes_by_grid(random: np.random.Generator, book: AddressBook) -> dict[str, list[int]]:
    homes: dict[str, list[int]] = {}
    for number, home in enumerate(book.homes):
        if home.use == "dwelling":
            homes.setdefault(home.grid_code, []).append(number)
    for numbers in homes.values():
        random.shuffle(numbers)
    return homes


def make_population(random: np.random.Generator, book: AddressBook, divisions: Divisions) -> Population:
    """People the town: every grid its households, then floating residents, then the few key persons."""
    population = Population()
    registry = Registry(random, population)
    spare_homes: list[int] = []
    homes = _homes_by_grid(random, book)
    for grid in divisions.level("grid"):
        homes_of_grid = homes.get(grid.code, [])
        sizes = random.choice(6, size=grid.households, p=SIZE_SHARES) + 1
        for place, size in enumerate(sizes.tolist()):
            # more households than homes: they share
            number = homes_of_grid[place % len(homes_of_grid)]
            head = add_family(random, registry, size, book.homes[number].address_id)
            population.owners.setdefault(number, head.person_id)
        for number in homes_of_grid[grid.households :]:
            spare_homes.append(number)
            population.owners[number] = population.persons[-1 - int(random.integers(0, 200))].person_id
    _house_floating_residents(random, registry, population, book, spare_homes)
    mark_key_persons(random, population)
    return population


def _house_floating_residents(
    random: np.random.Generator, registry: Registry, population: Population, book: AddressBook, spare_homes: list[int]
) -> None:
    """House the floating residents: dormitory rooms, spare_homes homes, and rooms in families' houses."""
    beds = [number for number, home in enumerate(book.homes) if home.use == "dormitory"]
    random.shuffle(beds)
    random.shuffle(spare_homes)
    rented_whole = set(spare_homes)
    lived_in = [number for number in population.owners if number not in rented_whole]
    random.shuffle(lived_in)
    housed = 0
    for number in beds:
        if housed >= FLOATING_IN_DORMITORIES:
            break
        housed += _rent_out(random, registry, population, book, number, int(random.integers(3, 7)), "集体宿舍")
    for number in spare_homes[: int(len(spare_homes) * 0.8)] + lived_in:
        if housed >= FLOATING:
            break
        share = min(FLOATING - housed, int(random.integers(1, 5)))
        housed += _rent_out(random, registry, population, book, number, share, "合租" if share > 2 else "居住")


def _rent_out(
    random: np.random.Generator, registry: Registry, population: Population, book: AddressBook, number: int,
    count: int, purpose: str,
) -> int:  # fmt: skip
    """Let a home to that many floating residents."""
    draws = random.random((count + 1, 5)).tolist()
    for draw in draws[1:]:
        add_floating_resident(registry, population, book.homes[number].address_id, draw)
    grade = "red" if draws[0][0] < 0.05 else "yellow" if draws[0][0] < 0.22 else "green"
    hazard = "" if grade == "green" else HAZARDS[int(draws[0][1] * len(HAZARDS))]
    if grade == "red":
        hazard = f"{hazard}、{HAZARDS[(int(draws[0][1] * len(HAZARDS)) + 2) % len(HAZARDS)]}"
    population.rented_homes.append(RentedHome(number, purpose, grade, hazard, count))
    return count


def add_floating_resident(registry: Registry, population: Population, address_id: int, draw: list[float]) -> None:
    """One more floating resident; ``draw`` (five numbers from 0 to 1) decides gender, age, reason, since, until."""
    gender, age, reason, since, until = draw
    person = registry.add(1 if gender < 0.56 else 2, int(18 + 38 * age**1.4), "floating", address_id)
    registered = TODAY - timedelta(days=int(20 + 1500 * since))
    kind = "居住证" if since > 0.25 else "居住登记"
    expires = TODAY + timedelta(days=int(400 * until) - 25)
    why = REASONS[0 if reason < 0.74 else 1 if reason < 0.84 else 2 if reason < 0.94 else 3 if reason < 0.97 else 4]
    population.floating.append((person.person_id, why, kind, registered, expires))


def mark_key_persons(random: np.random.Generator, population: Population) -> None:
    """Choose the few key persons among the people, each kind its share of them."""
    grown = [person.person_id for person in population.persons if (TODAY - person.born_on).days > 18 * 366]
    young = [person.person_id for person in population.persons if 12 * 365 < (TODAY - person.born_on).days < 18 * 365]
    chosen = random.permutation(np.array(grown))
    place = 0
    for kind, share, days in KEY_KINDS:
        count = round(share * len(population.persons))
        if kind == "重点青少年":
            members = random.permutation(np.array(young))[:count]
        else:
            members = chosen[place : place + count]
            place += count
        for person_id, attention, ago in zip(members.tolist(), random.random(count), random.random(count), strict=True):
            colour = "red" if attention < 0.08 else "yellow" if attention < 0.34 else "green"
            last = TODAY - timedelta(days=int(ago * days * 1.15))
            population.key_persons.append((person_id, kind, colour, days, last))
    population.key_persons.sort()
