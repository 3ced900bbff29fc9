"""What the whistle's page reads: one transaction each, in the name of whoever sits at it."""

from __future__ import annotations

from dataclasses import dataclass

from base.errors import NotFound
from dispatch.cases.incidents import Case
from dispatch.cases.permission import own_part
from dispatch.cases.tasks import Task
from dispatch.cases.whistle import WhistleNow, cases_whistled
from dispatch.cases.whistle_look import look_again, open_whistle
from dispatch.centre import Centre
from screens.shell.visitor import Visitor

GRANT = "whistle.see"


@dataclass(frozen=True)
class OpenWhistle:
    """A whistle with its case, and the visitor's own part in it, if any: his department's, or his own."""

    case: Case
    now: WhistleNow
    own: Task | None


class WhistleReads:
    """What the page reads of one centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._area_id = centre.area.area_id

    def running(self, visitor: Visitor) -> list[OpenWhistle]:
        """Every whistle somebody still has to answer, the first to meet first."""
        scope, at = visitor.granted(GRANT), self._centre.clock()
        with self._centre.database.transaction() as transaction:
            numbers = cases_whistled(transaction, self._area_id, scope)
            found = [look_again(transaction, self._area_id, scope, number, at) for number in numbers]
        return [OpenWhistle(case, now, own_part(scope, case.tasks)) for case, now in found]

    def open(self, visitor: Visitor, case_no: str, *, is_again: bool) -> OpenWhistle | None:
        """One whistle; that it was opened is in the audit, that the page looks again is not. None: there is none."""
        scope, at = visitor.granted(GRANT), self._centre.clock()
        try:
            with self._centre.database.transaction() as transaction:
                if not is_again:
                    open_whistle(transaction, self._area_id, scope, case_no, at)
                case, now = look_again(transaction, self._area_id, scope, case_no, at)
        except NotFound:
            return None
        return OpenWhistle(case, now, own_part(scope, case.tasks))
