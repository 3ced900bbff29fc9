"""The need lists (四清单): what units of the district need, offer, plan and wish; who claims it, what came of it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import FastAPI, Query
from fastapi.responses import HTMLResponse

from dispatch.access.grants import may
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.departments import list_departments
from dispatch.needs.needs import NeedFilter, list_needs, read_need
from dispatch.needs.units import list_units
from dispatch.people.people import Person, find_people
from screens.needs.entry_view import opened
from screens.needs.shown import NeedsShown
from screens.needs.view import body
from screens.shell.plain import plain_page
from screens.shell.visitor import Visiting

Choice = Annotated[str, Query(max_length=20)]
Asked = Annotated[str, Query(max_length=40)]


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/needs``."""

    @server.get("/needs", include_in_schema=False)
    def needs(
        visitor: Visiting,
        in_list: Annotated[str, Query(alias="list", max_length=20)] = "",
        state: Choice = "",
        find: Asked = "",
        case: Choice = "",
        need: UUID | None = None,
    ) -> HTMLResponse:
        narrowed = NeedFilter(in_list or None, state or None, None, case or None, find.strip())
        shown = read_needs(centre, visitor.granted("need.see"), narrowed, need)
        told = opened(shown, visitor) + body(shown, visitor)
        scripts = ("ids.js", "plain_calls.js", "needs.js")
        return plain_page(visitor, "needs", visitor.text("needs.lead"), told, ("needs.css",), scripts)


def read_needs(centre: Centre, scope: Scope, narrowed: NeedFilter, need_id: UUID | None) -> NeedsShown:
    """Everything the page shows, in one transaction."""
    area_id = centre.area.area_id
    with centre.database.transaction() as transaction:
        people: list[Person] = []
        if need_id is not None and may(scope, "need.send"):
            people = find_people(transaction, area_id, scope, left=False, on_duty=True)
        return NeedsShown(
            scope,
            narrowed,
            list_units(transaction, area_id, scope),
            list_needs(transaction, area_id, narrowed),
            None if need_id is None else read_need(transaction, area_id, need_id),
            list_departments(transaction, area_id),
            people,
        )
