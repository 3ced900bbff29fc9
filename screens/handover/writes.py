"""What the page of hand-overs does: one transaction each, in the name of whoever sits at it."""

from __future__ import annotations

from uuid import UUID

from dispatch.centre import Centre
from dispatch.handovers.handovers import open_handover, refresh, remark, sign
from screens.handover.reads import GRANT
from screens.shell.visitor import Visitor

PRESSES = ("begin", "refresh", "outgoing", "incoming", "remark")
"""The buttons of the page."""


class HandoverWrites:
    """What the page changes in one centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def press(
        self, visitor: Visitor, press: str, selected: UUID | None, write_id: UUID, version: int, words: str
    ) -> None:
        """Do what a button stands for, on the sheet that is open; the same press again is one.

        A sheet that is begun has the id of the press.
        """
        scope, centre = visitor.granted(GRANT), self._centre
        with centre.database.transaction() as transaction:
            match press, selected:
                case "begin", _:
                    open_handover(centre, transaction, scope, write_id)
                case "refresh", UUID() as sheet:
                    refresh(centre, transaction, scope, sheet, write_id, words)
                case "outgoing", UUID() as sheet:
                    sign(centre, transaction, scope, sheet, write_id, "outgoing", version, words)
                case "incoming", UUID() as sheet:
                    sign(centre, transaction, scope, sheet, write_id, "incoming", version)
                case "remark", UUID() as sheet:
                    remark(centre, transaction, scope, sheet, write_id, words)
