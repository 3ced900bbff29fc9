"""The town's items of law and enforcement cards: invented, said so in every code and number (DEMO, 演示)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from dispatch.cases.routing import event_types
from dispatch.competence.items import Item
from dispatch.competence.lists import NewCard, read_items
from towns.demo.workers import Worker
from towns.departments import DEPARTMENTS

FILE = Path(__file__).parent / "competence.csv"
_ISSUER = "演示发证机关"
_FIRST, _LAST, _RUN_OUT = date(2024, 4, 1), date(2029, 3, 31), date(2026, 3, 31)
_OF_CARDS = ("ZF", "SG", "ST", "ZR")
"""The police have cards of their own, which are none of these."""
_EVERY_RUN_OUT = 6
"""Of so many cards the first has run out."""


def demo_items() -> list[Item]:
    """The items of ``competence.csv``."""
    return read_items(FILE, [department.code for department in DEPARTMENTS], event_types())


def demo_cards(workers: Sequence[Worker]) -> list[NewCard]:
    """A card for each of the departments' people who enforce the law; a few have run out."""
    holders = [one for one in workers if one.department_code in _OF_CARDS and "law_enforcement" in one.skills]
    return [
        NewCard(
            one.worker_id, f"演示-{one.worker_id:05}", _ISSUER, _FIRST, _LAST if place % _EVERY_RUN_OUT else _RUN_OUT
        )
        for place, one in enumerate(holders)
    ]
