"""Who may do what. Every screen and endpoint asks here; what is not granted is refused."""

from __future__ import annotations

from base.errors import Forbidden, NotAuthenticated
from base.values import Code
from dispatch.access.roles import DEPARTMENT_ROLES, ON_FOOT, ROLES, SPEAKS_FOR_VILLAGE, VILLAGE_ROLES, Role
from dispatch.access.scope import Scope

_CENTRE: frozenset[Role] = frozenset({"operator", "shift_leader"})
_ALL: frozenset[Role] = frozenset(ROLES)
_EYES: frozenset[Role] = _CENTRE | {"reviewer", "verifier", "town_leader"}
_WALL: frozenset[Role] = _EYES | DEPARTMENT_ROLES | {"display", "sysadmin"}
"""The wall shows no words and no whole names; whose places come with it, ``scope.py`` tells. Who walks has a page of
his own, which shows nobody else's place."""
_FIELD: frozenset[Role] = ON_FOOT | DEPARTMENT_ROLES | {"gateway"}
_OWN: frozenset[Role] = _FIELD | VILLAGE_ROLES | {"county_operator"}
"""Who reads cases, but not all of them."""

GRANTS: dict[str, frozenset[Role]] = {
    "map.see": _ALL,
    "wall.see": _WALL,
    "console.see": _CENTRE,
    "desk.see": DEPARTMENT_ROLES | VILLAGE_ROLES | _EYES - {"operator"} | {"county_operator"},
    "worker.list": _EYES | DEPARTMENT_ROLES | {"display", "gateway"},
    "worker.live": _WALL | {"gateway"},
    "route.ask": _CENTRE | _FIELD | {"verifier"},
    "incident.report": _CENTRE | _FIELD | {"village_operator"},
    "incident.list": _EYES | _OWN | {"display"},
    "incident.read": _EYES | _OWN | {"display"},
    "incident.suggestion": _CENTRE,
    "incident.nearby": _EYES | DEPARTMENT_ROLES,
    "position.send": _FIELD,
    "refusal.see": _CENTRE | {"sysadmin"},
    "duty.change": _FIELD | {"shift_leader"},
    "sos.see": _EYES | _FIELD | {"display"},
    "sos.raise": _CENTRE | _FIELD,
    "sos.acknowledge": _CENTRE,
    "sos.end": _CENTRE | _FIELD,
    "track.read": frozenset({"reviewer", "shift_leader"}),
    "map.print": _EYES,
    "statistics.see": _EYES,
    "field.see": ON_FOOT | {"dept_handler"},
    "photo.send": _CENTRE | _FIELD | {"verifier", "village_operator"},
    "photo.see": _EYES | _OWN,
    "person.unmask": _CENTRE,
    "notice.see": _CENTRE | {"sysadmin"},
    "notice.again": frozenset({"shift_leader", "sysadmin"}),
    "reporter.call": _CENTRE | {"verifier"},
    "worker.leave": frozenset({"shift_leader"}),
    "plan.see": _EYES,
    "plan.take": _CENTRE,
    "plan.change": frozenset({"shift_leader", "sysadmin"}),
    "handover.sign": _CENTRE,
    "routing.see": _CENTRE,
    "routing.change": frozenset({"shift_leader"}),
    "whistle.see": _EYES | DEPARTMENT_ROLES | VILLAGE_ROLES | ON_FOOT - {"micro_leader"},
    "roster.see": _EYES | _FIELD,
    "roster.plan": _EYES,
    "roster.change": frozenset({"shift_leader"}),
    "roster.swap": _FIELD | {"shift_leader"},
    "standing.see": _EYES | VILLAGE_ROLES | ON_FOOT,
    "standing.own": VILLAGE_ROLES | ON_FOOT,
    "standing.done": ON_FOOT,
    "standing.change": frozenset({"shift_leader"}),
    "need.see": frozenset({"shift_leader", "town_leader", "dept_leader", "village_operator"}),
    "need.change": frozenset({"shift_leader", "dept_leader", "village_operator"}),
    "need.case": frozenset({"shift_leader", "village_operator"}),
    "need.send": frozenset({"shift_leader"}),
    "unit.change": frozenset({"shift_leader"}),
    "verify.see": frozenset({"verifier"}),
    "account.manage": frozenset({"sysadmin"}),
    "account.see": frozenset({"sysadmin", "secadmin"}),
    "audit.see": frozenset({"auditor"}),
}
"""Action to the roles it is granted to. Verbs of a case are granted in ``dispatch/cases/lifecycle.py``."""


def may(scope: Scope, action: str) -> bool:
    """Whether the action is granted to the asker's role. An unknown action is granted to nobody."""
    return scope.role in GRANTS.get(action, frozenset())


def may_speak_for(scope: Scope, worker_id: int, department_code: str | None, grid_code: str | None = None) -> bool:
    """Whether what the asker says counts as said by this worker, of this department, who walks this grid.

    A worker speaks for himself, a department for its own people, a village for those of its grids, a gateway for every
    worker of the area, or for those of the worker or department its token was made for.
    """
    if scope.worker_id == worker_id:
        return True
    if scope.role == "gateway" and scope.worker_id is None and scope.department_code is None:
        return True
    return _is_of_department(scope, department_code) or _is_of_village(scope, grid_code)


def _is_of_department(scope: Scope, department_code: str | None) -> bool:
    speaks = scope.role in DEPARTMENT_ROLES or (scope.role == "gateway" and scope.worker_id is None)
    return speaks and department_code is not None and scope.department_code == department_code


def _is_of_village(scope: Scope, grid_code: str | None) -> bool:
    speaks = scope.role in SPEAKS_FOR_VILLAGE and scope.village_code is not None
    return speaks and grid_code is not None and grid_code.startswith(str(scope.village_code))


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
        raise Forbidden("not_granted", role=Code("lifecycle.role", scope.role), action=action)
    return scope
