"""More residents for a demo town: households and floating residents in the homes there are."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from base.bulk import copy_rows
from base.database import Transaction
from base.errors import Conflict
from base.statements import load_statements
from towns.demo.names_of_people import IdentityNumbers
from towns.demo.people import SIZE_SHARES, Population, Registry, add_family, add_floating_resident, mark_key_persons
from towns.demo.rows import COLUMNS

SQL = load_statements(Path(__file__).parent / "sql" / "filling.sql")
FLOATING_SHARE = 0.18
"""Of the residents, as in the demo town."""


def add_residents(transaction: Transaction, area_id: int, count: int, random: np.random.Generator) -> int:
    """Add residents until the area has so many; returns how many it has.

    Raises
    ------
    Conflict
        when the area has no address where anybody could live.
    """
    present = transaction.execute(SQL["residents_of"], {"area_id": area_id}).fetchone()
    assert present is not None
    missing = count - int(present["count"])
    if missing <= 0:
        return int(present["count"])
    homes = [row["address_id"] for row in transaction.execute(SQL["homes"], {"area_id": area_id})]
    if not homes:
        raise Conflict("filling_no_addresses", area_id=area_id)
    numbers = IdentityNumbers(present["id_nos"])
    population = _populate(random, homes, missing, numbers, int(present["last_id"]) + 1)
    _write(transaction, area_id, population)
    return count


def _populate(
    random: np.random.Generator, homes: list[int], count: int, numbers: IdentityNumbers, first_id: int
) -> Population:
    """So many people, each household and each floating resident in a home of the list, several in one."""
    population = Population()
    registry = Registry(random, population, numbers, first_id, most=2 * count + 100)
    floating = round(count * FLOATING_SHARE)
    while (room := count - floating - len(population.persons)) > 0:
        size = min(room, int(random.choice(len(SIZE_SHARES), p=SIZE_SHARES)) + 1)
        add_family(random, registry, size, homes[int(random.integers(len(homes)))])
    for home, draw in zip(
        random.integers(0, len(homes), floating).tolist(), random.random((floating, 5)).tolist(), strict=True
    ):
        add_floating_resident(registry, population, homes[home], draw)
    mark_key_persons(random, population)
    return population


def _write(transaction: Transaction, area_id: int, population: Population) -> None:
    persons = (
        (
            area_id, one.person_id, one.id_no, one.name, one.gender, one.born_on, one.phone, one.residence,
            one.address_id,
        )
        for one in population.persons
    )  # fmt: skip
    copy_rows(transaction, "person", COLUMNS["person"].split(), persons)
    floating = ((area_id, *row) for row in population.floating)
    copy_rows(transaction, "floating_resident", COLUMNS["floating_resident"].split(), floating)
    key_persons = ((area_id, *row) for row in population.key_persons)
    copy_rows(transaction, "key_person", COLUMNS["key_person"].split(), key_persons)
