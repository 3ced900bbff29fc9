"""What the console does when something is pressed: read, call one verb, present."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from base.errors import Fault, NotFound
from layers.highlight import highlight_data
from screens.console import answers, ids
from screens.console.advice_panel import advice_panel
from screens.console.advice_view import advice_view
from screens.console.around import around_cameras, around_marks, draft_mark
from screens.console.around_panel import group_columns
from screens.console.case_panel import opened_parts
from screens.console.form import place_lines
from screens.console.reads import ConsoleReads, proposal
from screens.console.stores import Draft, PlanPress, Pressed, Proposed, Sent, Stage
from screens.console.ways import no_way, suggested_ways, ways_still
from screens.console.writes import ConsoleWrites, verb_input
from screens.shell.visitor import Visitor
from words.catalogue import text

NOTHING = highlight_data(())
FAULTS = (ids.FORM_PLACE_FAULT, ids.FORM_TEXT_FAULT, ids.FORM_TYPE_FAULT, ids.FORM_FAULT)
"""Where a fault of the form is told, beside the field it is about."""

FORM_FIELDS = {
    ids.FORM_TEXT: "description",
    ids.FORM_TYPE: "type_code",
    ids.FORM_PRIORITY: "priority",
    ids.FORM_CHANNEL: "source_channel",
    ids.FORM_NAME: "reporter_name",
    ids.FORM_PHONE: "reporter_phone",
}
"""The fields of the form, and what of the report each one fills."""


def register(app: Dash, reads: ConsoleReads, writes: ConsoleWrites) -> None:
    """Add every callback of the console."""
    _in_the_browser(app)
    _form(app, reads)
    _report(app, writes)
    _case(app, reads)
    _advice(app, reads)
    _verbs(app, writes)
    _plans(app, writes)


def _also(name: str, what: str) -> Output:
    """An output that other callbacks fill too."""
    return Output(name, what, allow_duplicate=True)


def _in_the_browser(app: Dash) -> None:
    """What needs no server: the draft, which panel is shown, which pin was pressed, which way is on top."""

    def call(name: str) -> ClientsideFunction:
        return ClientsideFunction("console", name)

    app.clientside_callback(
        call("change"), Output(ids.DRAFT, "data"), Input(ids.MAP, "clickData"), Input(ids.NEW, "n_clicks"),
        Input(ids.FORM_CLOSE, "n_clicks"), Input(ids.SELECTED, "data"), State(ids.DRAFT, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        call("show"), Output(ids.PAGE, "className"), Input(ids.DRAFT, "data"), Input(ids.SELECTED, "data")
    )
    app.clientside_callback(
        call("clear"), *(Output(name, "value") for name in (ids.FORM_TEXT, ids.FORM_TYPE, ids.FORM_PRIORITY)),
        *(Output(name, "value") for name in (ids.FORM_NAME, ids.FORM_PHONE, ids.FORM_ADDRESS)),
        Input(ids.DRAFT, "data"), prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        call("pick"), Output(ids.SELECTED, "data"), Input(ids.PINS, "clickData"), prevent_initial_call=True
    )
    app.clientside_callback(
        call("draw"), Output(ids.ROUTES, "data"), Input(ids.WAYS, "data"), prevent_initial_call=True
    )
    app.clientside_callback(
        call("watch"), Output(ids.CHANGED, "data"), Input(ids.VERSIONS, "data"), prevent_initial_call=True
    )
    app.clientside_callback(
        call("offered"), Output(ids.ADVICE, "className"), Input(ids.ADVICE, "children"), prevent_initial_call=True
    )
    app.clientside_callback(
        call("answered"), Output(ids.CASE_ANSWER, "className"), Input(ids.CASE_ANSWER, "children"),
        prevent_initial_call=True,
    )  # fmt: skip


def _form(app: Dash, reads: ConsoleReads) -> None:
    @app.callback(
        Output(ids.FORM_PLACE, "children"), Output(ids.DRAFT_PIN, "data"), Output(ids.FORM_PLACE_FAULT, "children"),
        Input(ids.DRAFT, "data"),
    )  # fmt: skip
    def show_place(visitor: Visitor, draft: Draft | None) -> tuple[Any, Any, str]:
        language = visitor.language
        if not draft or draft["lon"] is None or draft["lat"] is None:
            return place_lines(None, language), NOTHING, ""
        try:
            place = reads.place(visitor, draft["lon"], draft["lat"])
        except Fault as fault:
            return place_lines(None, language), draft_mark(draft), answers.fault_in_words(fault, language)
        return place_lines(place, language), draft_mark(draft), ""

    @app.callback(
        _also(ids.DRAFT, "data"), _also(ids.FORM_PLACE_FAULT, "children"),
        Output(ids.MAP, "viewport"), Input(ids.FORM_ADDRESS, "n_submit"), State(ids.FORM_ADDRESS, "value"),
        State(ids.DRAFT, "data"), prevent_initial_call=True,
    )  # fmt: skip
    def find_address(visitor: Visitor, _submits: int | None, words: str | None, draft: Draft) -> tuple[Any, Any, Any]:
        found = reads.find_address(visitor, words or "")
        if found is None:
            return no_update, text("console.form.address_unknown", visitor.language), no_update
        at = {"center": [found.lat, found.lon], "zoom": 16.5, "transition": "flyTo"}
        return draft | {"lon": found.lon, "lat": found.lat}, "", at

    @app.callback(
        _also(ids.FORM_TYPE, "value"), _also(ids.FORM_PRIORITY, "value"),
        Output(ids.FORM_TYPE_WHY, "children"), Output(ids.PROPOSED, "data"), Input(ids.FORM_TEXT, "value"),
        State(ids.FORM_TYPE, "value"), State(ids.FORM_PRIORITY, "value"), State(ids.PROPOSED, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def propose_type(
        visitor: Visitor, words: str | None, type_code: str | None, priority: str | None, before: Proposed | None
    ) -> tuple[Any, ...]:
        found = proposal(words or "")
        mine: Mapping[str, Any] = before or {}
        kept_type = type_code if type_code and type_code != mine.get("type_code") else found["type_code"]
        kept_priority = priority if priority and priority != mine.get("priority") else found["priority"]
        return kept_type, kept_priority, answers.type_proposed(found, words or "", visitor.language), found


def _report(app: Dash, writes: ConsoleWrites) -> None:
    @app.callback(
        _also(ids.SELECTED, "data"), *(_also(name, "children") for name in FAULTS), Input(ids.SAVE, "n_clicks"),
        State(ids.DRAFT, "data"), *(State(name, "value") for name in FORM_FIELDS), prevent_initial_call=True,
        running=[(Output(ids.SAVE, "disabled"), True, False)],
    )  # fmt: skip
    def save(visitor: Visitor, _presses: int | None, draft: Draft | None, *fields: str | None) -> tuple[Any, ...]:
        filled_in: dict[str, Any] = {
            name: value or "" for name, value in zip(FORM_FIELDS.values(), fields, strict=True)
        }
        filled_in |= {name: filled_in[name] or None for name in ("type_code", "priority")}
        try:
            return writes.report(visitor, answers.check_draft(draft), filled_in), "", "", "", ""
        except Fault as fault:
            return no_update, *answers.beside_fields(fault, visitor.language)


def _case(app: Dash, reads: ConsoleReads) -> None:
    @app.callback(
        Output(ids.CASE_HEAD, "children"), Output(ids.CASE_WORKER, "children"), Output(ids.CASE_ACTIONS, "children"),
        Output(ids.LOG, "children"), Output(ids.MEET, "data"), Output(ids.STAGE, "data"), Output(ids.WAYS, "data"),
        Output(ids.CASE_ANSWER, "children"), Input(ids.SELECTED, "data"),
        Input(ids.CHANGED, "data"), State(ids.STAGE, "data"), prevent_initial_call=True,
    )  # fmt: skip
    def show_case(visitor: Visitor, case_no: str | None, _changed: Any, stage: Stage | None) -> tuple[Any, ...]:
        if not case_no:
            return [], [], [], [], NOTHING, None, no_way(), ""
        language, answer = visitor.language, "" if ctx.triggered_id == ids.SELECTED else no_update
        try:
            opened = reads.open(visitor, case_no)
        except NotFound as fault:
            return [], [], [], [], NOTHING, None, no_way(), answers.fault_in_words(fault, language)
        after = answers.next_stage(stage, opened.stage)
        ways = no_update if after["ask"] else ways_still(opened.responders, after)
        parts = opened_parts(opened, language)
        return *parts, highlight_data(opened.meet), no_update if after == stage else after, ways, answer


def _advice(app: Dash, reads: ConsoleReads) -> None:
    @app.callback(
        Output(ids.ADVICE, "children"), _also(ids.WAYS, "data"), Input(ids.STAGE, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def show_advice(visitor: Visitor, stage: Stage | None) -> tuple[Any, Any]:
        language = visitor.language
        if not stage or not stage["ask"]:
            return [], no_update
        try:
            advice = reads.advise(visitor, stage["case_no"])
            types = reads.types_left(visitor, advice) if stage["diverts"] else {}
        except Fault as fault:
            return answers.fault_line(fault, language), no_update
        view = advice_view(advice, types, stage["by"], language)
        return advice_panel(view, stage["by"], language), suggested_ways(advice, stage, language)

    @app.callback(
        Output(ids.AROUND_GROUPS, "children"), Output(ids.AROUND, "data"), Output(ids.CAMERAS, "data"),
        Output(ids.SPOT, "data"), Input(ids.STAGE, "data"), Input(ids.AROUND_RADIUS, "value"),
        Input(ids.AROUND_REASON, "value"), prevent_initial_call=True,
    )  # fmt: skip
    def show_around(
        visitor: Visitor, stage: Stage | None, radius_m: int, reason: str | None
    ) -> tuple[Any, Any, Any, Any]:
        language = visitor.language
        if not stage:
            return [], NOTHING, NOTHING, NOTHING
        try:
            around = reads.around(visitor, stage["case_no"], radius_m, reason or "")
        except Fault as fault:
            return answers.fault_line(fault, language), NOTHING, NOTHING, NOTHING
        return group_columns(around.groups, language), around_marks(around), around_cameras(around), NOTHING


def _verbs(app: Dash, writes: ConsoleWrites) -> None:
    @app.callback(
        _also(ids.CASE_ANSWER, "children"), _also(ids.CHANGED, "data"),
        Output(ids.CASE_NOTE, "value"), Input(ids.SEND, "data"), State(ids.CASE_NOTE, "value"),
        prevent_initial_call=True,
    )  # fmt: skip
    def send(visitor: Visitor, pressed: Sent, note: str | None) -> tuple[Any, Any, Any]:
        language = visitor.language
        try:
            case = writes.perform(
                visitor, pressed["case_no"], pressed["verb"], verb_input(pressed, note or "", language)
            )
        except Fault as fault:
            return answers.fault_line(fault, language), pressed, no_update
        sent = [pressed["worker"], *pressed["others"]]
        return answers.workers_sent(case, sent, language), pressed, ""

    @app.callback(
        _also(ids.CASE_ANSWER, "children"), _also(ids.CHANGED, "data"),
        _also(ids.CASE_NOTE, "value"), _also(ids.STAGE, "data"),
        Input(ids.PRESSED, "data"), State(ids.SELECTED, "data"), State(ids.CASE_NOTE, "value"),
        State(ids.STAGE, "data"), prevent_initial_call=True,
    )  # fmt: skip
    def press(
        visitor: Visitor, pressed: Pressed, case_no: str, note: str | None, stage: Stage
    ) -> tuple[Any, Any, Any, Any]:
        language, verb = visitor.language, pressed["verb"]
        if verb in answers.CHOICES:
            return answers.choose(verb, language), no_update, no_update, stage | {"ask": True, "by": verb}
        try:
            writes.perform(visitor, case_no, verb, verb_input(pressed, note or "", language))
        except Fault as fault:
            return answers.fault_line(fault, language), pressed, no_update, no_update
        return answers.verb_done(verb, language), pressed, "", no_update


def _plans(app: Dash, writes: ConsoleWrites) -> None:
    @app.callback(
        _also(ids.CASE_ANSWER, "children"), _also(ids.CHANGED, "data"), _also(ids.CASE_NOTE, "value"),
        Input(ids.PLAN, "data"), State(ids.SELECTED, "data"), State(ids.CASE_NOTE, "value"),
        prevent_initial_call=True,
    )  # fmt: skip
    def press_plan(visitor: Visitor, pressed: PlanPress | None, case_no: str | None, note: str | None) -> Any:
        if not pressed or not case_no:
            return no_update, no_update, no_update
        try:
            writes.plan(visitor, case_no, pressed["step"], note or "", UUID(pressed["id"]))
        except Fault as fault:
            return answers.fault_line(fault, visitor.language), pressed, no_update
        verb = "tick_plan" if pressed["step"] else "take_plan"
        return answers.verb_done(verb, visitor.language), pressed, ""
