"""/api/incidents: report a case, list cases, read one with its log, perform a step of its life cycle."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Path, Query, Response

from api.incident_models import ActBody, CaseList, CaseOut, CaseWithLog, DueOut, ReportBody, Reporter
from api.parameters import CaseNo, IdempotencyKey, write_id
from api.security.asker import Language, granted
from api.shown_case import shown_case
from base.errors import InvalidInput
from dispatch.access.scope import Scope
from dispatch.advice.workforce import require_own
from dispatch.cases.due_steps import read_told_clocks
from dispatch.cases.incidents import LIMIT, CaseFilter, read_log
from dispatch.cases.intake import Report, take_report
from dispatch.cases.lifecycle import STAGES
from dispatch.cases.looks import look_through, open_case
from dispatch.cases.steps import VerbInput
from dispatch.cases.verbs import perform as perform_verb
from dispatch.centre import Centre

VerbName = Annotated[str, Path(pattern=r"^[a-z_]{1,20}$", examples=["dispatch"])]
_OTHER_NAMES = {"return": "send_back"}


def verb_named(name: str) -> str:
    """The verb a programme means, which may know it by another name."""
    return _OTHER_NAMES.get(name, name)


LATE = "The verb may not follow now, or somebody was first; `allowed` names the verbs that may follow and to whom"


def router(centre: Centre) -> APIRouter:
    """The endpoints of the cases of one centre."""
    routes = APIRouter(prefix="/api/incidents", tags=["incidents"])
    _add_reads(routes, centre)
    _add_due(routes, centre)
    _add_writes(routes, centre)
    return routes


def _add_writes(routes: APIRouter, centre: Centre) -> None:
    @routes.post("", status_code=201, summary="Report an incident", responses={200: {"model": CaseOut}})
    def report(
        body: ReportBody,
        scope: Annotated[Scope, granted("incident.report")],
        language: Language,
        response: Response,
        idempotency_key: IdempotencyKey = None,
    ) -> CaseOut:
        incoming = _report(body, idempotency_key)
        with centre.database.transaction() as transaction:
            if incoming.worker_id is not None:
                require_own(transaction, centre.area.area_id, scope, [incoming.worker_id])
            case, is_new = take_report(centre, transaction, scope, incoming)
        response.status_code = 201 if is_new else 200
        response.headers["Location"] = f"/api/incidents/{case.case_no}"
        return CaseOut.of(shown_case(case, scope, centre.clock()), language)

    @routes.post(
        "/{case_no}/{verb}",
        summary="Perform a step of an incident's life cycle",
        responses={409: {"description": LATE}},
    )
    def perform(
        case_no: CaseNo,
        verb: VerbName,
        scope: Annotated[Scope, granted("incident.read")],
        language: Language,
        body: ActBody | None = None,
        idempotency_key: IdempotencyKey = None,
    ) -> CaseWithLog:
        given = verb_input(body or ActBody(), idempotency_key)
        with centre.database.transaction() as transaction:
            case = perform_verb(centre, transaction, scope, case_no, verb_named(verb), given)
            log = read_log(transaction, centre.area.area_id, case_no)
            clocks = read_told_clocks(transaction, centre.area.area_id, case_no, centre.clock())
        return CaseWithLog.of(shown_case(case, scope, centre.clock(), log, clocks), language)


def _add_reads(routes: APIRouter, centre: Centre) -> None:
    @routes.get("", summary="List incidents, the newest first")
    def incidents(
        scope: Annotated[Scope, granted("incident.list")],
        language: Language,
        state: Annotated[str | None, Query(max_length=300, description="states, separated by commas")] = None,
        stage: Annotated[
            str | None, Query(max_length=100, description=", ".join(STAGES) + "; several by commas")
        ] = None,
        grid: Annotated[str | None, Query(max_length=17, description="code of a grid, village or town")] = None,
        since: Annotated[datetime | None, Query(description="reported since; RFC 3339 with its offset")] = None,
        bbox: Annotated[str | None, Query(max_length=120, examples=["120.90,30.88,121.00,31.03"])] = None,
        limit: Annotated[int, Query(ge=1, le=LIMIT)] = 200,
        brief: Annotated[
            bool, Query(description="without anybody's words and whole names; leaves no line in the audit")
        ] = False,
    ) -> CaseList:
        """People in a list are masked for everybody; open one case to read who reported it."""
        states, stages = (None if given is None else tuple(given.split(",")) for given in (state, stage))
        box = None if bbox is None else _box(bbox)
        case_filter = CaseFilter(states, grid, _aware(since), box, limit, stages=stages)
        with centre.database.transaction() as transaction:
            cases = look_through(transaction, centre.area.area_id, scope, centre.clock(), case_filter, is_brief=brief)
        at = centre.clock()
        return CaseList(incidents=[CaseOut.of(shown_case(case, scope, at), language) for case in cases])

    @routes.get("/{case_no}", summary="One incident with its log")
    def incident(case_no: CaseNo, scope: Annotated[Scope, granted("incident.read")], language: Language) -> CaseWithLog:
        """The centre reads who reported it; that it was opened is in the audit."""
        with centre.database.transaction() as transaction:
            case, log = open_case(transaction, centre.area.area_id, scope, case_no, centre.clock())
            clocks = read_told_clocks(transaction, centre.area.area_id, case_no, centre.clock())
        return CaseWithLog.of(shown_case(case, scope, centre.clock(), log, clocks), language)


def _add_due(routes: APIRouter, centre: Centre) -> None:
    @routes.get("/{case_no}/due", summary="Why an incident is due when it is: every clock with its steps")
    def due(case_no: CaseNo, scope: Annotated[Scope, granted("incident.read")], language: Language) -> DueOut:
        """Limit, working time counted, holidays, suspensions, extensions. That it was opened is in the audit."""
        with centre.database.transaction() as transaction:
            case, log = open_case(transaction, centre.area.area_id, scope, case_no, centre.clock())
            clocks = read_told_clocks(transaction, centre.area.area_id, case_no, centre.clock())
        return DueOut.of(shown_case(case, scope, centre.clock(), log, clocks), language)


def _report(body: ReportBody, key: str | None) -> Report:
    client_id = write_id(body.id, key)
    if client_id is None:
        raise InvalidInput("id_needed", field="id")
    reporter = body.reporter or Reporter()
    return Report(
        client_id=client_id,
        source_channel=body.source_channel,
        description=body.description,
        lon=body.lon,
        lat=body.lat,
        datum=body.datum,
        type_code=body.type_code,
        priority=body.priority,
        reporter_name=reporter.name,
        reporter_phone=reporter.phone,
        worker_id=body.worker,
    )


def verb_input(body: ActBody, key: str | None) -> VerbInput:
    """What came with a verb, for the rules."""
    return VerbInput(
        write_id=write_id(body.id, key) or uuid4(),
        note=body.note,
        worker_id=body.worker,
        with_workers=tuple(body.with_workers),
        queue=body.queue,
        required=body.required,
        department_code=body.department,
        lead=body.lead,
        departments=tuple(body.departments),
        meet_at=_aware(body.meet_at, "meet_at"),
        item=body.item,
        task_id=body.task,
        from_case=body.from_case,
        to_worker_id=body.to,
        suggestion_id=body.suggestion,
        passed=body.passed,
        until=_aware(body.until, "until"),
        lon=body.lon,
        lat=body.lat,
        datum=body.datum,
        type_code=body.type_code,
        priority=body.priority,
        parent=body.parent,
        rating=body.rating,
        score=body.score,
        found=body.found,
        called_back=body.called_back,
        no_photo_reason=body.no_photo_reason,
    )


def _aware(at: datetime | None, field: str = "since") -> datetime | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise InvalidInput("time_without_offset", field=field)
    if not 2000 <= at.year <= 2200:
        raise InvalidInput("time_out_of_range", field=field)
    return at


def _box(words: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in words.split(","))
    except ValueError:
        raise InvalidInput("bbox_invalid", field="bbox") from None
    return west, south, east, north
