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
    for n in range(1, count + 1):
        skills = sorted({_SKILLS[n % len(_SKILLS)], _SKILLS[(n * 5 + 2) % len(_SKILLS)]})
        role = "parttime_worker" if n % _PART_TIME_EVERY == 0 else "grid_worker"
        home = codes[(n - 1) * len(codes) // count if count >= len(codes) else (n - 1) % len(codes)] if codes else None
        rows.append((area_id, n, f"演示员{n:03d}", f"000{n:08d}", role, home, skills, _MODES[n % 10], _SHIFTS[n % 5]))
    columns = ("area_id", "worker_id", "name", "phone", "role", "grid_code", "skills", "mode", "shift")
    copy_rows(transaction, "worker", columns, rows)
