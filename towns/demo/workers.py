"""The town's 104 workers: a full-time one in each grid, part-time ones, grid leaders, and the departments' people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from towns.demo.divisions import Division
from towns.demo.names_of_people import given_names, surnames, telephone

SKILLS = ("mediation", "first_aid", "fire", "water_rescue", "law_enforcement", "driving", "boat", "electric", "dialect",
          "psych", "uav", "food_safety")  # fmt: skip
_SKILL_SHARES = np.array([0.55, 0.42, 0.2, 0.18, 0.06, 0.25, 0.12, 0.08, 0.5, 0.1, 0.04, 0.1])
_DEPARTMENT_PEOPLE = (
    ("PC", "car", ("law_enforcement", "driving", "mediation")), ("PC", "ebike", ("law_enforcement", "first_aid")),
    ("JJ", "car", ("law_enforcement", "driving")), ("YJ", "car", ("fire", "first_aid", "driving", "water_rescue")),
    ("YJ", "car", ("fire", "water_rescue", "boat")), ("ZF", "ebike", ("law_enforcement", "uav")),
    ("SG", "ebike", ("food_safety", "law_enforcement")), ("WS", "car", ("first_aid", "psych")),
    ("GD", "car", ("electric", "driving")), ("NY", "ebike", ("boat", "water_rescue")),
)  # fmt: skip
"""Drawn with the town's walkers; more of each department follow in ``_MORE_DEPARTMENT_PEOPLE``."""
_MORE_DEPARTMENT_PEOPLE = (
    ("ZZ", "car", ("mediation", "psych", "driving")), ("ZZ", "ebike", ("mediation", "dialect")),
    ("ZF", "car", ("law_enforcement", "driving")), ("ZF", "ebike", ("law_enforcement",)),
    ("SG", "car", ("food_safety", "law_enforcement", "driving")),
    ("BM", "ebike", ("dialect",)), ("BM", "car", ("driving", "mediation")),
    ("CJ", "car", ("driving", "electric")), ("CJ", "ebike", ()), ("XJ", "ebike", ("dialect",)), ("XJ", "ebike", ()),
    ("RQ", "car", ("driving", "fire")), ("RQ", "ebike", ("fire",)), ("GS", "car", ("driving",)),
    ("ST", "car", ("driving", "law_enforcement")), ("ZR", "car", ("driving", "uav", "law_enforcement")),
    ("SF", "ebike", ("mediation",)),
    ("RS", "ebike", ("mediation",)), ("MZ", "ebike", ("psych",)), ("WY", "ebike", ("electric",)),
    ("XF", "ebike", ("mediation",)), ("WS", "ebike", ("first_aid",)), ("NY", "car", ("driving", "boat")),
    ("JJ", "ebike", ("law_enforcement",)),
)  # fmt: skip
_MORE_SEED = 27
PARTTIME = 10
LEADERS = 4


@dataclass(frozen=True)
class Worker:
    """One row of the table ``worker``."""

    worker_id: int
    name: str
    phone: str
    role: str
    grid_code: str | None
    department_code: str | None
    skills: tuple[str, ...]
    mode: str
    shift: str


def _skills(random: np.random.Generator) -> tuple[str, ...]:
    drawn = random.random(len(SKILLS)) < _SKILL_SHARES
    return tuple(skill for skill, is_drawn in zip(SKILLS, drawn.tolist(), strict=True) if is_drawn)


def _names(random: np.random.Generator, count: int) -> list[str]:
    genders = random.choice([1, 2], size=count, p=[0.45, 0.55]).tolist()
    names: list[str] = []
    for surname, given in zip(surnames(random, count), given_names(random, genders), strict=True):
        name = surname + given
        names.append(name if name not in names else f"{surname}小{given[-1]}")
    return names


Post = tuple[str, str | None, str | None, tuple[str, ...], str, str]
"""What a worker is: role, grid, department, skills, mode, shift."""


def make_posts(random: np.random.Generator, grid_codes: Sequence[str]) -> list[Post]:
    """Role, grid, department, skills, mode and shift of everybody: a full-time one for each grid in the order of the
    codes, then the part-time ones, the grid leaders, the departments' people.
    """
    return [*_full_time(random, grid_codes), *_others(random, grid_codes)]


def _full_time(random: np.random.Generator, grid_codes: Sequence[str]) -> list[Post]:
    posts: list[Post] = []
    for number, code in enumerate(grid_codes):
        in_community = int(code[9:12]) < 200
        mode = "foot" if in_community and random.random() < 0.45 else "ebike"
        shift = "evening" if number % 9 == 4 else "day"
        posts.append(("grid_worker", code, None, _skills(random), mode, shift))
    return posts


def _others(random: np.random.Generator, grid_codes: Sequence[str]) -> list[Post]:
    villages = random.permutation(len(grid_codes))
    posts: list[Post] = [
        ("parttime_worker", grid_codes[i], None, _skills(random), "ebike", "evening" if i % 3 == 0 else "day")
        for i in villages[:PARTTIME]
    ]
    posts += [
        ("grid_leader", grid_codes[i], None, ("mediation", "driving"), "car", "day")
        for i in villages[PARTTIME : PARTTIME + LEADERS]
    ]
    posts += [("dept_handler", None, code, skills, mode, "day") for code, mode, skills in _DEPARTMENT_PEOPLE]
    return posts


def _more_people(taken: Sequence[str]) -> list[tuple[str, Post]]:
    """The rest of the departments' people by name, from a generator of their own: the others stay who they were."""
    random = np.random.default_rng(_MORE_SEED)
    names = [name for name in dict.fromkeys(_names(random, 4 * len(_MORE_DEPARTMENT_PEOPLE))) if name not in taken]
    posts: list[Post] = [
        ("dept_handler", None, code, skills, mode, "day") for code, mode, skills in _MORE_DEPARTMENT_PEOPLE
    ]
    return list(zip(names, posts, strict=False))


def make_workers(random: np.random.Generator, grids: list[Division]) -> list[Worker]:
    """A hundred and four workers, each with a name of their own."""
    names = _names(random, len(grids) + PARTTIME + LEADERS + len(_DEPARTMENT_PEOPLE))
    posts = make_posts(random, [grid.code for grid in grids])
    everybody = [*zip(names, posts, strict=True), *_more_people(names)]
    return [
        Worker(number, name, telephone(21_000_000 + number * 37), *post)
        for number, (name, post) in enumerate(everybody, start=1)
    ]
