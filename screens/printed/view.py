"""What is on a printed map: the present situation, or one case with the way to it. No folium in here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil, log2

from base.clock import TOWN_ZONE
from dispatch.advice.workforce import WorkerNow
from dispatch.cases.incidents import AssignedWorker, Case, LogLine
from layers.printed import MAP_HEIGHT_PX, PrintedTrack, PrintedWorker, Sheet
from layers.printed_basemap import BaseMapPath, PrintedBaseMap
from layers.printed_legend import LegendEntry
from layers.style import PRIORITY_COLOURS, WORKER_STYLES
from mapdata.areas import Area
from mapdata.basefeatures import BasePicture, Bounds
from mapdata.grids import GridShape
from mapdata.plane import mercator_stretch
from mapdata.tracks import Track, segments
from screens.shell.town_features import by_urgency, grid_features, pins
from words.catalogue import text
from words.names import type_name
from words.units import duration_text

SHEET_RATIO = 2.7
"""A printed map is at most so many times wider than high: a wide window."""
SLACK = 1.3
"""The map is fitted to the next quarter of a zoom step, so it shows up to so many times more than asked."""
MARGIN_DEG = 0.004
"""About 400 m kept free around what a case's map shows."""


def moment(at: datetime | None) -> str:
    """A moment as it is printed, in the town's time."""
    return at.astimezone(TOWN_ZONE).strftime("%Y-%m-%d %H:%M") if at else ""


def ground(picture: BasePicture) -> PrintedBaseMap:
    """The base map as the layer takes it."""
    paths = [BaseMapPath(each.layer, each.kind, each.is_area, each.path) for each in picture.paths]
    return PrintedBaseMap(picture.bounds, picture.wide, picture.high, paths)


def workers(workforce: Sequence[WorkerNow], language: str) -> list[PrintedWorker]:
    """Everybody on duty who was ever seen: name, status, age of the fix."""
    return [
        PrintedWorker(each.lon, each.lat, each.status, _worker_label(each, language))
        for each in workforce
        if each.on_duty and each.lon is not None and each.lat is not None
    ]


def _worker_label(worker: WorkerNow, language: str) -> str:
    status = text(f"layers.status.{worker.status}", language)
    age = duration_text(worker.age_s or 0, language)
    return text("printed.worker", language, name=worker.name, status=status, age=age)


def situation(
    area: Area,
    at: datetime,
    cases: Sequence[Case],
    workforce: Sequence[WorkerNow],
    grids: Sequence[GridShape],
    picture: BasePicture,
    language: str,
) -> Sheet:
    """The town as it is now: every open case with its number in the table, everybody on duty."""
    ordered = by_urgency(cases)
    on_duty = sum(1 for each in workforce if each.on_duty)
    sheet = Sheet(
        title=text("printed.situation", language, area=area.name),
        subtitle=text("printed.as_of", language, at=moment(at), cases=len(ordered), workers=on_duty),
        bounds=(area.west, area.south, area.east, area.north),
        base_map=ground(picture),
        grids=grid_features(grids, {}),
        incidents=pins(ordered, at, language),
        workers=workers(workforce, language),
        column_heads=_heads(
            ("number", "case_no", "priority", "type", "place", "state", "worker", "reported"), language
        ),
        rows=[_row(number, case, language) for number, case in enumerate(ordered, start=1)],
        notes=notes(area, language),
    )
    return explained(sheet, language)


def legend(sheet: Sheet, language: str) -> list[LegendEntry]:
    """What the marks on a sheet mean, in the order of their tables."""
    borders = [LegendEntry("grid", text("printed.legend.grid", language))] if sheet.grids else []
    ways = [LegendEntry("track", each.label) for each in sheet.tracks]
    present = {each.priority for each in sheet.incidents}
    pinned = [LegendEntry("pin", _incident_label(each, language), each) for each in PRIORITY_COLOURS if each in present]
    seen = {each.status for each in sheet.workers}
    people = [
        LegendEntry("worker", text(f"layers.status.{look.status}", language), look.status)
        for look in WORKER_STYLES
        if look.status in seen
    ]
    return [*pinned, *people, *ways, *borders]


def _incident_label(priority: str, language: str) -> str:
    name = text(f"layers.priority.{priority}", language)
    return text("printed.legend.incident", language, level=priority, name=name)


