"""Who may read which cases, and whose places: the parameters of the one predicate every statement asks.

The predicate itself stands in the database, ``readable_cases_v1`` and ``readable_workers_v1``; a statement that shows
cases, workers or positions reads from them. What is shown of what may be read: ``dispatch/access/masking.py``.

Source: docs/domain.md, "Roles".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dispatch.access.grants import Principal

_EVERYTHING = frozenset({"operator", "shift_leader", "reviewer", "verifier", "display", "gateway"})
"""The centre and its eyes; a display shows pins and points without persons; a gateway speaks for every phone."""
_OWN = frozenset({"grid_worker", "dept_handler"})


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


def worker_scope(principal: Principal) -> WorkerScope:
    """Whose places and tracks the principal may read: everybody's, their department's, their own, or nobody's."""
    if principal.role in _EVERYTHING:
        return WorkerScope(everybody=True)
    if principal.role not in _OWN:
        return WorkerScope(everybody=False)
    department_code = principal.department_code if principal.role == "dept_handler" else None
    return WorkerScope(False, principal.worker_id, department_code)


def readable_workers(principal: Principal) -> dict[str, Any]:
    """The parameters of ``readable_workers_v1`` for the principal, besides the area."""
    return worker_scope(principal).parameters()


def readable_cases(principal: Principal) -> dict[str, Any]:
    """The parameters of ``readable_cases_v1`` for the principal, besides the area."""
    own = principal if principal.role in _OWN else None
    return {
        "every_case": principal.role in _EVERYTHING,
        "account": None if own is None else own.account,
        "own_worker": None if own is None else own.worker_id,
        "own_department": None if own is None else own.department_code,
    }
