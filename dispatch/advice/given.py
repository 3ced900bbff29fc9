"""An advice as it was given: records of codes and values, without a word of any language, and the JSON kept of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from base.kept_values import kept_value, plain
from dispatch.advice.given_team import (
    AdvisedDiversion,
    AdvisedTeam,
    advised_diversions,
    advised_team,
    kept_diversion,
    kept_team,
)
from dispatch.advice.ranking import PassedOver, Ranking, Reason, Suggested
from dispatch.advice.team_search import Found


@dataclass(frozen=True, slots=True)
class Line:
    """A GeoJSON line: longitudes and latitudes in degrees (EPSG:4326)."""

    coordinates: tuple[tuple[float, float], ...]
    type: str = "LineString"


@dataclass(frozen=True, slots=True)
class AdvisedWorker:
    """A worker who was suggested, as he was then: place in degrees (EPSG:4326), lengths in metres, spans in seconds."""

    rank: int
    worker: int
    name: str
    role: str
    mode: str
    skills: tuple[str, ...]
    grid_code: str | None
    status: str
    lon: float
    lat: float
    eta_s: float
    distance_m: float
    straight_m: float
    off_road_m: float
    bridges: int
    fix_age_s: float | None
    accuracy_m: float | None
    reasons: tuple[Reason, ...]
    route: Line


@dataclass(frozen=True, slots=True)
class PassedOverWorker:
    """A nearer worker who was left out, how far away in a straight line (m), and the one reason why."""

    worker: int
    name: str
    straight_m: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Advice:
    """An advice as it was given: of which case, when, who, who not, and when nobody, why.

    ``passed_over_more`` counts who was left out besides; None in one that was kept before they were counted. ``team``
    is None where one person is enough; nobody is divertible to a light case.
    """

    suggestion: UUID
    case_no: str
    given_at: datetime
    workers: tuple[AdvisedWorker, ...]
    passed_over: tuple[PassedOverWorker, ...]
    passed_over_more: int | None
    nobody: Reason | None
    team: AdvisedTeam | None = None
    divertible: tuple[AdvisedDiversion, ...] = ()
    divertible_more: int = 0


def advice_of(suggestion: UUID, case_no: str, given_at: datetime, ranking: Ranking, found: Found | None) -> Advice:
    """The advice that a ranking amounts to, with the team found where one person is not enough."""
    return Advice(
        suggestion,
        case_no,
        given_at,
        workers=tuple(_advised(pick, number) for number, pick in enumerate(ranking.suggested, start=1)),
        passed_over=tuple(_passed_over(entry) for entry in ranking.passed_over),
        passed_over_more=ranking.passed_over_more,
        nobody=ranking.nobody,
        team=None if found is None or found.team is None else advised_team(found.team, found.names),
        divertible=() if found is None else advised_diversions(found),
        divertible_more=0 if found is None else found.diversions.more,
    )


def _advised(pick: Suggested, number: int) -> AdvisedWorker:
    worker, way = pick.worker, pick.way
    assert worker.lon is not None and worker.lat is not None  # noqa: PT018 who has a way was seen
    return AdvisedWorker(
        rank=number,
        worker=worker.worker_id,
        name=worker.name,
        role=worker.role,
        mode=worker.mode,
        skills=tuple(worker.skills),
        grid_code=worker.grid_code,
        status=worker.status,
        lon=worker.lon,
        lat=worker.lat,
        eta_s=round(way.eta_s, 1),
        distance_m=round(way.distance_m, 1),
        straight_m=round(pick.straight_m, 1),
        off_road_m=round(way.off_road_m, 1),
        bridges=way.bridges,
        fix_age_s=None if worker.age_s is None else round(worker.age_s, 1),
        accuracy_m=worker.accuracy_m,
        reasons=pick.reasons,
        route=Line(tuple(way.line)),
    )


def _passed_over(entry: PassedOver) -> PassedOverWorker:
    worker = entry.worker
    return PassedOverWorker(worker.worker_id, worker.name, round(entry.straight_m, 1), entry.reason)


def advice_json(advice: Advice) -> str:
    """The advice as it is kept; :func:`kept_advice` reads it."""
    return json.dumps(advice, default=plain, ensure_ascii=False)


def kept_advice(kept: Mapping[str, Any]) -> Advice:
    """The advice that was kept as this JSON."""
    return Advice(
        suggestion=UUID(kept["suggestion"]),
        case_no=kept["case_no"],
        given_at=datetime.fromisoformat(kept["given_at"]),
        workers=tuple(_kept_worker(worker) for worker in kept["workers"]),
        passed_over=tuple(
            PassedOverWorker(**entry | {"reason": _kept_reason(entry["reason"])}) for entry in kept["passed_over"]
        ),
        passed_over_more=kept["passed_over_more"],
        nobody=None if kept["nobody"] is None else _kept_reason(kept["nobody"]),
        team=None if kept.get("team") is None else kept_team(kept["team"]),  # earlier ones have no word of a team
        divertible=tuple(kept_diversion(entry) for entry in kept.get("divertible", ())),
        divertible_more=kept.get("divertible_more", 0),
    )


def _kept_worker(kept: Mapping[str, Any]) -> AdvisedWorker:
    names = [field.name for field in fields(AdvisedWorker)]
    line = Line(tuple((lon, lat) for lon, lat in kept["route"]["coordinates"]))
    reasons = tuple(_kept_reason(reason) for reason in kept["reasons"])
    known = {name: kept[name] for name in names}
    return AdvisedWorker(**known | {"skills": tuple(kept["skills"]), "reasons": reasons, "route": line})


def _kept_reason(kept: Mapping[str, Any]) -> Reason:
    return Reason(kept["code"], {name: kept_value(value) for name, value in kept["values"].items()})
