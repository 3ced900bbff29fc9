"""The people of the town (人员): who has what; somebody leaves, which is seen before it is done, and taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import HTMLResponse

from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.people.leaving import addressed_to_who_left
from dispatch.people.people import find_people, read_handover
from screens.people.view import PeopleShown, body
from screens.shell.plain import plain_page
from screens.shell.visitor import Visiting

Asked = Annotated[str, Query(max_length=40)]
WorkerNo = Annotated[int | None, Query(ge=1, le=65535)]


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/people``."""

    @server.get("/people", include_in_schema=False)
    def people(visitor: Visiting, find: Asked = "", worker: WorkerNo = None) -> HTMLResponse:
        told = body(read_people(centre, visitor.granted("worker.leave"), find, worker), visitor)
        scripts = ("ids.js", "plain_calls.js", "people.js")
        return plain_page(visitor, "people", visitor.text("people.lead"), told, ("people.css",), scripts)


def read_people(centre: Centre, scope: Scope, find: str, worker: int | None) -> PeopleShown:
    """Everything the page shows, in one transaction; that it was looked at is in the audit."""
    area_id = centre.area.area_id
    with centre.database.transaction() as transaction:
        audit.append(transaction, area_id, centre.clock(), scope, "worker.list", "people", {"worker": worker})
        return PeopleShown(
            find,
            find_people(transaction, area_id, scope, find, left=False),
            find_people(transaction, area_id, scope, left=True),
            addressed_to_who_left(transaction, area_id),
            None if worker is None else read_handover(transaction, area_id, scope, worker),
        )
