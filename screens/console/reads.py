"""What the console reads: one transaction each, in the name of whoever sits at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from base.database import Transaction
from dispatch.access import audit, grants
from dispatch.access.scope import Scope
from dispatch.advice.advice import advise
from dispatch.advice.given import Advice
from dispatch.advice.nearby import read_nearby
from dispatch.advice.workforce import WorkerNow, phone_of, read_worker
from dispatch.cases.incidents import LIMIT, OPEN_STATES, Case, CaseFilter
from dispatch.cases.looks import list_shown, open_case
from dispatch.cases.permission import verbs_for
from dispatch.cases.photos import list_photos
from dispatch.cases.routing import event_types, is_reportable, priority_of, propose
from dispatch.centre import Centre
from dispatch.figures.now import grid_load
from layers.feature import GridFeature, IncidentFeature
from mapdata.addresses import AddressHit, resolve
from mapdata.grids import list_grids
from mapdata.location import Place, locate
from mapdata.roads.routes import Route
from screens.console.around import AroundView, around_view
from screens.console.case_view import CaseLink, CaseView, case_links, case_view
from screens.console.queue_view import QueueRow, queue_rows
from screens.console.responder_view import ON_THE_WAY, ResponderView, responder_view
from screens.shell.town_features import grid_features, pins
from words.names import type_name

GRANT = "console.see"


@dataclass(frozen=True)
class Present:
    """What every console shows alike: the queue, the pins, the grids' load, and each open case's version."""

    rows: list[QueueRow]
    pins: list[IncidentFeature]
    grids: list[GridFeature]
    versions: dict[str, int]


@dataclass(frozen=True)
class OpenCase:
    """The case that is open at this console: what is shown, the responder, and what is to be asked next."""

    case: CaseView
    responder: ResponderView | None
    way: Route | None
    stage: dict[str, Any]
    photos: list[str]
    links: list[CaseLink]


class ConsoleReads:
    """What the console asks of one centre."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._area_id = centre.area.area_id

    def present(self, language: str) -> Present:
        """Everything the board channel keeps true on every console."""
        operator = Scope("console", "operator", self._area_id)
        narrowed = CaseFilter(states=OPEN_STATES, limit=LIMIT)
        with self._centre.database.transaction() as transaction:
            cases = list_shown(transaction, self._area_id, operator, narrowed)
            grids = grid_features(list_grids(transaction, self._area_id), grid_load(transaction, self._area_id))
        return Present(
            rows=queue_rows(cases, self._centre.area.name, language),
            pins=pins(cases, self._centre.clock(), language),
            grids=grids,
            versions={case.case_no: case.version for case in cases},
        )

    def note_look(self, scope: Scope) -> None:
        """That the queue was opened on a console: one line in the audit for as long as it is open."""
        details = {"board": "console"}
        with self._centre.database.transaction() as transaction:
            now = self._centre.clock()
            audit.append(transaction, self._area_id, now, scope, "incident.list", "incidents", details)

    def place(self, lon: float, lat: float) -> Place:
        """The village, grid and nearest address of a point (degrees, WGS-84)."""
        grants.require(GRANT)
        with self._centre.database.transaction() as transaction:
            return locate(transaction, self._centre.area, lon, lat, "wgs84")

    def open(self, case_no: str, language: str) -> OpenCase:
        """The case with its log, what this person may do with it, and how far the one who was sent still has to go."""
        scope = grants.require(GRANT)
        now = self._centre.clock()
        with self._centre.database.transaction() as transaction:
            case, log = open_case(transaction, self._area_id, scope, case_no, now)
            worker = self._worker_of(transaction, scope, case, now)
            photos = [photo.address for photo in list_photos(transaction, self._area_id, scope, case_no)]
        way = self._way_of(case, worker)
        shown = case_view(case, log, verbs_for(scope, case, log), language)
        responder = responder_view(case, worker, way, now, language)
        stage = {"case_no": case_no, "lon": case.lon, "lat": case.lat, "ask": shown.group == "waiting"}
        stage |= {"by": "dispatch" if shown.may_send else ""}
        stage |= {"sent": responder.worker if responder else None}
        return OpenCase(shown, responder, way, stage, photos, case_links(scope, case_no, language))

    def _worker_of(self, transaction: Transaction, scope: Scope, case: Case, now: datetime) -> WorkerNow | None:
        """The worker who is on the case, with the phone to call him by."""
        sent = case.open_worker
        if sent is None:
            return None
        found = read_worker(transaction, self._area_id, scope, now, sent.worker_id)
        phone = phone_of(transaction, self._area_id, scope, sent.worker_id)
        return None if found is None else replace(found, phone=phone)

    def _way_of(self, case: Case, worker: WorkerNow | None) -> Route | None:
        """The way the one who was sent still has to go, from where he was seen last."""
        if worker is None or worker.lon is None or worker.lat is None or case.state not in ON_THE_WAY:
            return None
        return self._centre.roads.route(worker.lon, worker.lat, case.lon, case.lat, worker.mode)  # type: ignore[arg-type]

    def advise(self, case_no: str) -> Advice:
        """Who can be there first and why; kept with the case as it was given."""
        scope = grants.require("incident.suggestion")
        with self._centre.database.transaction() as transaction:
            return advise(self._centre, transaction, scope, case_no)

    def around(self, case_no: str, radius_m: int, reason: str, language: str) -> AroundView:
        """人地事物情 within reach of the case; a reason names the key people, and stands in the audit."""
        scope = grants.require("incident.nearby")
        with self._centre.database.transaction() as transaction:
            seen = read_nearby(self._centre, transaction, scope, case_no, radius_m, reason)
        return around_view(seen, self._centre.area.name, language)

    def find_address(self, words: str) -> AddressHit | None:
        """The standard address the words mean, when there is one."""
        grants.require(GRANT)
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
