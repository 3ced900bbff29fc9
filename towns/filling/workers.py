"""More workers for a demo town, in the proportions of its first eighty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from base.bulk import copy_rows
from base.database import Transaction
from base.statements import load_statements
from towns.demo.names_of_people import given_names, surnames, telephone
from towns.demo.workers import Post, make_posts

SQL = load_statements(Path(__file__).parent / "sql" / "filling.sql")
_COLUMNS = ["area_id", "worker_id", "name", "phone", "role", "grid_code", "department_code", "skills", "mode", "shift"]


def add_workers(transaction: Transaction, area_id: int, count: int, random: np.random.Generator) -> None:
    """Add workers until the area has so many."""
    ids = [row["worker_id"] for row in transaction.execute(SQL["workers_of"], {"area_id": area_id})]
    missing = max(0, count - len(ids))
    grids = [row["code"] for row in transaction.execute(SQL["grid_codes"], {"area_id": area_id})]
    departments = {row["code"] for row in transaction.execute(SQL["departments_of"], {"area_id": area_id})}
    posts = _posts(random, grids, departments)
    names = zip(surnames(random, missing), given_names(random, random.integers(1, 3, missing).tolist()), strict=True)
    first = max(ids, default=0) + 1
    rows = (
        (area_id, number, surname + given, telephone(30_000_000 + number * 37), *next(posts))
        for number, (surname, given) in enumerate(names, start=first)
    )
    copy_rows(transaction, "worker", _COLUMNS, rows)


def _posts(random: np.random.Generator, grids: list[str], departments: set[str]) -> Iterator[Post]:
    """Posts without end: those of a whole demo town in random order, and again; only of departments that are here."""
    while True:
        posts = [post for post in make_posts(random, grids) if post[2] is None or post[2] in departments]
        for number in random.permutation(len(posts)).tolist():
            role, grid, department, skills, mode, shift = posts[number]
            yield role, grid, department, list(skills), mode, shift  # type: ignore[misc]
