"""人地事物情: what is within reach of a case, in five groups, as the console shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.cameras import camera_data
from layers.feature import CameraFeature, GeoJson, HighlightFeature
from layers.highlight import highlight_data
from words.catalogue import text
from words.names import near_address
from words.units import distance_text

GROUPS = ("people", "places", "incidents", "things", "notes")
"""人, 地, 事, 物, 情, in the order in which they are said."""
_DETAILS = {
    "people": ("residence", "age_text", "address", "phone"),
    "places": ("kind_name", "in_charge", "phone", "address"),
    "incidents": ("priority", "state_name"),
    "things": ("kind_name", "fault_text"),
    "notes": (),
}
"""What of the detail stands below the name, group by group."""
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


def around_view(nearby: Mapping[str, Any], town: str, language: str) -> AroundView:
    """What the console shows of a nearby answer in a town, each group in its given order."""
    return AroundView(
        groups=tuple(_group(code, nearby, town, language) for code in GROUPS),
        cameras=tuple(_camera(row) for row in nearby["things"] if row["kind"] == "camera"),
        lon=nearby["lon"],
        lat=nearby["lat"],
        radius_m=nearby["radius_m"],
    )


def _group(code: str, nearby: Mapping[str, Any], town: str, language: str) -> AroundGroup:
    rows = tuple(_row(code, entry, town, language) for entry in nearby[code])
    return AroundGroup(
        code=code,
        sign=text(f"console.around.{code}.sign", language),
        title=text(f"console.around.{code}.title", language),
        count=nearby.get("counts", {}).get(code, len(rows)),
        rows=rows,
    )


def _row(code: str, entry: Mapping[str, Any], town: str, language: str) -> AroundRow:
    distance = entry["distance_m"]
    mark = "camera" if entry["kind"] == "camera" else _MARKS.get(code, "point")
    return AroundRow(
        name=near_address(entry["name"], town),
        distance="" if distance is None else distance_text(distance, language),
        under=" · ".join(
            [*([entry["why"]] if entry.get("why") else []), *_details(code, entry["detail"], town, language)]
        ),
        lon=entry["lon"],
        lat=entry["lat"],
        tone="off" if entry["detail"].get("state") == "fault" else "useful" if entry.get("why") else "plain",
        mark=mark,
        case_no=entry["id"] if code == "incidents" else "",
    )


def _details(code: str, detail: Mapping[str, Any], town: str, language: str) -> list[str]:
    more = {
        "age_text": text("console.around.age", language, n=detail["age"]) if "age" in detail else "",
        "address": near_address(detail.get("address") or "", town),
        "fault_text": text("console.around.fault", language) if detail.get("state") == "fault" else "",
    }
    known = {**detail, **more}
    return [str(known[name]) for name in _DETAILS[code] if known.get(name)]


def _camera(row: Mapping[str, Any]) -> CameraFeature:
    detail = row["detail"]
    return CameraFeature(
        camera_id=int(row["id"]),
        name=row["name"],
        lon=row["lon"],
        lat=row["lat"],
        heading_deg=detail["heading_deg"],
        fov_deg=detail["fov_deg"],
        range_m=detail["range_m"],
        is_ok=detail["state"] == "ok",
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
