"""The whistle (吹哨报到) of a case as it is kept, and how it stands: who is called, who came, what each says.

Source: docs/domain.md, "The whistle".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from base.database import Transaction
from base.statements import load_statements
from dispatch.access.scope import Scope, readable_cases
from dispatch.cases.clocks import Clock
from dispatch.cases.deadlines import is_past
from dispatch.cases.incidents import Case, LogLine
from dispatch.cases.tasks import Task, TaskState

SQL = load_statements(Path(__file__).parent / "sql" / "whistle.sql")


@dataclass(frozen=True)
class Whistle:
    """A whistle: for which case, who blew it when, who leads, when and where (degrees EPSG:4326) they meet."""

    whistle_id: UUID
    case_no: str
    lead_code: str
    blown_by: str
    blown_at: datetime
    meet_at: datetime
    lon: float
    lat: float
    place_text: str
    note: str


@dataclass(frozen=True)
class Member:
    """How one of those who are called stands.

    ``due_at`` is when it has to be there by now (a suspension moves it), ``came_at`` when it was; ``opinion`` what it
    said, the lead its result. ``is_here`` tells that it has come and has not answered, ``task`` is its task.
    """

    department_code: str
    name: str
    is_lead: bool
    task: Task
    due_at: datetime
    signed_at: datetime | None
    came_at: datetime | None
    is_late: bool
    opinion: str
    opinion_at: datetime | None
    opinion_by: str

    @property
    def task_id(self) -> UUID:
        """Of its task."""
        return self.task.task_id

    @property
    def state(self) -> TaskState:
        """Its task's."""
        return self.task.state

    @property
    def has_answered(self) -> bool:
        """Whether its part is done."""
        return self.task.done_at is not None

    @property
    def is_out(self) -> bool:
        """Whether it was taken back or has sent it back: nothing is awaited of it."""
        return not self.task.is_open and not self.has_answered


@dataclass(frozen=True)
class WhistleNow(Whistle):
    """A whistle and how everybody it called stands, the lead first."""

    members: tuple[Member, ...]

    @property
    def is_over(self) -> bool:
        """Whether nothing is awaited of anybody."""
        return not any(member.task.is_open for member in self.members)


def last_whistle(transaction: Transaction, area_id: int, case_no: str) -> Whistle | None:
    """The whistle of a case that was blown last. Read the case before: this does not ask who asks."""
    row = transaction.execute(SQL["last_whistle"], {"area_id": area_id, "case_no": case_no}).fetchone()
    return None if row is None else Whistle(**row)


def departments_with_people(transaction: Transaction, area_id: int) -> list[tuple[str, str]]:
    """Code and name of every department somebody works for: those a whistle can call."""
    rows = transaction.execute(SQL["departments_with_people"], {"area_id": area_id})
    return [(str(row["code"]), str(row["name"])) for row in rows]


def cases_whistled(transaction: Transaction, area_id: int, scope: Scope) -> list[str]:
    """The numbers of the cases with a whistle somebody still has to answer, that the asker may know of."""
    parameters = {"area_id": area_id} | readable_cases(scope)
    return [str(row["case_no"]) for row in transaction.execute(SQL["whistles_not_over"], parameters)]


def whistle_now(
    whistle: Whistle, case: Case, log: Sequence[LogLine], clocks: Sequence[Clock], at: datetime
) -> WhistleNow:
    """How everybody it called stands at this moment.

    Parameters
    ----------
    whistle
        the one.
    case, log
        its case with its tasks, and its log, as the asker may read them.
    clocks
        those of the case.
    at
        the present moment (aware).
    """
    called = [task for task in case.tasks if task.whistle_id == whistle.whistle_id]
    order = sorted(called, key=lambda task: (task.kind != "lead", task.task_no))
    return WhistleNow(**vars(whistle), members=tuple(_member(task, whistle, log, clocks, at) for task in order))


def _member(task: Task, whistle: Whistle, log: Sequence[LogLine], clocks: Sequence[Clock], at: datetime) -> Member:
    due_at = next((one.due_at for one in clocks if one.key == ("meet", task.task_id)), whistle.meet_at)
    said = next((line for line in reversed(log) if line.task_id == task.task_id and _answers(line)), None)
    return Member(
        department_code=str(task.department_code),
        name=task.name,
        is_lead=task.kind == "lead",
        task=task,
        due_at=due_at,
        signed_at=task.signed_at,
        came_at=task.came_at,
        is_late=is_past(due_at, task.came_at or task.ended_at or at),
        opinion="" if said is None else said.note,
        opinion_at=None if said is None else said.at,
        opinion_by="" if said is None else said.actor,
    )


def _answers(line: LogLine) -> bool:
    return line.verb in ("opinion", "feedback")
