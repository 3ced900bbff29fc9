"""The advice on a case: asked of the workforce and the roads, kept as given, told in the reader's language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from dispatch import audit
from dispatch.access import Principal
from dispatch.centre import Centre
from dispatch.incidents import Case, read_case
from dispatch.suggestion import Metres, PassedOver, Pick, Ranking, Reason, Seconds, Task, rank
from dispatch.texts import text
from dispatch.workforce import read_workforce
from mapdata.clock import TOWN_ZONE
from mapdata.database import Transaction
from mapdata.errors import Conflict
from mapdata.statements import load_statements

SQL = load_statements(Path(__file__).parent / "sql" / "advice.sql")


@dataclass(frozen=True)
class Advice:
    """An advice as it was given: its id, of which case, when, and the ranking."""

    suggestion_id: UUID
    case_no: str
    given_at: datetime
    ranking: Ranking

    def told(self, language: str) -> dict[str, Any]:
        """The advice as JSON, its reasons in words."""
        ranking = self.ranking
        return {
            "suggestion": str(self.suggestion_id),
            "case_no": self.case_no,
            "given_at": self.given_at.isoformat(),
            "workers": [_pick(pick, number, language) for number, pick in enumerate(ranking.picks, start=1)],
            "passed_over": [_passed(entry, language) for entry in ranking.passed_over],
            "nobody": None if ranking.nobody is None else reason_told(ranking.nobody, language),
        }


def advise(centre: Centre, transaction: Transaction, principal: Principal, case_no: str, language: str) -> Advice:
    """Advise on a case now; the advice is kept as given, and that it was asked for.

    Parameters
    ----------
    centre, transaction
        the centre, and the transaction the advice is read and kept in.
    principal, case_no
        who asks, about which case.
    language
        ``zh`` or ``en``; the language it is kept in.

    Raises
    ------
    NotFound
        when there is no such case for this person.
    Conflict
        when the case has ended: nobody is to be sent any more.
    """
    case = read_case(transaction, centre.area.area_id, case_no, principal)
    if case.has_ended:
        raise Conflict("case_has_ended", field="case_no", given=case_no)
    at = centre.clock()
    advice = Advice(uuid4(), case.case_no, at, _ranking(centre, transaction, case, at))
    kept = {
        "area_id": case.area_id,
        "suggestion_id": advice.suggestion_id,
        "case_no": case.case_no,
        "given_at": at,
        "given_to": principal.account,
        "answer": json.dumps(advice.told(language), ensure_ascii=False),
    }
    transaction.execute(SQL["keep_suggestion"], kept)
    seen = {
        "suggestion": str(advice.suggestion_id),
        "workers": [pick.worker.worker_id for pick in advice.ranking.picks],
    }
    audit.append(transaction, case.area_id, at, principal, "incident.suggestion", case.case_no, seen)
    return advice


def _ranking(centre: Centre, transaction: Transaction, case: Case, at: datetime) -> Ranking:
    workers = read_workforce(transaction, case.area_id, at)
    midnight = at.astimezone(TOWN_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    loads = transaction.execute(SQL["tasks_today"], {"area_id": case.area_id, "since": midnight})
    asked = {"area_id": case.area_id, "account": case.reported_by}
    reporter = transaction.execute(SQL["account_worker"], asked).fetchone()
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
        lambda seekers, count: centre.roads.nearest(case.lon, case.lat, seekers, count),
    )


def reason_told(reason: Reason, language: str) -> dict[str, str]:
    """A reason as its code and its sentence."""
    words = {name: _word(name, value, language) for name, value in reason.words.items()}
    return {"code": reason.code, "text": text(f"suggestion.reason.{reason.code}", language, **words)}


def _word(name: str, value: object, language: str) -> object:
    if isinstance(value, Metres):
        return distance_told(value.value, language)
    if isinstance(value, Seconds):
        return duration_told(value.value, language)
    if name == "skills" and isinstance(value, list):
        return text("suggestion.list_mark", language).join(text(f"suggestion.skill.{one}", language) for one in value)
    if name == "counts" and isinstance(value, list):
        parts = [text(f"suggestion.count.{code}", language, count=count) for code, count in value]
        return text("suggestion.count_mark", language).join(parts)
    return value


def distance_told(metres: float, language: str) -> str:
    """A length in words: to 10 m below a kilometre, to 0.1 km above."""
    if metres < 995:
        rounded = round(metres, -1) if metres >= 95 else round(metres)
        return text("suggestion.metres", language, value=f"{rounded:.0f}")
    return text("suggestion.kilometres", language, value=f"{metres / 1000:.1f}")


def duration_told(seconds: float, language: str) -> str:
    """A time span in words: seconds below a minute and a half, then minutes, hours above two."""
    if seconds < 90:
        return text("suggestion.seconds", language, value=f"{seconds:.0f}")
    if seconds < 7200:
        return text("suggestion.minutes", language, value=f"{seconds / 60:.0f}")
    return text("suggestion.hours", language, value=f"{seconds / 3600:.1f}")


def _pick(pick: Pick, number: int, language: str) -> dict[str, Any]:
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
        "reasons": [reason_told(reason, language) for reason in pick.reasons],
        "route": {"type": "LineString", "coordinates": [list(point) for point in way.line]},
    }


def _passed(entry: PassedOver, language: str) -> dict[str, Any]:
    return {
        "worker": entry.worker.worker_id,
        "name": entry.worker.name,
        "straight_m": round(entry.straight_m, 1),
        "reason": reason_told(entry.reason, language),
    }
