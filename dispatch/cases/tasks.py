"""What each of those who work on a case has to do: the states of a task, which verb leads from one to the next, and
what state a case is in by its tasks. Tables and pure functions, no database.

Source: docs/domain.md, "Tasks".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from dispatch.cases.lifecycle import FOLLOWS_TASKS, State, stage_of

TaskState = Literal[
    "queued",
    "sent",
    "signed",
    "under_way",
    "on_scene",
    "working",
    "paused",
    "done",
    "returned",
    "withdrawn",
    "diverted",
]
TASK_STATES: tuple[TaskState, ...] = get_args(TaskState)
TaskKind = Literal["lead", "co", "check", "visit"]
Outcome = Literal["handled", "returned", "transferred", "cancelled", "taken_back", "replaced", "diverted"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True)
class TaskMeaning:
    """What a state of a task means: one line of the table.

    Parameters
    ----------
    state
        the state.
    case_state
        the state of the case while its latest lead is in it; of a lead that is done only when nobody else is awaited.
    is_open
        whether something is still to be done.
    is_active
        whether its worker is bound by it, so that he can have no other one.
    """

    state: TaskState
    case_state: State
    is_open: bool = False
    is_active: bool = False


TASK_MEANINGS: tuple[TaskMeaning, ...] = (
    TaskMeaning("queued", "accepted", is_open=True),
    TaskMeaning("sent", "dispatched", is_open=True, is_active=True),
    TaskMeaning("signed", "received", is_open=True, is_active=True),
    TaskMeaning("under_way", "received", is_open=True, is_active=True),
    TaskMeaning("on_scene", "on_scene", is_open=True, is_active=True),
    TaskMeaning("working", "handling", is_open=True, is_active=True),
    TaskMeaning("paused", "suspended", is_open=True),
    TaskMeaning("done", "handled"),
    TaskMeaning("returned", "accepted"),
    TaskMeaning("withdrawn", "accepted"),
    TaskMeaning("diverted", "accepted"),
)
"""The one place that says what a task's state means; ``is_active_task_v1`` says the same in the database."""

