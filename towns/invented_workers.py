"""Invented workers for a real town that has none yet, so that a simulated shift can walk there."""

from __future__ import annotations

from pathlib import Path

from base.bulk import copy_rows
from base.database import Transaction
from base.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "ground.sql")
_SKILLS = (
    "mediation", "fire", "first_aid", "water_rescue", "law_enforcement", "driving", "electric", "dialect", "psych",
    "uav", "food_safety",
)  # fmt: skip
_MODES = ("ebike", "foot", "ebike", "foot", "ebike", "ebike", "foot", "ebike", "car", "ebike")
_SHIFTS = ("day", "day", "evening", "day", "night")
_PART_TIME_EVERY = 4


def write_demo_workers(transaction: Transaction, area_id: int, count: int) -> None:
    """Add ``count`` workers who say in their name that they are invented; each has a home grid, skills and a mode.

    Full-time workers come first, spread over the grids; every fourth is part-time. Telephone numbers are impossible.
    """
    codes = [row["code"] for row in transaction.execute(SQL["grid_codes"], {"area_id": area_id}).fetchall()]
    rows = []
    for number in range(1, count + 1):
        skills = sorted({_SKILLS[number % len(_SKILLS)], _SKILLS[(number * 5 + 2) % len(_SKILLS)]})
        role = "parttime_worker" if number % _PART_TIME_EVERY == 0 else "grid_worker"
        home = None
        if codes:
            # with workers enough every grid has some, else the first grids get one each
            spread = (number - 1) * len(codes) // count
            home = codes[spread if count >= len(codes) else number - 1]
        mode, shift = _MODES[number % len(_MODES)], _SHIFTS[number % len(_SHIFTS)]
        rows.append((area_id, number, f"演示员{number:03d}", f"000{number:08d}", role, home, skills, mode, shift))
    columns = ("area_id", "worker_id", "name", "phone", "role", "grid_code", "skills", "mode", "shift")
    copy_rows(transaction, "worker", columns, rows)
