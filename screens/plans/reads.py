"""What the plans' page reads: one transaction each, in the name of whoever sits at it."""

from __future__ import annotations

from dispatch.centre import Centre
from dispatch.departments import Department, list_departments
from dispatch.plans.plans import Plan, list_plans
from screens.shell.visitor import Visitor

GRANT = "plan.change"


class PlanReads:
    """What the page reads of one centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._area_id = centre.area.area_id

    def plans(self, visitor: Visitor) -> list[Plan]:
        """Every plan that holds in the town, by prefix."""
        visitor.granted(GRANT)
        with self._centre.database.transaction() as transaction:
            return list_plans(transaction, self._area_id)

    def departments(self, visitor: Visitor) -> list[Department]:
        """Every department a step may name."""
        visitor.granted(GRANT)
        with self._centre.database.transaction() as transaction:
            return list_departments(transaction, self._area_id)
