"""What comes out of the endpoints of advice."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from api.team_models import DIVERTIBLE_EXAMPLE, TEAM_EXAMPLE, DivertibleWorker, TeamOut
from api.wording import Answer, Details, Id, Said, Tenths


class Line(Answer):
    """A GeoJSON line, WGS-84."""

    type: Literal["LineString"] = "LineString"
    coordinates: list[tuple[float, float]]


class ReasonOut(Answer):
    """Why: a stable code and a sentence in the asker's language."""

    code: str = Field(examples=["slower_bridge"])
    text: Said = Field(validation_alias="told", examples=["直线 300 米,隔水需绕桥 1.9 公里,需 23 分钟"])


class SuggestedWorker(Answer):
    """A worker suggested. ``eta_s`` travel time in seconds, lengths in metres, ``route`` along the streets."""

    rank: int
    worker: int
    name: str
    role: str
    mode: Literal["foot", "ebike", "car"]
    skills: list[str]
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
    reasons: list[ReasonOut]
    route: Line


class PassedOverOut(Answer):
    """A worker nearer by air than the last one suggested, left out for one reason."""

    worker: int
    name: str
    straight_m: float
    reason: ReasonOut


_REASON: JsonDict = {"code": "way", "text": "电动自行车,路程 1.2 公里"}


class SuggestionOut(Answer):
    """The advice as given; ``passed_over`` names the nearest, ``passed_over_more`` counts the others left out likewise
    (null in one kept before they were counted); ``nobody`` says why when there is nobody.

    ``team`` says who should go together where the type needs more than one person and those who are on the case already
    are not enough, else it is null; ``divertible`` names, for P1 and P2, those on lighter cases who would be there
    sooner, ``divertible_more`` counts the others of them.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "suggestion": "01930f3e-7a10-7cc0-8000-2b5d3c1e4f60",
                    "case_no": "YZ2611210007",
                    "given_at": "2026-11-21T10:26:00+00:00",
                    "workers": [
                        {
                            "rank": 1,
                            "worker": 12,
                            "name": "沈建国",
                            "role": "grid_worker",
                            "mode": "ebike",
                            "skills": ["mediation"],
                            "grid_code": "330421111004001",
                            "status": "patrolling",
                            "lon": 120.9552,
                            "lat": 30.9131,
                            "eta_s": 214.0,
                            "distance_m": 1190.0,
                            "straight_m": 820.0,
                            "off_road_m": 12.0,
                            "bridges": 1,
                            "fix_age_s": 9.0,
                            "accuracy_m": 8.0,
                            "reasons": [_REASON],
                            "route": {"type": "LineString", "coordinates": [[120.9552, 30.9131], [120.9613, 30.9155]]},
                        }
                    ],
                    "passed_over": [
                        {
                            "worker": 31,
                            "name": "陆芳",
                            "straight_m": 300.0,
                            "reason": {
                                "code": "slower_bridge",
                                "text": "直线 300 米,隔水需绕桥 1.9 公里,需 23 分钟",
                            },
                        }
                    ],
                    "passed_over_more": 0,
                    "nobody": None,
                    "team": TEAM_EXAMPLE,
                    "divertible": [DIVERTIBLE_EXAMPLE],
                    "divertible_more": 0,
                }
            ]
        }
    )

    suggestion: Id
    case_no: str
    given_at: Annotated[str, BeforeValidator(lambda at: at if isinstance(at, str) else at.isoformat())]
    workers: list[SuggestedWorker]
    passed_over: list[PassedOverOut]
    passed_over_more: int | None
    nobody: ReasonOut | None
    team: TeamOut | None
    divertible: list[DivertibleWorker]
    divertible_more: int


class NearbyRow(Answer):
    """Somebody or something around; ``why`` where it is wanted first for this type of event. Notes have no place."""

    kind: str
    id: str
    name: Said
    distance_m: float | None
    lon: float | None
    lat: float | None
    detail: Details
    why: Said | None = None


class ThingRow(NearbyRow):
    """A thing; a camera also tells whether the place lies in its sector (``sees``) and whether it is ``offline``."""

    sees: bool | None = None
    offline: bool | None = None


class NearbyOut(Answer):
    """人 地 物 事 情 around an incident, each group 20 rows at most; ``counts`` are whole."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "case_no": "YZ2611210007",
                    "lon": 120.9613,
                    "lat": 30.9155,
                    "radius_m": 300,
                    "people": [
                        {
                            "kind": "resident",
                            "id": "1203",
                            "name": "张*三",
                            "distance_m": 41.0,
                            "lon": 120.9612,
                            "lat": 30.9157,
                            "detail": {
                                "residence": "户籍人口",
                                "age": 83,
                                "phone": "138****8000",
                                "address": "桃源新邨 3 幢",
                            },
                            "why": "83 岁高龄,疏散需协助",
                        }
                    ],
                    "places": [],
                    "things": [
                        {
                            "kind": "camera",
                            "id": "17",
                            "name": "桃源新邨北门",
                            "distance_m": 62.0,
                            "lon": 120.9617,
                            "lat": 30.9158,
                            "detail": {"heading_deg": 210, "fov_deg": 70, "state": "ok"},
                            "why": "可看到现场",
                            "sees": True,
                            "offline": False,
                        }
                    ],
                    "incidents": [],
                    "notes": [
                        {
                            "kind": "residents",
                            "id": "residents",
                            "name": "周边居民 812 人,其中流动人口 203 人",
                            "distance_m": None,
                            "lon": None,
                            "lat": None,
                            "detail": {"count": 812, "floating": 203},
                        }
                    ],
                    "counts": {"people": 812, "places": 0, "things": 1, "incidents": 0},
                }
            ]
        }
    )

    case_no: str
    lon: float
    lat: float
    radius_m: float
    people: list[NearbyRow]
    places: list[NearbyRow]
    things: list[ThingRow]
    incidents: list[NearbyRow]
    notes: list[NearbyRow]
    counts: dict[str, int]


class RouteOut(Answer):
    """A way: time in seconds, length in metres (the walks to and from the road with it), the line along the streets."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "eta_s": 214.0,
                    "distance_m": 1190.0,
                    "off_road_m": 12.0,
                    "bridges": 1,
                    "line": {"type": "LineString", "coordinates": [[120.955, 30.913], [120.9613, 30.9155]]},
                }
            ]
        }
    )

    eta_s: Tenths
    distance_m: Tenths
    off_road_m: Tenths
    bridges: int
    line: Annotated[Line, BeforeValidator(lambda line: {"coordinates": line} if isinstance(line, tuple) else line)]
