"""Looking at cases: what somebody may know of them, masked for their eyes, and a line in the audit for the look.

Every screen and endpoint that shows a case takes it from here; ``dispatch/cases/incidents.py`` has it as it is, for the
rules. What of a person is shown to whom: ``dispatch/access/masking.py``. What leaves a line: docs/adr/0018.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from base.clock import rfc3339
from base.database import Transaction
from base.errors import InvalidInput
from dispatch.access import audit
from dispatch.access.masking import CaseMask, case_mask
from dispatch.access.scope import Scope
from dispatch.cases.incidents import Case, CaseFilter, LogLine, list_cases, read_case, read_log
from dispatch.cases.intake import is_storable
from dispatch.cases.tasks import Task

_SHOWN_NOBODY = frozenset({"display", "gateway"})
"""In a list they read nobody's whole name or number, so their lists, asked for every few seconds, leave no line."""
_EVERY_CASE = CaseFilter()


def open_case(
    transaction: Transaction, area_id: int, scope: Scope, case_no: str, at: datetime
) -> tuple[Case, list[LogLine]]:
    """One case with its log, masked for who opens it; that it was opened is in the audit.

    Raises
    ------
    NotFound
        when there is none of this number, or it is not for this person to know of it.
    """
    case = read_case(transaction, area_id, case_no, scope)
    log = read_log(transaction, area_id, case_no)
    audit.append(transaction, area_id, at, scope, "incident.read", case_no)
    return shown(case, scope), shown_log(log, case, scope)


def list_shown(
    transaction: Transaction, area_id: int, scope: Scope, case_filter: CaseFilter = _EVERY_CASE
) -> list[Case]:
    """The cases the asker may know of that fit the filter, every person in them masked for everybody.

    Raises
    ------
    InvalidInput
        naming the filter, when a value cannot be.
    """
    found = list_cases(transaction, area_id, scope, case_filter)
    return [shown(case, scope, is_opened=False) for case in found]


def look_through(
    transaction: Transaction,
    area_id: int,
    scope: Scope,
    at: datetime,
    case_filter: CaseFilter = _EVERY_CASE,
    *,
    is_brief: bool = False,
) -> list[Case]:
    """As :func:`list_shown`, and the look is in the audit: one line a list, with its filter and how many it had.

    Parameters
    ----------
    transaction, area_id, scope, case_filter
        as of :func:`list_shown`.
    at
        the present moment (aware).
    is_brief
        without words and whole names, as a display reads it: then nobody's data is shown, and there is no line.

    Raises
    ------
    InvalidInput
        naming the filter, when a value cannot be.
    """
    cases = list_shown(transaction, area_id, scope, case_filter)
    if is_brief:
        return [brief(case) for case in cases]
    if scope.role not in _SHOWN_NOBODY:
        details = _filter_record(case_filter) | {"cases": len(cases)}
        audit.append(transaction, area_id, at, scope, "incident.list", "incidents", details)
    return cases


def phone_to_call(transaction: Transaction, area_id: int, scope: Scope, case_no: str, reason: str, at: datetime) -> str:
    """The phone of who reported a case, to call him back; the reason stands in the audit.

    Raises
    ------
    InvalidInput
        when no reason is given.
    NotFound
        when there is no such case, or it is not for this person to know of it.
    """
    if not reason.strip() or not is_storable(reason):
        raise InvalidInput("call_reason_needed", field="reason")
    case = read_case(transaction, area_id, case_no, scope)
    audit.append(transaction, area_id, at, scope, "reporter.call", case_no, {"reason": reason.strip()})
    return case.reporter_phone


def shown(case: Case, scope: Scope, *, is_opened: bool = True) -> Case:
    """The case as the asker may see it: opened by itself (which is recorded), or in a list."""
    return _masked(case, case_mask(scope, case.reported_by, case.reporter_name, is_opened=is_opened))


def brief(case: Case) -> Case:
    """The case without anybody's words or name."""
    return _masked(case, CaseMask(is_whole=False, has_words=False, has_names=False, reporter=case.reporter_name))


def shown_log(log: Sequence[LogLine], case: Case, scope: Scope) -> list[LogLine]:
    """The lines of an opened case's log as the asker may see them; ``case`` gives the reporter's name."""
    mask = case_mask(scope, case.reported_by, case.reporter_name, is_opened=True)
    return [replace(line, note=mask.words(line.note), details=_details(line.details, mask)) for line in log]


def case_words(case: Case, scope: Scope, words: str) -> str:
    """A text of an opened case as the asker may read it."""
    return case_mask(scope, case.reported_by, case.reporter_name, is_opened=True).words(words)


def _masked(case: Case, mask: CaseMask) -> Case:
    worker = case.worker
    return replace(
        case,
        description=mask.words(case.description),
        reporter_name=mask.reporter_name(case.reporter_name),
        reporter_phone=mask.reporter_phone(case.reporter_phone),
        worker=None if worker is None else replace(worker, name=mask.worker_name(worker.name)),
        tasks=tuple(_masked_task(task, mask) for task in case.tasks),
    )


def _masked_task(task: Task, mask: CaseMask) -> Task:
    """A worker's name is a person's, a department's is not."""
    return task if task.worker_id is None else replace(task, name=mask.worker_name(task.name))


def _details(details: dict[str, Any], mask: CaseMask) -> dict[str, Any]:
    """What a line tells besides; the words a type was known by are words of the description."""
    if not mask.has_words:
        details = {name: value for name, value in details.items() if name not in ("type_proposed", "raised_by")}
    if "no_photo_reason" in details:
        details = details | {"no_photo_reason": mask.words(str(details["no_photo_reason"]))}
    if "worker_name" in details:
        details = details | {"worker_name": mask.worker_name(str(details["worker_name"]))}
    return details


def _filter_record(case_filter: CaseFilter) -> dict[str, object]:
    given: dict[str, object] = {
        "states": None if case_filter.states is None else list(case_filter.states),
        "stages": None if case_filter.stages is None else list(case_filter.stages),
        "grid": case_filter.grid,
        "since": None if case_filter.since is None else rfc3339(case_filter.since),
        "bbox": None if case_filter.bbox is None else list(case_filter.bbox),
        "limit": case_filter.limit,
    }
    return {name: value for name, value in given.items() if value is not None}
