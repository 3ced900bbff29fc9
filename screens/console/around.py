"""人地事物情: what is within reach of a case, in five groups, as the console shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.texts import catalogue, text
from layers.feature import GeoJson, HighlightFeature
from layers.highlight import highlight_data
from screens.console.words import say_distance

GROUPS = ("people", "places", "incidents", "things", "notes")
"""人, 地, 事, 物, 情, in the order in which they are said."""


@dataclass(frozen=True)
class AroundRow:
    """One person, place, thing, event or remark near the case."""

    kind: str
    name: str
    distance: str
    detail: str
    lon: float | None
    lat: float | None
    tone: str


@dataclass(frozen=True)
class AroundGroup:
    """One of the five groups."""

    code: str
    sign: str
    title: str
    rows: tuple[AroundRow, ...]


def around_groups(nearby: Mapping[str, Any], language: str) -> list[AroundGroup]:
    """The five groups of a nearby answer, nearest first."""
    return [
        AroundGroup(
            code=code,
            sign=text(f"console.around.{code}.sign", language),
            title=text(f"console.around.{code}.title", language),
            rows=tuple(_row(entry, language) for entry in nearby[code]),
        )
        for code in GROUPS
    ]


def _row(entry: Mapping[str, Any], language: str) -> AroundRow:
    detail = entry.get("detail") or {}
    distance = entry.get("distance_m")
    return AroundRow(
        kind=_kind(str(entry["kind"]), language),
        name=str(entry.get("name") or ""),
        distance="" if distance is None else say_distance(distance, language),
        detail=_detail(entry, detail, language),
        lon=entry.get("lon"),
        lat=entry.get("lat"),
        tone=_tone(entry, detail),
    )


def _kind(kind: str, language: str) -> str:
    key = f"console.kind.{kind}"
    return text(key, language) if key in catalogue(language) else kind


def _detail(entry: Mapping[str, Any], detail: Mapping[str, Any], language: str) -> str:
    parts = [str(entry["why"])] if entry.get("why") else []
    if "sees" in detail or "sees" in entry:
        sees = detail.get("sees", entry.get("sees"))
        parts.append(text("console.around.sees" if sees else "console.around.sees_not", language))
    if detail.get("state") == "fault":
        parts.append(text("console.around.fault", language))
    parts += [str(detail[name]) for name in ("state_name", "address", "phone") if detail.get(name)]
    return " · ".join(parts)


def _tone(entry: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    if detail.get("state") == "fault":
        return "off"
    return "seen" if detail.get("sees", entry.get("sees")) else "plain"


_MARKS = {"people": "person", "places": "place", "incidents": "case", "things": "thing"}


def around_marks(groups: Sequence[AroundGroup], stage: Mapping[str, Any], radius_m: float) -> GeoJson:
    """The reach as a circle around the case, and every row that has a point."""
    reach = HighlightFeature("circle", stage["lon"], stage["lat"], radius_m=radius_m)
    marks = [
        HighlightFeature(_MARKS.get(group.code, "point"), row.lon, row.lat)
        for group in groups
        for row in group.rows
        if row.lon is not None and row.lat is not None
    ]
    return highlight_data([reach, *marks])


def draft_mark(draft: Mapping[str, Any]) -> GeoJson:
    """Where the event being written is."""
    return highlight_data([HighlightFeature("point", draft["lon"], draft["lat"])])
