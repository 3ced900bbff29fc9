"""人地事物情: what is within reach of a case, in five groups, as the console shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from base.values import Value
from dispatch.advice.surroundings import (
    CameraDetail,
    CaseDetail,
    Detail,
    Nearby,
    NearRow,
    PersonDetail,
    PlaceDetail,
    RentalDetail,
    ThingDetail,
)
from layers.cameras import camera_data
from layers.feature import CameraFeature, GeoJson, HighlightFeature
from layers.highlight import highlight_data
from words.catalogue import text
from words.names import near_address
from words.units import distance_text
from words.values import code_text, value_text

GROUPS = ("people", "places", "incidents", "things", "notes")
"""人, 地, 事, 物, 情, in the order in which they are said."""
_MARKS = {"people": "person", "places": "place", "incidents": "case", "things": "thing"}


@dataclass(frozen=True)
class AroundRow:
    """One person, place, thing, event or remark near the case; ``case_no`` is an event's own number."""

    name: str
    distance: str
    under: str
    lon: float | None
    lat: float | None
    tone: str
    mark: str
    case_no: str = ""


@dataclass(frozen=True)
class AroundGroup:
    """One of the five groups; ``count`` counts also those there was no room for."""

    code: str
    sign: str
    title: str
    count: int
    rows: tuple[AroundRow, ...]


@dataclass(frozen=True)
class AroundView:
    """All of it: the groups, the cameras with what they see, the circle that was looked at."""

    groups: tuple[AroundGroup, ...]
    cameras: tuple[CameraFeature, ...]
    lon: float
    lat: float
    radius_m: float


def around_view(nearby: Nearby, town: str, language: str) -> AroundView:
    """What the console shows of a nearby answer in a town, each group in its given order."""
    return AroundView(
        groups=tuple(_group(code, nearby, town, language) for code in GROUPS),
        cameras=tuple(_camera(row) for row in nearby.things if isinstance(row.detail, CameraDetail)),
        lon=nearby.lon,
        lat=nearby.lat,
        radius_m=nearby.radius_m,
    )


def _group(code: str, nearby: Nearby, town: str, language: str) -> AroundGroup:
    found: tuple[NearRow, ...] = getattr(nearby, code)
    rows = tuple(_row(code, row, town, language) for row in found)
    return AroundGroup(
        code=code,
        sign=text(f"console.around.{code}.sign", language),
        title=text(f"console.around.{code}.title", language),
        count=nearby.counts.get(code, len(rows)),
        rows=rows,
    )


def _row(code: str, row: NearRow, town: str, language: str) -> AroundRow:
    why = [] if row.why is None else [code_text(row.why, language)]
    is_broken = isinstance(row.detail, ThingDetail | CameraDetail) and row.detail.state == "fault"
    return AroundRow(
        name=near_address(value_text(row.name, language), town),
        distance="" if row.distance_m is None else distance_text(row.distance_m, language),
        under=" · ".join([*why, *_under(row.detail, town, language)]),
        lon=row.lon,
        lat=row.lat,
        tone="off" if is_broken else "useful" if row.why else "plain",
        mark="camera" if row.kind == "camera" else _MARKS.get(code, "point"),
        case_no=row.id if code == "incidents" else "",
    )


def _under(detail: Detail, town: str, language: str) -> list[str]:
    """What of the detail stands below the name."""
    parts: tuple[Value, ...] = ()
    match detail:
        case PersonDetail():
            age = text("console.around.age", language, n=detail.age)
            parts = (detail.residence, age, near_address(detail.address or "", town), detail.phone)
        case PlaceDetail():
            parts = (detail.kind_name, detail.in_charge, detail.phone, near_address(detail.address or "", town))
        case CaseDetail():
            parts = (detail.priority, detail.state_name)
        case ThingDetail() | CameraDetail():
            parts = (detail.kind_name, text("console.around.fault", language) if detail.state == "fault" else "")
        case RentalDetail():
            parts = (detail.kind_name,)
    return [value_text(part, language) for part in parts if part]


def _camera(row: NearRow) -> CameraFeature:
    detail = row.detail
    assert isinstance(detail, CameraDetail) and row.lon is not None and row.lat is not None  # noqa: PT018
    return CameraFeature(
        camera_id=int(row.id),
        name=str(row.name),
        lon=row.lon,
        lat=row.lat,
        heading_deg=detail.heading_deg,
        fov_deg=detail.fov_deg,
        range_m=detail.range_m,
        is_ok=detail.state == "ok",
    )


def around_marks(view: AroundView) -> GeoJson:
    """The reach as a circle around the case, and every row that has a point; cameras have a layer of their own."""
    reach = HighlightFeature("circle", view.lon, view.lat, radius_m=view.radius_m)
    rows = [row for group in view.groups for row in group.rows if row.mark != "camera"]
    marks = [
        HighlightFeature(row.mark, row.lon, row.lat) for row in rows if row.lon is not None and row.lat is not None
    ]
    return highlight_data([reach, *marks])


def around_cameras(view: AroundView) -> GeoJson:
    """The cameras and the sectors they see."""
    return camera_data(view.cameras)


def draft_mark(draft: Mapping[str, Any]) -> GeoJson:
    """Where the event being written is."""
    return highlight_data([HighlightFeature("point", draft["lon"], draft["lat"])])
