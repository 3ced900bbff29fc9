"""人地事物情: what is within reach of a case, in five groups, as the console shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.texts import catalogue, text
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


def around_features(groups: Sequence[AroundGroup]) -> dict[str, Any]:
    """The rows that have a point, as GeoJSON for the map."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
                "properties": {"group": group.code, "kind": row.kind, "name": row.name, "tone": row.tone},
            }
            for group in groups
            for row in group.rows
            if row.lon is not None and row.lat is not None
        ],
    }
