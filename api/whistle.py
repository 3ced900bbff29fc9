"""GET /api/incidents/{case_no}/whistle: who is called, who has come, what each says."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.parameters import CaseNo
from api.security.asker import Language, granted
from api.wording import Answer, Id, named
from dispatch.access.scope import Scope
from dispatch.cases.whistle_look import open_whistle
from dispatch.centre import Centre


class MemberOut(Answer):
    """How one department that is called stands; ``opinion`` of the lead is its result."""

    department: str = Field(validation_alias="department_code")
    name: str
    is_lead: bool
    task: Id = Field(validation_alias="task_id")
    state: str
    state_name: Annotated[str, named("lifecycle.task_state")] = Field(validation_alias="state")
    due_at: datetime
    signed_at: datetime | None
    came_at: datetime | None
    is_late: bool
    opinion: str
    opinion_at: datetime | None
    opinion_by: str


class WhistleOut(Answer):
    """The whistle of a case that was blown last; ``lon``, ``lat`` (WGS-84) where they meet."""

    case_no: str
    lead: str = Field(validation_alias="lead_code")
    blown_by: str
    blown_at: datetime
    meet_at: datetime
    lon: float
    lat: float
    place: str = Field(validation_alias="place_text")
    note: str
    is_over: bool
    members: list[MemberOut]


def router(centre: Centre) -> APIRouter:
    """The endpoint of the whistles of one centre."""
    routes = APIRouter(prefix="/api/incidents", tags=["incidents"])

    @routes.get("/{case_no}/whistle", summary="The whistle of an incident: who is called, who is there, what each says")
    def whistle(case_no: CaseNo, scope: Annotated[Scope, granted("whistle.see")], language: Language) -> WhistleOut:
        """That the case was opened is in the audit."""
        with centre.database.transaction() as transaction:
            found = open_whistle(transaction, centre.area.area_id, scope, case_no, centre.clock())
        return WhistleOut.of(found, language)

    return routes
