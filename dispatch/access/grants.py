"""Who may do what. Every screen and endpoint asks here; what is not granted is refused."""

from __future__ import annotations

from base.errors import Forbidden, NotAuthenticated
from dispatch.access.roles import ROLES, Role
from dispatch.access.scope import Scope

_CENTRE: frozenset[Role] = frozenset({"operator", "shift_leader"})
_ALL: frozenset[Role] = frozenset(ROLES)
_EYES: frozenset[Role] = _CENTRE | {"reviewer", "verifier"}
_WALL: frozenset[Role] = _EYES | {"display", "dept_handler", "sysadmin"}
"""The wall shows no words and no whole names; whose places come with it, ``scope.py`` tells. Grid workers have a page
of their own, which shows nobody else's place."""

GRANTS: dict[str, frozenset[Role]] = {
    "map.see": _ALL,
    "wall.see": _WALL,
    "console.see": _CENTRE,
    "worker.list": _EYES | {"display", "gateway", "dept_handler"},
    "worker.live": _WALL | {"gateway"},
    "route.ask": _CENTRE | {"grid_worker", "gateway", "dept_handler", "verifier"},
    "incident.report": _CENTRE | {"grid_worker", "dept_handler", "gateway"},
    "incident.list": _EYES | {"display", "grid_worker", "dept_handler", "gateway"},
    "incident.read": _EYES | {"display", "grid_worker", "dept_handler", "gateway"},
    "incident.suggestion": _CENTRE,
    "incident.nearby": _EYES | {"dept_handler"},
    "position.send": frozenset({"grid_worker", "gateway", "dept_handler"}),
    "refusal.see": _CENTRE | {"sysadmin"},
    "duty.change": frozenset({"grid_worker", "gateway", "dept_handler", "shift_leader"}),
    "sos.see": _EYES | {"display", "grid_worker", "dept_handler", "gateway"},
    "sos.raise": _CENTRE | {"grid_worker", "dept_handler", "gateway"},
    "sos.acknowledge": _CENTRE,
    "sos.end": _CENTRE | {"grid_worker", "dept_handler", "gateway"},
    "track.read": frozenset({"reviewer", "shift_leader"}),
    "map.print": _EYES,
    "statistics.see": _EYES,
    "field.see": frozenset({"grid_worker", "dept_handler"}),
    "photo.send": _CENTRE | {"grid_worker", "dept_handler", "gateway", "verifier"},
    "photo.see": _EYES | {"grid_worker", "dept_handler", "gateway"},
    "person.unmask": _CENTRE,
    "notice.see": _CENTRE | {"sysadmin"},
    "notice.again": frozenset({"shift_leader", "sysadmin"}),
    "reporter.call": _CENTRE | {"verifier"},
    "worker.leave": frozenset({"shift_leader"}),
    "plan.see": _EYES,
    "plan.take": _CENTRE,
    "plan.change": frozenset({"shift_leader"}),
    "whistle.see": _EYES | {"dept_handler"},
    "verify.see": frozenset({"verifier"}),
    "account.manage": frozenset({"sysadmin"}),
}
"""Action to the roles it is granted to. Verbs of a case are granted in ``dispatch/cases/lifecycle.py``."""


def may(scope: Scope, action: str) -> bool:
    """Whether the action is granted to the asker's role. An unknown action is granted to nobody."""
    return scope.role in GRANTS.get(action, frozenset())


def may_speak_for(scope: Scope, worker_id: int, department_code: str | None) -> bool:
    """Whether what the asker says counts as said by this worker, of this department.

    A worker speaks for himself, a department for its own people, a gateway for every worker of the area, or for those
    of the worker or department its token was made for.
    """
    if scope.worker_id == worker_id:
        return True
    if scope.role == "gateway" and scope.worker_id is None and scope.department_code is None:
        return True
    speaks_for_department = scope.role == "dept_handler" or (scope.role == "gateway" and scope.worker_id is None)
    return speaks_for_department and department_code is not None and scope.department_code == department_code


def require(scope: Scope | None, action: str) -> Scope:
    """Return who asks when the action is granted to them.

    Raises
    ------
    NotAuthenticated
        when nobody is logged in.
    Forbidden
        when the role may not do this.
    """
    if scope is None:
        raise NotAuthenticated("login_needed")
    if not may(scope, action):
        raise Forbidden("not_granted", role=scope.role, action=action)
    return scope
