"""What the people of a case are told after a verb: which notices, to whom, with which values.

Who gets what over which channel: ``dispatch/notices/notices.csv``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from base.database import Transaction
from base.values import Code, Moment, Value
from dispatch.access.masking import without_numbers
from dispatch.cases.incidents import Case
from dispatch.cases.tasks import Task, meeting, open_tasks
from dispatch.notices.outbox import tell
from dispatch.notices.recipients import About, Addressed, Recipient, phone_recipient
from dispatch.notices.rules import codes_after


def tell_after(transaction: Transaction, at: datetime, verb: str, case: Case) -> None:
    """Write what a verb has to tell into the outbox.

    Parameters
    ----------
    transaction, at
        the one the verb is written in, and its moment.
    case
        as it is after the verb.
    """
    is_accepted_too = verb != "accept" and case.accepted_at == at and case.state != "self_handled"
    verbs = ["accept", verb] if is_accepted_too else [verb]
    for code in dict.fromkeys(code for one in verbs for code in codes_after(one)):
        if _is_so(code, case):
            tell(transaction, case.area_id, at, code, about_case(case, at, _occasion(code, at)))


def _is_so(code: str, case: Case) -> bool:
    """Whether what a notice would tell has come about: not every verification closes, not every case is grave."""
    if code == "closed":
        return case.state == "closed"
    if code == "ruling_wanted":
        return case.ruling_wanted_at is not None
    return code != "p1_reported" or case.priority == "P1"


def _occasion(code: str, at: datetime) -> datetime | None:
    """A case may be closed twice, and somebody be sent twice; that it is grave is told once."""
    return None if code == "p1_reported" else at


def about_case(case: Case, at: datetime, occasion_at: datetime | None) -> About:
    """A case as notices tell of it, with everybody who has a part in it at this moment."""
    return About(case.case_no, case.priority, _told(case), _people(case, at), occasion_at)


def _told(case: Case) -> dict[str, Value]:
    """What a notice may tell: never coordinates, names of the people of a case, or numbers.

    Due is the handling; before it is accepted, and when it has been handled, the look at it, or what runs out first.
    """
    is_to_handle = case.accepted_at is not None and case.handled_at is None
    due_at = case.due_at if is_to_handle else case.next_due_at
    return {
        "no": case.case_no,
        "cat": Code("types", case.type_code),
        "place": without_numbers(case.address_text) or case.village_name or "",
        "village": case.village_name or "",
        "dept": Code("departments", case.department_code),
        "due": None if due_at is None else Moment(due_at),
        "priority": Code("lifecycle.priority", case.priority),
        **_meeting(case),
    }


def _meeting(case: Case) -> dict[str, Value]:
    """When and where those meet whom a whistle called last; nothing where none was blown."""
    called = meeting(case.tasks)
    if called is None or called.meet_at is None:
        return {}
    return {"meet": Moment(called.meet_at), "spot": without_numbers(called.meet_place), "lead": called.name}


def _people(case: Case, at: datetime) -> dict[str, tuple[Addressed, ...]]:
    return {
        "reporter": phone_recipient(case.reporter_phone),
        "handlers": _addressed(task for task in open_tasks(case.tasks) if task.state != "queued"),
        "sent": _addressed(task for task in case.tasks if task.state == "sent" and task.sent_at == at),
        "called": _addressed(task for task in open_tasks(case.tasks) if task.whistle_id is not None),
        "freed": _addressed(task for task in case.tasks if task.ended_at == at and _was_taken(task)),
        "department": (Addressed(Recipient("department", case.department_code)),),
    }


def _was_taken(task: Task) -> bool:
    """Whether a task ended without its worker's doing, after he was sent."""
    return task.sent_at is not None and task.state in ("withdrawn", "diverted")


def _addressed(tasks: Iterable[Task]) -> tuple[Addressed, ...]:
    return tuple(Addressed(addressee_of(task), task.task_id) for task in tasks)


def addressee_of(task: Task) -> Recipient:
    """Whose task it is, as notices know him."""
    if task.worker_id is not None:
        return Recipient("worker", str(task.worker_id))
    return Recipient("department", str(task.department_code))
