"""What the queue shows: cases in, rows out; nothing here knows of Dash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.cases.incidents import Case
from dispatch.cases.lifecycle import Stage, stage_of
from dispatch.cases.tasks import latest_lead
from dispatch.cases.urgency import urgency
from screens.shell.marks import case_marks
from words.catalogue import text
from words.names import near_address, type_name

GROUPS = ("waiting", "to_verify", "under_way", "finished")
"""What the centre has to do with a case, what it must do first first."""
_GROUP: dict[Stage, str] = {
    "waiting": "waiting",
    "on_the_way": "under_way",
    "at_work": "under_way",
    "paused": "under_way",
    "to_verify": "to_verify",
    "ended": "finished",
}


@dataclass(frozen=True)
class QueueRow:
    """One case in the queue."""

    case_no: str
    priority: str
    title: str
    place: str
    state_name: str
    group: str
    since: str
    started: str
    due: str
    is_paused: bool
    worker: str
    level: int
    words: str
    marks: str = ""


def queue_group(state: str) -> str:
    """Which filter of the queue a state belongs to, one of :data:`GROUPS`."""
    return _GROUP[stage_of(state)]


def queue_rows(cases: Sequence[Case], town: str, language: str) -> list[QueueRow]:
    """The queue of a town's cases: what burns first stands first."""
    return [_queue_row(case, town, language) for case in sorted(cases, key=urgency)]


def place_of(case: Case, town: str) -> str:
    """Where a case is, in few words: its address within the grid, else its grid."""
    return near_address(case.address_text, town, case.grid_name) or case.grid_name or case.grid_code or ""


def _led_by(case: Case) -> str:
    """The worker who leads it now, or the department; empty when nobody does."""
    if case.open_worker is not None:
        return case.open_worker.name
    lead = latest_lead(case.tasks)
    return lead.name if lead is not None and lead.is_active else ""


def _queue_row(case: Case, town: str, language: str) -> QueueRow:
    title, place = type_name(case.type_code, language), place_of(case, town)
    worker = _led_by(case)
    return QueueRow(
        case_no=case.case_no,
        priority=case.priority,
        title=title,
        place=place,
        state_name=text(f"lifecycle.state.{case.state}", language),
        group=queue_group(case.state),
        since=case.reported_at.isoformat(),
        started=started_of(case),
        due=due_of(case),
        is_paused=case.stage == "paused",
        worker=worker,
        level=case.level,
        words=" ".join(
            (case.case_no, title, case.description, case.address_text, case.grid_name or "", worker)
        ).lower(),
        marks=marks_of(case, language),
    )


def marks_of(case: Case, language: str) -> str:
    """What is special about the case, in one line; empty where nothing is."""
    return " · ".join(case_marks(case, language))


def due_of(case: Case) -> str:
    """When the first running clock of a case runs out (ISO 8601), empty when none runs."""
    return case.next_due_at.isoformat() if case.next_due_at else ""


def started_of(case: Case) -> str:
    """Since when the clock runs that runs out first (ISO 8601), for its lamp; else since when the case is worked on."""
    return (case.next_started_at or case.started_at).isoformat()


def group_counts(rows: Sequence[QueueRow]) -> dict[str, int]:
    """How many rows each filter of the queue would show."""
    groups = ("waiting", "under_way", "to_verify")
    return {"all": len(rows)} | {group: sum(row.group == group for row in rows) for group in groups}
