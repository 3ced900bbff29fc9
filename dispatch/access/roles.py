"""What somebody may be, and what the roles have in common. Who may do what with it: ``grants.py``."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal[
    "operator",
    "shift_leader",
    "reviewer",
    "verifier",
    "town_leader",
    "county_operator",
    "dept_handler",
    "dept_leader",
    "village_operator",
    "grid_leader",
    "grid_mentor",
    "grid_worker",
    "parttime_worker",
    "micro_leader",
    "display",
    "gateway",
    "sysadmin",
    "secadmin",
    "auditor",
]
"""Roles of domain.md, "Roles"; a gateway is a machine that acts for the phones it serves."""

ROLES: tuple[Role, ...] = get_args(Role)

ON_FOOT: frozenset[Role] = frozenset({"grid_worker", "parttime_worker", "grid_leader", "micro_leader"})
"""Who walks: a worker each, with a page for the phone."""
DEPARTMENT_ROLES: frozenset[Role] = frozenset({"dept_handler", "dept_leader"})
"""Who speaks for a department and its people."""
VILLAGE_ROLES: frozenset[Role] = frozenset({"village_operator", "grid_leader", "grid_mentor"})
"""Whose eyes are a village's."""
SPEAKS_FOR_VILLAGE: frozenset[Role] = frozenset({"village_operator", "grid_leader"})
"""Who of them speaks for the workers of the village's grids; a mentor reads and remarks."""
