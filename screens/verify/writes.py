"""What the verifier's page does: one transaction each, in the name of whoever sits at it."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from dispatch.cases.incidents import Case
from dispatch.cases.steps import VerbInput
from dispatch.cases.verbs import perform
from dispatch.centre import Centre
from screens.shell.visitor import Visitor
from screens.verify.reads import GRANT

PRESSES: dict[str, tuple[str, dict[str, object]]] = {
    "pass": ("verify", {"passed": True}),
    "fail": ("verify", {"passed": False}),
    "satisfied": ("rate", {"rating": "satisfied"}),
    "dissatisfied": ("rate", {"rating": "dissatisfied"}),
    "called": ("remark", {"called_back": True}),
}
"""Each button of the page: its verb and what comes with it."""


class VerifyWrites:
    """What the page changes in one centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def press(self, visitor: Visitor, case_no: str, press: str, version: int, note: str) -> Case:
        """Perform what a button stands for; pressed again on the case as it was shown, it is the same press."""
        scope = visitor.granted(GRANT)
        verb, given = PRESSES[press]
        write_id = uuid5(NAMESPACE_URL, f"{self._centre.area.area_id}/{scope.account}/{case_no}/{version}/{press}")
        what = VerbInput(write_id=write_id, note=note, **given)  # type: ignore[arg-type]
        with self._centre.database.transaction() as transaction:
            return perform(self._centre, transaction, scope, case_no, verb, what)
