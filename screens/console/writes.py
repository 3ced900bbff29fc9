"""What the console does: one transaction each, in the name of whoever sits at it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from base.clock import TOWN_ZONE
from dispatch.cases.incidents import Case
from dispatch.cases.intake import Report, report
from dispatch.cases.steps import VerbInput
from dispatch.cases.verbs import perform
from dispatch.centre import Centre
from dispatch.plans.taken import take_plan, tick_step
from screens.console.reads import GRANT
from screens.shell.visitor import Visitor
from words.catalogue import text


class ConsoleWrites:
    """What the console changes in one centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def report(self, visitor: Visitor, draft: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
        """Take the draft as a case; returns its number. The draft's id makes a second press harmless."""
        scope = visitor.granted("incident.report")
        incoming = Report(client_id=UUID(draft["id"]), lon=draft["lon"], lat=draft["lat"], datum="wgs84", **fields)
        with self._centre.database.transaction() as transaction:
            return report(self._centre, transaction, scope, incoming).case_no

    def perform(self, visitor: Visitor, case_no: str, verb: str, given: VerbInput) -> Case:
        """Perform a verb of the case."""
        scope = visitor.granted(GRANT)
        with self._centre.database.transaction() as transaction:
            return perform(self._centre, transaction, scope, case_no, verb, given)

    def plan(self, visitor: Visitor, case_no: str, step: int, said: str, write_id: UUID) -> None:
        """Take the plan of the case (step 0), or tick one of its steps."""
        scope = visitor.granted("plan.take")
        with self._centre.database.transaction() as transaction:
            if step == 0:
                take_plan(self._centre, transaction, scope, case_no, write_id)
            else:
                tick_step(self._centre, transaction, scope, case_no, step, said, write_id)


def verb_input(pressed: Mapping[str, Any], note: str, language: str) -> VerbInput:
    """What comes with a press: its id makes a second press harmless, what its form was told stands before the note.

    Who answers for somebody by phone has no picture.
    """
    suggestion, task = pressed.get("suggestion"), pressed.get("task")
    return VerbInput(
        write_id=UUID(pressed["id"]),
        note=pressed.get("note", note),
        worker_id=pressed.get("worker"),
        with_workers=tuple(pressed.get("others", ())),
        required=pressed.get("required", True),
        task_id=UUID(task) if task else None,
        from_case=pressed.get("from_case"),
        suggestion_id=UUID(suggestion) if suggestion else None,
        until=_town_moment(pressed.get("until", "")),
        parent=pressed.get("parent"),
        department_code=pressed.get("department"),
        lead=pressed.get("lead"),
        departments=tuple(pressed.get("departments", ())),
        meet_at=_town_moment(pressed.get("meet_at", "")),
        lon=pressed.get("lon"),
        lat=pressed.get("lat"),
        datum="wgs84",
        rating=pressed.get("rating"),
        no_photo_reason=text("console.case.by_phone", language) if pressed["verb"] == "feedback" else "",
    )


def _town_moment(words: str) -> datetime | None:
    """A moment by the town's wall clock; None where there is none, as of a day no calendar has."""
    try:
        return datetime.fromisoformat(words).replace(tzinfo=TOWN_ZONE)
    except ValueError:
        return None
