"""What the roster does not cover: per grid and shift, and per post of the centre. Whoever has left covers nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from base.database import Transaction
from dispatch.roster.lines import SQL
from dispatch.roster.shifts import POSTS, Post, Shift, shifts_of


@dataclass(frozen=True)
class Gap:
    """Where fewer stand than are needed; ``grid_code`` is None for a post of the centre."""

    on_day: date
    shift: str
    post: Post
    grid_code: str | None
    needed: int
    there: int


def gaps(transaction: Transaction, area_id: int, first: date, last: date) -> list[Gap]:
    """Every gap of these days, in one statement; none when all is covered."""
    needs = _needs(shifts_of(transaction, area_id))
    columns = {
        "shifts": [shift for shift, _, _ in needs],
        "posts": [post for _, post, _ in needs],
        "needed": [needed for _, _, needed in needs],
    }
    rows = transaction.execute(SQL["gaps"], {"area_id": area_id, "first": first, "last": last} | columns)
    return [Gap(**row) for row in rows]


def _needs(shifts: Mapping[str, Shift]) -> list[tuple[str, Post, int]]:
    return [(one.shift, post, one.needs(post)) for one in shifts.values() for post in POSTS if one.needs(post)]
