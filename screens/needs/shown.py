"""What the page of the need lists shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dispatch.access.grants import may
from dispatch.access.scope import Scope
from dispatch.departments import Department
from dispatch.needs.needs import Need, NeedFilter
from dispatch.needs.units import Unit, speaks_for
from dispatch.people.people import Person


@dataclass(frozen=True)
class NeedsShown:
    """Who looks, what was asked for, the units, the entries, the open one; to whom a case of it could be sent."""

    scope: Scope
    narrowed: NeedFilter
    units: Mapping[str, Unit]
    needs: Sequence[Need]
    open: Need | None
    departments: Sequence[Department]
    people: Sequence[Person]

    @property
    def own_units(self) -> list[Unit]:
        """The units the visitor enters and claims for."""
        if not may(self.scope, "need.change"):
            return []
        return [one for one in self.units.values() if speaks_for(self.scope, one)]

    def is_own(self, unit_code: str) -> bool:
        """Whether the visitor speaks for a unit."""
        return may(self.scope, "need.change") and speaks_for(self.scope, self.units[unit_code])
