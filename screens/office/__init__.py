"""Plain pages, each a table: accounts for who administers them, the audit for the auditor, the rules of routing."""

from __future__ import annotations

from html import escape
from typing import Annotated, Any

from fastapi import FastAPI, Query
from fastapi.responses import HTMLResponse

from base.clock import TOWN_ZONE
from dispatch.access import audit
from dispatch.access.accounts import list_accounts
from dispatch.access.audit_lines import LIMIT, read_lines
from dispatch.access.roles import ROLES
from dispatch.centre import Centre
from screens.office import routing
from screens.shell.plain import plain_page, table
from screens.shell.visitor import Visiting, Visitor

Asked = Annotated[str, Query(max_length=60)]


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/accounts``, ``/audit`` and ``/routing``."""
    _add_accounts(server, centre)
    _add_audit(server, centre)
    routing.register(server, centre)


def _add_accounts(server: FastAPI, centre: Centre) -> None:
    @server.get("/accounts", include_in_schema=False)
    def accounts(visitor: Visiting) -> HTMLResponse:
        scope = visitor.granted("account.see")
        with centre.database.transaction() as transaction:
            found = list_accounts(transaction, centre.area.area_id)
            audit.append(transaction, centre.area.area_id, centre.clock(), scope, "account.list", "")
        rows = [
            (
                one["account"],
                visitor.text(f"lifecycle.role.{one['role']}"),
                _whose(visitor, one),
                visitor.text("office.disabled" if one["is_disabled"] else "office.enabled"),
                f"{one['created_at'].astimezone(TOWN_ZONE):%Y-%m-%d}",
            )
            for one in found
        ]
        heads = ("account", "role", "of", "state", "since")
        return plain_page(visitor, "accounts", visitor.text("office.lead.accounts"), table(visitor, heads, rows))


def _whose(visitor: Visitor, account: dict[str, Any]) -> str:
    """Whose account it is: a worker's by his number, a department's by its name, a village's by its code."""
    if account["worker_id"] is not None:
        return visitor.text("office.worker", number=account["worker_id"])
    code = account["department_code"]
    return visitor.text(f"departments.{code}") if code else account["village_code"] or ""


def _add_audit(server: FastAPI, centre: Centre) -> None:
    @server.get("/audit", include_in_schema=False)
    def lines(visitor: Visiting, actor: Asked = "", action: Asked = "") -> HTMLResponse:
        scope = visitor.granted("audit.see")
        with centre.database.transaction() as transaction:
            found = read_lines(transaction, centre.area.area_id, actor=actor, action=action)
            asked = {"actor": actor, "action": action}
            audit.append(transaction, centre.area.area_id, centre.clock(), scope, "audit.read", "", asked)
        rows = [
            (
                str(one.link_no),
                f"{one.at.astimezone(TOWN_ZONE):%Y-%m-%d %H:%M:%S}",
                one.actor,
                visitor.text(f"lifecycle.role.{one.role}") if one.role in ROLES else one.role,
                one.action,
                one.object,
            )
            for one in found
        ]
        heads = ("link", "at", "actor", "role", "action", "object")
        body = _filters(visitor, actor, action) + table(visitor, heads, rows)
        return plain_page(visitor, "audit", visitor.text("office.lead.audit", n=LIMIT), body)


def _filters(visitor: Visitor, actor: str, action: str) -> str:
    fields = "".join(
        f'<input name="{name}" value="{escape(value)}" placeholder="{escape(visitor.text(f"office.head.{name}"))}">'
        for name, value in (("actor", actor), ("action", action))
    )
    return f'<form class="filters">{fields}<button type="submit">{escape(visitor.text("office.find"))}</button></form>'
