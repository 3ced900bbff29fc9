"""Who asks, which cases they may read, and whose places: the parameters of the one predicate every statement asks.

The predicate itself stands in the database, ``readable_cases_v2`` and ``readable_workers_v1``; a statement that shows
cases, workers or positions reads from them. What is shown of what may be read: ``dispatch/access/masking.py``.

Source: docs/domain.md, "Roles".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from dispatch.access.roles import Role

EVERY_AREA = 0
"""Area of an account that serves every area of this centre."""
_EVERYTHING = frozenset({"operator", "shift_leader", "reviewer", "verifier", "display", "gateway"})
"""The centre and its eyes; a display shows pins and points without persons; a gateway speaks for every phone."""
_OWN = frozenset({"grid_worker", "dept_handler"})


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
    grids, departments
        the grids their worker walks, and the departments they belong to.
    """

    account: str
    role: Role
    area_id: int
    worker_id: int | None = None
    areas: tuple[int, ...] = ()
    grids: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

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
    department_code = scope.department_code if scope.role == "dept_handler" else None
    return WorkerScope(False, scope.worker_id, department_code)


def readable_workers(scope: Scope) -> dict[str, Any]:
    """The parameters of ``readable_workers_v1`` for who asks, besides the area."""
    return worker_scope(scope).parameters()


def readable_cases(scope: Scope) -> dict[str, Any]:
    """The parameters of ``readable_cases_v2`` for who asks, besides the area."""
    own = scope if scope.role in _OWN else None
    return {
        "every_case": scope.role in _EVERYTHING,
        "account": None if own is None else own.account,
        "own_worker": None if own is None else own.worker_id,
        "own_department": None if own is None else own.department_code,
    }
