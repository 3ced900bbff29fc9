"""Who asks, which cases they may read, and whose places: the parameters of the one predicate every statement asks.

The predicate itself stands in the database, ``readable_cases_v3`` and ``readable_workers_v1``; a statement that shows
cases, workers or positions reads from them. What is shown of what may be read: ``dispatch/access/masking.py``.

Source: docs/domain.md, "Roles".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from dispatch.access.roles import DEPARTMENT_ROLES, ON_FOOT, VILLAGE_ROLES, Role

EVERY_AREA = 0
"""Area of an account that serves every area of this centre."""
_EVERYTHING = frozenset({"operator", "shift_leader", "reviewer", "verifier", "town_leader", "display", "gateway"})
"""The centre and its eyes; a display shows pins and points without persons; a gateway speaks for every phone."""
_OWN = ON_FOOT | DEPARTMENT_ROLES | VILLAGE_ROLES | {"county_operator"}
_REPORTS_ONLY = frozenset({"micro_leader"})
"""Neighbours: they read what they reported themselves."""
_COUNTY_LEVEL = 4
"""Source: docs/domain.md, "The ladder"."""
_VILLAGE_DIGITS = 12
"""Source: docs/domain.md, "Division codes"."""


@dataclass(frozen=True)
class Scope:
    """Who asks, as what, and how far they see and act: somebody who is logged in, or a token.

    Handed in with each request and kept nowhere else: two requests, of two towns, never share one.

    Parameters
    ----------
    account, role
        the person or programme, and as what.
    area_id
        the town this request is about.
    worker_id
        the worker they are, if they are one.
    areas
        the towns the account is of; ``EVERY_AREA`` stands for all.
    grids, departments, villages
        the grids their worker walks, the departments they belong to, and the village they are of.
    """

    account: str
    role: Role
    area_id: int
    worker_id: int | None = None
    areas: tuple[int, ...] = ()
    grids: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()

    @property
    def village_code(self) -> str | None:
        """The village whose cases somebody of a village reads: the account's own, else that of his grid."""
        if self.role not in VILLAGE_ROLES:
            return None
        codes = (*self.villages, *(grid[:_VILLAGE_DIGITS] for grid in self.grids))
        return codes[0] if codes else None

    @property
    def department_code(self) -> str | None:
        """The one department an account is of; the predicate asks about one."""
        return self.departments[0] if self.departments else None

    def is_of(self, area_id: int) -> bool:
        """Whether the account is one of this town, or of every town."""
        return area_id in self.areas or EVERY_AREA in self.areas


def system_scope(area_id: int) -> Scope:
    """Who acts when the clock does: nobody; it stands in the log and reads nothing through the predicate."""
    return Scope("system", cast(Role, "system"), area_id)


@dataclass(frozen=True)
class WorkerScope:
    """Whose places and tracks somebody may read; two who may read the same are equal."""

    everybody: bool
    worker_id: int | None = None
    department_code: str | None = None

    def parameters(self) -> dict[str, Any]:
        """What ``readable_workers_v1`` asks besides the area."""
        return {
            "every_worker": self.everybody,
            "own_worker": self.worker_id,
            "own_department": self.department_code,
        }


def worker_scope(scope: Scope) -> WorkerScope:
    """Whose places and tracks the asker may read: everybody's, their department's, their own, or nobody's."""
    if scope.role in _EVERYTHING:
        return WorkerScope(everybody=True)
    if scope.role not in _OWN:
        return WorkerScope(everybody=False)
    department_code = scope.department_code if scope.role in DEPARTMENT_ROLES else None
    return WorkerScope(False, scope.worker_id, department_code)


def readable_workers(scope: Scope) -> dict[str, Any]:
    """The parameters of ``readable_workers_v1`` for who asks, besides the area."""
    return worker_scope(scope).parameters()


def readable_cases(scope: Scope) -> dict[str, Any]:
    """The parameters of ``readable_cases_v3`` for who asks, besides the area."""
    own = scope if scope.role in _OWN else None
    is_of_case = own is not None and own.role not in _REPORTS_ONLY
    return {
        "every_case": scope.role in _EVERYTHING,
        "account": None if own is None else own.account,
        "own_worker": scope.worker_id if is_of_case else None,
        "own_department": scope.department_code if is_of_case else None,
        "own_village": scope.village_code,
        "from_level": _COUNTY_LEVEL if scope.role == "county_operator" else None,
    }
