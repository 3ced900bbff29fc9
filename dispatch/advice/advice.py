"""The advice on a case: made from the workforce and the roads, kept as given, read again later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from base.database import Transaction
from base.errors import Conflict, NotFound
from base.statements import load_statements
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.advice.candidates import Question, rank_everybody
from dispatch.advice.given import Advice, advice_json, advice_of, kept_advice
from dispatch.advice.needs import ONE_PERSON, Needs, left_open, needs_of, with_card_holders
from dispatch.advice.ranking import LIGHT_PRIORITIES, FindNearest, Ranking, Task, rank
from dispatch.advice.team_search import Found, find_team
from dispatch.advice.workforce import read_workers
from dispatch.cases.incidents import Case, read_case
from dispatch.centre import Centre
from dispatch.competence.items import NO_ITEMS, Competence
from dispatch.competence.reads import competence_of
from mapdata.roads.routes import Route, Traveller

SQL = load_statements(Path(__file__).parent / "sql" / "advice.sql")


def advise(centre: Centre, transaction: Transaction, scope: Scope, case_no: str) -> Advice:
    """Advise on a case now; the advice is kept as given, and that it was asked for.

    Parameters
    ----------
    centre, transaction
        the centre, and the transaction the advice is read and kept in.
    scope, case_no
        who asks, about which case.

    Raises
    ------
    NotFound
        when there is no such case for this person.
    Conflict
        when the case has ended: nobody is to be sent any more.
    """
    case = read_case(transaction, centre.area.area_id, case_no, scope)
    if case.has_ended:
        raise Conflict("case_has_ended", field="case_no", given=case_no)
    at = centre.clock()
    advice = advice_of(uuid4(), case.case_no, at, *_found(centre, transaction, scope, case, at))
    kept = {
        "area_id": case.area_id,
        "suggestion_id": advice.suggestion,
        "case_no": case.case_no,
        "given_at": at,
        "given_to": scope.account,
        "answer": advice_json(advice),
    }
    transaction.execute(SQL["keep_suggestion"], kept)
    audit.append(transaction, case.area_id, at, scope, "incident.suggestion", case.case_no, _seen(advice))
    return advice


def _seen(advice: Advice) -> dict[str, Any]:
    """What the audit notes of an advice: which it was, and whom it named."""
    seen: dict[str, Any] = {"suggestion": str(advice.suggestion), "workers": [one.worker for one in advice.workers]}
    if advice.team is not None:
        seen["team"] = [one.worker for one in advice.team.members]
    if advice.team is not None or advice.divertible:
        seen["divertible"] = [one.worker for one in advice.divertible]
    return seen


def _found(
    centre: Centre, transaction: Transaction, scope: Scope, case: Case, at: datetime
) -> tuple[Ranking, Found | None]:
    """Who is there first; the team where one person is not enough; for a grave case whom to divert."""
    roads = centre.roads
    question = Question(transaction, case.area_id, scope, at, _task(transaction, case), roads.top_speed_mps)

    def find_nearest(travellers: Sequence[Traveller], count: int) -> list[Route]:
        return roads.first_to_arrive(case.lon, case.lat, travellers, count)

    ranking = _ranked(question, find_nearest)
    needs = _still_needed(transaction, scope, case, at, question.task.competence)
    if needs == ONE_PERSON and case.priority in LIGHT_PRIORITIES:
        return ranking, None
    has_lead = any(task.kind == "lead" and task.is_active for task in case.tasks)
    helpers = None
    if question.task.competence.needs_card:
        helpers = _ranked(replace(question, task=replace(question.task, competence=NO_ITEMS)), find_nearest)
    return ranking, find_team(question, case.case_no, needs, ranking, find_nearest, helpers=helpers, has_lead=has_lead)


def _ranked(question: Question, find_nearest: FindNearest) -> Ranking:
    return rank_everybody(
        question, lambda workers, tasks_today: rank(question.task, workers, tasks_today, find_nearest)
    )


def _still_needed(transaction: Transaction, scope: Scope, case: Case, at: datetime, competence: Competence) -> Needs:
    """What the case needs besides those who are on it already."""
    workers = read_workers(transaction, case.area_id, scope, at, sorted(case.active_workers)) if case.tasks else []
    asked = {task.department_code for task in case.tasks if task.is_active and task.department_code is not None}
    return left_open(with_card_holders(needs_of(case.type_code, case.priority), competence), workers, asked)


def _task(transaction: Transaction, case: Case) -> Task:
    parameters = {"area_id": case.area_id, "account": case.reported_by}
    reporter = transaction.execute(SQL["account_worker"], parameters).fetchone()
    return Task(
        lon=case.lon,
        lat=case.lat,
        type_code=case.type_code,
        priority=case.priority,
        grid_code=case.grid_code,
        department_code=case.department_code,
        reporter_worker_id=None if reporter is None else int(reporter["worker_id"]),
        competence=competence_of(transaction, case.area_id, case.type_code),
    )


def read_advice(centre: Centre, transaction: Transaction, scope: Scope, case_no: str, suggestion: UUID) -> Advice:
    """An advice as it was given, and that it was looked at again.

    Raises
    ------
    NotFound
        when there is no such case for this person, or no such advice on it.
    """
    case = read_case(transaction, centre.area.area_id, case_no, scope)
    parameters = {"area_id": case.area_id, "suggestion_id": suggestion, "case_no": case.case_no}
    row = transaction.execute(SQL["suggestion_by_id"], parameters).fetchone()
    if row is None:
        raise NotFound("unknown_suggestion", field="suggestion", given=suggestion, case_no=case_no)
    details = {"suggestion": str(suggestion)}
    audit.append(transaction, case.area_id, centre.clock(), scope, "incident.suggestion_read", case_no, details)
    return kept_advice(row["answer"])
