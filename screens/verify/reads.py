"""What the verifier's page reads: one transaction each, in the name of whoever sits at it."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.access import audit
from dispatch.cases.guards import may_be_closed_unseen
from dispatch.cases.incidents import LIMIT, Case, CaseFilter, LogLine
from dispatch.cases.lifecycle import Verb
from dispatch.cases.looks import list_shown, look_through, open_case, phone_to_call
from dispatch.cases.permission import verbs_for
from dispatch.cases.photos import Photo, list_photos
from dispatch.centre import Centre
from screens.shell.visitor import Visitor

GRANT = "verify.see"


@dataclass(frozen=True)
class OpenCase:
    """The open case with its log, its pictures, and what this person may do with it."""

    case: Case
    log: list[LogLine]
    photos: list[Photo]
    verbs: tuple[Verb, ...]


class VerifyReads:
    """What the page reads of one centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._area_id = centre.area.area_id

    def waiting(self, visitor: Visitor, *, is_first: bool) -> list[Case]:
        """What is to be looked at, and who is to be called back: the most urgent first, then the oldest.

        One line in the audit when the page is opened, none each time it looks again.
        """
        scope, now = visitor.granted(GRANT), self._centre.clock()
        to_verify = CaseFilter(stages=("to_verify",), limit=LIMIT)
        to_call = CaseFilter(needs_call_back=True, limit=LIMIT)
        with self._centre.database.transaction() as transaction:
            if is_first:
                found = look_through(transaction, self._area_id, scope, now, to_verify)
            else:
                found = list_shown(transaction, self._area_id, scope, to_verify)
            found += list_shown(transaction, self._area_id, scope, to_call)
        waiting = {case.case_no: case for case in found if case.needs_call_back or not may_be_closed_unseen(case)}
        return sorted(waiting.values(), key=lambda case: (case.priority, case.handled_at or case.reported_at))

    def open(self, visitor: Visitor, case_no: str) -> OpenCase:
        """The case as it is, before and after; that it was opened is in the audit."""
        scope = visitor.granted(GRANT)
        with self._centre.database.transaction() as transaction:
            case, log = open_case(transaction, self._area_id, scope, case_no, self._centre.clock())
            photos = list_photos(transaction, self._area_id, scope, case_no)
            details = {"photos": len(photos)}
            audit.append(transaction, self._area_id, self._centre.clock(), scope, "photo.list", case_no, details)
        return OpenCase(case, log, photos, verbs_for(scope, case, log))

    def phone(self, visitor: Visitor, case_no: str, reason: str) -> str:
        """The reporter's phone, to call him back; the reason stands in the audit."""
        scope = visitor.granted("reporter.call")
        with self._centre.database.transaction() as transaction:
            return phone_to_call(transaction, self._area_id, scope, case_no, reason, self._centre.clock())