_MEANING: dict[str, TaskMeaning] = {meaning.state: meaning for meaning in TASK_MEANINGS}
OPEN: frozenset[TaskState] = frozenset(meaning.state for meaning in TASK_MEANINGS if meaning.is_open)
ACTIVE: frozenset[TaskState] = frozenset(meaning.state for meaning in TASK_MEANINGS if meaning.is_active)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who has to do something: ``kind`` is ``worker`` (``id`` his number) or ``department`` (``id`` its code)."""

    kind: Literal["worker", "department"]
    id: int | str
    name: str


@dataclass(frozen=True)
class Task:
    """What one addressee, a worker or a department, has to do about a case.

    ``task_no`` counts the tasks of a case in the order they were made. ``name`` is the addressee's,
    ``worker_department`` and ``worker_grid`` where a worker belongs. ``failed_at`` is when a check found it not done
    well, ``ended_by`` the account that ended it. ``village_code`` is where the case lies. ``whistle_id`` is the whistle
    that called its department, ``meet_at``, ``meet_place`` and ``meet_lon``, ``meet_lat`` (EPSG:4326) when and where
    they meet.
    """

    area_id: int
    task_id: UUID
    case_no: str
    task_no: int
    kind: TaskKind
    is_required: bool
    worker_id: int | None
    department_code: str | None
    parent_task_id: UUID | None
    state: TaskState
    suggestion_id: UUID | None
    created_by: str
    created_at: datetime
    sent_at: datetime | None = None
    signed_at: datetime | None = None
    signed_by: str | None = None
    set_out_at: datetime | None = None
    arrived_at: datetime | None = None
    started_at: datetime | None = None
    done_at: datetime | None = None
    failed_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    outcome: Outcome | None = None
    name: str = ""
    worker_department: str | None = None
    worker_grid: str | None = None
    village_code: str | None = None
    whistle_id: UUID | None = None
    meet_at: datetime | None = None
    meet_place: str = ""
    meet_lon: float | None = None
    meet_lat: float | None = None

    @property
    def came_at(self) -> datetime | None:
        """When who was called by a whistle was there: signed in, or began, or answered."""
        return self.arrived_at or self.started_at or self.done_at

    @property
    def addressee(self) -> Addressee:
        """Who has to do it."""
        if self.worker_id is not None:
            return Addressee("worker", self.worker_id, self.name)
        assert self.department_code is not None
        return Addressee("department", self.department_code, self.name)

    @property
    def party(self) -> str:
        """Who argues about it: the department of who was sent, or himself where he is of none."""
        return self.department_code or self.worker_department or f"worker {self.worker_id}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return _MEANING[self.state].is_open

    @property
    def is_active(self) -> bool:
        """Whether its worker is bound by it."""
        return _MEANING[self.state].is_active

    @property
    def is_on_the_way(self) -> bool:
        """Whether its worker was sent and has not arrived."""
        return stage_of(_MEANING[self.state].case_state) == "on_the_way" and self.is_active

    @property
    def was_taken(self) -> bool:
        """Whether it was ended by somebody else than the one whose it was."""
        return self.state in ("withdrawn", "diverted")


@dataclass(frozen=True)
class TaskStep:
    """One line of the table of steps: the verb, the states of a task it may follow, the one it leads to.

    ``stamp`` is the moment that is kept with it. A step without ``target`` leaves the task as it is.
    """

    verb: str
    sources: frozenset[TaskState]
    target: TaskState | None
    stamp: str | None = None
    outcome: Outcome | None = None


_GOING: frozenset[TaskState] = frozenset({"signed", "under_way"})
_THERE: frozenset[TaskState] = frozenset({"on_scene", "working"})

TASK_STEPS: tuple[TaskStep, ...] = (
    TaskStep("send_queued", frozenset({"queued"}), "sent", "sent_at"),
    TaskStep("sign", frozenset({"sent"}), "signed", "signed_at"),
    TaskStep("set_out", frozenset({"signed"}), "under_way", "set_out_at"),
    TaskStep("arrive", _GOING, "on_scene", "arrived_at"),
    TaskStep("start", _GOING | {"on_scene"}, "working", "started_at"),
    TaskStep("feedback", _THERE, "done", "done_at", "handled"),
    TaskStep("opinion", _THERE, "done", "done_at", "handled"),
    TaskStep("send_back", _GOING | {"sent"}, "returned", None, "returned"),
    TaskStep("ask_support", ACTIVE, None),
    TaskStep("hand_over", _GOING | _THERE, None),
    TaskStep("ask_extension", _GOING | _THERE, None),
    TaskStep("reply", ACTIVE, None),
    TaskStep("object", ACTIVE, None),
    TaskStep("take_back", OPEN, "withdrawn", None, "taken_back"),
    TaskStep("divert", ACTIVE, "diverted", None, "diverted"),
)
"""``send_queued`` is nobody's verb: a task that waits is sent when its worker's active one ends."""

_STEP: dict[str, TaskStep] = {step.verb: step for step in TASK_STEPS}


def verbs_of(task: Task) -> frozenset[str]:
    """The verbs that may be performed on a task now.

    Only a department hands over what it was given. Who is called by a whistle beside the lead files its opinion where
    others report back.
    """
    found = frozenset(step.verb for step in TASK_STEPS if task.state in step.sources)
    no_answer = "feedback" if task.whistle_id is not None and task.kind == "co" else "opinion"
    return found - ({no_answer} if task.worker_id is None else {no_answer, "hand_over"})


def after(task: Task, verb: str, at: datetime, by: str) -> Task:
    """The task after a step that an account performed."""
    step = _STEP[verb]
    assert task.state in step.sources, f"{verb} on a task that is {task.state}"
    if step.target is None:
        return task
    if step.outcome is not None:
        return _ended(task, step.target, step.outcome, at, by)
    assert step.stamp is not None
    signed_by = by if verb == "sign" else task.signed_by
    return replace(task, state=step.target, signed_by=signed_by, **{step.stamp: at})  # type: ignore[arg-type]


def standing(task: Task) -> TaskState:
    """How far a task is, a paused one as if it were not: by the moments it has."""
    if task.state != "paused":
        return task.state
    way: tuple[tuple[datetime | None, TaskState], ...] = (
        (task.started_at, "working"),
        (task.arrived_at, "on_scene"),
        (task.set_out_at, "under_way"),
        (task.signed_at, "signed"),
        (task.sent_at, "sent"),
    )
    return next((state for moment, state in way if moment is not None), "queued")


def is_way(state: TaskState) -> bool:
    """Whether who has a task in this state has signed and is awaited at the place."""
    return state in _GOING


def paused(task: Task) -> Task:
    """The open task, standing with its case; it binds nobody."""
    return replace(task, state="paused")


def resumed(task: Task) -> Task:
    """The paused task, as far as it was."""
    return replace(task, state=standing(task))


def done(task: Task, at: datetime, by: str) -> Task:
    """The open task, ended because what it was for is done."""
    return _ended(task, "done", "handled", at, by)


def withdrawn(task: Task, outcome: Outcome, at: datetime, by: str) -> Task:
    """The open task, ended without having been done."""
    return _ended(task, "withdrawn", outcome, at, by)


def _ended(task: Task, state: TaskState, outcome: Outcome, at: datetime, by: str) -> Task:
    done_at = at if state == "done" else task.done_at
    return replace(task, state=state, outcome=outcome, done_at=done_at, ended_at=at, ended_by=by)


def latest_lead(tasks: Iterable[Task]) -> Task | None:
    """The lead that counts: the one that was made last; None before there is any."""
    return max((task for task in tasks if task.kind == "lead"), key=lambda task: task.task_no, default=None)


def meeting(tasks: Iterable[Task]) -> Task | None:
    """The task that tells when and where those meet whom a whistle called, while one of them is awaited."""
    return next((task for task in open_tasks(tasks) if task.meet_at is not None), None)


def open_tasks(tasks: Iterable[Task]) -> list[Task]:
    """Those with something still to be done: the lead first, who is active before who waits, then as they were made."""
    return sorted(
        (task for task in tasks if task.is_open),
        key=lambda task: (task.kind != "lead", not task.is_active, task.task_no),
    )


def open_checks(tasks: Iterable[Task]) -> list[Task]:
    """Those who are still to look at the case."""
    return [task for task in tasks if task.is_open and task.kind == "check"]


def derive_state(case_state: State, tasks: Sequence[Task]) -> State:
    """The state of a case by its tasks; states that are the case's own stay.

    A case that is looked at before it is accepted is reported again as soon as nobody is to look.

    Source: docs/domain.md, "Tasks".
    """
    if case_state == "checking":
        return "checking" if open_checks(tasks) else "reported"
    if case_state not in FOLLOWS_TASKS:
        return case_state
    lead = latest_lead(tasks)
    if lead is None or lead.failed_at is not None:
        return "accepted"
    if lead.state != "done":
        return _MEANING[lead.state].case_state
    if any(task.is_open and task.is_required and task.kind == "co" for task in tasks):
        return "handling"
    return "verifying" if open_checks(tasks) else "handled"


@dataclass(frozen=True)
class LeadTimes:
    """When the lead was sent, has signed, has arrived; when the case was handled. None: not (any more)."""

    dispatched_at: datetime | None = None
    signed_at: datetime | None = None
    arrived_at: datetime | None = None
    handled_at: datetime | None = None


def derive_times(state: State, tasks: Sequence[Task], handled_at: datetime) -> LeadTimes:
    """What the case tells of its lead in a state that follows from the tasks; ``handled_at`` when it is handled."""
    lead = latest_lead(tasks)
    if lead is None or state == "accepted":
        return LeadTimes()
    is_handled = stage_of(state) == "to_verify"
    return LeadTimes(lead.sent_at, lead.signed_at, lead.arrived_at, handled_at if is_handled else None)


def settled(tasks: Sequence[Task], at: datetime, by: str) -> list[Task]:
    """The tasks that change because others did.

    A task that was handed over is done when those it was handed to are; when it ends otherwise, theirs are withdrawn.
    A department that was called by a whistle has to say itself what it found.
    """
    return [changed for task in tasks if (changed := _settled(task, tasks, at, by)) is not None]


def _settled(task: Task, tasks: Sequence[Task], at: datetime, by: str) -> Task | None:
    if not task.is_open:
        return None
    parent = next((one for one in tasks if one.task_id == task.parent_task_id), None)
    if parent is not None and not parent.is_open:
        return withdrawn(task, "taken_back", at, by)
    if task.whistle_id is not None:
        return None
    children = [one for one in tasks if one.parent_task_id == task.task_id]
    is_done = any(child.state == "done" for child in children) and not any(child.is_open for child in children)
    return _ended(task, "done", "handled", at, by) if is_done else None
