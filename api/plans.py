"""Plans (预案): the one of a case, taken and ticked; those of the town, read and written."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.incident_models import Words
from api.parameters import CaseNo, IdempotencyKey, write_id
from api.security.asker import Language, granted
from api.wording import Answer
from base.errors import NotFound
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.cases.incidents import read_case
from dispatch.centre import Centre
from dispatch.plans.plans import MOST_STEPS, list_plans, write_plan
from dispatch.plans.taken import plan_of_case, take_plan, tick_step

Prefix = Annotated[str, Path(pattern=r"^[0-9]{2}([0-9]{2})?$", examples=["0203"])]


class StepBody(BaseModel):
    """One step: ``kind`` is ``call``, ``go``, ``bring`` or ``tell``; ``who`` a number to call or a department."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=20)
    who: Words = Field(default="", max_length=12)
    zh: Words = Field(max_length=200)
    en: Words = Field(default="", max_length=200)


class PlanBody(BaseModel):
    """The steps of a plan in their order; none: the default holds again."""

    model_config = ConfigDict(extra="forbid")

    steps: list[StepBody] = Field(max_length=MOST_STEPS)


class PressBody(BaseModel):
    """A press; ``said`` is what was said in a call, and may be told of any step."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(default=None, description="client-made; the same id from the same client is the same press")
    said: Words = Field(default="", max_length=1000)


class StepOut(Answer):
    """One step of a plan."""

    step_no: int
    kind: str
    who: str
    zh: str
    en: str


class PlanOut(Answer):
    """A plan for the types that begin with ``prefix``; ``is_own`` when the town has written it."""

    prefix: str
    is_own: bool
    steps: list[StepOut]


class PlanList(Answer):
    """Every plan that holds in the town."""

    plans: list[PlanOut]


class TakenStepOut(StepOut):
    """A step with who ticked it when, and of a call what was said."""

    ticked_by: str | None
    ticked_at: datetime | None
    said: str


class CasePlanOut(Answer):
    """The plan of a case; ``taken_by`` is null while it is only proposed."""

    case_no: str
    prefix: str
    taken_by: str | None
    taken_at: datetime | None
    steps: list[TakenStepOut]


def router(centre: Centre) -> APIRouter:
    """The endpoints of the plans of one centre."""
    routes = APIRouter(tags=["plans"])
    _add_of_case(routes, centre)
    _add_of_town(routes, centre)
    return routes


def _add_of_case(routes: APIRouter, centre: Centre) -> None:
    @routes.get("/api/incidents/{case_no}/plan", summary="The plan of an incident: proposed, or taken and ticked")
    def plan(case_no: CaseNo, scope: Annotated[Scope, granted("plan.see")], language: Language) -> CasePlanOut:
        """That the case was opened is in the audit."""
        area_id = centre.area.area_id
        with centre.database.transaction() as transaction:
            found = plan_of_case(transaction, scope, read_case(transaction, area_id, case_no, scope))
            if found is None:
                raise NotFound("no_plan", field="case_no", case_no=case_no)
            audit.append(transaction, area_id, centre.clock(), scope, "incident.read", case_no)
        return CasePlanOut.of(found, language)

    @routes.post("/api/incidents/{case_no}/plan/take", summary="Take the plan that is proposed for an incident")
    def take(
        case_no: CaseNo,
        scope: Annotated[Scope, granted("plan.take")],
        language: Language,
        body: PressBody | None = None,
        idempotency_key: IdempotencyKey = None,
    ) -> CasePlanOut:
        with centre.database.transaction() as transaction:
            taken = take_plan(centre, transaction, scope, case_no, _id_of(body, idempotency_key))
        return CasePlanOut.of(taken, language)

    @routes.post("/api/incidents/{case_no}/plan/{step}/tick", summary="Say that a step of the plan is done")
    def tick(
        case_no: CaseNo,
        step: Annotated[int, Path(ge=1, le=1000)],
        scope: Annotated[Scope, granted("plan.take")],
        language: Language,
        body: PressBody | None = None,
        idempotency_key: IdempotencyKey = None,
    ) -> CasePlanOut:
        said = "" if body is None else body.said
        with centre.database.transaction() as transaction:
            now = tick_step(centre, transaction, scope, case_no, step, said, _id_of(body, idempotency_key))
        return CasePlanOut.of(now, language)


def _id_of(body: PressBody | None, key: str | None) -> UUID:
    return write_id(None if body is None else body.id, key) or uuid4()


def _add_of_town(routes: APIRouter, centre: Centre) -> None:
    @routes.get("/api/plans", summary="The plans that hold in the town")
    def plans(_scope: Annotated[Scope, granted("plan.see")]) -> PlanList:
        with centre.database.transaction() as transaction:
            return PlanList(plans=[PlanOut.of(one) for one in list_plans(transaction, centre.area.area_id)])

    @routes.put("/api/plans/{prefix}", summary="Write the town's own plan for a type; without steps the default holds")
    def write(prefix: Prefix, body: PlanBody, scope: Annotated[Scope, granted("plan.change")]) -> PlanList:
        lines = [step.model_dump() for step in body.steps]
        area_id = centre.area.area_id
        with centre.database.transaction() as transaction:
            write_plan(transaction, area_id, scope, prefix, lines, centre.clock())
            return PlanList(plans=[PlanOut.of(one) for one in list_plans(transaction, area_id) if one.prefix == prefix])
