"""A verb being performed: what came with it, on which case and task, and what it changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from base.database import Transaction
from base.errors import InvalidInput
from dispatch.access.scope import Scope
from dispatch.cases.incidents import Case
from dispatch.cases.intake import is_storable
from dispatch.cases.lifecycle import State, Transition
from dispatch.cases.permission import fault_values
from dispatch.cases.tasks import Task
from dispatch.centre import Centre


@dataclass(frozen=True)
class VerbInput:
    """What comes with a verb.

    ``write_id`` is made by the client: the same id by the same account is the same write. ``worker_id`` is the one to
    send (dispatch, transfer, support, divert) or whose task is meant, ``with_workers`` those sent beside him, ``queue``
    whether a task may wait for who is busy, ``required`` whether the case waits for those who help. ``task_id`` names a
    task, ``department_code`` a department to lead or to support, ``from_case`` the case a worker is taken from,
    ``to_worker_id`` whom a department hands its task to. ``lon``, ``lat`` (degrees in ``datum``) say where it was done.
    ``type_code`` and ``priority`` may be put right when accepting; ``passed`` is what a look at the work found;
    ``found`` whether who was asked to check found it as told; ``until`` (aware) how long a case is suspended, or when
    it is to be due. ``parent`` is the case a duplicate is merged into. ``rating`` (``satisfied``, ``dissatisfied``) and
    ``score`` (1 to 5) are what the reporter says; ``called_back`` that he was called. ``no_photo_reason`` is why there
    is no picture. ``lead`` and ``departments`` are those a whistle calls, ``meet_at`` (aware) when they meet.
    ``item`` is the code of the item of law by which somebody inspected or fined.
    """

    write_id: UUID = field(default_factory=uuid4)
    note: str = ""
    worker_id: int | None = None
    with_workers: tuple[int, ...] = ()
    queue: bool = False
    required: bool = True
    department_code: str | None = None
    task_id: UUID | None = None
    from_case: str | None = None
    to_worker_id: int | None = None
    suggestion_id: UUID | None = None
    passed: bool = True
    until: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    datum: str | None = None
    type_code: str | None = None
    priority: str | None = None
    parent: str | None = None
    rating: str | None = None
    score: int | None = None
    found: bool | None = None
    called_back: bool = False
    no_photo_reason: str = ""
    lead: str | None = None
    departments: tuple[str, ...] = ()
    meet_at: datetime | None = None
    item: str | None = None


_INPUT_OF = {"worker": "worker_id", "task": "task_id", "to": "to_worker_id", "department": "department_code"}
"""What a verb needs, by its name outside, to where it stands in the input, where that differs."""


@dataclass(frozen=True)
class Step:
    """One verb being performed: the case as it was, the task it is about, who performs it, when, with what."""

    centre: Centre
    transaction: Transaction
    scope: Scope
    case: Case
    at: datetime
    given: VerbInput
    task: Task | None = None

    @property
    def area_id(self) -> int:
        """The town's."""
        return self.case.area_id

    @property
    def own_task(self) -> Task:
        """The task of a verb that is performed on one."""
        assert self.task is not None
        return self.task

    @property
    def point(self) -> tuple[float, float, str] | None:
        """Where it was done, as given."""
        lon, lat, datum = self.given.lon, self.given.lat, self.given.datum
        return None if lon is None or lat is None or datum is None else (lon, lat, datum)


@dataclass(frozen=True)
class Change:
    """What a verb does to a case besides its tasks.

    ``own_state`` is the one it is brought into itself (None: it goes where its tasks are), ``columns`` change with it,
    ``details`` are what the log tells, ``lon``, ``lat`` (EPSG:4326) where it was done, ``task_id`` what it was about.
    """

    own_state: State | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    lon: float | None = None
    lat: float | None = None
    task_id: UUID | None = None


def check_given(given: VerbInput) -> None:
    """Make sure that what came with a verb can be kept and is whole.

    Raises
    ------
    InvalidInput
        naming the field that is not.
    """
    for name in ("note", "no_photo_reason"):
        if not is_storable(getattr(given, name)):
            raise InvalidInput("text_not_storable", field=name)
    if (given.lon is None) != (given.lat is None):
        raise InvalidInput("point_incomplete", field="lat" if given.lat is None else "lon")
    if given.lon is not None and given.datum is None:
        raise InvalidInput("datum_missing", field="datum")


def check_needs(step: Step, transition: Transition) -> None:
    """Make sure that what the verb needs is there.

    Raises
    ------
    InvalidInput
        naming what is missing.
    """
    for name in transition.needs:
        value = getattr(step.given, _INPUT_OF.get(name, name))
        if value is None or (isinstance(value, str) and not value.strip()):
            raise InvalidInput(f"{name}_needed", field=name, **fault_values(step.case, transition.verb))
