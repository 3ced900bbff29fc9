"""Maps to print or send: the present situation, one case with its way, each one HTML file that needs no network."""

from __future__ import annotations

from threading import Thread

from fastapi import APIRouter, FastAPI, Response

from base.database import Transaction
from dispatch.access import audit
from dispatch.access.grants import may
from dispatch.access.scope import Scope, readable_workers
from dispatch.advice.workforce import read_workforce
from dispatch.cases.incidents import LIMIT, Case, CaseFilter, read_case, read_log
from dispatch.cases.lifecycle import OPEN_STATES
from dispatch.cases.looks import list_shown, shown, shown_log
from dispatch.centre import Centre
from layers.printed import Sheet, prepare, printed_map
from mapdata.basefeatures import BasePicture, read_base_picture
from mapdata.basemap import map_version
from mapdata.grids import list_grids
from mapdata.tracks import Track, read_tracks
from screens.printed import view
from screens.shell.visitor import Visiting, Visitor


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/print/situation`` and ``/print/cases/{case_no}``."""
    ground = _Ground(centre)
    routes = APIRouter(prefix="/print", include_in_schema=False)

    @routes.get("/situation")
    def situation(visitor: Visiting) -> Response:
        scope = visitor.granted("map.print")
        with centre.database.transaction() as transaction:
            sheet = read_situation(centre, transaction, visitor, ground.read(transaction))
            audit.append(transaction, centre.area.area_id, centre.clock(), scope, "map.print", "situation")
        return _file(sheet, f"situation-{centre.clock():%Y%m%d-%H%M}")

    @routes.get("/cases/{case_no}")
    def one_case(case_no: str, visitor: Visiting) -> Response:
        scope = visitor.granted("map.print")
        with centre.database.transaction() as transaction:
            sheet = read_one_case(centre, transaction, visitor, case_no)
            audit.append(transaction, centre.area.area_id, centre.clock(), scope, "map.print", case_no)
        return _file(sheet, case_no)

    server.include_router(routes)
    Thread(target=prepare, name="printed maps", daemon=True).start()


def _file(sheet: Sheet, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.html"', "Cache-Control": "no-store"}
    return Response(printed_map(sheet), media_type="text/html; charset=utf-8", headers=headers)


class _Ground:
    """The base map of the whole town, kept until the map is another."""

    def __init__(self, centre: Centre) -> None:
        self._area = centre.area
        self._kept: tuple[int, BasePicture] | None = None

    def read(self, transaction: Transaction) -> BasePicture:
        version = map_version(transaction, self._area.area_id)
        kept = self._kept
        if kept is None or kept[0] != version:
            bounds = (self._area.west, self._area.south, self._area.east, self._area.north)
            picture = read_base_picture(transaction, self._area.area_id, bounds, view.zoom_of(bounds))
            self._kept = kept = version, picture
        return kept[1]


def read_situation(centre: Centre, transaction: Transaction, visitor: Visitor, picture: BasePicture) -> Sheet:
    """The town as it is now, on this base map."""
    area, at, scope = centre.area, centre.clock(), visitor.granted("map.print")
    return view.situation(
        area,
        at,
        list_shown(transaction, area.area_id, scope, CaseFilter(states=OPEN_STATES, limit=LIMIT)),
        read_workforce(transaction, area.area_id, scope, at),
        list_grids(transaction, area.area_id),
        picture,
        visitor.language,
    )


def read_one_case(centre: Centre, transaction: Transaction, visitor: Visitor, case_no: str) -> Sheet:
    """One case with the way of the one who was sent last, for who may see ways: that look is in the audit.

    Raises
    ------
    NotFound
        when there is no such case, or not for this person.
    """
    area, scope = centre.area, visitor.granted("map.print")
    case = read_case(transaction, area.area_id, case_no, scope)
    log = read_log(transaction, area.area_id, case_no)
    track = _way(centre, transaction, scope, case) if may(scope, "track.read") else None
    bounds = view.around(view.case_bounds(case, track))
    picture = read_base_picture(transaction, area.area_id, bounds, view.zoom_of(bounds))
    if track is not None:
        details = {"workers": [track.worker_id], "case_no": case_no, "reason": "print"}
        audit.append(transaction, area.area_id, centre.clock(), scope, "track.read", "tracks", details)
    lines = shown_log(log, case, scope)
    return view.one_case(area, centre.clock(), shown(case, scope), lines, track, picture, visitor.language)


def _way(centre: Centre, transaction: Transaction, scope: Scope, case: Case) -> Track | None:
    """Where the one who was sent last went, from being sent until arriving (or until he was free, or now)."""
    sent = case.worker
    if sent is None:
        return None
    until = sent.arrived_at or sent.ended_at or centre.clock()
    if until <= sent.assigned_at:
        return None
    readable = readable_workers(scope)
    found = read_tracks(transaction, case.area_id, readable, sent.assigned_at, until, [sent.worker_id])
    return found[0] if found else None
