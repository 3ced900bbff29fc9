"""The advice on a case: made from the workforce and the roads, kept as given in codes and values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from base.clock import TOWN_ZONE
from base.database import Transaction
from base.errors import Conflict
from base.statements import load_statements
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.advice.ranking import Metres, PassedOver, Ranking, Reason, Seconds, Suggested, Task, rank
from dispatch.advice.workforce import read_workforce
from dispatch.cases.incidents import Case, read_case
from dispatch.centre import Centre

SQL = load_statements(Path(__file__).parent / "sql" / "advice.sql")


@dataclass(frozen=True)
class Advice:
    """An advice as it was given: its id, of which case, when, and the ranking."""

    suggestion_id: UUID
    case_no: str
    given_at: datetime
    ranking: Ranking

    def as_record(self) -> dict[str, Any]:
        """The advice as JSON of codes and values, the form it is kept in; ``words.advice`` puts it into a language."""
        ranking = self.ranking
        return {
            "suggestion": str(self.suggestion_id),
            "case_no": self.case_no,
            "given_at": self.given_at.isoformat(),
            "workers": [_suggested(pick, number) for number, pick in enumerate(ranking.suggested, start=1)],
            "passed_over": [_passed(entry) for entry in ranking.passed_over],
            "passed_over_more": ranking.passed_over_more,
            "nobody": None if ranking.nobody is None else reason_record(ranking.nobody),
        }


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
    advice = Advice(uuid4(), case.case_no, at, _ranking(centre, transaction, scope, case, at))
    kept = {
        "area_id": case.area_id,
        "suggestion_id": advice.suggestion_id,
        "case_no": case.case_no,
        "given_at": at,
        "given_to": scope.account,
        "answer": json.dumps(advice.as_record(), ensure_ascii=False),
    }
    transaction.execute(SQL["keep_suggestion"], kept)
    seen = {
        "suggestion": str(advice.suggestion_id),
        "workers": [pick.worker.worker_id for pick in advice.ranking.suggested],
    }
    audit.append(transaction, case.area_id, at, scope, "incident.suggestion", case.case_no, seen)
    return advice


def _ranking(centre: Centre, transaction: Transaction, scope: Scope, case: Case, at: datetime) -> Ranking:
    workers = read_workforce(transaction, case.area_id, scope, at)
    midnight = at.astimezone(TOWN_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    loads = transaction.execute(SQL["tasks_today"], {"area_id": case.area_id, "since": midnight})
    parameters = {"area_id": case.area_id, "account": case.reported_by}
    reporter = transaction.execute(SQL["account_worker"], parameters).fetchone()
    task = Task(
        lon=case.lon,
        lat=case.lat,
        type_code=case.type_code,
        priority=case.priority,
        grid_code=case.grid_code,
        department_code=case.department_code,
        reporter_worker_id=None if reporter is None else int(reporter["worker_id"]),
    )
    return rank(
        task,
        workers,
        {int(row["worker_id"]): int(row["tasks"]) for row in loads},
        lambda travellers, count: centre.roads.first_to_arrive(case.lon, case.lat, travellers, count),
    )


def reason_record(reason: Reason) -> dict[str, Any]:
    """A reason as JSON: its code and the values its sentence needs."""
    return {"code": reason.code, "values": {name: _value(value) for name, value in reason.words.items()}}


def _value(value: object) -> object:
    """A value of a reason as JSON; a length or a time span keeps its unit, so that it can be worded later."""
    if isinstance(value, Metres):
        return {"metres": value.value}
    if isinstance(value, Seconds):
        return {"seconds": value.value}
    return value


def _suggested(pick: Suggested, number: int) -> dict[str, Any]:
    worker, way = pick.worker, pick.way
    return {
        "rank": number,
        "worker": worker.worker_id,
        "name": worker.name,
        "role": worker.role,
        "mode": worker.mode,
        "skills": list(worker.skills),
        "grid_code": worker.grid_code,
        "status": worker.status,
        "lon": worker.lon,
        "lat": worker.lat,
        "eta_s": round(way.eta_s, 1),
        "distance_m": round(way.distance_m, 1),
        "straight_m": round(pick.straight_m, 1),
        "off_road_m": round(way.off_road_m, 1),
        "bridges": way.bridges,
        "fix_age_s": None if worker.age_s is None else round(worker.age_s, 1),
        "accuracy_m": worker.accuracy_m,
        "reasons": [reason_record(reason) for reason in pick.reasons],
        "route": {"type": "LineString", "coordinates": [list(point) for point in way.line]},
    }


def _passed(entry: PassedOver) -> dict[str, Any]:
    return {
        "worker": entry.worker.worker_id,
        "name": entry.worker.name,
        "straight_m": round(entry.straight_m, 1),
        "reason": reason_record(entry.reason),
    }
