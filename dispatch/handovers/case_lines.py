"""What a hand-over tells of the cases: each open one with what stands next, and what was promised or is awaited.

Pure functions over records; nothing anybody wrote stands in a line, only codes, places, names and moments.

Source: docs/domain.md, "Handing over a shift".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from base.values import Code, Moment, Value
from dispatch.access.masking import without_numbers
from dispatch.cases.clock_rows import Extension
from dispatch.cases.incidents import Case
from dispatch.cases.tasks import Task, open_tasks
from dispatch.handovers.sheet import Line, Part


@dataclass(frozen=True)
class PlanUnderWay:
    """A plan that was taken for a case: by whom, when, how many of its steps are ticked."""

    taken_by: str
    taken_at: datetime
    ticked: int
    steps: int


@dataclass(frozen=True)
class Beside:
    """What is known beside the cases, by their numbers: deadlines told to reporters, extensions, plans under way."""

    told: Mapping[str, datetime] = field(default_factory=dict)
    extensions: Mapping[str, Extension] = field(default_factory=dict)
    plans: Mapping[str, PlanUnderWay] = field(default_factory=dict)


def case_line(case: Case, at: datetime) -> Line:
    """An open case: its state, who has it, the step that is awaited and by when."""
    if case.next_stage is None:
        return _of_case(case, "cases", "case", None)
    code = "case_late" if case.is_overdue(at) else "case_due"
    return _of_case(case, "cases", code, case.next_due_at, step=Code("lifecycle.step", case.next_stage))


def _of_case(case: Case, part: Part, code: str, at: datetime | None, about: object = "", **values: Value) -> Line:
    told: dict[str, Value] = {"cat": Code("types", case.type_code), "place": _place(case)}
    if part == "cases":
        names = [_who(one) for one in open_tasks(case.tasks)]
        who = Code("handover.who", "some", {"names": names}) if names else Code("handover.who", "nobody")
        told |= {"state": Code("lifecycle.state", case.state), "who": who}
    said = Code("handover.line", code, told | values)
    of = case.case_no if part == "cases" else f"{case.case_no} {about or code}"
    return Line(part, of, said, at, case.case_no, case.priority)


def _place(case: Case) -> str:
    return without_numbers(case.address_text) or case.village_name or ""


def _who(task: Task) -> Value:
    """Who has a task: a department by its code, a worker by his name."""
    return Code("departments", str(task.department_code)) if task.worker_id is None else task.name


def promise_lines(case: Case, beside: Beside) -> Iterator[Line]:
    """What was promised about an open case, or is awaited of somebody."""
    if (told_due := beside.told.get(case.case_no)) is not None and case.handled_at is None:
        yield _of_case(case, "promises", "told_due", told_due)
    yield from _about_time(case, beside)
    if case.answer_due_at is not None:
        yield _of_case(case, "promises", "answer", case.answer_due_at)
    if case.ruling_wanted_at is not None:
        yield _of_case(case, "promises", "ruling", case.ruling_wanted_at, count=case.returned_count)
    yield from _meetings(case)
    if (plan := beside.plans.get(case.case_no)) is not None:
        yield _of_case(case, "promises", "plan", plan.taken_at, by=plan.taken_by, ticked=plan.ticked, steps=plan.steps)


def _about_time(case: Case, beside: Beside) -> Iterator[Line]:
    extension = beside.extensions.get(case.case_no)
    if case.extension_until is not None:
        yield _of_case(case, "promises", "extension_asked", case.extension_until)
    elif extension is not None and extension.decision == "granted" and case.handled_at is None:
        yield _of_case(case, "promises", "extended", extension.until, by=extension.decided_by)
    if case.suspended_until is not None:
        yield _of_case(case, "promises", "suspended", case.suspended_until)


def _meetings(case: Case) -> Iterator[Line]:
    """Each whistle with those who are called and have not come."""
    awaited: dict[UUID, list[Task]] = {}
    for task in open_tasks(case.tasks):
        if task.whistle_id is not None and task.came_at is None:
            awaited.setdefault(task.whistle_id, []).append(task)
    for whistle_id, tasks in awaited.items():
        spot = without_numbers(tasks[0].meet_place)
        who = [_who(task) for task in tasks]
        yield _of_case(case, "promises", "meet", tasks[0].meet_at, whistle_id, spot=spot, who=who)


def call_back_line(case: Case) -> Line:
    """A reporter who has to be called back."""
    return _of_case(case, "promises", "call_back", case.rated_at)


def grave_line(case: Case) -> Line:
    """An open P1: whether, by whom and when it was acknowledged."""
    if case.acknowledged_at is None:
        return _of_case(case, "hazards", "p1_unseen", case.reported_at, "p1")
    seen = Moment(case.acknowledged_at)
    return _of_case(case, "hazards", "p1_seen", case.reported_at, "p1", by=case.acknowledged_by, seen=seen)


def lines_of_cases(cases: Sequence[Case], beside: Beside, at: datetime) -> list[Line]:
    """Everything a hand-over tells of the open cases, in their order."""
    return [
        *(case_line(case, at) for case in cases),
        *(line for case in cases for line in promise_lines(case, beside)),
        *(grave_line(case) for case in cases if case.priority == "P1"),
    ]