def explained(sheet: Sheet, language: str) -> Sheet:
    """The sheet with its legend."""
    return replace(sheet, legend=legend(sheet, language))


def _heads(names: Sequence[str], language: str) -> list[str]:
    return [text(f"printed.head.{name}", language) for name in names]


def _row(number: int, case: Case, language: str) -> list[str]:
    return [
        str(number),
        case.case_no,
        case.priority,
        type_name(case.type_code, language),
        case.address_text or case.grid_name or "",
        text(f"lifecycle.state.{case.state}", language),
        case.worker.name if case.worker else "",
        moment(case.reported_at),
    ]


def notes(area: Area, language: str) -> list[str]:
    """What a printed map owes: its source, its approval number, that the data are invented."""
    owed = [text("printed.source", language, source=area.attribution)]
    if area.map_approval_no:
        owed.append(text("shell.approval", language, number=area.map_approval_no))
    return [*owed, text("shell.demo", language)] if area.is_demo else owed


def case_bounds(case: Case, track: Track | None) -> Bounds:
    """The case and the way to it, with a margin."""
    lons, lats = [case.lon], [case.lat]
    if track is not None and len(track):
        lons += [float(track.lon.min()), float(track.lon.max())]
        lats += [float(track.lat.min()), float(track.lat.max())]
    return min(lons) - MARGIN_DEG, min(lats) - MARGIN_DEG, max(lons) + MARGIN_DEG, max(lats) + MARGIN_DEG


def around(bounds: Bounds) -> Bounds:
    """The bounds widened to everything the sheet shows of them, which is :data:`SHEET_RATIO` times as wide as high."""
    west, south, east, north = bounds
    stretch = mercator_stretch((south + north) / 2)
    wide, high = (east - west) / stretch, north - south
    high = max(high, wide / SHEET_RATIO) * SLACK
    half_wide = high * SHEET_RATIO * stretch / 2
    middle = (west + east) / 2
    return middle - half_wide, (south + north - high) / 2, middle + half_wide, (south + north + high) / 2


def zoom_of(bounds: Bounds) -> int:
    """The zoom whose base map is shown within the bounds (degrees) on a sheet: the next whole one, 10 to 16."""
    _west, south, _east, north = bounds
    turns = (north - south) / 360 * mercator_stretch((south + north) / 2)
    return min(max(ceil(log2(MAP_HEIGHT_PX / 256 / turns)), 10), 16)


def one_case(
    area: Area,
    at: datetime,
    case: Case,
    log: Sequence[LogLine],
    track: Track | None,
    picture: BasePicture,
    language: str,
) -> Sheet:
    """One case: where, who went there and by which way, and everything that was done about it."""
    name = type_name(case.type_code, language)
    sheet = Sheet(
        title=f"{case.case_no} {name}",
        subtitle=text("printed.case_at", language, place=case.address_text or case.grid_name or "", at=moment(at)),
        bounds=case_bounds(case, track),
        base_map=ground(picture),
        incidents=pins([case], at, language),
        tracks=[_way(case, track, language)] if track is not None and len(track) else [],
        column_heads=_heads(("at", "verb", "actor", "state", "note"), language),
        rows=[_log_row(line, case.worker, language) for line in log],
        notes=[text("printed.words", language, words=case.description), *notes(area, language)],
    )
    return explained(sheet, language)


def _way(case: Case, track: Track, language: str) -> PrintedTrack:
    pieces = tuple(
        tuple((float(lon), float(lat)) for lon, lat in zip(track.lon[piece], track.lat[piece], strict=True))
        for piece in segments(track)
    )
    return PrintedTrack(pieces, text("printed.way", language, name=case.worker.name if case.worker else ""))


def _who(line: LogLine, worker: AssignedWorker | None) -> str:
    """The account, and for whom it spoke where that was the worker who was sent."""
    if worker is None or line.details.get("on_behalf_of") != worker.worker_id:
        return line.actor
    return f"{worker.name} ({line.actor})"


def _log_row(line: LogLine, worker: AssignedWorker | None, language: str) -> list[str]:
    return [
        line.at.astimezone(TOWN_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
        text(f"lifecycle.verb.{line.verb}", language),
        _who(line, worker),
        text(f"lifecycle.state.{line.to_state}", language),
        line.note,
    ]
