"""What the whistle's page does: one transaction each, in the name of whoever sits at it."""

from __future__ import annotations

from uuid import UUID, uuid5

from base.errors import NotFound
from dispatch.cases.permission import own_part
from dispatch.cases.steps import VerbInput
from dispatch.cases.tasks import verbs_of
from dispatch.cases.verbs import perform
from dispatch.cases.whistle_look import look_again
from dispatch.centre import Centre
from screens.shell.visitor import Visitor
from screens.whistle.reads import GRANT

PRESSES: dict[str, tuple[str, ...]] = {
    "sign_in": ("sign", "arrive"),
    "answer": ("opinion",),
    "report": ("feedback",),
}
"""Each button of the page and its verbs; who has signed already only arrives."""


class WhistleWrites:
    """What the page changes in one centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def press(
        self, visitor: Visitor, case_no: str, press: str, write_id: UUID, note: str, point: tuple[float, float] | None
    ) -> None:
        """Perform what a button stands for on the visitor's own part; the same press again is one.

        Raises
        ------
        NotFound
            when no whistle called the visitor's department.
        """
        scope, area_id, at = visitor.granted(GRANT), self._centre.area.area_id, self._centre.clock()
        with self._centre.database.transaction() as transaction:
            own = own_part(scope, look_again(transaction, area_id, scope, case_no, at)[0].tasks)
            if own is None:
                raise NotFound("no_whistle", field="case_no", case_no=case_no)
            verbs = PRESSES[press]
            for verb in verbs if verbs[0] in verbs_of(own) else verbs[-1:]:
                lon, lat = point or (None, None)
                given = VerbInput(
                    write_id=uuid5(write_id, verb), note=note, task_id=own.task_id, lon=lon, lat=lat,
                    datum=None if point is None else "wgs84", no_photo_reason=visitor.text("whistle.no_photo"),
                )  # fmt: skip
                perform(self._centre, transaction, scope, case_no, verb, given)
