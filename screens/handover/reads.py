"""What the page of hand-overs reads: one transaction each, in the name of whoever sits at it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from base.errors import InvalidInput, NotFound
from dispatch.access import audit
from dispatch.centre import Centre
from dispatch.handovers.handovers import Handover, HandoverHead, list_handovers, look_at, read_handover
from screens.shell.visitor import Visitor

GRANT = "handover.sign"


class HandoverReads:
    """What the page reads of one centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def listed(self, visitor: Visitor, day: str) -> list[HandoverHead]:
        """The sheets begun on a day (``2026-12-01``; empty: on any), the newest first.

        Raises
        ------
        InvalidInput
            when this is no day.
        """
        visitor.granted(GRANT)
        with self._centre.database.transaction() as transaction:
            return list_handovers(transaction, self._centre.area.area_id, _day(day))

    def open(self, visitor: Visitor, handover_id: str | None, *, is_again: bool) -> Handover | None:
        """One sheet; that it was opened is in the audit, that the page looks again is not. None: there is none."""
        scope = visitor.granted(GRANT)
        if handover_id is None:
            return None
        look = read_handover if is_again else look_at
        try:
            with self._centre.database.transaction() as transaction:
                return look(self._centre, transaction, scope, UUID(handover_id))
        except NotFound:
            return None

    def printed(self, visitor: Visitor, handover_id: UUID) -> Handover:
        """One sheet to be printed, which is in the audit.

        Raises
        ------
        NotFound
            when the town has none of this id.
        """
        scope = visitor.granted(GRANT)
        with self._centre.database.transaction() as transaction:
            found = read_handover(self._centre, transaction, scope, handover_id)
            at, area_id = self._centre.clock(), self._centre.area.area_id
            audit.append(transaction, area_id, at, scope, "handover.print", str(handover_id))
        return found


def _day(words: str) -> date | None:
    if not words.strip():
        return None
    try:
        return date.fromisoformat(words.strip())
    except ValueError:
        raise InvalidInput("day_unreadable", field="day", given=words) from None
