"""POST /api/tasks/{task}/{verb}: perform a step of one task of a case."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from api.incident_models import ActBody, CaseWithLog
from api.incidents import LATE, VerbName, verb_input, verb_named
from api.parameters import IdempotencyKey
from api.security.asker import Language, granted
from api.shown_case import shown_case
from base.errors import NotFound
from dispatch.access.scope import Scope
from dispatch.cases.due_steps import read_told_clocks
from dispatch.cases.incidents import read_log
from dispatch.cases.lifecycle import transition_of
from dispatch.cases.task_rows import case_of_task
from dispatch.cases.verbs import perform
from dispatch.centre import Centre


def router(centre: Centre) -> APIRouter:
    """The endpoint of the tasks of one centre."""
    routes = APIRouter(prefix="/api/tasks", tags=["tasks"])

    @routes.post(
        "/{task}/{verb}", summary="Perform a step of one task of an incident", responses={409: {"description": LATE}}
    )
    def perform_on_task(
        task: UUID,
        verb: VerbName,
        scope: Annotated[Scope, granted("incident.read")],
        language: Language,
        body: ActBody | None = None,
        idempotency_key: IdempotencyKey = None,
    ) -> CaseWithLog:
        transition = transition_of(verb_named(verb))
        if transition is None or not transition.on_task:
            raise NotFound("no_such_verb", field="verb", given=verb)
        given = replace(verb_input(body or ActBody(), idempotency_key), task_id=task)
        area_id = centre.area.area_id
        with centre.database.transaction() as transaction:
            case_no = case_of_task(transaction, area_id, scope, task)
            case = perform(centre, transaction, scope, case_no, transition.verb, given)
            log = read_log(transaction, area_id, case_no)
            clocks = read_told_clocks(transaction, area_id, case_no, centre.clock())
        return CaseWithLog.of(shown_case(case, scope, centre.clock(), log, clocks), language)

    return routes
