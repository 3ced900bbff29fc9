"""What the desk reads: one transaction each, in the name of whoever sits at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from base.database import Transaction
from dispatch.access import audit
from dispatch.access.grants import may
from dispatch.access.roles import DEPARTMENT_ROLES
from dispatch.access.scope import Scope
from dispatch.advice.workforce import WorkerNow, read_workforce
from dispatch.cases.incidents import LIMIT, Case, CaseFilter, LogLine
from dispatch.cases.lifecycle import OPEN_STATES, Verb
from dispatch.cases.looks import list_shown, look_through, open_case
from dispatch.cases.permission import verbs_for
from dispatch.cases.photos import Photo, list_photos
from dispatch.cases.urgency import urgency
from dispatch.centre import Centre
from dispatch.competence.items import Competence
from dispatch.competence.reads import Holder, competence_of, read_holders
from dispatch.departments import Department, list_departments
from screens.shell.visitor import Visitor

GRANT = "desk.see"


@dataclass(frozen=True)
class OpenCase:
    """The open case with its log and pictures, what this person may do with it, and whom he may choose for it.

    ``is_called`` tells that a whistle was blown for it that he may see. ``competence`` are its items of law,
    ``own_department`` is that of who asks, ``own`` himself with his card where he is a worker.
    """

    case: Case
    at: datetime
    log: list[LogLine]
    photos: list[Photo]
    verbs: tuple[Verb, ...]
    colleagues: tuple[WorkerNow, ...]
    departments: tuple[Department, ...]
    is_called: bool
    competence: Competence
    own_department: str | None
    own: Holder | None


class DeskReads:
    """What the desk reads of one centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._area_id = centre.area.area_id

    def inbox(self, visitor: Visitor, *, is_first: bool) -> tuple[list[Case], datetime]:
        """What waits for whoever sits at it, and the moment: first what waits for a ruling, then by the clock.

        One line in the audit when the page is opened, none each time it looks again.
        """
        scope, now = visitor.granted(GRANT), self._centre.clock()
        narrowed = _inbox_of(scope)
        with self._centre.database.transaction() as transaction:
            if is_first:
                found = look_through(transaction, self._area_id, scope, now, narrowed)
            else:
                found = list_shown(transaction, self._area_id, scope, narrowed)
        return sorted(found, key=lambda case: (case.ruling_wanted_at is None, urgency(case))), now

    def open(self, visitor: Visitor, case_no: str) -> OpenCase:
        """The case as it is; that it was opened is in the audit."""
        scope, now = visitor.granted(GRANT), self._centre.clock()
        with self._centre.database.transaction() as transaction:
            case, log = open_case(transaction, self._area_id, scope, case_no, now)
            photos = list_photos(transaction, self._area_id, scope, case_no)
            details = {"photos": len(photos)}
            audit.append(transaction, self._area_id, now, scope, "photo.list", case_no, details)
            verbs = verbs_for(scope, case, log)
            colleagues = self._colleagues(transaction, scope, now) if "hand_over" in verbs else ()
            departments = tuple(list_departments(transaction, self._area_id)) if "rule" in verbs else ()
            competence = competence_of(transaction, self._area_id, case.type_code)
            own = self._own(transaction, scope, now)
        is_called = may(scope, "whistle.see") and any(task.whistle_id is not None for task in case.tasks)
        choices = (verbs, colleagues, departments, is_called)
        return OpenCase(case, now, log, photos, *choices, competence, scope.department_code, own)

    def _own(self, transaction: Transaction, scope: Scope, now: datetime) -> Holder | None:
        """Who asks, with his card, where he is a worker."""
        ids = [] if scope.worker_id is None else [scope.worker_id]
        return next(iter(read_holders(transaction, self._area_id, ids, now)), None)

    def _colleagues(self, transaction: Transaction, scope: Scope, now: datetime) -> tuple[WorkerNow, ...]:
        """Who of his department is on duty and free."""
        found = read_workforce(transaction, self._area_id, scope, now)
        return tuple(one for one in found if one.on_duty and one.open_case_no is None)


def _inbox_of(scope: Scope) -> CaseFilter:
    """A department has what it or its people were asked to do; everybody else what he may read and is open."""
    if scope.role in DEPARTMENT_ROLES:
        department = scope.department_code
        return CaseFilter(states=OPEN_STATES, sent_to=scope.worker_id or 0, sent_to_department=department, limit=LIMIT)
    return CaseFilter(states=OPEN_STATES, limit=LIMIT)
