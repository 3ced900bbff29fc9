"""The plans of a town: its own, and for a type it has written none for, that of ``plans.csv``.

Source: docs/domain.md, "Plans".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from base.database import Transaction
from base.errors import InvalidInput
from base.statements import load_statements
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.cases.intake import is_storable

HERE = Path(__file__).parent
SQL = load_statements(HERE / "sql" / "plans.sql")

StepKind = Literal["call", "go", "bring", "tell"]
STEP_KINDS: tuple[StepKind, ...] = get_args(StepKind)
MOST_STEPS = 30
OUTSIDE_NUMBERS = ("119", "120", "110", "122", "12345")
"""Numbers a plan has called most; any other may be named as well."""
_OUTSIDE = re.compile(r"\d{3,12}")
_PREFIX = re.compile(r"\d{2}(\d{2})?", re.ASCII)


@dataclass(frozen=True)
class PlanStep:
    """One step: ``who`` is the number to call, or the code of a department; ``zh``, ``en`` what is to be done."""

    step_no: int
    kind: StepKind
    who: str
    zh: str
    en: str

    def words(self, language: str) -> str:
        """What is to be done, in a language; in Chinese where a town wrote nothing else."""
        return self.en if language == "en" and self.en else self.zh


@dataclass(frozen=True)
class Plan:
    """A plan for the types that begin with ``prefix``; ``is_own`` when the town has written it."""

    prefix: str
    is_own: bool
    steps: tuple[PlanStep, ...]


@cache
def default_plans() -> dict[str, Plan]:
    """The plans of ``plans.csv`` by their prefix."""
    found: dict[str, list[Mapping[str, str]]] = {}
    with (HERE / "plans.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["prefix"], []).append(line)
    return {prefix: Plan(prefix, is_own=False, steps=_numbered(lines)) for prefix, lines in found.items()}


def _numbered(lines: Iterable[Mapping[str, str]]) -> tuple[PlanStep, ...]:
    return tuple(
        PlanStep(n, line["kind"], line["who"], line["zh"], line["en"])  # type: ignore[arg-type]
        for n, line in enumerate(lines, start=1)
    )


def plan_of(transaction: Transaction, area_id: int, type_code: str) -> Plan | None:
    """The plan for a type: the town's own before the default, the four digits before the class; None: there is none."""
    prefixes = [type_code, type_code[:2]]
    own = _own_plans(transaction, area_id, prefixes)
    given = (plans[prefix] for plans in (own, default_plans()) for prefix in prefixes if prefix in plans)
    return next(given, None)


def _own_plans(transaction: Transaction, area_id: int, prefixes: Sequence[str]) -> dict[str, Plan]:
    steps: dict[str, list[PlanStep]] = {}
    for row in map(dict, transaction.execute(SQL["steps_of_town"], {"area_id": area_id, "prefixes": list(prefixes)})):
        steps.setdefault(row.pop("type_prefix"), []).append(PlanStep(**row))
    return {prefix: Plan(prefix, is_own=True, steps=tuple(found)) for prefix, found in steps.items()}


def list_plans(transaction: Transaction, area_id: int) -> list[Plan]:
    """Every plan that holds in a town, by prefix."""
    rows = transaction.execute(SQL["prefixes_of_town"], {"area_id": area_id})
    plans = default_plans() | _own_plans(transaction, area_id, [row["type_prefix"] for row in rows])
    return [plans[prefix] for prefix in sorted(plans)]


def write_plan(
    transaction: Transaction, area_id: int, scope: Scope, prefix: str, lines: Sequence[Mapping[str, str]], at: datetime
) -> Plan | None:
    """Put a town's own plan in the place of the one that holds; without steps the default holds again.

    Cases whose plan was taken before keep their steps. Returns the plan that holds now; None: there is none.

    Raises
    ------
    InvalidInput
        naming the step and what of it cannot be.
    """
    if not _PREFIX.fullmatch(prefix):
        raise InvalidInput("plan_prefix_invalid", field="prefix", given=prefix)
    if len(lines) > MOST_STEPS:
        raise InvalidInput("plan_too_long", field="steps", given=len(lines), high=MOST_STEPS)
    for n, line in enumerate(lines, start=1):
        _check_step(transaction, area_id, n, line)
    transaction.execute(SQL["forget_plan"], {"area_id": area_id, "prefix": prefix})
    for step in _numbered(lines):
        transaction.execute(SQL["add_step"], {"area_id": area_id, "prefix": prefix} | asdict(step))
    audit.append(transaction, area_id, at, scope, "plan.write", prefix, {"steps": len(lines)})
    own = _own_plans(transaction, area_id, [prefix])
    return own.get(prefix) or default_plans().get(prefix)


def _check_step(transaction: Transaction, area_id: int, n: int, line: Mapping[str, str]) -> None:
    who, field = line["who"], f"steps.{n}"
    if line["kind"] not in STEP_KINDS:
        raise InvalidInput("plan_kind_unknown", field=field, step=n, given=line["kind"], allowed=STEP_KINDS)
    if not line["zh"].strip() or not is_storable(line["zh"] + line["en"]):
        raise InvalidInput("plan_step_empty", field=field, step=n)
    if line["kind"] in ("bring", "tell"):
        return
    if line["kind"] == "call" and _OUTSIDE.fullmatch(who):
        return
    known = transaction.execute(SQL["known_departments"], {"area_id": area_id, "codes": [who]}).fetchone()
    if known is None:
        raise InvalidInput("plan_who_unknown", field=field, step=n, given=who)
