"""What the field page shows; what it does goes through the public API, as any phone's app would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, no_update

from base.clock import TOWN_ZONE
from dispatch.access import audit
from dispatch.access.scope import Scope, readable_workers
from dispatch.advice.workforce import WorkerNow, read_worker
from dispatch.cases import routing
from dispatch.cases.calendar import Calendar
from dispatch.cases.clock_rows import Extension, latest_extensions, read_calendar
from dispatch.cases.incidents import Case, CaseFilter
from dispatch.cases.lifecycle import OPEN_STATES
from dispatch.cases.looks import list_shown, look_through
from dispatch.centre import Centre
from mapdata.refusals import NOBODY, read_refusals
from mapdata.trackfiles import to_geojson
from mapdata.tracks import Track, read_tracks
from screens.field import ids, layout, view
from screens.shell.visitor import Visitor
from words.names import type_name
from words.refusals import refusals_in_words


def own_record(centre: Centre, me: Scope) -> WorkerNow | None:
    """How I stand in the centre's eyes; None for an account without a worker."""
    with centre.database.transaction() as transaction:
        return read_worker(transaction, centre.area.area_id, me, centre.clock(), me.worker_id)


def own_cases(centre: Centre, me: Scope, *, is_first: bool) -> list[Case]:
    """The open cases I was sent to, a handler his department and its people too.

    One line in the audit when the page is opened, none each time it looks again.
    """
    department = me.department_code if me.role == "dept_handler" else None
    narrowed = CaseFilter(states=OPEN_STATES, sent_to=me.worker_id or 0, sent_to_department=department)
    with centre.database.transaction() as transaction:
        if is_first:
            return look_through(transaction, me.area_id, me, centre.clock(), narrowed)
        return list_shown(transaction, me.area_id, me, narrowed)


def extensions_of(centre: Centre, me: Scope, cases: Sequence[Case]) -> dict[str, Extension]:
    """What was asked for last of each of my cases, and what came of it."""
    with centre.database.transaction() as transaction:
        return latest_extensions(transaction, me.area_id, [case.case_no for case in cases]) if cases else {}


def town_calendar(centre: Centre) -> Calendar:
    """The town's working calendar as it is now."""
    with centre.database.transaction() as transaction:
        return read_calendar(transaction, centre.area.area_id)


def own_track(centre: Centre, me: Scope) -> list[Track]:
    """My own track of today; the look is in the audit."""
    now = centre.clock()
    with centre.database.transaction() as transaction:
        found = read_tracks(transaction, me.area_id, readable_workers(me), view.today(now), now, [me.worker_id or 0])
        audit.append(transaction, me.area_id, now, me, "track.read_own", str(me.worker_id))
    return found


def register(app: Dash, centre: Centre) -> None:
    """Add the callbacks."""

    @app.callback(
        Output(ids.TASKS, "children"), Output(ids.DUTY, "data-on"), Output(ids.REFUSED, "children"),
        Input(ids.CLOCK, "n_intervals"), Input(ids.REFRESH, "data"),
    )  # fmt: skip
    def my_tasks(visitor: Visitor, ticks: int | None, _asked: Any) -> Any:
        me = visitor.granted("field.see")
        cases = own_cases(centre, me, is_first=not ticks)
        with centre.database.transaction() as transaction:
            today = centre.clock().astimezone(TOWN_ZONE).date()
            refused = read_refusals(transaction, me.area_id, today, today, worker_id=me.worker_id or NOBODY)
        now = own_record(centre, me)
        beside = view.Beside(town_calendar(centre), extensions_of(centre, me, cases))
        rows = view.tasks(cases, me, centre.clock(), visitor.language, beside)
        on_duty = "yes" if now is not None and now.on_duty else "no"
        counts = refusals_in_words(((one.code, one.count) for one in refused), visitor.language)
        return layout.task_list(rows, visitor), on_duty, counts

    @app.callback(Output(ids.TYPE, "children"), Input(ids.TEXT, "value"))
    def propose_type(visitor: Visitor, words: str | None) -> Any:
        visitor.granted("field.see")
        given = (words or "").strip()
        return type_name(routing.propose(given).type_code, visitor.language) if given else ""

    @app.callback(
        Output(ids.TRACK, "data"), Output(ids.TRACK_SUMMARY, "children"), Input(ids.TAB_TRACK, "n_clicks"),
        prevent_initial_call=True,
    )  # fmt: skip
    def my_track(visitor: Visitor, clicks: int | None) -> Any:
        me = visitor.granted("field.see")
        if not clicks:
            return no_update, no_update
        tracks = own_track(centre, me)
        return to_geojson(tracks), view.track_summary(tracks, visitor.language)
