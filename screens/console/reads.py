"""What the console reads: one transaction each, in the name of whoever sits at it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from base.database import Transaction
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.advice.advice import advise
from dispatch.advice.given import Advice
from dispatch.advice.nearby import read_nearby
from dispatch.advice.workforce import WorkerNow, phone_of, read_workers
from dispatch.cases.due_steps import read_told_clocks
from dispatch.cases.incidents import LIMIT, Case, CaseFilter, read_case
from dispatch.cases.lifecycle import OPEN_STATES
from dispatch.cases.looks import list_shown, open_case
from dispatch.cases.permission import verbs_for
from dispatch.cases.photos import Photo, list_photos
from dispatch.cases.routing import event_types, is_reportable, priority_of, propose
from dispatch.cases.tasks import open_tasks
from dispatch.cases.whistle import departments_with_people
from dispatch.centre import Centre
from dispatch.departments import list_departments
from dispatch.figures.now import grid_load
from dispatch.notices.job_runs import not_leaving
from dispatch.plans.taken import CasePlan, plan_of_case
from dispatch.sos import shown_on
from layers.feature import GridFeature, HighlightFeature, IncidentFeature, SosFeature
from mapdata.addresses import AddressHit, resolve
from mapdata.grids import list_grids
from mapdata.location import Place, locate
from mapdata.roads.routes import Route
from screens.console.around import AroundView, around_view
from screens.console.case_view import Beside, CaseLink, CaseView, case_links, case_view
from screens.console.merging import merge_choices
from screens.console.queue_view import QueueRow, queue_rows
from screens.console.responder_view import Responder, ResponderView, responder_view
from screens.console.urgent_view import UrgentRow, urgent_rows
from screens.console.verb_view import Choice
from screens.shell.meeting import meeting_marks
from screens.shell.sos_view import SosRow, sos_features, sos_rows
from screens.shell.town_features import grid_features, pins
from screens.shell.visitor import Visitor
from words.checks import check_text
from words.names import type_name

GRANT = "console.see"


@dataclass(frozen=True)
class Present:
    """What every console shows alike: the queue, pins, the grids' load, each open case's version, calls for help.

    ``urgent`` are those of first priority nobody has acknowledged, ``down`` says that notices do not leave.
    """

    rows: list[QueueRow]
    pins: list[IncidentFeature]
    grids: list[GridFeature]
    versions: dict[str, int]
    calls: list[SosRow]
    marks: list[SosFeature]
    urgent: list[UrgentRow]
    down: list[str]


@dataclass(frozen=True)
class OpenCase:
    """The case that is open at this console: what is shown, everybody on it, and what is to be asked next."""

    case: CaseView
    responders: tuple[ResponderView, ...]
    stage: dict[str, Any]
    photos: list[Photo]
    plan: CasePlan | None
    links: list[CaseLink]
    meet: list[HighlightFeature]


class ConsoleReads:
    """What the console asks of one centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._area_id = centre.area.area_id

    def present(self, language: str) -> Present:
        """Everything the board channel keeps true on every console."""
        operator = Scope("console", "operator", self._area_id)
        narrowed = CaseFilter(states=OPEN_STATES, limit=LIMIT)
        at, town = self._centre.clock(), self._centre.area.name
        with self._centre.database.transaction() as transaction:
            calls = shown_on(self._centre, transaction, operator, "console", at)
            cases = list_shown(transaction, self._area_id, operator, narrowed)
            grids = grid_features(list_grids(transaction, self._area_id), grid_load(transaction, self._area_id))
            checks = not_leaving(transaction, self._area_id, at)
        return Present(
            rows=queue_rows(cases, town, language),
            pins=pins(cases, at, language),
            grids=grids,
            versions={case.case_no: case.version for case in cases},
            calls=sos_rows(calls, town, language, with_phone=True),
            marks=sos_features(calls, language),
            urgent=urgent_rows(cases, town, language),
            down=[check_text(one, language) for one in checks],
        )

    def note_look(self, scope: Scope) -> None:
        """That the queue was opened on a console: one line in the audit for as long as it is open."""
        details = {"board": "console"}
        with self._centre.database.transaction() as transaction:
            now = self._centre.clock()
            audit.append(transaction, self._area_id, now, scope, "incident.list", "incidents", details)

    def place(self, visitor: Visitor, lon: float, lat: float) -> Place:
        """The village, grid and nearest address of a point (degrees, WGS-84)."""
        visitor.granted(GRANT)
        with self._centre.database.transaction() as transaction:
            return locate(transaction, self._centre.area, lon, lat, "wgs84")

    def open(self, visitor: Visitor, case_no: str) -> OpenCase:
        """The case with its log, what this person may do with it, and how far those who were sent still have to go."""
        scope, language = visitor.granted(GRANT), visitor.language
        now = self._centre.clock()
        with self._centre.database.transaction() as transaction:
            case, log = open_case(transaction, self._area_id, scope, case_no, now)
            workers = self._workers_of(transaction, scope, case, now)
            photos = list_photos(transaction, self._area_id, scope, case_no)
            clocks = read_told_clocks(transaction, self._area_id, case_no, now)
            allowed = verbs_for(scope, case, log)
            plan = plan_of_case(transaction, scope, case)
            choices = self._choices(transaction, scope, case, allowed, language)
        shown = case_view(case, log, allowed, language, Beside(tuple(clocks), choices))
        on_it = [Responder(task, workers.get(task.worker_id or 0)) for task in open_tasks(case.tasks)]
        responders = tuple(
            responder_view(one, self._way_of(case, one), now, language, may_take_back="take_back" in allowed)
            for one in on_it
        )
        stage = {"case_no": case_no, "lon": case.lon, "lat": case.lat, "ask": shown.group == "waiting"}
        stage |= {"by": "dispatch" if shown.may_send else "", "diverts": "divert" in allowed}
        stage |= {"sent": sorted(one.worker for one in responders if one.worker is not None)}
        marks = meeting_marks(case, language)
        return OpenCase(shown, responders, stage, photos, plan, case_links(scope, case, log, language), marks)

    def _choices(
        self, transaction: Transaction, scope: Scope, case: Case, allowed: Collection[str], language: str
    ) -> dict[str, list[Choice]]:
        """What may be chosen in the forms of verbs that are allowed: cases, departments."""
        found: dict[str, list[Choice]] = {}
        if "merge" in allowed:
            found["merge"] = merge_choices(transaction, scope, case, language)
        staffed = departments_with_people(transaction, self._area_id)
        found |= {verb: staffed for verb in ("whistle", "support") if verb in allowed}
        if "dispatch" in allowed:  # the one it is routed to stands first
            found["dispatch"] = sorted(staffed, key=lambda one: one[0] != case.department_code)
        if "rule" in allowed:
            found["rule"] = [(one.code, one.name) for one in list_departments(transaction, self._area_id)]
        return found

    def _workers_of(self, transaction: Transaction, scope: Scope, case: Case, now: datetime) -> dict[int, WorkerNow]:
        """The workers who are on the case by their number, each with the phone to call him by."""
        on_it = [task.worker_id for task in open_tasks(case.tasks) if task.worker_id is not None]
        found = read_workers(transaction, self._area_id, scope, now, on_it) if on_it else []
        return {
            one.worker_id: replace(one, phone=phone_of(transaction, self._area_id, scope, one.worker_id))
            for one in found
        }

    def _way_of(self, case: Case, one: Responder) -> Route | None:
        """The way one who was sent still has to go, from where he was seen last."""
        worker = one.worker
        if worker is None or worker.lon is None or worker.lat is None or not one.task.is_on_the_way:
            return None
        return self._centre.roads.route(worker.lon, worker.lat, case.lon, case.lat, worker.mode)  # type: ignore[arg-type]

    def advise(self, visitor: Visitor, case_no: str) -> Advice:
        """Who can be there first and why; kept with the case as it was given."""
        scope = visitor.granted("incident.suggestion")
        with self._centre.database.transaction() as transaction:
            return advise(self._centre, transaction, scope, case_no)

    def types_left(self, visitor: Visitor, advice: Advice) -> dict[str, str]:
        """The type of each case somebody may be taken from, by its number."""
        scope = visitor.granted("incident.suggestion")
        cases = {one.case_no for one in advice.divertible}
        with self._centre.database.transaction() as transaction:
            return {
                case_no: read_case(transaction, self._area_id, case_no, scope).type_code for case_no in sorted(cases)
            }

    def around(self, visitor: Visitor, case_no: str, radius_m: int, reason: str) -> AroundView:
        """人地事物情 within reach of the case; a reason names the key people, and stands in the audit."""
        scope, language = visitor.granted("incident.nearby"), visitor.language
        with self._centre.database.transaction() as transaction:
            seen = read_nearby(self._centre, transaction, scope, case_no, radius_m, reason)
        return around_view(seen, self._centre.area.name, language)

    def find_address(self, visitor: Visitor, words: str) -> AddressHit | None:
        """The standard address the words mean, when there is one."""
        visitor.granted(GRANT)
        with self._centre.database.transaction() as transaction:
            found = resolve(transaction, self._area_id, words)
        return found[0] if found else None


def proposal(text: str) -> dict[str, Any]:
    """The type and priority a text speaks of, and the words it was known by."""
    found = propose(text)
    return {
        "type_code": found.type_code if found.words else None,
        "priority": priority_of(found.type_code, found.raised_by) if found.words or found.raised_by else None,
        "words": [*found.words, *found.raised_by],
    }


def type_choices(language: str) -> list[dict[str, str]]:
    """Every type a case may be of, by its code."""
    return [
        {"value": code, "label": f"{code} {type_name(code, language)}"}
        for code in sorted(event_types())
        if is_reportable(code)
    ]
