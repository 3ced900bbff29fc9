"""What the panel shows of a case's log: who did what when, about whose task; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.cases.incidents import Case, LogLine
from screens.shell.by_law import by_law
from words.catalogue import text
from words.units import time_of_day
from words.values import list_text


@dataclass(frozen=True)
class LogRow:
    """One line of the case's log as it is read."""

    at: str
    who: str
    account: str
    what: str
    note: str


class _Names:
    """Everybody who ever had something to do about the case, by the ways a line of its log speaks of him."""

    def __init__(self, case: Case, log: Sequence[LogLine]) -> None:
        told = [line.details for line in log if {"worker", "worker_name"} <= line.details.keys()]
        lead = {case.worker.worker_id: case.worker.name} if case.worker else {}
        self._workers: dict[object, str] = {one["worker"]: one["worker_name"] for one in told} | lead
        self._workers |= {task.worker_id: task.name for task in case.tasks if task.worker_id is not None}
        self._departments: dict[object, str] = {
            task.department_code: task.name for task in case.tasks if task.department_code
        }
        self._tasks = {task.task_id: task.name for task in case.tasks}

    def spoken_for(self, line: LogLine) -> str:
        """For whom the line says it was done; empty when for nobody."""
        details = line.details
        worker = self._workers.get(details.get("on_behalf_of"), "")
        return worker or self._departments.get(details.get("on_behalf_of_department"), "")

    def sent(self, line: LogLine) -> list[str]:
        """Who was sent, in the order they were chosen."""
        others = (self._workers.get(one, "") for one in line.details.get("with", ()))
        return [name for name in (str(line.details.get("worker_name", "")), *others) if name]

    def taken_from(self, line: LogLine) -> str:
        """Who had to do it before; empty when nobody had."""
        return self._workers.get(line.details.get("from_worker"), "")

    def of_task(self, line: LogLine) -> str:
        """Whose task it was; empty where the line is about none."""
        return self._tasks.get(line.task_id, "") if line.task_id else ""


def log_rows(case: Case, log: Sequence[LogLine], language: str) -> tuple[LogRow, ...]:
    """The log as it is read, the first line first."""
    names = _Names(case, log)
    return tuple(_row(line, names, language) for line in log)


def _row(line: LogLine, names: _Names, language: str) -> LogRow:
    about = _about(line, names, language)
    return LogRow(
        at=time_of_day(line.at),
        who=_who(line, names, language),
        account=line.actor,
        what=text(f"console.done.{line.verb}", language) + (f" · {about}" if about else ""),
        note=_note(line, language),
    )


def _about(line: LogLine, names: _Names, language: str) -> str:
    """Whom the line is about, where it does not say so already: who was sent, in whose place, from or to which case."""
    ways = (names.taken_from(line), list_text(names.sent(line), language))
    told = " → ".join(name for name in ways if name) or names.of_task(line)
    for name, other in _OTHER_CASE:
        if other in line.details:
            told = text(f"console.case.{name}", language, name=told, case_no=line.details[other])
    found = line.details.get("found")
    if found is not None:
        told = text(f"console.case.found_{'yes' if found else 'no'}", language)
    if line.details.get("required") is False:
        told = text("console.part_optional", language, part=told)
    return "" if told == names.spoken_for(line) else told


_OTHER_CASE = (
    ("diverted_from", "from_case"), ("diverted_to", "to_case"), ("merged_into", "parent"), ("merged_from", "child"),
)  # fmt: skip
"""How another case is told of, and where a line keeps its number."""


def _note(line: LogLine, language: str) -> str:
    """What the law says to it, what was written, and why there is no picture."""
    why = line.details.get("no_photo_reason")
    missing = text("console.case.no_photo", language, why=why) if why else ""
    return " · ".join(part for part in (*by_law(line, language), line.note, missing) if part)


def _who(line: LogLine, names: _Names, language: str) -> str:
    """The role that did it; the worker's name where his phone did, both where somebody did it for him."""
    role = text(f"lifecycle.role.{line.role}", language)
    name = names.spoken_for(line)
    if not name:
        return role
    if line.role == "gateway":
        return name
    return text("console.case.on_behalf", language, role=role, name=name)
