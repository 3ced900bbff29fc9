"""What the replay's buttons do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update

from base.errors import Fault, NotFound
from dispatch.access import audit
from dispatch.access.scope import Scope, readable_workers
from dispatch.cases.history import CaseHistory, read_history
from dispatch.centre import Centre
from layers.grids import grid_data
from mapdata.grids import list_grids
from mapdata.tracks import Track, read_tracks
from screens.replay import ids, layout, view
from screens.shell.town_features import grid_features
from screens.shell.visitor import Visitor
from words.catalogue import text
from words.faults import fault_text

_FORM = [State(name, "value") for name in (ids.SINCE, ids.UNTIL, ids.WORKERS, ids.CASE_NO, ids.REASON)]
_RESULT = [
    Output(ids.LOADED, "data"),
    Output(ids.CASES, "children"),
    Output(ids.SUMMARY, "children"),
    Output(ids.PROBLEM, "children"),
    Output(ids.SINCE, "value"),
    Output(ids.UNTIL, "value"),
]


def read_query(
    centre: Centre, scope: Scope, query: view.ReplayQuery
) -> tuple[view.ReplayQuery, list[Track], list[CaseHistory]]:
    """The tracks and cases that were asked for; a case brings its own period and, unless named, its own workers.

    The look is in the audit with its reason, as that of the file the page fetches then is.

    Raises
    ------
    NotFound
        when the case named does not exist.
    """
    area_id = centre.area.area_id
    with centre.database.transaction() as transaction:
        if query.case_no:
            query = _of_case(centre, query, read_history(transaction, area_id, scope, *_ever(centre), query.case_no))
        cases = read_history(transaction, area_id, scope, query.since, query.until, query.case_no)
        readable = readable_workers(scope)
        tracks = read_tracks(transaction, area_id, readable, query.since, query.until, query.workers or None)
        details = {"from": query.since, "to": query.until, "workers": query.workers or "all", "reason": query.reason}
        details |= {"case_no": query.case_no} if query.case_no else {}
        audit.append(transaction, area_id, centre.clock(), scope, "replay.read", "replay", details)
    return query, tracks, cases


def _ever(centre: Centre) -> tuple[Any, Any]:
    now = centre.clock()
    return now - timedelta(days=3650), now + timedelta(days=1)


def _of_case(centre: Centre, query: view.ReplayQuery, found: list[CaseHistory]) -> view.ReplayQuery:
    if not found:
        raise NotFound("no_such_case", field="case_no", given=query.case_no)
    since, until = view.around_case(found[0], centre.clock())
    return replace(query, since=since, until=until, workers=query.workers or found[0].workers)


def register(app: Dash, centre: Centre) -> None:
    """Add the callbacks."""

    @app.callback(_RESULT, Input(ids.LOAD, "n_clicks"), *_FORM, prevent_initial_call=True)
    def load(
        visitor: Visitor, _clicks: int | None, since: str | None, until: str | None, workers: list[int] | None,
        case_no: str | None, reason: str | None,
    ) -> Any:  # fmt: skip
        scope, language = visitor.granted("track.read"), visitor.language
        try:
            query, tracks, cases = read_query(centre, scope, view.read_form(since, until, workers, case_no, reason))
        except Fault as fault:
            return *[no_update] * 3, fault_text(fault, language), no_update, no_update
        return (
            view.loaded(query, tracks, cases, language),
            layout.case_list(view.case_rows(cases, language), visitor),
            layout.summary_table(view.track_rows(tracks), visitor),
            "" if tracks else text("replay.nobody", language),
            query.since.strftime(view.FORM),
            query.until.strftime(view.FORM),
        )

    @app.callback(
        Output(ids.SINCE, "value", allow_duplicate=True),
        Output(ids.UNTIL, "value", allow_duplicate=True),
        Input(ids.LAST_HOUR, "n_clicks"),
        prevent_initial_call=True,
    )
    def last_hour(_visitor: Visitor, _clicks: int | None) -> tuple[str, str]:
        return view.period(centre.clock(), timedelta(hours=1))

    @app.callback(
        Output(ids.SINCE, "value", allow_duplicate=True),
        Output(ids.UNTIL, "value", allow_duplicate=True),
        Input(ids.LAST_SHIFT, "n_clicks"),
        prevent_initial_call=True,
    )
    def last_shift(_visitor: Visitor, _clicks: int | None) -> tuple[str, str]:
        return view.period(centre.clock(), timedelta(hours=8))

    @app.callback(Output(ids.CASE_NO, "value"), Input(ids.ADDRESS, "search"))
    def named_in_the_address(_visitor: Visitor, search: str | None) -> Any:
        return view.case_of_address(search) or no_update

    @app.callback(Output(ids.GRIDS, "data"), Input(ids.ADDRESS, "pathname"))
    def grids(visitor: Visitor, _path: str | None) -> Any:
        visitor.granted("map.see")
        with centre.database.transaction() as transaction:
            return grid_data(grid_features(list_grids(transaction, centre.area.area_id), {}))

    app.clientside_callback(
        ClientsideFunction("replay", "load"), Output(ids.FETCH_PROBLEM, "children"), Input(ids.LOADED, "data")
    )
