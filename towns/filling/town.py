"""Fills a demo town with invented workers and residents, all of it in one transaction; a real town never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from base.database import Database, Transaction
from base.errors import Conflict, InvalidInput
from base.statements import load_statements
from dispatch.access import audit
from dispatch.access.accounts import COMMAND_LINE
from dispatch.access.scope import Scope
from mapdata.areas import Area, analyse_ground, read_area
from towns.filling.cases import send_to_cases
from towns.filling.duty import begin_day
from towns.filling.residents import add_residents
from towns.filling.workers import add_workers

SQL = load_statements(Path(__file__).parent / "sql" / "filling.sql")
MOST_WORKERS = 65_535
"""Numbers of workers there are on the wire: two bytes each (``api/live/frames.py``)."""
MOST_PEOPLE = 2_000_000


@dataclass(frozen=True)
class Filling:
    """How many a town has when it is filled: workers, those of them on duty, those sent to cases, residents."""

    workers: int
    on_duty: int
    sent: int
    people: int


def fill_town(
    database: Database,
    area_id: int,
    workers: int,
    people: int,
    *,
    seed: int,
    at: datetime,
    progress: Callable[..., None] = lambda *_, **__: None,
) -> Filling:
    """Add workers and residents until a demo town has so many, and let the day of its workers begin.

    What is there stays. Everybody gets a duty, a place and perhaps a case in the shares of ``towns/filling/duty.py``,
    those who have them already excepted; asked again later, it only renews the places. The same seed on the same town
    gives the same people at the same places.

    Parameters
    ----------
    database, area_id
        where; the area must say that it is a demo.
    workers, people
        how many there are to be in the end; fewer than there are: none is added.
    seed, at
        what chooses, and the present moment, at which everybody is seen.
    progress
        called with the key of each step and its words.

    Raises
    ------
    NotFound
        when there is no such area.
    Conflict
        when it is a real town, or one without roads or addresses.
    InvalidInput
        when the numbers are out of range.
    """
    _check_range("workers", workers, MOST_WORKERS)
    _check_range("people", people, MOST_PEOPLE)
    with database.transaction(timeout_s=300) as transaction:
        area = read_area(transaction, area_id)
        if not area.is_demo:
            raise Conflict("filling_real_town", area_id=area_id, name=area.name)
        progress("filling_workers", count=workers)
        add_workers(transaction, area_id, workers, np.random.default_rng([seed, 1]))
        progress("filling_people", count=people)
        residents = add_residents(transaction, area_id, people, np.random.default_rng([seed, 2]))
        progress("filling_day")
        filled = _begin_day(transaction, area, residents, seed, at)
        details = {"workers": filled.workers, "people": filled.people, "seed": seed}
        audit.append(
            transaction, area_id, at, Scope(COMMAND_LINE, "sysadmin", area_id), "town.fill", area.name, details
        )
    return filled


def _check_range(field: str, given: int, most: int) -> None:
    if not 0 <= given <= most:
        raise InvalidInput("filling_out_of_range", field=field, given=given, most=most)


def _begin_day(transaction: Transaction, area: Area, residents: int, seed: int, at: datetime) -> Filling:
    day = begin_day(transaction, area.area_id, np.random.default_rng([seed, 3]), at)
    sent = send_to_cases(transaction, area, day.to_be_sent, np.random.default_rng([seed, 4]), at)
    analyse_ground(transaction)
    return Filling(day.workers, day.on_duty, sent, residents)
