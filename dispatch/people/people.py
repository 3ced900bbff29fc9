"""The people of a town as who plans a leaving sees them: what each has, who could take over, what goes over.

Source: docs/domain.md, "Somebody leaves".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from base.database import Transaction
from base.errors import NotFound
from base.statements import load_statements
from dispatch.access.masking import worker_name
from dispatch.access.scope import Scope, readable_workers
from dispatch.cases.incidents import Case, CaseFilter, list_cases
from dispatch.cases.lifecycle import STAGES
from dispatch.people.leaving import addressed_to

SQL = load_statements(Path(__file__).parent / "sql" / "people.sql")
MOST_SHOWN = 200


@dataclass(frozen=True)
class Person:
    """A worker: what he has (``tasks`` is how many are open), and of who left when, by whose word and to whom."""

    worker_id: int
    name: str
    role: str
    is_active: bool
    grid_code: str | None
    grid_name: str | None
    department_code: str | None
    department_name: str | None
    on_duty: bool
    tasks: int
    left_at: datetime | None
    left_by: str | None
    to_worker_id: int | None
    to_name: str | None


@dataclass(frozen=True)
class Handover:
    """What goes over with a leaving: how much of each kind is addressed to him, his open cases, who could take over.

    Of who has left it is what is still addressed to him: nothing, or something is wrong.
    """

    person: Person
    addressed: dict[str, int]
    cases: list[Case]
    successors: list[Person]


def find_people(
    transaction: Transaction, area_id: int, scope: Scope, asked: str = "", *, left: bool | None = None,
    on_duty: bool = False,
) -> list[Person]:  # fmt: skip
    """The people of a number, or with a part of a name; ``left`` only those who left, or only the others."""
    return _people(transaction, area_id, scope, asked=asked.strip(), left=left, on_duty=on_duty)


def read_handover(transaction: Transaction, area_id: int, scope: Scope, worker_id: int) -> Handover:
    """What goes over when this worker leaves.

    Raises
    ------
    NotFound
        when there is no such worker, for this person.
    """
    found = _people(transaction, area_id, scope, worker_ids=[worker_id])
    if not found:
        raise NotFound("no_such_worker", field="worker", given=worker_id)
    person = found[0]
    addressed = addressed_to(transaction, area_id, worker_id)
    open_stages = tuple(stage for stage in STAGES if stage != "ended")
    narrowed = CaseFilter(sent_to=worker_id, stages=open_stages, limit=MOST_SHOWN)
    cases = list_cases(transaction, area_id, scope, narrowed) if addressed.get("task") else []
    return Handover(person, addressed, cases, _successors(transaction, area_id, scope, person))


def _successors(transaction: Transaction, area_id: int, scope: Scope, person: Person) -> list[Person]:
    if not person.is_active:
        return []
    asked = {"worker_id": person.worker_id, "department": person.department_code, "limit": MOST_SHOWN}
    rows = transaction.execute(SQL["successors"], {"area_id": area_id} | readable_workers(scope) | asked)
    order = [int(row["worker_id"]) for row in rows]
    known = {one.worker_id: one for one in _people(transaction, area_id, scope, worker_ids=order)}
    return [known[one] for one in order]


def _people(
    transaction: Transaction, area_id: int, scope: Scope, asked: str = "", worker_ids: list[int] | None = None,
    *, left: bool | None = None, on_duty: bool = False,
) -> list[Person]:  # fmt: skip
    given = {"area_id": area_id, "asked": asked, "worker_ids": worker_ids, "left": left, "on_duty": on_duty}
    rows = transaction.execute(SQL["people"], given | {"limit": MOST_SHOWN} | readable_workers(scope)).fetchall()
    return [
        Person(**row | {name: row[name] and worker_name(scope, row[name]) for name in ("name", "to_name")})
        for row in rows
    ]
