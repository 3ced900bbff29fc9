"""The rules of routing: what rulings say of cases of their kind, adopted, dropped, revoked; a page without script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Annotated
from uuid import UUID

from fastapi import FastAPI, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from base.clock import TOWN_ZONE
from base.database import Transaction
from base.errors import Conflict, Fault, InvalidInput, NotFound
from dispatch.access import audit
from dispatch.access.grants import may
from dispatch.access.scope import Scope
from dispatch.cases.routing_drafts import (
    LONGEST_REASON,
    Adoption,
    Effect,
    RoutingDraft,
    adopt,
    drop,
    effect_of,
    revoke,
    routing_drafts,
)
from dispatch.cases.routing_rules import RoutingRule, list_rules
from dispatch.centre import Centre
from screens.shell.plain import html_table, plain_page
from screens.shell.visitor import Visiting, Visitor
from words.faults import fault_text
from words.names import name_of, type_name
from words.units import day_and_time
from words.values import list_text

PRESSES = ("adopt", "drop", "revoke")
Asked = Annotated[str, Query(max_length=60)]
Given = Annotated[str, Form(max_length=2 * LONGEST_REASON)]


@dataclass(frozen=True)
class Pressed:
    """What the form says: one of ``PRESSES``, on which draft or rule, where, from which day, why."""

    press: str
    draft: str
    rule: str
    place: str
    since: str
    reason: str


def register(server: FastAPI, centre: Centre) -> None:
    """Add ``/routing``."""

    @server.get("/routing", include_in_schema=False)
    def routing(visitor: Visiting, draft: Asked = "", rule: Asked = "") -> HTMLResponse:
        visitor.granted("routing.see")
        return _page(centre, visitor, Pressed("", draft, rule, "", "", ""))

    @server.post("/routing", include_in_schema=False)
    def press(
        visitor: Visiting,
        press: Given = "",
        draft: Given = "",
        rule: Given = "",
        place: Given = "",
        since: Given = "",
        reason: Given = "",
    ) -> Response:
        scope, said = visitor.granted("routing.change"), Pressed(press, draft, rule, place, since, reason)
        try:
            with centre.database.transaction() as transaction:
                _perform(centre, transaction, scope, said)
        except (InvalidInput, NotFound, Conflict) as fault:
            return _page(centre, visitor, said, fault)
        return RedirectResponse("/routing", status_code=303)


def _perform(centre: Centre, transaction: Transaction, scope: Scope, said: Pressed) -> None:
    if said.press == "adopt":
        how = Adoption(said.place == "town", said.reason, _day(said.since))
        adopt(centre, transaction, scope, _id(said.draft, "draft"), how)
    elif said.press == "drop":
        drop(centre, transaction, scope, _id(said.draft, "draft"), said.reason)
    elif said.press == "revoke":
        revoke(centre, transaction, scope, _id(said.rule, "rule"), said.reason)
    else:
        raise InvalidInput("routing_press_unknown", field="press", given=said.press[:60], allowed=PRESSES)


def _id(given: str, field: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise InvalidInput("routing_id_unreadable", field=field, given=given[:60]) from None


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise InvalidInput("day_unreadable", field="since", given=given[:60]) from None


def _page(centre: Centre, visitor: Visitor, said: Pressed, fault: Fault | None = None) -> HTMLResponse:
    """Drafts and rules, above them the form of the one that is chosen; ``fault`` is why a press did not go."""
    scope, area_id, at = visitor.granted("routing.see"), centre.area.area_id, centre.clock()
    form = ""
    with centre.database.transaction() as transaction:
        drafts, rules = routing_drafts(transaction, area_id), list_rules(transaction, area_id)
        chosen = next((one for one in drafts if str(one.draft_id) == said.draft), None)
        if chosen is not None and may(scope, "routing.change"):
            town = effect_of(transaction, area_id, scope, chosen, at, whole_town=True)
            village = effect_of(transaction, area_id, scope, chosen, at, whole_town=False)
            form = _draft_form(visitor, chosen, village, town, said, f"{at.astimezone(TOWN_ZONE):%Y-%m-%d}")
        audit.append(transaction, area_id, at, scope, "routing.list", "drafts")
    held = next((one for one in rules if str(one.rule_id) == said.rule and one.revoked_at is None), None)
    if held is not None and may(scope, "routing.change"):
        form = _rule_form(visitor, held, said)
    why = "" if fault is None else escape(fault_text(fault, visitor.language))
    problem = f'<p class="problem" role="alert">{why}</p>' if why else ""
    body = problem + form + _draft_table(visitor, drafts) + _rule_table(visitor, rules)
    status = 200 if fault is None else {NotFound: 404, Conflict: 409}.get(type(fault), 400)
    return plain_page(visitor, "routing", visitor.text("office.lead.routing"), body, status=status)


def _department(code: str, language: str) -> str:
    return name_of("departments", code, language)


def _party(visitor: Visitor, party: str) -> str:
    """Who returned it: a department, or a worker of none by his number."""
    number = party.removeprefix("worker ")
    return _department(party, visitor.language) if number == party else visitor.text("office.routing.worker", n=number)


def _place(visitor: Visitor, one: RoutingDraft | RoutingRule) -> str:
    """The village, or the whole town where there is none."""
    return one.village_name or one.village_code or visitor.text("office.routing.town")


def _draft_table(visitor: Visitor, drafts: Sequence[RoutingDraft]) -> str:
    heads = ("ruled_at", "case", "type", "village", "returned_by", "department", "note", "ruled_by", "does")
    rows = [
        (
            escape(day_and_time(one.ruled_at, visitor.language)),
            _case(one.case_no),
            escape(type_name(one.type_code, visitor.language)),
            escape(_place(visitor, one) if one.village_code else ""),
            escape(list_text([_party(visitor, party) for party in one.returned_by], visitor.language)),
            f"<b>{escape(_department(one.department_code, visitor.language))}</b>",
            escape(one.note),
            escape(one.ruled_by),
            _way(visitor, "draft", str(one.draft_id)),
        )
        for one in drafts
    ]
    return _section(visitor, "drafts", heads, rows)


def _rule_table(visitor: Visitor, rules: Sequence[RoutingRule]) -> str:
    heads = ("type", "village", "department", "in_force", "reason", "adopted_by", "state")
    rows = [
        (
            escape(type_name(one.type_code, visitor.language)),
            escape(_place(visitor, one)),
            f"<b>{escape(_department(one.department_code, visitor.language))}</b>",
            escape(day_and_time(one.since, visitor.language)),
            escape(one.reason),
            escape(one.adopted_by),
            _rule_state(visitor, one),
        )
        for one in rules
    ]
    return _section(visitor, "rules", heads, rows)


def _rule_state(visitor: Visitor, rule: RoutingRule) -> str:
    """That it was revoked, by whom and why; else the way to revoke it."""
    if rule.revoked_at is None:
        return _way(visitor, "rule", str(rule.rule_id))
    at = day_and_time(rule.revoked_at, visitor.language)
    return escape(visitor.text("office.routing.revoked", at=at, by=rule.revoked_by, why=rule.revoked_note))


def _section(visitor: Visitor, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    title = f"<h2>{escape(visitor.text(f'office.routing.{name}'))}</h2>"
    if not rows:
        return f'{title}<p class="empty">{escape(visitor.text(f"office.routing.no_{name}"))}</p>'
    return title + html_table(visitor, heads, rows)


def _way(visitor: Visitor, name: str, key: str) -> str:
    """The way to the form of a draft or a rule, for who may settle it."""
    if visitor.scope is None or not may(visitor.scope, "routing.change"):
        return ""
    return f'<a href="/routing?{name}={key}">{escape(visitor.text(f"office.routing.settle_{name}"))}</a>'


def _case(case_no: str) -> str:
    return f'<a href="/console?case={case_no}">{case_no}</a>'


def _draft_form(visitor: Visitor, draft: RoutingDraft, village: Effect, town: Effect, said: Pressed, today: str) -> str:
    """Where, from when and why; beside each place what would have changed."""
    language = visitor.language
    words = {"type": type_name(draft.type_code, language), "department": _department(draft.department_code, language)}
    title = visitor.text("office.routing.adopt_title", **words)
    chosen = said.place or ("village" if draft.village_code else "town")
    places = [("village", _place(visitor, draft), village)] if draft.village_code else []
    places.append(("town", visitor.text("office.routing.town"), town))
    choices = "".join(
        f'<label><input type="radio" name="place" value="{name}"{" checked" if name == chosen else ""}>'
        f"{escape(label)}</label><p>{_effect(visitor, effect)}</p>"
        for name, label, effect in places
    )
    label, since = escape(visitor.text("office.head.in_force")), escape(said.since or today)
    day = f'<label>{label} <input type="date" name="since" min="{today}" value="{since}"></label>'
    return _form(visitor, title, choices + day, "draft", str(draft.draft_id), said, ("adopt", "drop"))


def _effect(visitor: Visitor, effect: Effect) -> str:
    """How many cases would have gone elsewhere, and the newest of them."""
    told = escape(visitor.text("office.routing.effect", n=effect.count))
    more = "" if effect.count <= len(effect.cases) else " …"
    return " ".join((told, *map(_case, effect.cases))) + more


def _rule_form(visitor: Visitor, rule: RoutingRule, said: Pressed) -> str:
    language = visitor.language
    words = {"type": type_name(rule.type_code, language), "department": _department(rule.department_code, language)}
    title = visitor.text("office.routing.revoke_title", place=_place(visitor, rule), **words)
    return _form(visitor, title, "", "rule", str(rule.rule_id), said, ("revoke",))


def _form(visitor: Visitor, title: str, fields: str, name: str, key: str, said: Pressed, presses: Sequence[str]) -> str:
    """A form with a reason, and a button for each press."""
    why = escape(visitor.text("office.routing.reason"))
    box = f'<textarea name="reason" rows="2" maxlength="{LONGEST_REASON}" placeholder="{why}">'
    reason = f"{box}{escape(said.reason)}</textarea>"
    buttons = "".join(
        f'<button type="submit" name="press" value="{one}">{escape(visitor.text(f"office.routing.{one}"))}</button>'
        for one in presses
    )
    leave = f'<a href="/routing">{escape(visitor.text("office.routing.leave"))}</a>'
    return (
        f'<form class="settle" method="POST" action="/routing"><h2>{escape(title)}</h2>'
        f'<input type="hidden" name="{name}" value="{key}">{fields}{reason}<div>{buttons}{leave}</div></form>'
    )
