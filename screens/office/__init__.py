"""Two plain pages, each a table: the accounts for who administers them, the audit for the auditor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import HTMLResponse

from base.clock import TOWN_ZONE
from dispatch.access import audit
from dispatch.access.accounts import list_accounts
from dispatch.access.audit_lines import LIMIT, read_lines
from dispatch.centre import Centre
from screens.shell.plain import plain_page
from screens.shell.visitor import Visiting, Visitor

Asked = Annotated[str, Query(max_length=60)]


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/accounts`` and ``/audit``."""
    _add_accounts(server, centre)
    _add_audit(server, centre)


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
                str(one["worker_id"] or one["department_code"] or one["village_code"] or ""),
                visitor.text("office.disabled" if one["is_disabled"] else "office.enabled"),
                f"{one['created_at'].astimezone(TOWN_ZONE):%Y-%m-%d}",
            )
            for one in found
        ]
        return _page(visitor, "accounts", ("account", "role", "of", "state", "since"), rows)


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
                one.role,
                one.action,
                one.object,
            )
            for one in found
        ]
        heads = ("link", "at", "actor", "role", "action", "object")
        return _page(visitor, "audit", heads, rows, _filters(visitor, actor, action))


def _filters(visitor: Visitor, actor: str, action: str) -> str:
    fields = "".join(
        f'<input name="{name}" value="{escape(value)}" placeholder="{escape(visitor.text(f"office.head.{name}"))}">'
        for name, value in (("actor", actor), ("action", action))
    )
    return f'<form class="filters">{fields}<button type="submit">{escape(visitor.text("office.find"))}</button></form>'


def _page(
    visitor: Visitor, name: str, heads: Sequence[str], rows: Iterable[Sequence[str]], filters: str = ""
) -> HTMLResponse:
    """The page; every word is escaped."""
    head = "".join(f"<th>{escape(visitor.text(f'office.head.{one}'))}</th>" for one in heads)
    lines = "".join("<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
    return plain_page(visitor, name, visitor.text(f"office.lead.{name}", n=LIMIT), filters + table)
