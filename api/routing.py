"""Routing of a town: what rulings say about cases of their kind, adopted as rules, dropped, revoked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.incident_models import Words
from api.security.asker import Language, granted
from api.wording import Answer, Id, named
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.cases.routing_drafts import (
    LONGEST_REASON,
    Adoption,
    adopt,
    drop,
    effect_of,
    read_draft,
    revoke,
    routing_drafts,
)
from dispatch.cases.routing_rules import list_rules
from dispatch.centre import Centre

Reason = Annotated[Words, Field(max_length=LONGEST_REASON, examples=["三定方案已明确"])]


class ReasonBody(BaseModel):
    """Why a draft is dropped, or a rule revoked."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class AdoptBody(ReasonBody):
    """Why a draft becomes a rule; ``whole_town``: not for its village only; ``since``: the day it begins, else now."""

    whole_town: bool = False
    since: date | None = None


class DraftOut(Answer):
    """What a ruling says about cases of its kind: they are this department's."""

    draft: Id = Field(validation_alias="draft_id")
    case_no: str
    type_code: str
    type_name: Annotated[str, named("types")] = Field(validation_alias="type_code")
    village_code: str | None
    village_name: str | None
    department: str = Field(validation_alias="department_code")
    department_name: Annotated[str, named("departments")] = Field(validation_alias="department_code")
    returned_by: list[str]
    ruled_by: str
    ruled_at: datetime
    note: str
    state: str
    settled_by: str | None
    settled_at: datetime | None


class DraftList(Answer):
    """The drafts nobody has adopted or dropped, the newest first."""

    drafts: list[DraftOut]


class EffectOut(Answer):
    """How many cases of the last 90 days would have gone elsewhere, and the newest of their numbers."""

    count: int
    cases: list[str]


class RuleOut(Answer):
    """A rule of the town; ``rule`` is the id of the draft it was; without a village it holds in the whole town."""

    rule: Id = Field(validation_alias="rule_id")
    type_code: str
    type_name: Annotated[str, named("types")] = Field(validation_alias="type_code")
    village_code: str | None
    village_name: str | None
    department: str = Field(validation_alias="department_code")
    department_name: Annotated[str, named("departments")] = Field(validation_alias="department_code")
    reason: str
    since: datetime
    adopted_by: str
    adopted_at: datetime
    revoked_by: str | None
    revoked_at: datetime | None
    revoked_note: str | None


class RuleList(Answer):
    """The rules of the town, those that are not revoked first."""

    rules: list[RuleOut]


def router(centre: Centre) -> APIRouter:
    """The endpoints of routing."""
    routes = APIRouter(prefix="/api/routing", tags=["routing"])
    _add_drafts(routes, centre)
    _add_rules(routes, centre)
    return routes


def _add_drafts(routes: APIRouter, centre: Centre) -> None:
    area_id = centre.area.area_id

    @routes.get("/drafts", summary="Rulings nobody has adopted as a rule or dropped")
    def drafts(scope: Annotated[Scope, granted("routing.see")], language: Language) -> DraftList:
        """That they were looked at is in the audit."""
        with centre.database.transaction() as transaction:
            found = routing_drafts(transaction, area_id)
            audit.append(transaction, area_id, centre.clock(), scope, "routing.list", "drafts")
        return DraftList(drafts=[DraftOut.of(one, language) for one in found])

    @routes.get("/drafts/{draft}/effect", summary="Which cases of the last 90 days would have gone elsewhere")
    def effect(draft: UUID, scope: Annotated[Scope, granted("routing.see")], whole_town: bool = False) -> EffectOut:
        with centre.database.transaction() as transaction:
            found = read_draft(transaction, area_id, draft)
            told = effect_of(transaction, area_id, scope, found, centre.clock(), whole_town=whole_town)
        return EffectOut.of(told)

    @routes.post("/drafts/{draft}/adopt", summary="A draft becomes a rule by which new cases are routed")
    def adopts(
        draft: UUID, body: AdoptBody, scope: Annotated[Scope, granted("routing.change")], language: Language
    ) -> RuleOut:
        how = Adoption(body.whole_town, body.reason, body.since)
        with centre.database.transaction() as transaction:
            return RuleOut.of(adopt(centre, transaction, scope, draft, how), language)

    @routes.post("/drafts/{draft}/drop", summary="A draft is nobody's rule")
    def drops(
        draft: UUID, body: ReasonBody, scope: Annotated[Scope, granted("routing.change")], language: Language
    ) -> DraftOut:
        with centre.database.transaction() as transaction:
            return DraftOut.of(drop(centre, transaction, scope, draft, body.reason), language)


def _add_rules(routes: APIRouter, centre: Centre) -> None:
    @routes.get("/rules", summary="The routing rules of the town")
    def rules(_scope: Annotated[Scope, granted("routing.see")], language: Language) -> RuleList:
        with centre.database.transaction() as transaction:
            return RuleList(rules=[RuleOut.of(one, language) for one in list_rules(transaction, centre.area.area_id)])

    @routes.post("/rules/{rule}/revoke", summary="A rule holds no longer for cases to come")
    def revokes(
        rule: UUID, body: ReasonBody, scope: Annotated[Scope, granted("routing.change")], language: Language
    ) -> RuleOut:
        with centre.database.transaction() as transaction:
            return RuleOut.of(revoke(centre, transaction, scope, rule, body.reason), language)
