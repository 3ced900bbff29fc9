"""What somebody may be."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal[
    "operator", "shift_leader", "reviewer", "verifier", "dept_handler", "grid_worker", "display", "gateway", "sysadmin"
]
"""Roles: 坐席, 值班长, 审阅, 核查员, 部门经办, 网格员, 大屏, 现场网关 (a machine that acts for the
phones it serves), 系统管理员."""

ROLES: tuple[Role, ...] = get_args(Role)
